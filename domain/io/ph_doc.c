/* ph_doc - see the header.   Layer: domain/io */
#include "ph_doc.h"

#include <stdarg.h>
#include <stdio.h>

#include "ph_id_index.h"
#include "ph_locale.h"
#include "ph_suggest.h"
#include "ph_utf8.h"

/* ---- telling ---- */

void ph_doc_pass_on(ph_doc *d, const ph_err *err)
{
    d->n_errors++;
    if (d->sink != NULL && d->n_errors <= PH_DOC_MAX_ERRORS)
        d->sink(d->arg, err);
    if (d->sink != NULL && d->n_errors == PH_DOC_MAX_ERRORS) {
        ph_err last;
        char code[sizeof last.code];
        (void)snprintf(code, sizeof code, "%s.errors.many", d->area);
        (void)ph_err_set(&last, PH_INVALID, code, err->where,
                         PH_T("còn lỗi nữa; hãy sửa những lỗi này trước", "there are more errors; mend these first"));
        d->sink(d->arg, &last);
    }
}

static bool is_passed(const ph_doc *d, const char *code)
{
    for (const char *const *p = d->passed; p != NULL && *p != NULL; p++)
        if (strcmp(*p, code) == 0)
            return true;
    return false;
}

static void tell(ph_doc *d, const ph_yaml *at, const char *code, const char *hint, const char *what)
{
    ph_err err;
    char full[sizeof err.code];

    if (is_passed(d, code))
        return;
    (void)snprintf(full, sizeof full, "%s.%s", d->area, code);
    (void)ph_err_at(&err, PH_INVALID, full, at == NULL ? d->area : at->file, at == NULL ? 0 : at->line,
                    at == NULL ? 0 : at->col, "%s", what);
    if (hint != NULL)
        ph_err_hint(&err, "%s", hint);
    ph_doc_pass_on(d, &err);
}

enum { WHAT_BYTES = sizeof((ph_err *)NULL)->what, HINT_BYTES = sizeof((ph_err *)NULL)->hint };

