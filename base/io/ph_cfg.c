/* ph_cfg - configuration as a table of keys: load, check, reload.   Layer: base/io */
#include "ph_cfg.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ph_cfg_priv.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_suggest.h"

/* One load: the struct being filled and what was seen. */
typedef struct loading {
    const ph_cfg_schema *schema;
    ph_cfg_report *report;
    char folder[PATH_MAX];
    void *cfg;
    bool *seen; /* by key: was given a value, right or wrong */
} loading;

void ph_cfg_report_err(void *arg, const ph_err *err)
{
    ph_cfg_report *r = arg;

    if (r->n++ == 0)
        r->first = *err;
    if (r->fn != NULL && r->n <= PH_CFG_MAX_ERRORS)
        r->fn(r->arg, err);
}

static void report_at(loading *l, ph_err *e, int line, int col)
{
    if (e->where[0] == '\0')
        (void)ph_span_copy(ph_span_str(l->report->where), e->where, sizeof e->where);
    e->line = line;
    e->col = col;
    ph_cfg_report_err(l->report, e);
}

/* ---- the table itself ---- */

static size_t field_size(const ph_cfg_key *key)
{
    if (key->type == PH_CFG_BOOL)
        return sizeof(bool);
    return key->type == PH_CFG_ENUM ? sizeof(int) : sizeof(int64_t);
}

/* A table that contradicts itself is a mistake of ours, found by the first load of any test. */
static bool is_sound(const ph_cfg_schema *schema, const ph_cfg_key *key)
{
    bool text = ph_cfg_is_text(key);

    if (key->name == NULL || key->vi == NULL || key->en == NULL || key->offset + key->size > schema->size ||
        key->min > key->max)
        return false;
    if ((key->type == PH_CFG_ENUM) != (key->names != NULL) ||
        (key->deflt == NULL) != ((key->flags & PH_CFG_REQUIRED) != 0))
        return false;
    return text ? key->size > 1 : key->size == field_size(key);
}

static ph_rc fill_defaults(const ph_cfg_schema *schema, const char *folder, void *cfg, ph_err *err)
{
    memset(cfg, 0, schema->size);
    for (size_t i = 0; i < schema->n_keys; i++) {
        const ph_cfg_key *key = &schema->keys[i];
        if (!is_sound(schema, key))
            return ph_err_set(err, PH_BUG, "cfg.table", schema->program, "key %zu (%s) contradicts itself", i,
                              key->name == NULL ? "?" : key->name);
        if (key->deflt != NULL && ph_cfg_value_parse(key, ph_span_str(key->deflt), folder, cfg, err) != PH_OK)
            return ph_err_set(err, PH_BUG, "cfg.table", schema->program, "%s: its own default \"%s\" is refused",
                              key->name, key->deflt);
    }
    return PH_OK;
}

ph_rc ph_cfg_defaults(const ph_cfg_schema *schema, void *cfg)
{
    return fill_defaults(schema, "", cfg, NULL);
}

/* ---- keys and values ---- */

static const ph_cfg_key *find_key(const ph_cfg_schema *schema, ph_span name)
{
    for (size_t i = 0; i < schema->n_keys; i++)
        if (ph_span_is(name, schema->keys[i].name))
            return &schema->keys[i];
    return NULL;
}

static void tell_unknown(loading *l, ph_span name, int line, int col)
{
    ph_err e;
    const char *near = ph_suggest_rows(name, &l->schema->keys[0].name, sizeof l->schema->keys[0], l->schema->n_keys);

    (void)ph_err_set(&e, PH_INVALID, "cfg.key.unknown", "", PH_T("không có khóa \"%.*s\"", "there is no key \"%.*s\""),
                     (int)(name.len < 100 ? name.len : 100), (const char *)name.ptr);
    if (near != NULL)
        ph_err_hint(&e, PH_T("có phải \"%s\"?", "did you mean \"%s\"?"), near);
    else
        ph_err_hint(&e, PH_T("xem mọi khóa: %s --print-config", "see all keys: %s --print-config"), l->schema->program);
    report_at(l, &e, line, col);
}

static void tell(loading *l, const ph_cfg_entry *entry, const char *code, const char *name, const char *what)
{
    ph_err e;

    (void)ph_err_set(&e, PH_INVALID, code, "", "%s: %s", name, what);
    report_at(l, &e, entry->line, entry->col);
}

