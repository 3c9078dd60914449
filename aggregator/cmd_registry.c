/* cmd_registry - a registry checked, and two of them compared.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <stdio.h>
#include <string.h>

#include "ph_daemon.h"
#include "ph_json.h"
#include "ph_locale.h"
#include "ph_registry_diff.h"
#include "ph_registry_load.h"
#include "ph_term.h"

/* ---- check ---- */

typedef struct checking {
    bool is_json;
    ph_json *json; /* an open array of errors */
    unsigned n_errors;
    bool is_more; /* more than were told */
} checking;

static void take_error(void *arg, const ph_err *e)
{
    checking *c = arg;
    ph_json *j = c->json;

    c->n_errors++;
    c->is_more = c->is_more || strcmp(e->code, "registry.errors.many") == 0;
    if (!c->is_json) {
        ph_daemon_print_err(NULL, e);
        return;
    }
    ph_json_begin_object(j);
    ph_json_key(j, "code");
    ph_json_str(j, e->code);
    ph_json_key(j, "column");
    ph_json_uint(j, (uint64_t)e->col);
    ph_json_key(j, "file");
    ph_json_str(j, e->where);
    ph_json_key(j, "hint");
    ph_json_str(j, e->hint);
    ph_json_key(j, "line");
    ph_json_uint(j, (uint64_t)e->line);
    ph_json_key(j, "what");
    ph_json_str(j, e->what);
    ph_json_end_object(j);
}

typedef struct count {
    const char *key, *vi, *en;
    size_t n;
} count;
enum { N_COUNTS = 10 };

/* In the order of their keys, as JSON has them. */
static void count_rows(const ph_registry *r, count ret[N_COUNTS])
{
    const count counts[N_COUNTS] = {{"calendar", "kỳ báo cáo trong lịch", "duties", ph_registry_n_calendar(r)},
                                    {"clusters", "cụm", "clusters", ph_registry_n_clusters(r)},
                                    {"days_off", "ngày nghỉ, làm bù", "days off", ph_registry_n_days_off(r)},
                                    {"forms", "biểu", "forms", ph_registry_n_forms(r)},
                                    {"indicators", "chỉ tiêu", "indicators", ph_registry_n_indicators(r)},
                                    {"links", "liên kết kế thừa", "links", ph_registry_n_links(r)},
                                    {"references", "số đối chiếu", "references", ph_registry_n_references(r)},
                                    {"rules", "quy tắc", "rules", ph_registry_n_rules(r)},
                                    {"units", "đơn vị", "units", ph_registry_n_units(r)},
                                    {"weights", "bộ trọng số", "weight sets", ph_registry_n_weight_sets(r)}};
    for (size_t i = 0; i < N_COUNTS; i++)
        ret[i] = counts[i];
}

static void print_text(const ph_registry *r, ph_buf *dst)
{
    char digest[2 * sizeof(ph_digest) + 1], line[128];
    count counts[N_COUNTS];

    ph_hex_print(ph_registry_digest(r)->bytes, sizeof(ph_digest), digest);
    (void)ph_buf_put_str(dst, PH_T("phiên bản ", "version "));
    (void)ph_buf_put_str(dst, ph_registry_version(r));
    (void)ph_buf_put_str(dst, PH_T("\nmã băm    ", "\ndigest  "));
    (void)ph_buf_put_str(dst, digest);
    (void)ph_buf_put_byte(dst, '\n');
    count_rows(r, counts);
    for (size_t i = 0; i < N_COUNTS; i++) {
        (void)snprintf(line, sizeof line, "%6zu %s\n", counts[i].n, PH_T(counts[i].vi, counts[i].en));
        (void)ph_buf_put_str(dst, line);
    }
}

/* The errors stand already, closed; keys go on in their order. */
static void print_json_rest(ph_json *j, const ph_registry *r)
{
    ph_json_key(j, "valid");
    ph_json_bool(j, r != NULL);
    ph_json_key(j, "version");
    if (r == NULL)
        ph_json_null(j);
    else
        ph_json_str(j, ph_registry_version(r));
    ph_json_end_object(j);
}

static void print_json_counts(ph_json *j, const ph_registry *r)
{
    count counts[N_COUNTS];

    ph_json_begin_object(j);
    ph_json_key(j, "counts");
    ph_json_begin_object(j);
    count_rows(r, counts);
    for (size_t i = 0; i < N_COUNTS; i++) {
        ph_json_key(j, counts[i].key);
        ph_json_uint(j, counts[i].n);
    }
    ph_json_end_object(j);
    ph_json_key(j, "digest");
    ph_json_hex(j, ph_registry_digest(r));
    ph_json_key(j, "errors");
    ph_json_begin_array(j);
    ph_json_end_array(j);
}

