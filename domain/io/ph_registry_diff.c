/* ph_registry_diff - see the header.   Layer: domain/io */
#include "ph_registry_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_bundle.h"
#include "ph_diff_tree.h"

/* What names a row in its section; a row without these is named by its place among its like. */
static const struct {
    const char *section;
    const char *keys[4];
} names[] = {{"registry", {NULL}},
             {"units", {"id"}},
             {"clusters", {"id"}},
             {"indicators", {"code"}},
             {"forms", {"id", "version", "freq"}},
             {"weights", {"id", "version"}},
             {"days_off", {"day"}},
             {"calendar", {"cluster", "form", "period"}},
             {"links", {"predecessor", "successor"}},
             {"references", {"unit", "indicator", "period", "kind"}},
             {"rules", {"id", "valid_from"}}};
enum { N_NAMES = sizeof names / sizeof names[0], KEY_BYTES = 512 };

typedef struct row {
    size_t section, place;
    const char *name;
    const ph_yaml *node;
} row;

typedef struct rows {
    size_t n, room;
    row *list;
} rows;

/* ---- gathering ---- */

static size_t section_of(ph_span key)
{
    for (size_t i = 0; i < N_NAMES; i++)
        if (ph_span_is(key, names[i].section))
            return i;
    return N_NAMES;
}

static const char *name_row(ph_diff_tree *t, size_t section, const ph_yaml *node)
{
    char text[KEY_BYTES] = "";
    size_t len = 0;

    for (size_t i = 0; i < 4 && names[section].keys[i] != NULL && len < sizeof text; i++) {
        const ph_yaml *part = ph_diff_child(node, names[section].keys[i]);
        if (part != NULL)
            len +=
                (size_t)snprintf(text + len, sizeof text - len, "%s%s", len == 0 ? "" : " / ", ph_diff_shown(t, part));
    }
    return ph_arena_text(&t->arena, ph_span_str(text));
}

static ph_rc put_row(ph_diff_tree *t, rows *r, size_t section, const ph_yaml *node)
{
    if (r->n == r->room) {
        size_t room = r->room == 0 ? 256 : 2 * r->room;
        row *list = reallocarray(r->list, room, sizeof *list);
        if (list == NULL)
            return PH_NOMEM;
        r->list = list;
        r->room = room;
    }
    r->list[r->n] = (row){.section = section, .place = r->n, .name = name_row(t, section, node), .node = node};
    return r->list[r->n++].name == NULL ? PH_NOMEM : PH_OK;
}

static ph_rc gather_root(ph_diff_tree *t, rows *r, const ph_yaml *root)
{
    ph_rc rc = PH_OK;

    for (const ph_yaml *s = root == NULL ? NULL : root->first; s != NULL && rc == PH_OK; s = s->next) {
        size_t section = s->key == NULL ? N_NAMES : section_of(s->key->text);
        if (section == N_NAMES)
            continue;
        if (s->kind != PH_YAML_LIST)
            rc = put_row(t, r, section, s);
        else
            for (const ph_yaml *e = s->first; e != NULL && rc == PH_OK; e = e->next)
                rc = put_row(t, r, section, e);
    }
    return rc;
}

static int compare_names(const row *x, const row *y)
{
    int cmp = (x->section > y->section) - (x->section < y->section);
    return cmp != 0 ? cmp : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
    const row *x = a, *y = b;
    int cmp = compare_names(x, y);
    return cmp != 0 ? cmp : (x->place > y->place) - (x->place < y->place);
}

static ph_rc gather(ph_diff_tree *t, ph_span bundle, rows *r, ph_err *err)
{
    ph_bundle_file file;
    ph_rc rc;

    while ((rc = ph_bundle_next(&bundle, &file)) == PH_OK) {
        const char *name = ph_arena_text(&t->arena, file.name);
        ph_yaml *root = NULL;
        rc = name == NULL ? PH_NOMEM : ph_yaml_parse(file.text, "registry", name, &t->arena, &root, err);
        if (rc == PH_OK)
            rc = gather_root(t, r, root);
        if (rc != PH_OK)
            return rc == PH_NOMEM ? rc : PH_INVALID;
    }
    if (rc != PH_NOT_FOUND)
        return ph_err_set(err, PH_INVALID, "registry.bundle.mark", "registry", "%s", ph_rc_text(rc));
    if (r->n > 0)
        qsort(r->list, r->n, sizeof *r->list, by_name);
    return PH_OK;
}

/* ---- comparing ---- */

/* Both are in order; rows of one name are paired in the order in which they stand. */
static void walk(ph_diff_tree *t, const rows *a, const rows *b)
{
    size_t i = 0, k = 0;

    while (i < a->n || k < b->n) {
        int cmp = i == a->n ? 1 : k == b->n ? -1 : compare_names(&a->list[i], &b->list[k]);
        const row *x = cmp <= 0 ? &a->list[i] : NULL, *y = cmp >= 0 ? &b->list[k] : NULL;
        t->section = names[(x != NULL ? x : y)->section].section;
        t->row = (x != NULL ? x : y)->name;
        ph_diff_nodes(t, "", x == NULL ? NULL : x->node, y == NULL ? NULL : y->node);
        i += x != NULL;
        k += y != NULL;
    }
}

ph_rc ph_registry_diff(ph_span a, ph_span b, ph_change_fn fn, void *arg, ph_err *err)
{
    ph_diff_tree t = {.fn = fn, .arg = arg};
    rows x = {0}, y = {0};
    ph_rc rc = gather(&t, a, &x, err);

    if (rc == PH_OK)
        rc = gather(&t, b, &y, err);
    if (rc == PH_OK)
        walk(&t, &x, &y);
    if (rc == PH_OK && t.is_out_of_memory)
        rc = PH_NOMEM;
    if (rc == PH_NOMEM)
        (void)ph_err_set(err, rc, "registry.memory", "registry", "%s", ph_rc_text(rc));
    free(x.list);
    free(y.list);
    ph_arena_done(&t.arena);
    return rc;
}
