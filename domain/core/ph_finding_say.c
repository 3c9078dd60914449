/* ph_finding_say - a finding in the reader's language, built-in rules and the registry's alike.   Layer: domain/core
 * (pure) */
#include <stdio.h>

#include "ph_time.h"
#include "ph_validate.h"

typedef struct out {
    char *dst;
    size_t size, len;
    bool is_full;
} out;

/* Whole characters only: what does not fit is left out from there on. */
static void put(out *o, ph_span text)
{
    size_t room = o->size - 1 - o->len, n = text.len;

    if (o->is_full)
        return;
    if (n > room) {
        o->is_full = true;
        for (n = room; n > 0 && (text.ptr[n] & 0xC0) == 0x80;)
            n--;
    }
    if (n > 0)
        memcpy(o->dst + o->len, text.ptr, n);
    o->len += n;
    o->dst[o->len] = '\0';
}

static void put_number(out *o, ph_decimal d, ph_lang lang, const ph_indicator *unit_of)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES];

    (void)ph_decimal_print_human(d, lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, text);
    put(o, ph_span_str(text));
    if (unit_of == NULL)
        return;
    ph_span unit = ph_span_str(ph_name_in(unit_of->unit_name, lang));
    if (unit.len > 0 && unit.ptr[0] != '%')
        put(o, ph_span_str(" "));
    put(o, unit);
}

static void put_indicator(out *o, const ph_finding *f, const ph_indicator *ind, ph_lang lang)
{
    put(o, ind == NULL ? f->indicator : ph_span_str(ph_name_in(ind->name, lang)));
    if (ind == NULL)
        return;
    put(o, ph_span_str(" ("));
    put(o, f->indicator);
    put(o, ph_span_str(")"));
}

/* A detail is language-free. An instant among them is shown on the reader's clock, revision 0 as "none". */
static void put_detail(out *o, ph_span detail, ph_lang lang)
{
    char text[PH_TIME_TEXT_BYTES];
    int64_t us;

    if (ph_time_parse(detail, &us) == PH_OK) {
        (void)ph_time_print_local(us, text);
        put(o, ph_span_str(text));
        put(o, ph_span_str(ph_tr(lang, " (giờ Việt Nam)", " (UTC+7)")));
    } else if (ph_span_is(detail, "0")) {
        put(o, ph_span_str(ph_tr(lang, "chưa có", "none")));
    } else {
        put(o, detail);
    }
}

/* What it is said with: the rule's words may come from the registry. */
typedef struct speech {
    const ph_finding *f;
    const ph_registry *reg; /* may be NULL */
    const ph_indicator *ind;
    ph_lang lang;
} speech;

static const ph_indicator *find_indicator(const ph_registry *reg, ph_span code)
{
    uint16_t place = reg == NULL ? PH_NO_INDEX : ph_registry_find_indicator(reg, code);

    return place == PH_NO_INDEX ? NULL : ph_registry_indicator(reg, place);
}

static void put_other(out *o, const speech *s)
{
    const ph_indicator *other = find_indicator(s->reg, s->f->detail);

    if (other == NULL) {
        put_detail(o, s->f->detail, s->lang);
        return;
    }
    put(o, ph_span_str(ph_name_in(other->name, s->lang)));
    put(o, ph_span_str(" ("));
    put(o, s->f->detail);
    put(o, ph_span_str(")"));
}

static void put_hint(out *o, const speech *s)
{
    ph_decimal hint;

    if (ph_decimal_parse(s->f->detail, &hint) == PH_OK)
        put_number(o, hint, s->lang, s->ind);
    else
        put_detail(o, s->f->detail, s->lang);
}

static void put_parameter(out *o, char which, const speech *s)
{
    const ph_finding *f = s->f;

    if (which == '1')
        put_indicator(o, f, s->ind, s->lang);
    else if (which == '2' && f->has_value)
        put_number(o, f->value, s->lang, s->ind);
    else if (which == '3' && f->has_bound) /* a limit of decimals is a count and has no unit */
        put_number(o, f->bound, s->lang, ph_rule_find(f->rule) == PH_RULE_DECIMALS ? NULL : s->ind);
    else if (which == '4' && f->detail.len > 0)
        put_other(o, s);
    else if (which == '5' && f->has_value && f->has_bound)
        put(o, ph_span_str(ph_decimal_cmp(f->value, f->bound) < 0 ? ph_tr(s->lang, "thấp hơn", "below")
                                                                  : ph_tr(s->lang, "cao hơn", "above")));
    else if (which == '6' && f->detail.len > 0)
        put_hint(o, s);
    else
        put(o, ph_span_str("…"));
}