/* "3 errors", "1 error", "more than 200 errors": as many as stand above. */
static const char *count_errors(const checking *c, char *dst, size_t size)
{
    const unsigned n = c->is_more ? c->n_errors - 1 : c->n_errors; /* the last one only says that there are more */

    (void)snprintf(dst, size, PH_T("%s%u lỗi", "%s%u error%s"), c->is_more ? PH_T("hơn ", "more than ") : "", n,
                   n == 1 ? "" : "s");
    return dst;
}

static ph_rc fail_unread(ph_rc rc, const char *path, ph_err *err)
{
    return ph_err_set(err, rc, "agg.registry.unreadable", path, "%s", ph_rc_text(rc));
}

static ph_rc fail_check(ph_rc rc, const char *path, const checking *c, ph_err *err)
{
    char n[64];

    if (rc != PH_INVALID || c->n_errors == 0)
        return fail_unread(rc, path, err);
    return ph_err_set(err, rc, "agg.registry.invalid", path,
                      PH_T("%s: bộ danh mục này sẽ không được nhận", "%s: this registry would not be taken"),
                      count_errors(c, n, sizeof n));
}

ph_rc ph_agg_cmd_registry_check(const ph_args *args, ph_err *err)
{
    ph_registry *r = NULL;
    ph_buf errors, text;
    ph_buf_init(&errors, PH_BUNDLE_MAX_BYTES);
    ph_buf_init(&text, PH_BUNDLE_MAX_BYTES);
    ph_json ej = ph_json_over(&errors), j = ph_json_over(&text);
    checking c = {.is_json = args->json, .json = &ej};
    ph_json_begin_object(&ej);
    ph_json_key(&ej, "errors");
    ph_json_begin_array(&ej);
    ph_rc rc = ph_registry_load_dir(args->operands[0], take_error, &c, NULL, &r);
    ph_json_end_array(&ej);
    if (args->json && rc == PH_OK) {
        print_json_counts(&j, r);
        print_json_rest(&j, r);
    } else if (args->json) {
        print_json_rest(&ej, NULL);
    } else if (rc == PH_OK) {
        print_text(r, &text);
    }
    ph_buf *out = args->json && rc != PH_OK ? &errors : &text;
    if (args->json)
        (void)ph_buf_put_byte(out, '\n');
    ph_rc printed = ph_agg_cmd_print(out, err);
    if (rc != PH_OK)
        printed = fail_check(rc, args->operands[0], &c, err);
    ph_registry_free(r);
    ph_buf_done(&errors);
    ph_buf_done(&text);
    return printed;
}

/* ---- diff ---- */

typedef struct comparing {
    bool is_json;
    ph_json *json;
    ph_buf *text;
    size_t n;
} comparing;

