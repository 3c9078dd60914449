/* ph_diff_tree - see the header.   Layer: domain/io */
#include "ph_diff_tree.h"

#include <stdio.h>
#include <string.h>

#include "ph_buf.h"
#include "ph_registry_load.h"
#include "ph_utf8.h"

/* ---- showing ---- */

static void show(ph_buf *b, const ph_yaml *node)
{
    if (node->kind == PH_YAML_SCALAR) {
        (void)ph_utf8_escape(node->text, b);
        return;
    }
    bool is_map = node->kind == PH_YAML_MAP;
    (void)ph_buf_put_str(b, is_map ? "{" : "[");
    for (const ph_yaml *c = node->first; c != NULL; c = c->next) {
        if (c != node->first)
            (void)ph_buf_put_str(b, ", ");
        if (is_map) {
            (void)ph_utf8_escape(c->key->text, b);
            (void)ph_buf_put_str(b, ": ");
        }
        show(b, c);
    }
    (void)ph_buf_put_str(b, is_map ? "}" : "]");
}

const char *ph_diff_shown(ph_diff_tree *t, const ph_yaml *node)
{
    const char *text = NULL;
    ph_buf b;

    if (node == NULL)
        return "";
    ph_buf_init(&b, 8 * PH_BUNDLE_MAX_BYTES); /* an escape is at most eight times its byte */
    show(&b, node);
    if (b.rc == PH_OK)
        text = ph_arena_text(&t->arena, ph_buf_span(&b));
    ph_buf_done(&b);
    if (text == NULL)
        t->is_out_of_memory = true;
    return text == NULL ? "" : text;
}

static const char *join(ph_diff_tree *t, const char *path, const char *open, const char *name, const char *close)
{
    char text[512];

    (void)snprintf(text, sizeof text, "%s%s%s%s", path, *path == '\0' && *close == '\0' ? "" : open, name, close);
    const char *joined = ph_arena_text(&t->arena, ph_span_str(text));
    if (joined == NULL)
        t->is_out_of_memory = true;
    return joined == NULL ? path : joined;
}

static void tell(ph_diff_tree *t, ph_change_kind kind, const char *path, const char *from, const char *to)
{
    ph_registry_change c = {.kind = kind, .section = t->section, .row = t->row, .field = path, .from = from, .to = to};
    t->fn(t->arg, &c);
}

/* ---- maps ---- */

const ph_yaml *ph_diff_child(const ph_yaml *node, const char *key)
{
    if (node->kind != PH_YAML_MAP)
        return NULL;
    for (const ph_yaml *c = node->first; c != NULL; c = c->next)
        if (ph_span_is(c->key->text, key))
            return c;
    return NULL;
}

static const ph_yaml *same_key(const ph_yaml *map, const ph_yaml *child)
{
    for (const ph_yaml *c = map->first; c != NULL; c = c->next)
        if (ph_span_eq(c->key->text, child->key->text))
            return c;
    return NULL;
}

static void compare_maps(ph_diff_tree *t, const char *path, const ph_yaml *a, const ph_yaml *b)
{
    for (const ph_yaml *c = a->first; c != NULL; c = c->next)
        ph_diff_nodes(t, join(t, path, ".", ph_diff_shown(t, c->key), ""), c, same_key(b, c));
    for (const ph_yaml *c = b->first; c != NULL; c = c->next)
        if (same_key(a, c) == NULL)
            ph_diff_nodes(t, join(t, path, ".", ph_diff_shown(t, c->key), ""), NULL, c);
}

/* ---- lists of maps: matched by what names an element, and by which of that name it is ---- */

static const ph_yaml *name_of(const ph_yaml *element)
{
    static const char *const keys[] = {"unit", "indicator", "year", "at", "scheme", "due", "name"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const ph_yaml *name = ph_diff_child(element, keys[i]);
        if (name != NULL && name->kind == PH_YAML_SCALAR)
            return name;
    }
    return NULL;
}

