/* ph_col_case_show - a case in words: whose value, why it is held, what was said, what is to be done next.   Layer:
 * collector/app */
#include <stdio.h>
#include <string.h>

#include "ph_col_case.h"
#include "ph_col_show.h"
#include "ph_locale.h"
#include "ph_utf8.h"
#include "ph_validate.h"

enum { WORDS_BYTES = 1024, LABEL_COLUMNS = 16 };

/* ---- why ---- */

/* What our own receipt found of that value: it names the bound too. */
static bool find_own(const ph_col_stored_receipt *r, const ph_case_line *line, ph_span rule, ph_finding *ret)
{
    for (size_t i = 0; i < r->n_findings; i++)
        if (ph_span_eq(r->findings[i].rule, rule) && ph_span_eq(r->findings[i].indicator, line->of.indicator)) {
            *ret = r->findings[i];
            return true;
        }
    return false;
}

/* The published figure or the plan that a rule holds the value against is in the registry. */
static bool find_reference(const ph_registry *reg, const ph_case_line *line, ph_reference_kind kind, ph_decimal *ret)
{
    uint16_t unit = ph_registry_find_unit(reg, line->of.unit);
    uint16_t indicator = ph_registry_find_indicator(reg, line->of.indicator);
    for (size_t i = 0; i < ph_registry_n_references(reg); i++) {
        const ph_reference *r = ph_registry_reference(reg, i);
        if (r->unit == unit && r->indicator == indicator && r->kind == kind &&
            ph_period_eq(r->period, line->of.period)) {
            *ret = r->value;
            return true;
        }
    }
    return false;
}

static const ph_rule_def *find_rule(const ph_registry *reg, ph_span id)
{
    for (size_t i = 0; i < ph_registry_n_rules(reg); i++)
        if (ph_span_is(id, ph_registry_rule(reg, i)->id))
            return ph_registry_rule(reg, i);
    return NULL;
}

/* As the aggregator told it: what stands in the receipt of whoever sent the value. */
static ph_finding finding_told(const ph_case_line *line, size_t i)
{
    const ph_case_found *found = &line->found[i];
    return (ph_finding){.rule = line->rules[i],
                        .action = PH_ACTION_HOLD,
                        .row = -1,
                        .indicator = line->of.indicator,
                        .has_value = found->has_value,
                        .has_bound = found->has_bound,
                        .value = found->value,
                        .bound = found->bound,
                        .detail = found->detail};
}

/* Where the case names its rule only, the rest of the finding is put together from what is known here. */
static ph_finding finding_of(const ph_col_app *app, const ph_case_line *line, ph_span rule)
{
    ph_finding f = {.rule = rule,
                    .action = PH_ACTION_HOLD,
                    .row = -1,
                    .indicator = line->of.indicator,
                    .has_value = true,
                    .value = line->of.value};
    const ph_rule_def *def = find_rule(app->registry, rule);
    if (def != NULL && def->kind == PH_RULE_KIND_REFERENCE)
        f.has_bound = find_reference(app->registry, line, PH_REFERENCE_PUBLISHED, &f.bound);
    if (def != NULL && def->kind == PH_RULE_KIND_EQUALS_PLAN)
        f.has_bound = find_reference(app->registry, line, PH_REFERENCE_PLAN, &f.bound);
    return f;
}

/* The receipt of our own last revision, if the case is ours and the receipt is here. */
static const ph_col_stored_receipt *own_receipt(ph_col_app *app, const ph_case_line *line)
{
    static ph_col_stored_receipt r; /* large; one at a time */
    ph_col_item item;
    ph_col_key key;
    ph_err ignored = {0};
    ph_col_stored_receipt_done(&r);
    r = (ph_col_stored_receipt){0};
    ph_col_case_key(line, &key);
    bool is_own = ph_span_is(line->of.unit, app->cfg.unit);
    if (!is_own || app->spool->ops->last_accepted(app->spool, &key, &item) != PH_OK ||
        ph_col_stored_receipt_load(app, &item, &r, &ignored) != PH_OK || r.check != PH_OK)
        return NULL;
    return &r;
}

static void say_rule(ph_col_app *app, const ph_case_line *line, size_t i, const ph_col_stored_receipt *own, char *dst,
                     size_t size)
{
    ph_finding f;
    if (line->found[i].is_known)
        f = finding_told(line, i);
    else if (own == NULL || !find_own(own, line, line->rules[i], &f))
        f = finding_of(app, line, line->rules[i]);
    (void)ph_finding_say(&f, app->registry, app->lang, dst, size);
}

/* ---- what next ---- */

