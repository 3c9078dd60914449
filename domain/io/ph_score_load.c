/* ph_score_load - files to one draft, draft to a set.   Layer: domain/io */
#include "ph_score_load.h"

#include <stdlib.h>
#include <string.h>

#include "ph_locale.h"
#include "ph_score_draft.h"

static void gather_one(ph_score_draft *d, const ph_yaml *node, const ph_yaml **at)
{
    if (node == NULL)
        return;
    if (*at != NULL)
        ph_doc_tell(&d->doc, node, "key.repeated", PH_T("mục này đã có trong %s, dòng %d", "stands already in %s:%d"),
                    (*at)->file, (*at)->line);
    else
        *at = node;
}

static void gather_file(ph_score_draft *d, const ph_yaml *root)
{
    ph_doc_field f[] = {
        {.key = "scheme"}, {.key = "criteria"}, {.key = "applies_to"}, {.key = "targets"}, {.key = "scores"}};

    size_t errors = d->doc.n_errors;

    if (!ph_doc_open(&d->doc, root, f, 5)) {
        d->n_unread++;
        return;
    }
    bool is_whole = d->doc.n_errors == errors; /* else a section may stand under a mistyped name */
    d->n_unread += !is_whole;
    gather_one(d, f[0].node, &d->scheme);
    gather_one(d, f[1].node, &d->criteria);
    if (f[0].node == NULL && f[2].node == NULL && is_whole)
        ph_doc_tell_hint(
            &d->doc, root, "key.missing",
            PH_T("thêm \"applies_to: { cluster: …, year: …, version: … }\"",
                 "add \"applies_to: { cluster: …, year: …, version: … }\""),
            PH_T("không rõ tệp này thuộc bộ tiêu chí nào", "it does not say which criteria it belongs to"));
    d->roots[d->n_files] = root;
    d->applies_to[d->n_files] = f[2].node;
    d->targets[d->n_files] = f[3].node;
    d->scores[d->n_files] = f[4].node;
    d->n_files++;
}

static ph_rc parse_file(ph_score_draft *d, const ph_score_file *file)
{
    const char *name = ph_arena_text(d->doc.arena, ph_span_str(file->name));
    ph_yaml *root = NULL;
    ph_err err = {0};

    if (name == NULL)
        return PH_NOMEM;
    ph_rc rc = file->text.len > PH_SCORE_MAX_FILE_BYTES
                   ? ph_err_set(&err, PH_LIMIT, "score.size", name, PH_T("lớn hơn %d byte", "larger than %d bytes"),
                                PH_SCORE_MAX_FILE_BYTES)
                   : ph_yaml_parse(file->text, d->doc.area, name, d->doc.arena, &root, &err);
    if (rc == PH_OK && root == NULL)
        rc = ph_err_set(&err, PH_MALFORMED, "score.empty", name, "%s",
                        PH_T("tệp không có nội dung", "the file is empty"));
    if (rc == PH_MALFORMED || rc == PH_LIMIT) {
        ph_doc_pass_on(&d->doc, &err);
        d->n_unread++;
        return PH_OK; /* the other files are looked at all the same */
    }
    if (rc == PH_OK)
        gather_file(d, root);
    return rc;
}

static ph_rc read_all(ph_score_draft *d, const ph_score_file *files, size_t n)
{
    ph_rc rc = PH_OK;

    for (size_t i = 0; rc == PH_OK && i < n; i++)
        rc = parse_file(d, &files[i]);
    if (rc != PH_OK)
        return rc;
    if ((d->scheme == NULL || d->criteria == NULL) && d->n_unread == 0)
        ph_doc_tell_hint(
            &d->doc, d->n_files == 0 ? NULL : d->roots[0], "scheme.missing",
            PH_T("nêu tệp có \"scheme:\" và \"criteria:\"", "name the file that holds \"scheme:\" and \"criteria:\""),
            PH_T("không có bộ tiêu chí", "there are no criteria"));
    ph_score_read_scheme(d);
    ph_score_read_tree(d);
    return ph_score_read_values(d);
}

/* ---- the set that outlives the draft ---- */

/* Texts of the registry are copied: a set lives on its own. */
static ph_rc keep_units(ph_score_draft *d, ph_score_set *set)
{
    const char **units = ph_arena_alloc(d->doc.arena, (d->cycle->n_members + 1U) * sizeof *units);

    for (size_t i = 0; units != NULL && i < d->cycle->n_members; i++) {
        units[i] = ph_arena_text(d->doc.arena, ph_span_str(d->units[i]));
        if (units[i] == NULL)
            return PH_NOMEM;
    }
    set->units = units;
    set->n_units = d->cycle->n_members;
    return units == NULL ? PH_NOMEM : PH_OK;
}

static ph_rc make_set(ph_score_draft *d, ph_score_set **ret)
{
    ph_score_set *set = ph_arena_alloc(d->doc.arena, sizeof *set);
    ph_score_node *nodes = ph_arena_alloc(d->doc.arena, (d->head.n_nodes + 1U) * sizeof *nodes);

    if (set == NULL || nodes == NULL)
        return PH_NOMEM;
    memcpy(nodes, d->nodes, d->head.n_nodes * sizeof *nodes);
    set->scheme = d->head;
    set->scheme.nodes = nodes;
    set->entries = d->entries;
    set->memory = d->doc.arena;
    ph_rc rc = keep_units(d, set);
    if (rc == PH_OK)
        *ret = set;
    return rc;
}

static void free_arena(ph_arena *arena)
{
    if (arena != NULL)
        ph_arena_done(arena);
    free(arena);
}

ph_rc ph_score_load(const ph_score_file *files, size_t n, const ph_registry *reg, ph_err_fn sink, void *arg,
                    ph_score_set **ret)
{
    if (n > PH_SCORE_MAX_FILES)
        return PH_LIMIT;
    ph_score_draft *d = calloc(1, sizeof *d);
    ph_arena *arena = calloc(1, sizeof *arena);
    ph_rc rc = PH_NOMEM;

    if (d != NULL && arena != NULL) {
        d->doc = (ph_doc){.area = "score", .arena = arena, .sink = sink, .arg = arg};
        d->reg = reg;
        rc = read_all(d, files, n);
        if (rc == PH_OK)
            rc = d->doc.n_errors == 0 ? make_set(d, ret) : PH_INVALID;
    }
    if (rc != PH_OK)
        free_arena(arena);
    free(d);
    return rc;
}

void ph_score_set_free(ph_score_set *set)
{
    if (set != NULL)
        free_arena(set->memory);
}
