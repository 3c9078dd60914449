/* ph_cfg_yaml - a flat YAML mapping as a list of entries with their places.   Layer: base/io (libyaml) */
#include <string.h>
#include <yaml.h>

#include "ph_cfg_priv.h"
#include "ph_locale.h"
#include "ph_utf8.h"

typedef struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    ph_cfg_entries *out;
    ph_cfg_report *report;
    ph_span text;
} reader;

static int line_of(yaml_mark_t m)
{
    return (int)m.line + 1;
}

static int col_of(yaml_mark_t m)
{
    return (int)m.column + 1;
}

static void tell(reader *r, const char *code, yaml_mark_t at, const char *what)
{
    ph_err e;

    (void)ph_err_at(&e, PH_MALFORMED, code, r->report->where, line_of(at), col_of(at), "%s", what);
    ph_err_hint(&e, "%s", PH_T("mỗi dòng là \"khóa: giá trị\"", "each line is \"key: value\""));
    ph_cfg_report_err(r->report, &e);
}

/* An unfinished key or quotation is noticed only where the next thing begins, or at the end of the file. */
static bool is_unfinished(const yaml_parser_t *p)
{
    return p->error == YAML_SCANNER_ERROR && p->context != NULL &&
           (strstr(p->context, "simple key") != NULL || strstr(p->context, "quoted scalar") != NULL);
}

/* Where the fault is; of a byte that is not read at all libyaml tells the offset only. */
static yaml_mark_t problem_at(const reader *r)
{
    yaml_mark_t at = is_unfinished(&r->parser) ? r->parser.context_mark : r->parser.problem_mark;

    if (r->parser.error != YAML_READER_ERROR)
        return at;
    at = (yaml_mark_t){0};
    for (size_t i = 0; i < r->text.len && i < r->parser.problem_offset; i++) {
        at.column = r->text.ptr[i] == '\n' ? 0 : at.column + 1;
        at.line += r->text.ptr[i] == '\n';
    }
    return at;
}

/* The next event; false at an error (told). */
static bool next(reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event) == 1;
    if (r->has_event)
        return true;
    ph_err e;
    yaml_mark_t at = problem_at(r);
    (void)ph_err_at(&e, PH_MALFORMED, "cfg.yaml.syntax", r->report->where, line_of(at), col_of(at), "%s%s%s%s",
                    PH_T("không phải YAML: ", "not YAML: "), r->parser.context == NULL ? "" : r->parser.context,
                    r->parser.context == NULL ? "" : ": ", r->parser.problem == NULL ? "?" : r->parser.problem);
    ph_cfg_report_err(r->report, &e);
    return false;
}

/* Plain scalars only: an anchor, alias or tag is something that our files do not need. */
static bool is_plain_data(reader *r)
{
    const yaml_event_t *e = &r->event;
    bool extra = e->type == YAML_ALIAS_EVENT;

    if (e->type == YAML_SCALAR_EVENT)
        extra = e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL;
    else if (e->type == YAML_SEQUENCE_START_EVENT)
        extra = e->data.sequence_start.anchor != NULL || e->data.sequence_start.tag != NULL;
    if (extra)
        tell(r, "cfg.yaml.unsupported", e->start_mark,
             PH_T("neo (&, *) và thẻ (!) không dùng ở đây", "anchors (&, *) and tags (!) are not used here"));
    return !extra;
}

/* Offsets first: the arena moves while it grows. */
typedef struct piece {
    size_t from, len;
} piece;

static ph_rc keep(reader *r, const yaml_event_t *e, piece *ret)
{
    ph_rc rc = ph_buf_put(&r->out->arena, e->data.scalar.value, e->data.scalar.length);

    *ret = (piece){.from = r->out->arena.len - (rc == PH_OK ? e->data.scalar.length : 0), .len = e->data.scalar.length};
    return rc;
}

static bool is_null(const yaml_event_t *e)
{
    ph_span v = ph_span_of(e->data.scalar.value, e->data.scalar.length);

    return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (v.len == 0 || ph_span_is(v, "~") || ph_span_is(v, "null"));
}

/* The items of a flat sequence, joined by commas. *ret_ok false when an error was told. */
static ph_rc read_items(reader *r, piece *ret, bool *ret_ok)
{
    size_t from = r->out->arena.len;
    piece item;

    *ret_ok = false;
    for (bool first = true; next(r); first = false) {
        if (r->event.type == YAML_SEQUENCE_END_EVENT) {
            *ret = (piece){.from = from, .len = r->out->arena.len - from};
            *ret_ok = true;
            return PH_OK;
        }
        if (r->event.type != YAML_SCALAR_EVENT) {
            tell(r, "cfg.yaml.nested", r->event.start_mark,
                 PH_T("danh sách chỉ được chứa giá trị đơn", "a list may hold single values only"));
            return PH_OK;
        }
        if (!is_plain_data(r))
            return PH_OK;
        ph_rc rc = first ? PH_OK : ph_buf_put_byte(&r->out->arena, ',');
        if (rc == PH_OK)
            rc = keep(r, &r->event, &item);
        if (rc != PH_OK)
            return rc;
    }
    return PH_OK;
}

static ph_rc read_value(reader *r, ph_cfg_entry *e, piece *ret, bool *ret_ok)
{
    e->line = line_of(r->event.start_mark);
    e->col = col_of(r->event.start_mark);
    *ret_ok = false;
    if (!is_plain_data(r))
        return PH_OK;
    if (r->event.type == YAML_SEQUENCE_START_EVENT) {
        e->is_list = true;
        return read_items(r, ret, ret_ok);
    }
    if (r->event.type != YAML_SCALAR_EVENT) {
        tell(r, "cfg.yaml.nested", r->event.start_mark,
             PH_T("ở đây không có tầng con", "there are no nested levels here"));
        return PH_OK;
    }
    e->is_null = is_null(&r->event);
    *ret_ok = true;
    return keep(r, &r->event, ret);
}