static void say_open(const ph_case_line *line, bool is_own, bool is_head, char *dst, size_t size)
{
    char period[PH_PERIOD_TEXT_BYTES], of[256];
    (void)ph_period_print(line->of.period, period);
    snprintf(of, sizeof of, "%.*s %.*s --period %s", (int)line->of.unit.len, (const char *)line->of.unit.ptr,
             (int)line->of.indicator.len, (const char *)line->of.indicator.ptr, period);
    if (is_own && line->state != PH_CASE_EXPLAINED)
        snprintf(
            dst, size,
            PH_T("giải trình: phusa-collector explain %.*s --period %s --text \"…\"; nếu sai thì sửa tệp rồi submit",
                 "explain: phusa-collector explain %.*s --period %s --text \"…\"; if it is wrong, correct the "
                 "file and submit"),
            (int)line->of.indicator.len, (const char *)line->of.indicator.ptr, period);
    else if (is_head && line->state == PH_CASE_EXPLAINED)
        snprintf(dst, size,
                 PH_T("quyết định: phusa-collector decide confirm %s; hoặc decide return %s --reason \"…\"",
                      "decide: phusa-collector decide confirm %s; or decide return %s --reason \"…\""),
                 of, of);
    else if (is_head)
        snprintf(dst, size,
                 PH_T("chờ đơn vị giải trình; không chờ nữa: phusa-collector decide override %s --reason \"…\"",
                      "the unit is to explain; to wait no longer: phusa-collector decide override %s --reason \"…\""),
                 of);
    else if (line->state == PH_CASE_EXPLAINED)
        snprintf(dst, size, "%s", PH_T("chờ cụm trưởng quyết định", "the head is to decide"));
    else
        snprintf(dst, size, "%s", PH_T("chờ đơn vị giải trình", "the unit is to explain"));
}

static void say_next(const ph_col_app *app, const ph_case_line *line, char *dst, size_t size)
{
    ph_col_key key;
    ph_role role = PH_ROLE_MEMBER;
    ph_col_case_key(line, &key);
    bool is_head = ph_col_case_role(app, &key, &role) && role == PH_ROLE_HEAD;
    switch (line->state) {
    case PH_CASE_HELD:
    case PH_CASE_EXPLAINED:
    case PH_CASE_RETURNED:
        say_open(line, ph_span_is(line->of.unit, app->cfg.unit), is_head, dst, size);
        return;
    case PH_CASE_CONFIRMED:
        snprintf(dst, size, "%s", PH_T("không cần làm gì: số liệu được tính", "nothing: the value counts"));
        return;
    case PH_CASE_OVERRIDDEN:
        snprintf(dst, size, "%s",
                 PH_T("không cần làm gì: số liệu được tính, kèm lý do của cụm trưởng",
                      "nothing: the value counts, with the head's reason beside it"));
        return;
    }
}

/* ---- whose ---- */

/* A head may decide upon a value of its own unit; whoever looks at the case sees that it is one. */
static bool is_of_head(const ph_col_app *app, const ph_case_line *line)
{
    ph_col_key key;
    ph_role role = PH_ROLE_MEMBER;
    ph_col_case_key(line, &key);
    return ph_col_case_role_of(app, &key, line->of.unit, &role) && role == PH_ROLE_HEAD;
}

static const char *say_of_head(ph_case_state state)
{
    if (state == PH_CASE_CONFIRMED || state == PH_CASE_OVERRIDDEN)
        return PH_T("số liệu của chính đơn vị cụm trưởng: cụm trưởng đã quyết định về số liệu của mình",
                    "a value of the head's own unit: the head has decided upon its own figure");
    return PH_T("số liệu của chính đơn vị cụm trưởng: cụm trưởng quyết định về số liệu của mình",
                "a value of the head's own unit: the head decides upon its own figure");
}

/* ---- for people ---- */

static void put_label(ph_buf *dst, const char *name)
{
    size_t width = ph_utf8_columns(ph_span_str(name));
    (void)ph_buf_printf(dst, "  %s%*s", name, width < LABEL_COLUMNS ? (int)(LABEL_COLUMNS - width) : 1, "");
}

/* Foreign words, harmless on a terminal, each of their lines below the first. */
static void put_said(ph_buf *dst, const char *name, ph_span text)
{
    if (text.len == 0)
        return;
    put_label(dst, name);
    for (size_t from = 0, i = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] != '\n')
            continue;
        (void)ph_buf_printf(dst, "%*s", from == 0 ? 0 : LABEL_COLUMNS + 2, "");
        (void)ph_utf8_escape(ph_span_of(text.ptr + from, i - from), dst);
        (void)ph_buf_put_byte(dst, '\n');
        from = i + 1;
    }
}