static bool is_named_alike(const ph_yaml *x, const ph_yaml *y)
{
    const ph_yaml *a = name_of(x), *b = name_of(y);
    return a == NULL || b == NULL ? a == b : ph_span_eq(a->text, b->text);
}

static const ph_yaml *partner(const ph_yaml *list, const ph_yaml *element, const ph_yaml *in)
{
    size_t nth = 0;

    for (const ph_yaml *e = list->first; e != element; e = e->next)
        nth += is_named_alike(e, element);
    for (const ph_yaml *e = in->first; e != NULL; e = e->next)
        if (is_named_alike(e, element) && nth-- == 0)
            return e;
    return NULL;
}

static bool is_all_maps(const ph_yaml *list)
{
    for (const ph_yaml *e = list->first; e != NULL; e = e->next)
        if (e->kind != PH_YAML_MAP)
            return false;
    return true;
}

static const char *element_path(ph_diff_tree *t, const char *path, const ph_yaml *element)
{
    const ph_yaml *name = name_of(element);
    return join(t, path, "[", name == NULL ? "" : ph_diff_shown(t, name), "]");
}

/* The order of columns and members is part of what a registry says. */
static bool is_reordered(const ph_yaml *a, const ph_yaml *b)
{
    const ph_yaml *y = b->first;

    for (const ph_yaml *x = a->first; x != NULL; x = x->next) {
        if (partner(a, x, b) == NULL)
            continue;
        while (y != NULL && partner(b, y, a) == NULL)
            y = y->next;
        if (y == NULL || !is_named_alike(x, y))
            return true;
        y = y->next;
    }
    return false;
}

static const char *order_of(ph_diff_tree *t, const ph_yaml *list)
{
    ph_buf b;
    const char *text = NULL;

    ph_buf_init(&b, 8 * PH_BUNDLE_MAX_BYTES);
    for (const ph_yaml *e = list->first; e != NULL; e = e->next) {
        const ph_yaml *name = name_of(e);
        if (e != list->first)
            (void)ph_buf_put_str(&b, ", ");
        if (name != NULL)
            (void)ph_utf8_escape(name->text, &b);
    }
    if (b.rc == PH_OK)
        text = ph_arena_text(&t->arena, ph_buf_span(&b));
    ph_buf_done(&b);
    if (text == NULL)
        t->is_out_of_memory = true;
    return text == NULL ? "" : text;
}

static void compare_lists(ph_diff_tree *t, const char *path, const ph_yaml *a, const ph_yaml *b)
{
    for (const ph_yaml *e = a->first; e != NULL; e = e->next)
        ph_diff_nodes(t, element_path(t, path, e), e, partner(a, e, b));
    for (const ph_yaml *e = b->first; e != NULL; e = e->next)
        if (partner(b, e, a) == NULL)
            ph_diff_nodes(t, element_path(t, path, e), NULL, e);
    if (is_reordered(a, b))
        tell(t, PH_CHANGE_CHANGED, join(t, path, ".", "order", ""), order_of(t, a), order_of(t, b));
}

/* ---- any two ---- */

void ph_diff_nodes(ph_diff_tree *t, const char *path, const ph_yaml *a, const ph_yaml *b)
{
    if (a == NULL || b == NULL) {
        if (a != b)
            tell(t, a == NULL ? PH_CHANGE_ADDED : PH_CHANGE_REMOVED, path, ph_diff_shown(t, a), ph_diff_shown(t, b));
        return;
    }
    if (a->kind == PH_YAML_MAP && b->kind == PH_YAML_MAP) {
        compare_maps(t, path, a, b);
        return;
    }
    if (a->kind == PH_YAML_LIST && b->kind == PH_YAML_LIST && is_all_maps(a) && is_all_maps(b)) {
        compare_lists(t, path, a, b);
        return;
    }
    const char *from = ph_diff_shown(t, a), *to = ph_diff_shown(t, b);
    if (strcmp(from, to) != 0)
        tell(t, PH_CHANGE_CHANGED, path, from, to);
}