static void take_value(loading *l, const ph_cfg_key *key, const ph_cfg_entry *entry, const char *folder)
{
    ph_err e;

    if (entry->is_null)
        tell(l, entry, "cfg.value.missing", key->name,
             PH_T("không có giá trị; để trống thì viết \"\"", "has no value; for an empty one write \"\""));
    else if (entry->is_list && key->type != PH_CFG_LIST)
        tell(l, entry, "cfg.value.list", key->name, PH_T("chỉ nhận một giá trị", "takes one value only"));
    else if (ph_cfg_value_parse(key, entry->value, folder, l->cfg, &e) != PH_OK)
        report_at(l, &e, entry->line, entry->col);
}

static void take_entry(loading *l, const ph_cfg_entry *entry)
{
    const ph_cfg_key *key = find_key(l->schema, entry->key);

    if (key == NULL) {
        tell_unknown(l, entry->key, entry->key_line, entry->key_col);
        return;
    }
    bool *seen = &l->seen[key - l->schema->keys];
    if (*seen) {
        ph_err e;
        (void)ph_err_set(&e, PH_INVALID, "cfg.key.twice", "",
                         PH_T("%s: khóa đã có ở trên", "%s: the key was given above"), key->name);
        report_at(l, &e, entry->key_line, entry->key_col);
        return;
    }
    *seen = true;
    take_value(l, key, entry, l->folder);
}

/* "key=value" of --set; the place told is the option and its column counts within it. */
static void take_set(loading *l, const char *set)
{
    ph_err e;
    const char *equals = strchr(set, '=');
    ph_span name = ph_span_of(set, equals == NULL ? strlen(set) : (size_t)(equals - set));
    const char *where = l->report->where;
    const ph_cfg_key *key = find_key(l->schema, name);

    l->report->where = "--set";
    if (equals == NULL) {
        (void)ph_err_set(&e, PH_INVALID, "cfg.set.shape", "",
                         PH_T("\"%s\" phải có dạng khóa=giá-trị", "\"%s\" must be key=value"), set);
        report_at(l, &e, 0, 0);
    } else if (key == NULL) {
        tell_unknown(l, name, 0, 0);
    } else {
        l->seen[key - l->schema->keys] = true;
        take_value(l, key, &(ph_cfg_entry){.value = ph_span_str(equals + 1)}, "");
    }
    l->report->where = where;
}

static void check_required(loading *l)
{
    for (size_t i = 0; i < l->schema->n_keys; i++) {
        const ph_cfg_key *key = &l->schema->keys[i];
        ph_err e;
        if ((key->flags & PH_CFG_REQUIRED) == 0 || l->seen[i])
            continue;
        (void)ph_err_set(&e, PH_INVALID, "cfg.key.missing", "", PH_T("thiếu khóa %s: %s", "the key %s is missing: %s"),
                         key->name, PH_T(key->vi, key->en));
        report_at(l, &e, 0, 0);
    }
}

/* ---- one load ---- */

static void folder_of(const char *file, char *dst, size_t size)
{
    const char *slash = file == NULL ? NULL : strrchr(file, '/');

    if (slash == NULL || !ph_span_copy(ph_span_of(file, slash == file ? 1 : (size_t)(slash - file)), dst, size))
        dst[0] = '\0';
}

static ph_rc fill(loading *l, ph_span text, const ph_cfg_source *source, ph_err *err)
{
    ph_cfg_entries *entries = calloc(1, sizeof *entries);
    ph_rc rc = entries == NULL ? PH_NOMEM : fill_defaults(l->schema, l->folder, l->cfg, err);

    if (rc == PH_OK)
        rc = ph_cfg_read_yaml(text, entries, l->report);
    for (size_t i = 0; rc == PH_OK && i < entries->n; i++)
        take_entry(l, &entries->rows[i]);
    for (size_t i = 0; rc == PH_OK && i < source->n_sets; i++)
        take_set(l, source->sets[i]);
    if (rc == PH_OK)
        check_required(l);
    if (rc == PH_OK && l->report->n == 0 && l->schema->check != NULL)
        l->schema->check(l->cfg, ph_cfg_report_err, l->report);
    if (entries != NULL)
        ph_cfg_entries_done(entries);
    free(entries);
    return rc;
}

/* What the caller's caller is told when the single errors went elsewhere. */
static ph_rc summarize(const ph_cfg_report *r, ph_err *err)
{
    if (r->n == 1) {
        if (err != NULL)
            *err = r->first;
    } else {
        (void)ph_err_at(err, PH_INVALID, "cfg.invalid", r->first.where, r->first.line, r->first.col,
                        PH_T("%d lỗi cấu hình; lỗi đầu: %s", "%d errors in the configuration; the first: %s"), r->n,
                        r->first.what);
        ph_err_hint(err, "%s", r->first.hint);
    }
    ph_err_means(err, "%s", PH_T("không có giá trị nào được dùng", "none of its values was taken"));
    return PH_INVALID;
}