static void put_named(const ph_registry *reg, ph_lang lang, const ph_case_line *line, ph_buf *dst)
{
    uint16_t unit = ph_registry_find_unit(reg, line->of.unit);
    uint16_t indicator = ph_registry_find_indicator(reg, line->of.indicator);
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(line->of.period, period);
    (void)ph_buf_printf(dst, "%s (%.*s) · %s (%.*s) · %s · %.*s / %.*s\n",
                        unit == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_unit(reg, unit)->name, lang),
                        (int)line->of.unit.len, (const char *)line->of.unit.ptr,
                        indicator == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_indicator(reg, indicator)->name, lang),
                        (int)line->of.indicator.len, (const char *)line->of.indicator.ptr, period,
                        (int)line->of.cluster.len, (const char *)line->of.cluster.ptr, (int)line->of.form.len,
                        (const char *)line->of.form.ptr);
}

static void put_value(const ph_col_app *app, const ph_case_line *line, ph_buf *dst)
{
    const ph_observation o = {.value = line->of.value, .status = line->of.status};
    uint16_t indicator = ph_registry_find_indicator(app->registry, line->of.indicator);
    char value[128];
    ph_col_show_value(&o, app->lang, value, sizeof value);
    put_label(dst, PH_T("giá trị", "value"));
    const char *unit = indicator == PH_NO_INDEX
                           ? ""
                           : ph_name_in(ph_registry_indicator(app->registry, indicator)->unit_name, app->lang);
    (void)ph_buf_printf(dst, "%s%s%s\n", value, unit[0] == '%' || unit[0] == '\0' ? "" : " ", unit);
}

void ph_col_case_show(ph_col_app *app, const ph_case_line *line, bool with_next, ph_buf *dst)
{
    char words[WORDS_BYTES];
    const ph_col_stored_receipt *own = line->n_rules == 0 ? NULL : own_receipt(app, line);
    put_named(app->registry, app->lang, line, dst);
    put_value(app, line, dst);
    for (size_t i = 0; i < line->n_rules; i++) {
        put_label(dst, i == 0 ? PH_T("vì sao giữ", "why held") : "");
        say_rule(app, line, i, own, words, sizeof words);
        (void)ph_buf_printf(dst, "%s [%.*s]\n", words, (int)line->rules[i].len, (const char *)line->rules[i].ptr);
    }
    put_said(dst, PH_T("giải trình", "explanation"), line->explanation);
    put_said(dst, PH_T("lý do (cụm)", "head's reason"), line->reason);
    if (is_of_head(app, line))
        put_said(dst, PH_T("lưu ý", "note"), ph_span_str(say_of_head(line->state)));
    if (!with_next)
        return;
    put_label(dst, PH_T("tình trạng", "state"));
    (void)ph_buf_printf(dst, "%s\n", ph_col_case_word(line->state, app->lang));
    say_next(app, line, words, sizeof words);
    put_label(dst, PH_T("cần làm", "to do"));
    (void)ph_buf_printf(dst, "%s\n", words);
}

/* ---- for programs ---- */

static void put_rules_json(ph_col_app *app, const ph_case_line *line, ph_json *j)
{
    char words[WORDS_BYTES];
    const ph_col_stored_receipt *own = line->n_rules == 0 ? NULL : own_receipt(app, line);
    ph_json_begin_array(j);
    for (size_t i = 0; i < line->n_rules; i++) {
        say_rule(app, line, i, own, words, sizeof words);
        ph_json_begin_object(j);
        ph_json_key(j, "id");
        ph_json_text(j, line->rules[i]);
        ph_json_key(j, "text");
        ph_json_str(j, words);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

void ph_col_case_json(ph_col_app *app, const ph_case_line *line, ph_json *j)
{
    char period[PH_PERIOD_TEXT_BYTES], words[WORDS_BYTES];
    const char status[2] = {line->of.status, '\0'};
    (void)ph_period_print(line->of.period, period);
    say_next(app, line, words, sizeof words);
    ph_json_begin_object(j);
    ph_json_key(j, "cluster");
    ph_json_text(j, line->of.cluster);
    ph_json_key(j, "digest");
    ph_json_hex(j, &line->digest);
    ph_json_key(j, "entry");
    ph_json_uint(j, line->entry);
    ph_json_key(j, "explanation");
    ph_json_text(j, line->explanation);
    ph_json_key(j, "form");
    ph_json_text(j, line->of.form);
    ph_json_key(j, "indicator");
    ph_json_text(j, line->of.indicator);
    ph_json_key(j, "next");
    ph_json_str(j, words);
    ph_json_key(j, "of_head");
    ph_json_bool(j, is_of_head(app, line));
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "reason");
    ph_json_text(j, line->reason);
    ph_json_key(j, "rules");
    put_rules_json(app, line, j);
    ph_json_key(j, "state");
    ph_json_str(j, ph_case_state_name(line->state));
    ph_json_key(j, "status");
    ph_json_str(j, status);
    ph_json_key(j, "unit");
    ph_json_text(j, line->of.unit);
    ph_json_key(j, "value");
    ph_json_decimal(j, line->of.value);
    ph_json_end_object(j);
}