static void put_template(out *o, const char *text, const speech *s)
{
    for (const char *at = text; *at != '\0';) {
        size_t plain = strcspn(at, "%");
        put(o, ph_span_of(at, plain));
        at += plain;
        if (at[0] == '%' && at[1] >= '1' && at[1] <= '6') {
            put_parameter(o, at[1], s);
            at += 2;
        } else if (at[0] == '%') {
            put(o, ph_span_str("%"));
            at++;
        }
    }
}

/* A percent sign of the text itself: after its number ("5%", "5 %") or standing alone ("points of %"), and no letter or
 * digit follows that could have been meant as a place. */
static bool is_percent_sign(const char *text, const char *at)
{
    const char before = at == text ? '\0' : at[-1], after = at[1];
    bool is_word = (after >= '0' && after <= '9') || (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z');

    return !is_word && ((before >= '0' && before <= '9') || before == ' ');
}

const char *ph_finding_template_slip(const char *text)
{
    for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 1, '%')) {
        bool is_place = at[1] >= '1' && at[1] <= '6' && !(at[2] >= '0' && at[2] <= '9');
        if (!is_place && !is_percent_sign(text, at))
            return at;
    }
    return NULL;
}

/* A rule that could not be held against the figure has words of its own, whatever its template. */
static const char *words_of_details(ph_span detail, ph_lang lang, ph_span *ret_rest)
{
    static const struct words {
        const char *lead;
        ph_name text;
    } leads[] = {
        {"missing:",
         {.vi =
              "%1: chưa kiểm tra được quy tắc này vì thiếu %4. Bổ sung số liệu còn thiếu, hoặc ghi chú vì sao chưa có.",
          .en = "%1: this rule could not be checked, %4 is missing. Add what is missing, or a note that says why."}},
        {"expr.failed:",
         {.vi = "%1: quy tắc này không chạy được (%4) nên số liệu tạm giữ. Báo cho người phụ trách bộ danh mục; không "
                "cần sửa số liệu.",
          .en =
              "%1: this rule did not run (%4), so the figure is held. Tell whoever keeps the registry; the figure need "
              "not be changed."}}};

    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        size_t n = strlen(leads[i].lead);
        if (detail.len < n || memcmp(detail.ptr, leads[i].lead, n) != 0)
            continue;
        *ret_rest = ph_span_of(detail.ptr + n, detail.len - n);
        return ph_name_in(leads[i].text, lang);
    }
    return NULL;
}

/* What is missing that is no indicator. */
static ph_span name_missing(ph_span what, ph_lang lang)
{
    static const struct words {
        const char *what;
        ph_name text;
    } names[] = {
        {"previous", {.vi = "số liệu đã nhận của kỳ trước", .en = "the accepted figure of the period before"}},
        {"year_ago", {.vi = "số liệu đã nhận của cùng kỳ năm trước", .en = "the accepted figure of a year ago"}},
        {"plan", {.vi = "chỉ tiêu kế hoạch trong bộ danh mục", .en = "the plan's target in the registry"}},
        {"published", {.vi = "số đã công bố trong bộ danh mục", .en = "the published figure in the registry"}}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ph_span_is(what, names[i].what))
            return ph_span_str(ph_name_in(names[i].text, lang));
    return what;
}