/* Key and value of one entry. *ret_go false when the mapping ended or an error was told. */
static ph_rc read_entry(reader *r, piece pieces[2], bool *ret_go)
{
    ph_cfg_entries *out = r->out;
    ph_cfg_entry *e = &out->rows[out->n];

    *ret_go = false;
    if (!next(r) || r->event.type == YAML_MAPPING_END_EVENT)
        return PH_OK;
    if (r->event.type != YAML_SCALAR_EVENT) {
        tell(r, "cfg.yaml.nested", r->event.start_mark, PH_T("tên khóa phải là một từ", "a key must be one word"));
        return PH_OK;
    }
    if (!is_plain_data(r))
        return PH_OK;
    if (out->n == PH_CFG_MAX_ENTRIES) {
        tell(r, "cfg.yaml.large", r->event.start_mark, PH_T("quá nhiều khóa", "too many keys"));
        return PH_OK;
    }
    *e = (ph_cfg_entry){.key_line = line_of(r->event.start_mark), .key_col = col_of(r->event.start_mark)};
    ph_rc rc = keep(r, &r->event, &pieces[0]);
    if (rc == PH_OK && next(r))
        rc = read_value(r, e, &pieces[1], ret_go);
    return rc;
}

static ph_rc read_mapping(reader *r)
{
    piece *pieces = calloc(PH_CFG_MAX_ENTRIES, 2 * sizeof *pieces);
    ph_rc rc = pieces == NULL ? PH_NOMEM : PH_OK;
    bool go = true;

    while (rc == PH_OK && go) {
        size_t at = r->out->n < PH_CFG_MAX_ENTRIES ? r->out->n : 0;
        rc = read_entry(r, &pieces[2 * at], &go);
        if (rc == PH_OK && go)
            r->out->n++;
    }
    for (size_t i = 0; i < r->out->n && pieces != NULL; i++) {
        const uint8_t *base = r->out->arena.ptr;
        r->out->rows[i].key = ph_span_of(base + pieces[2 * i].from, pieces[2 * i].len);
        r->out->rows[i].value = ph_span_of(base + pieces[2 * i + 1].from, pieces[2 * i + 1].len);
    }
    free(pieces);
    return rc;
}

static bool skip(reader *r, int n)
{
    while (n > 0 && next(r))
        n--;
    return n == 0;
}

/* stream start, document start, the mapping (or nothing), document end, stream end. */
static ph_rc read_stream(reader *r)
{
    ph_rc rc = PH_OK;

    if (!skip(r, 2) || r->event.type == YAML_STREAM_END_EVENT || !skip(r, 1))
        return PH_OK;
    bool empty = r->event.type == YAML_SCALAR_EVENT && is_null(&r->event);
    if (r->event.type == YAML_MAPPING_START_EVENT)
        rc = read_mapping(r);
    else if (!empty)
        tell(r, "cfg.yaml.shape", r->event.start_mark,
             PH_T("tệp phải là các dòng \"khóa: giá trị\"", "the file must be lines of \"key: value\""));
    if (rc != PH_OK || r->report->n > 0)
        return rc;
    if (skip(r, 2) && r->event.type != YAML_STREAM_END_EVENT)
        tell(r, "cfg.yaml.shape", r->event.start_mark,
             PH_T("tệp chỉ được có một tài liệu", "the file may hold one document only"));
    return PH_OK;
}

/* libyaml says of bad bytes only where they are in the file, so they are looked for first. */
static bool is_utf8(ph_span text, ph_cfg_report *report)
{
    ph_err e;
    int line = 1;
    size_t from = 0;

    if (ph_utf8_is_valid(text))
        return true;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] != '\n')
            continue;
        if (!ph_utf8_is_valid(ph_span_of(text.ptr + from, i - from)))
            break;
        from = i + 1;
        line++;
    }
    (void)ph_err_at(&e, PH_MALFORMED, "cfg.yaml.utf8", report->where, line, 1, "%s",
                    PH_T("dòng này không phải UTF-8", "this line is not UTF-8"));
    ph_err_hint(&e, "%s", PH_T("lưu lại tệp với mã UTF-8", "save the file as UTF-8"));
    ph_cfg_report_err(report, &e);
    return false;
}

ph_rc ph_cfg_read_yaml(ph_span text, ph_cfg_entries *ret, ph_cfg_report *report)
{
    reader r = {.out = ret, .report = report, .text = text};

    ret->n = 0;
    ph_buf_init(&ret->arena, 2 * PH_CFG_MAX_FILE_BYTES);
    if (text.len > PH_CFG_MAX_FILE_BYTES) {
        ph_err e;
        (void)ph_err_set(&e, PH_LIMIT, "cfg.file.large", report->where,
                         PH_T("tệp lớn hơn %d byte", "the file is larger than %d bytes"), (int)PH_CFG_MAX_FILE_BYTES);
        ph_cfg_report_err(report, &e);
        return PH_OK;
    }
    if (!is_utf8(text, report))
        return PH_OK;
    if (yaml_parser_initialize(&r.parser) != 1)
        return PH_NOMEM;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, text.ptr == NULL ? (const unsigned char *)"" : text.ptr, text.len);
    ph_rc rc = read_stream(&r);
    if (rc == PH_OK && r.parser.error == YAML_MEMORY_ERROR)
        rc = PH_NOMEM;
    if (r.has_event)
        yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return rc;
}

void ph_cfg_entries_done(ph_cfg_entries *e)
{
    ph_buf_done(&e->arena);
    e->n = 0;
}