ph_rc ph_cfg_parse(const ph_cfg_schema *schema, ph_span text, const ph_cfg_source *source, void *cfg,
                   ph_err_fn on_error, void *arg, ph_err *err)
{
    const char *where = source->file != NULL && source->file[0] != '\0' ? source->file : schema->program;
    ph_cfg_report report = {.fn = on_error, .arg = arg, .where = where};
    loading l = {.schema = schema, .report = &report};

    folder_of(source->file, l.folder, sizeof l.folder);
    l.cfg = calloc(1, schema->size);
    l.seen = calloc(schema->n_keys + 1, sizeof *l.seen);
    ph_rc rc = l.cfg == NULL || l.seen == NULL ? PH_NOMEM : fill(&l, text, source, err);
    if (rc == PH_NOMEM)
        (void)ph_err_set(err, rc, "cfg.memory", where, "%s", ph_rc_text(rc));
    if (rc == PH_OK && report.n > 0)
        rc = summarize(&report, err);
    if (rc == PH_OK)
        memcpy(cfg, l.cfg, schema->size);
    if (l.cfg != NULL)
        explicit_bzero(l.cfg, schema->size); /* SECRET values */
    free(l.cfg);
    free(l.seen);
    return rc;
}

/* A file that cannot be read is a configuration error too, for the exit code. */
static ph_rc read_source(const char *file, ph_buf *dst, ph_err *err)
{
    ph_err e = {0};
    ph_rc rc = ph_file_read(file, dst, &e);

    if (rc == PH_OK)
        return rc;
    (void)ph_err_set(err, rc, rc == PH_NOT_FOUND ? "cfg.file.missing" : "cfg.file.read", file, "%s", e.what);
    if (rc == PH_NOT_FOUND)
        ph_err_hint(err, "%s",
                    PH_T("chỉ tệp khác bằng --config TỆP, hoặc tạo tệp từ --print-config",
                         "name another with --config FILE, or make one from --print-config"));
    return rc;
}

ph_rc ph_cfg_load(const ph_cfg_schema *schema, const ph_cfg_source *source, void *cfg, ph_err_fn on_error, void *arg,
                  ph_err *err)
{
    ph_buf text;
    ph_rc rc = PH_OK;

    ph_buf_init(&text, PH_CFG_MAX_FILE_BYTES);
    if (source->file != NULL && source->file[0] != '\0')
        rc = read_source(source->file, &text, err);
    if (rc == PH_OK)
        rc = ph_cfg_parse(schema, ph_buf_span(&text), source, cfg, on_error, arg, err);
    ph_buf_done(&text);
    return rc;
}

/* ---- reload ---- */

static void compare(const ph_cfg_key *key, const void *next, void *cfg, ph_cfg_change_fn on_change, void *arg)
{
    char was[PH_CFG_MAX_VALUE_BYTES], is[PH_CFG_MAX_VALUE_BYTES];
    bool applies = (key->flags & PH_CFG_RELOAD) != 0;
    bool secret = (key->flags & PH_CFG_SECRET) != 0;

    ph_cfg_value_print(key, cfg, was, sizeof was);
    ph_cfg_value_print(key, next, is, sizeof is);
    if (strcmp(was, is) == 0)
        return;
    if (applies)
        memcpy((char *)cfg + key->offset, (const char *)next + key->offset, key->size);
    if (on_change != NULL)
        on_change(arg, key, secret ? "***" : was, secret ? "***" : is, applies);
}

ph_rc ph_cfg_reload(const ph_cfg_schema *schema, const ph_cfg_source *source, void *cfg, ph_cfg_change_fn on_change,
                    ph_err_fn on_error, void *arg, ph_err *err)
{
    void *next = calloc(1, schema->size);

    if (next == NULL)
        return ph_err_set(err, PH_NOMEM, "cfg.memory", schema->program, "%s", ph_rc_text(PH_NOMEM));
    ph_rc rc = ph_cfg_load(schema, source, next, on_error, arg, err);
    for (size_t i = 0; rc == PH_OK && i < schema->n_keys; i++)
        compare(&schema->keys[i], next, cfg, on_change, arg);
    explicit_bzero(next, schema->size);
    free(next);
    return rc;
}