/* Why an expression did not run; the name that it speaks of, where there is one, follows. */
static ph_name failure_of(ph_span code)
{
    static const struct words {
        const char *code;
        ph_name text;
    } names[] = {
        {"error:call", {.vi = "lỗi: gọi hàm không có", .en = "an error: it calls what does not exist"}},
        {"error:compare",
         {.vi = "lỗi: so sánh hai giá trị không so sánh được", .en = "an error: it compares what cannot be compared"}},
        {"error:arithmetic",
         {.vi = "lỗi: tính toán với giá trị không phải số", .en = "an error: it computes with what is no number"}},
        {"error:index",
         {.vi = "lỗi: lấy phần tử của giá trị không có phần tử", .en = "an error: it looks into what holds nothing"}},
        {"error:argument",
         {.vi = "lỗi: tham số của hàm không đúng", .en = "an error: it gives a function what that does not take"}},
        {"error:division", {.vi = "lỗi: chia cho 0", .en = "an error: it divides by zero"}},
        {"error:indicator",
         {.vi = "lỗi: hỏi chỉ tiêu không khai trong quy tắc",
          .en = "an error: it asks for an indicator that the rule does not name"}},
        {"error:too_large",
         {.vi = "lỗi: số vượt quá mức tính chính xác được", .en = "an error: a number outgrows what is exact"}},
        {"error:literal", {.vi = "lỗi: số trong d\"…\" viết sai", .en = "an error: no number stands in d\"…\""}},
        {"error:other", {.vi = "lỗi khác", .en = "another error"}},
        {"instructions", {.vi = "quá nhiều bước tính", .en = "it takes too many steps"}},
        {"memory", {.vi = "dùng quá nhiều bộ nhớ", .en = "it takes too much memory"}},
        {"result", {.vi = "kết quả không phải true, false hay nil", .en = "its result is none of true, false, nil"}}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ph_span_is(code, names[i].code))
            return names[i].text;
    return (ph_name){0};
}

/* "error:call:f" is said in words, with f. What is not known is shown as it stands. */
static ph_span name_failure(ph_span what, ph_lang lang, char *dst, size_t size)
{
    const uint8_t *colon = what.len == 0 ? NULL : memrchr(what.ptr, ':', what.len);
    ph_span name = {0}, code = what;
    ph_name words = failure_of(what);

    if (words.en == NULL && colon != NULL) {
        code.len = (size_t)(colon - what.ptr);
        name = ph_span_of(colon + 1, what.len - code.len - 1);
        words = failure_of(code);
    }
    if (words.en == NULL)
        return what;
    int n = snprintf(dst, size, "%s%s%.*s", ph_name_in(words, lang), name.len > 0 ? ": " : "", (int)name.len,
                     name.len > 0 ? (const char *)name.ptr : "");
    return ph_span_of(dst, n > 0 && (size_t)n < size ? (size_t)n : 0);
}

static bool is_failure(ph_span detail)
{
    static const char lead[] = "expr.failed:";

    return detail.len >= sizeof lead - 1 && memcmp(detail.ptr, lead, sizeof lead - 1) == 0;
}

static const char *words_of(const ph_finding *f, const ph_registry *reg, ph_lang lang)
{
    const ph_name *built_in = ph_rule_words(ph_rule_find(f->rule));
    uint16_t place;

    if (built_in != NULL)
        return ph_name_in(*built_in, lang);
    place = reg == NULL ? PH_NO_INDEX : ph_registry_find_rule(reg, f->rule);
    return place == PH_NO_INDEX ? NULL : ph_name_in(ph_registry_rule(reg, place)->message, lang);
}

size_t ph_finding_say(const ph_finding *f, const ph_registry *reg, ph_lang lang, char *dst, size_t size)
{
    out o = {.dst = dst, .size = size};
    ph_finding said = *f;
    char failure[160];
    const char *words = words_of(f, reg, lang);
    speech s = {.f = &said, .reg = reg, .ind = find_indicator(reg, f->indicator), .lang = lang};

    if (size == 0)
        return 0;
    dst[0] = '\0';
    if (ph_rule_find(f->rule) == PH_RULE_COUNT) {
        const char *other = words_of_details(f->detail, lang, &said.detail);
        words = other == NULL ? words : other;
        said.detail = is_failure(f->detail) ? name_failure(said.detail, lang, failure, sizeof failure)
                                            : name_missing(said.detail, lang);
    }
    if (words != NULL) {
        put_template(&o, words, &s);
        return o.len;
    }
    put(&o, f->rule);
    put(&o, ph_span_str(": "));
    put_parameter(&o, '4', &s);
    return o.len;
}
