/* ph_yaml - from libyaml's events to a tree.   Layer: domain/io (libyaml) */
#include "ph_yaml.h"
#include "ph_locale.h"

#include <stdio.h>
#include <yaml.h>

typedef struct reader {
    yaml_parser_t parser;
    ph_span text;
    const char *area, *file;
    ph_arena *arena;
    ph_err *err;
    uint32_t n_nodes, n_documents;
    size_t depth;
    ph_yaml *open[PH_YAML_MAX_DEPTH]; /* containers not closed yet, outermost first */
    ph_yaml *keys[PH_YAML_MAX_DEPTH]; /* of a map: the key that waits for its value */
    ph_yaml *root;
} reader;

static ph_rc refuse(reader *r, ph_rc rc, const char *code, yaml_mark_t at, const char *what)
{
    char full[sizeof r->err->code];

    (void)snprintf(full, sizeof full, "%s.yaml.%s", r->area, code);
    (void)ph_err_at(r->err, rc, full, r->file, (int)at.line + 1, (int)at.column + 1, "%s", what);
    return rc;
}

/* libyaml gives only an offset for bytes that it could not read. */
static yaml_mark_t mark_of_offset(const reader *r)
{
    yaml_mark_t at = {0};

    for (size_t i = 0; i < r->parser.problem_offset && i < r->text.len; i++) {
        at.column += (r->text.ptr[i] & 0xC0) != 0x80;
        if (r->text.ptr[i] == '\n') {
            at.line++;
            at.column = 0;
        }
    }
    return at;
}

static ph_rc refuse_syntax(reader *r)
{
    const char *problem =
        r->parser.problem == NULL ? PH_T("đây không phải YAML", "this is not YAML") : r->parser.problem;

    if (r->parser.error == YAML_MEMORY_ERROR)
        return PH_NOMEM;
    if (r->parser.error == YAML_READER_ERROR)
        return refuse(r, PH_MALFORMED, "bytes", mark_of_offset(r), problem);
    ph_rc rc = refuse(r, PH_MALFORMED, "syntax", r->parser.problem_mark, problem);
    if (r->parser.context != NULL)
        ph_err_hint(r->err, PH_T("xem chỗ này (%s), bắt đầu ở dòng %zu", "look %s that begins at line %zu"),
                    r->parser.context, r->parser.context_mark.line + 1);
    return rc;
}

static ph_rc hang(reader *r, ph_yaml *node, yaml_mark_t at)
{
    ph_yaml *parent = r->depth == 0 ? NULL : r->open[r->depth - 1];

    if (parent == NULL) {
        r->root = node;
        return PH_OK;
    }
    if (parent->kind == PH_YAML_MAP && r->keys[r->depth - 1] == NULL) {
        if (node->kind != PH_YAML_SCALAR)
            return refuse(r, PH_MALFORMED, "key", at, PH_T("khóa phải là văn bản đơn", "a key must be a plain text"));
        r->keys[r->depth - 1] = node;
        return PH_OK;
    }
    node->key = r->keys[r->depth - 1];
    r->keys[r->depth - 1] = NULL;
    if (parent->last == NULL)
        parent->first = node;
    else
        parent->last->next = node;
    parent->last = node;
    parent->n_children++;
    return PH_OK;
}

static ph_rc add(reader *r, ph_yaml_kind kind, yaml_mark_t at, ph_yaml **ret)
{
    ph_yaml *node = NULL;

    if (++r->n_nodes > PH_YAML_MAX_NODES)
        return refuse(r, PH_LIMIT, "size", at,
                      PH_T("nhiều mục hơn mức cho phép của một tệp", "more entries than one file may hold"));
    node = ph_arena_alloc(r->arena, sizeof *node);
    if (node == NULL)
        return PH_NOMEM;
    node->file = r->file;
    node->kind = kind;
    node->line = (int)at.line + 1;
    node->col = (int)at.column + 1;
    *ret = node;
    return hang(r, node, at);
}

static ph_rc add_scalar(reader *r, const yaml_event_t *e)
{
    ph_yaml *node = NULL;
    ph_rc rc = add(r, PH_YAML_SCALAR, e->start_mark, &node);

    if (rc != PH_OK)
        return rc;
    const char *copy = ph_arena_text(r->arena, ph_span_of(e->data.scalar.value, e->data.scalar.length));
    if (copy == NULL)
        return PH_NOMEM;
    node->text = ph_span_of(copy, e->data.scalar.length);
    node->is_quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return PH_OK;
}

static ph_rc open_container(reader *r, ph_yaml_kind kind, yaml_mark_t at)
{
    ph_yaml *node = NULL;

    if (r->depth == PH_YAML_MAX_DEPTH)
        return refuse(r, PH_LIMIT, "depth", at, PH_T("lồng nhau quá sâu", "nested too deeply"));
    ph_rc rc = add(r, kind, at, &node);
    if (rc != PH_OK)
        return rc;
    r->open[r->depth] = node;
    r->keys[r->depth] = NULL;
    r->depth++;
    return PH_OK;
}

static bool has_anchor_or_tag(const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL;
    case YAML_SEQUENCE_START_EVENT:
        return e->data.sequence_start.anchor != NULL || e->data.sequence_start.tag != NULL;
    case YAML_MAPPING_START_EVENT:
        return e->data.mapping_start.anchor != NULL || e->data.mapping_start.tag != NULL;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        break;
    }
    return false;
}

static ph_rc take(reader *r, const yaml_event_t *e)
{
    if (has_anchor_or_tag(e))
        return refuse(r, PH_MALFORMED, "anchor", e->start_mark,
                      PH_T("không dùng neo (&) và nhãn (!) ở đây", "anchors (&) and tags (!) are not used here"));
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return add_scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(r, PH_YAML_LIST, e->start_mark);
    case YAML_MAPPING_START_EVENT:
        return open_container(r, PH_YAML_MAP, e->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return PH_OK;
    case YAML_ALIAS_EVENT:
        return refuse(
            r, PH_MALFORMED, "alias", e->start_mark,
            PH_T("không dùng bí danh (*) ở đây: hãy viết đầy đủ", "aliases (*) are not used here: write the text out"));
    case YAML_DOCUMENT_START_EVENT:
        return ++r->n_documents == 1
                   ? PH_OK
                   : refuse(r, PH_MALFORMED, "documents", e->start_mark,
                            PH_T("văn bản thứ hai (---) trong một tệp", "a second document (---) in one file"));
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return PH_OK;
}

static ph_rc read_all(reader *r)
{
    ph_rc rc = PH_OK;
    bool is_end = false;

    while (rc == PH_OK && !is_end) {
        yaml_event_t event;
        if (yaml_parser_parse(&r->parser, &event) == 0)
            return refuse_syntax(r);
        is_end = event.type == YAML_STREAM_END_EVENT;
        rc = take(r, &event);
        yaml_event_delete(&event);
    }
    return rc;
}

ph_rc ph_yaml_parse(ph_span text, const char *area, const char *file, ph_arena *arena, ph_yaml **ret, ph_err *err)
{
    static const unsigned char nothing[1];
    reader r = {.text = text, .area = area, .file = file, .arena = arena, .err = err};

    if (yaml_parser_initialize(&r.parser) == 0)
        return PH_NOMEM;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, text.len == 0 ? nothing : text.ptr, text.len);
    ph_rc rc = read_all(&r);
    yaml_parser_delete(&r.parser);
    if (rc == PH_OK)
        *ret = r.root;
    return rc;
}