void ph_doc_tell(ph_doc *d, const ph_yaml *at, const char *code, const char *fmt, ...)
{
    char what[WHAT_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    tell(d, at, code, NULL, what);
}

void ph_doc_tell_hint(ph_doc *d, const ph_yaml *at, const char *code, const char *hint, const char *fmt, ...)
{
    char what[WHAT_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    tell(d, at, code, hint, what);
}

/* The scalar as it may be shown: cut, and harmless on a terminal. */
typedef struct shown {
    char text[96];
} shown;

static shown show(const ph_yaml *node)
{
    shown s;
    ph_buf b;

    ph_buf_init(&b, 4 * sizeof s.text);
    ph_span cut = node->text;
    if (cut.len > 64)
        cut.len = 64;
    (void)ph_utf8_escape(cut, &b);
    (void)snprintf(s.text, sizeof s.text, "%.*s%s", (int)(b.len < 90 ? b.len : 90), b.len == 0 ? "" : (char *)b.ptr,
                   cut.len < node->text.len ? "…" : "");
    ph_buf_done(&b);
    return s;
}

/* Plain nothing, ~ and null are YAML for "no value"; here a key without a value is left out. */
static bool is_null(const ph_yaml *node)
{
    return !node->is_quoted && (node->text.len == 0 || ph_span_is(node->text, "~") || ph_span_is(node->text, "null"));
}

/* All names, when they are few enough to be read at a glance; false when they are not. */
static bool list_names(const char *const *first, size_t stride, size_t n, char *dst, size_t size)
{
    int at = snprintf(dst, size, "%s", PH_T("chỉ dùng được: ", "possible here: "));

    for (size_t i = 0; i < n; i++) {
        const char *name = *(const char *const *)(const void *)((const char *)first + i * stride);
        if (name == NULL || *name == '\0')
            continue;
        at += snprintf(dst + at, size - (size_t)at, "%s%s", dst[at - 1] == ' ' ? "" : ", ", name);
        if ((size_t)at >= size)
            return false;
    }
    return true;
}

/* The name that was probably meant; else all there are; else the nearest of too many. False: there are none. */
static bool find_hint(ph_span typed, const char *const *first, size_t stride, size_t n, char *dst, size_t size)
{
    bool is_listable = n > 0 && n <= PH_DOC_MAX_NAMES;
    const char *near = typed.len < 2 || !is_listable ? NULL : ph_suggest_rows(typed, first, stride, n);

    if (near != NULL) {
        (void)snprintf(dst, size, PH_T("có phải là %s?", "did you mean %s?"), near);
        return true;
    }
    if (!is_listable || list_names(first, stride, n, dst, size))
        return is_listable;
    near = ph_suggest_nearest(typed, first, stride, n);
    (void)snprintf(dst, size, PH_T("gần nhất là %s", "the nearest is %s"), near == NULL ? "" : near);
    return near != NULL;
}

void ph_doc_tell_unknown(ph_doc *d, const ph_yaml *at, const char *code, const char *what, const char *const *first,
                         size_t stride, size_t n)
{
    char hint[HINT_BYTES];
    bool has_hint = find_hint(at->text, first, stride, n, hint, sizeof hint);

    ph_doc_tell_hint(d, at, code, has_hint ? hint : NULL, PH_T("%s %s không có", "%s %s is not known"), what,
                     show(at).text);
}

bool ph_doc_tell_comma(ph_doc *d, const ph_yaml *child)
{
    const ph_span digits = child->key->text;

    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
    if (digits.len == 0 || child->kind != PH_YAML_SCALAR || !is_null(child))
        return false;
    ph_doc_tell_hint(d, child->key, "number.comma",
                     PH_T("số thập phân viết bằng dấu chấm, như 7.23; dấu phẩy ngăn các khóa",
                          "a decimal number is written with a point, as 7.23; a comma parts keys"),
                     PH_T("%s sau dấu phẩy bị đọc thành một khóa", "%s after the comma is read as a key"),
                     show(child->key).text);
    return true;
}

/* ---- containers ---- */

static ph_doc_field *field_of(ph_doc_field *fields, size_t n, ph_span key)
{
    for (size_t i = 0; i < n; i++)
        if (ph_span_is(key, fields[i].key))
            return &fields[i];
    return NULL;
}

bool ph_doc_open(ph_doc *d, const ph_yaml *node, ph_doc_field *fields, size_t n)
{
    if (node == NULL)
        return false;
    if (node->kind != PH_YAML_MAP) {
        ph_doc_tell(d, node, "map.expected",
                    PH_T("chỗ này cần các khóa kèm giá trị (%s: …)", "here stand keys with values (%s: …)"),
                    fields[0].key);
        return false;
    }
    for (const ph_yaml *child = node->first; child != NULL; child = child->next) {
        ph_doc_field *f = field_of(fields, n, child->key->text);
        if (f == NULL && !ph_doc_tell_comma(d, child))
            ph_doc_tell_unknown(d, child->key, "key.unknown", PH_T("khóa", "key"), &fields[0].key, sizeof fields[0], n);
        else if (f == NULL)
            continue;
        else if (f->node != NULL)
            ph_doc_tell(d, child->key, "key.repeated",
                        PH_T("%s xuất hiện hai lần, lần đầu ở dòng %d", "%s stands twice, first at line %d"), f->key,
                        f->node->line);
        else
            f->node = child;
    }
    for (size_t i = 0; i < n; i++)
        if (fields[i].is_required && fields[i].node == NULL)
            ph_doc_tell(d, node, "key.missing", PH_T("thiếu %s", "%s is missing"), fields[i].key);
    return true;
}

const ph_yaml *ph_doc_list(ph_doc *d, const ph_yaml *node, size_t min, size_t max)
{
    if (node == NULL)
        return NULL;
    if (node->kind != PH_YAML_LIST) {
        ph_doc_tell(d, node, "list.expected", PH_T("chỗ này cần một danh sách", "here stands a list"));
        return NULL;
    }
    if (node->n_children < min || node->n_children > max) {
        ph_doc_tell(d, node, "list.length",
                    PH_T("có %u mục; được phép từ %zu đến %zu", "%u entries; from %zu to %zu are possible"),
                    node->n_children, min, max);
        return NULL;
    }
    return node;
}

/* ---- values ---- */

static bool is_scalar(ph_doc *d, const ph_yaml *node)
{
    if (node == NULL)
        return false;
    if (node->kind != PH_YAML_SCALAR || is_null(node)) {
        ph_doc_tell(d, node, "value.expected", PH_T("chỗ này cần một giá trị đơn", "here stands a single value"));
        return false;
    }
    return true;
}

/* Neither a control character nor one of the separators that YAML takes for a line end. */
static bool is_one_line(ph_span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20)
            return false;
    return strstr((const char *)text.ptr, "\u2028") == NULL && strstr((const char *)text.ptr, "\u2029") == NULL;
}

const char *ph_doc_text(ph_doc *d, const ph_yaml *node, size_t max_bytes)
{
    if (!is_scalar(d, node))
        return "";
    if (node->text.len == 0 || node->text.len >= max_bytes) {
        ph_doc_tell(d, node, "text.length",
                    PH_T("%zu byte; được phép từ 1 đến %zu", "%zu bytes; from 1 to %zu are possible"), node->text.len,
                    max_bytes - 1);
        return "";
    }
    if (!is_one_line(node->text) || !ph_utf8_is_clean_nfc(node->text)) {
        ph_doc_tell_hint(d, node, "text.unclean",
                         PH_T("gõ lại bằng bàn phím, trên một dòng", "write it again by keyboard, on one line"),
                         PH_T("văn bản có ký tự điều khiển hoặc chữ ở dạng tách dấu (không phải NFC)",
                              "the text holds control characters or letters in a decomposed form (not NFC)"));
        return "";
    }
    return (const char *)node->text.ptr;
}

const char *ph_doc_id(ph_doc *d, const ph_yaml *node)
{
    if (!is_scalar(d, node))
        return "";
    if (!ph_id_is_valid(node->text)) {
        ph_doc_tell(d, node, "id.grammar",
                    PH_T("%s: mã gồm 1 đến %d ký tự A-Z a-z 0-9 . _ -", "%s: an id has 1 to %d of A-Z a-z 0-9 . _ -"),
                    show(node).text, PH_MAX_ID_TEXT);
        return "";
    }
    return (const char *)node->text.ptr;
}

int64_t ph_doc_int(ph_doc *d, const ph_yaml *node, int64_t min, int64_t max, int64_t otherwise)
{
    ph_decimal v;

    if (!is_scalar(d, node))
        return otherwise;
    if (ph_decimal_parse(node->text, &v) != PH_OK || v.scale != 0) {
        ph_doc_tell(d, node, "number.grammar", PH_T("%s không phải số nguyên", "%s is not a whole number"),
                    show(node).text);
        return otherwise;
    }
    if (v.mantissa < min || v.mantissa > max) {
        ph_doc_tell(d, node, "number.range", PH_T("%s nằm ngoài khoảng %lld đến %lld", "%s lies outside %lld to %lld"),
                    show(node).text, (long long)min, (long long)max);
        return otherwise;
    }
    return v.mantissa;
}

bool ph_doc_bool(ph_doc *d, const ph_yaml *node, bool otherwise)
{
    if (!is_scalar(d, node))
        return otherwise;
    if (ph_span_is(node->text, "true") || ph_span_is(node->text, "false"))
        return node->text.ptr[0] == 't';
    ph_doc_tell(d, node, "bool.grammar", PH_T("%s: chỉ được true hoặc false", "%s: true or false is possible"),
                show(node).text);
    return otherwise;
}

bool ph_doc_decimal(ph_doc *d, const ph_yaml *node, ph_decimal *ret)
{
    if (!is_scalar(d, node))
        return false;
    if (ph_decimal_parse(node->text, ret) == PH_OK)
        return true;
    ph_doc_tell(d, node, "number.grammar",
                PH_T("%s không phải số dạng -12.5 (dấu chấm, nhiều nhất %d chữ số thập phân, không ngăn nhóm)",
                     "%s is not a number such as -12.5 (point, at most %d decimals, no grouping)"),
                show(node).text, PH_DECIMAL_MAX_SCALE);
    return false;
}

ph_date ph_doc_date(ph_doc *d, const ph_yaml *node, ph_date otherwise)
{
    ph_date date;

    if (!is_scalar(d, node))
        return otherwise;
    if (ph_date_parse(node->text, &date) == PH_OK)
        return date;
    ph_doc_tell(d, node, "date.grammar",
                PH_T("%s không phải ngày dạng 2023-06-30", "%s is not a day such as 2023-06-30"), show(node).text);
    return otherwise;
}

int64_t ph_doc_time(ph_doc *d, const ph_yaml *node, int64_t otherwise)
{
    int64_t us;

    if (!is_scalar(d, node))
        return otherwise;
    if (ph_time_parse(node->text, &us) == PH_OK)
        return us;
    ph_doc_tell(d, node, "time.grammar",
                PH_T("%s không phải thời điểm kèm múi giờ dạng 2023-07-15T17:00:00+07:00",
                     "%s is not an instant with its zone such as 2023-07-15T17:00:00+07:00"),
                show(node).text);
    return otherwise;
}

int64_t ph_doc_day_or_time(ph_doc *d, const ph_yaml *node, int64_t otherwise)
{
    ph_date date;

    if (node != NULL && node->kind == PH_YAML_SCALAR && ph_date_parse(node->text, &date) == PH_OK)
        return ph_date_begin_us(date);
    return ph_doc_time(d, node, otherwise);
}

size_t ph_doc_word(ph_doc *d, const ph_yaml *node, const char *what, const char *const *names, size_t n,
                   size_t otherwise)
{
    if (!is_scalar(d, node))
        return otherwise;
    for (size_t i = 0; i < n; i++)
        if (ph_span_is(node->text, names[i]))
            return i;
    ph_doc_tell_unknown(d, node, "word.unknown", what, names, sizeof names[0], n);
    return otherwise;
}

ph_name ph_doc_name(ph_doc *d, const ph_yaml *node)
{
    ph_doc_field f[] = {{.key = "vi", .is_required = true}, {.key = "en", .is_required = true}};

    if (!ph_doc_open(d, node, f, 2))
        return (ph_name){.vi = "", .en = ""};
    return (ph_name){.vi = ph_doc_text(d, f[0].node, PH_MAX_TEXT_BYTES),
                     .en = ph_doc_text(d, f[1].node, PH_MAX_TEXT_BYTES)};
}