static const char *section_word(const char *section)
{
    static const struct {
        const char *section, *vi, *en;
    } words[] = {{"registry", "bộ danh mục", "registry"},
                 {"units", "đơn vị", "unit"},
                 {"clusters", "cụm", "cluster"},
                 {"indicators", "chỉ tiêu", "indicator"},
                 {"forms", "biểu", "form"},
                 {"weights", "bộ trọng số", "weight set"},
                 {"days_off", "ngày nghỉ", "day off"},
                 {"calendar", "lịch báo cáo", "duty"},
                 {"links", "liên kết kế thừa", "link"},
                 {"references", "số đối chiếu", "reference"},
                 {"rules", "quy tắc", "rule"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(section, words[i].section) == 0)
            return PH_T(words[i].vi, words[i].en);
    return section;
}

static const char *kind_word(ph_change_kind kind)
{
    switch (kind) {
    case PH_CHANGE_ADDED:
        return PH_T("thêm", "added  ");
    case PH_CHANGE_REMOVED:
        return PH_T("bỏ  ", "removed");
    case PH_CHANGE_CHANGED:
        return PH_T("sửa ", "changed");
    }
    return "";
}

static const char *kind_code(ph_change_kind kind)
{
    return kind == PH_CHANGE_ADDED ? "added" : kind == PH_CHANGE_REMOVED ? "removed" : "changed";
}

static void text_change(ph_buf *b, const ph_registry_change *c)
{
    const char *const parts[] = {kind_word(c->kind),
                                 "  ",
                                 section_word(c->section),
                                 *c->row == '\0' ? "" : " ",
                                 c->row,
                                 *c->field == '\0' ? "" : ", ",
                                 c->field,
                                 ": ",
                                 c->from,
                                 c->kind == PH_CHANGE_CHANGED ? " → " : "",
                                 c->to,
                                 "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        (void)ph_buf_put_str(b, parts[i]);
}

static void json_change(ph_json *j, const ph_registry_change *c)
{
    ph_json_begin_object(j);
    ph_json_key(j, "field");
    ph_json_str(j, c->field);
    ph_json_key(j, "from");
    ph_json_str(j, c->from);
    ph_json_key(j, "kind");
    ph_json_str(j, kind_code(c->kind));
    ph_json_key(j, "row");
    ph_json_str(j, c->row);
    ph_json_key(j, "section");
    ph_json_str(j, c->section);
    ph_json_key(j, "to");
    ph_json_str(j, c->to);
    ph_json_end_object(j);
}

static void take_change(void *arg, const ph_registry_change *c)
{
    comparing *x = arg;

    x->n++;
    if (x->is_json)
        json_change(x->json, c);
    else
        text_change(x->text, c);
}

static ph_rc read_stored(const ph_args *args, const ph_digest *digest, const char *name, ph_buf *ret, ph_err *err)
{
    ph_agg_reading r;
    ph_span text;
    ph_rc rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK) {
        rc = r.store->ops->get_document(r.store, digest, &text);
        if (rc == PH_OK)
            rc = ph_buf_put_span(ret, text);
        if (rc == PH_NOT_FOUND) {
            (void)ph_err_set(
                err, rc, "agg.registry.unknown", name, "%s",
                PH_T("sổ cái không giữ bộ danh mục nào có mã băm này", "the ledger keeps no registry of this digest"));
            ph_err_hint(err, "phusa-aggregator status --json");
        } else if (rc != PH_OK)
            rc = ph_agg_reading_failed(&r, rc, "reading a registry", err);
    }
    ph_agg_reading_close(&r);
    return rc;
}

/* A folder, or a digest in the ledger. The errors of a folder are told and counted. */
static ph_rc read_side(const ph_args *args, const char *name, ph_buf *ret, checking *c, ph_err *err)
{
    ph_digest digest;
    ph_registry *r = NULL;
    ph_rc rc;

    if (ph_hex_parse(ph_span_str(name), digest.bytes, sizeof digest.bytes) == PH_OK)
        return read_stored(args, &digest, name, ret, err);
    rc = ph_registry_load_dir(name, take_error, c, ret, &r);
    ph_registry_free(r);
    return rc == PH_OK || (rc == PH_INVALID && c->n_errors > 0) ? rc : fail_unread(rc, name, err);
}

/* Both are read before anything is said of them together, so that the errors of both are told in one run. */
static ph_rc read_sides(const ph_args *args, ph_buf *a, ph_buf *b, ph_err *err)
{
    checking of_a = {0}, of_b = {0};
    char n[64];
    ph_rc rc = read_side(args, args->operands[0], a, &of_a, err);

    if (rc != PH_OK && of_a.n_errors == 0)
        return rc;
    rc = read_side(args, args->operands[1], b, &of_b, err);
    if (rc != PH_OK && of_b.n_errors == 0)
        return rc;
    if (of_a.n_errors + of_b.n_errors == 0)
        return PH_OK;
    const checking both = {.n_errors = of_a.n_errors + of_b.n_errors - (of_a.is_more && of_b.is_more),
                           .is_more = of_a.is_more || of_b.is_more};
    return ph_err_set(
        err, PH_INVALID, "agg.registry.invalid", args->operands[of_a.n_errors == 0],
        PH_T("%s: bộ danh mục có lỗi thì không so sánh được", "%s: a registry with errors is not compared"),
        count_errors(&both, n, sizeof n));
}

static ph_rc compare(const ph_args *args, ph_span a, ph_span b, ph_buf *text, ph_err *err)
{
    ph_json j = ph_json_over(text);
    comparing x = {.is_json = args->json, .json = &j, .text = text};
    ph_digest from = ph_digest_of_span(a), to = ph_digest_of_span(b);

    if (args->json) {
        ph_json_begin_object(&j);
        ph_json_key(&j, "changes");
        ph_json_begin_array(&j);
    }
    ph_rc rc = ph_registry_diff(a, b, take_change, &x, err);
    if (rc != PH_OK)
        return rc;
    if (args->json) {
        ph_json_end_array(&j);
        ph_json_key(&j, "from");
        ph_json_hex(&j, &from);
        ph_json_key(&j, "to");
        ph_json_hex(&j, &to);
        ph_json_end_object(&j);
        (void)ph_buf_put_byte(text, '\n');
    } else if (x.n == 0) {
        (void)ph_buf_put_str(text, ph_digest_eq(&from, &to)
                                       ? PH_T("giống nhau từng byte\n", "the same bytes\n")
                                       : PH_T("cùng nội dung; chỉ khác chú thích hoặc cách trình bày\n",
                                              "the same content; only comments or layout differ\n"));
    }
    return PH_OK;
}

ph_rc ph_agg_cmd_registry_diff(const ph_args *args, ph_err *err)
{
    ph_buf a, b, text;
    ph_buf_init(&a, PH_BUNDLE_MAX_BYTES);
    ph_buf_init(&b, PH_BUNDLE_MAX_BYTES);
    ph_buf_init(&text, 16 * (size_t)PH_BUNDLE_MAX_BYTES);
    ph_rc rc = read_sides(args, &a, &b, err);
    if (rc == PH_OK)
        rc = compare(args, ph_buf_span(&a), ph_buf_span(&b), &text, err);
    if (rc == PH_OK)
        rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&a);
    ph_buf_done(&b);
    ph_buf_done(&text);
    return rc;
}
