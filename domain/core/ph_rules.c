/* ph_rules - the table of rules, the collection of findings, and their words for people.   Layer: domain/core (pure) */
#include "ph_time.h"
#include "ph_validate.h"

static const struct rule {
    const char *id;
    uint8_t id_length;
    ph_action action;
    const char *vi, *en;
} rules[] = {
#define PH_X(name, id, action, vi, en) {id, sizeof id - 1, PH_ACTION_##action, vi, en},
    PH_RULE_MAP(PH_X)
#undef PH_X
};

const char *ph_rule_id(ph_rule rule)
{
    return rule < PH_RULE_COUNT ? rules[rule].id : "";
}

ph_action ph_rule_action(ph_rule rule)
{
    return rule < PH_RULE_COUNT ? rules[rule].action : PH_ACTION_REJECT;
}

ph_rule ph_rule_find(ph_span id)
{
    ph_rule rule = 0;

    while (rule < PH_RULE_COUNT && !ph_span_is(id, rules[rule].id))
        rule++;
    return rule;
}

/* ---- collecting ---- */

void ph_findings_add(ph_findings *fs, ph_rule rule, const ph_finding *finding)
{
    if (fs->counts[rule]++ == 0)
        fs->order[fs->n_order++] = (uint8_t)rule;
    if (rules[rule].action > fs->worst)
        fs->worst = rules[rule].action;
    fs->n_all++;
    if (fs->n == PH_MAX_FINDINGS)
        return;
    ph_finding *kept = &fs->list[fs->n++];
    *kept = *finding;
    kept->rule = ph_span_of(rules[rule].id, rules[rule].id_length);
    kept->action = rules[rule].action;
}

ph_verdict ph_findings_verdict(const ph_findings *fs)
{
    switch (fs->worst) {
    case PH_ACTION_REJECT:
        return PH_VERDICT_REJECTED;
    case PH_ACTION_HOLD:
        return PH_VERDICT_HELD;
    case PH_ACTION_NOTE:
    case PH_ACTION_FLAG:
        break;
    }
    return PH_VERDICT_ACCEPTED;
}

void ph_findings_judgement(const ph_findings *fs, const ph_digest *registry, ph_buf *page, ph_judgement *ret)
{
    ph_buf_clear(page);
    ph_findings_write(fs->list, fs->n, page);
    ret->verdict = ph_findings_verdict(fs);
    ret->registry = *registry;
    ret->n_findings = fs->n_all;
    ret->findings_digest = ph_digest_of_span(ph_buf_span(page));
    ret->n_counts = fs->n_order;
    for (size_t i = 0; i < fs->n_order; i++) {
        const struct rule *r = &rules[fs->order[i]];
        ret->counts[i] = (ph_rule_count){
            .rule = ph_span_of(r->id, r->id_length), .action = r->action, .n = fs->counts[fs->order[i]]};
    }
}

/* ---- words ---- */

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

static void put_parameter(out *o, char which, const ph_finding *f, const ph_indicator *ind, ph_lang lang)
{
    if (which == '1')
        put_indicator(o, f, ind, lang);
    else if (which == '2' && f->has_value)
        put_number(o, f->value, lang, ind);
    else if (which == '3' && f->has_bound) /* a limit of decimals is a count and has no unit */
        put_number(o, f->bound, lang, ph_span_is(f->rule, rules[PH_RULE_DECIMALS].id) ? NULL : ind);
    else if (which == '4' && f->detail.len > 0)
        put_detail(o, f->detail, lang);
    else if (which == '5' && f->has_value && f->has_bound)
        put(o, ph_span_str(ph_decimal_cmp(f->value, f->bound) < 0 ? ph_tr(lang, "thấp hơn", "below")
                                                                  : ph_tr(lang, "cao hơn", "above")));
    else
        put(o, ph_span_str("-"));
}

static void put_template(out *o, const char *text, const ph_finding *f, const ph_indicator *ind, ph_lang lang)
{
    for (const char *at = text; *at != '\0';) {
        size_t plain = strcspn(at, "%");
        put(o, ph_span_of(at, plain));
        at += plain;
        if (at[0] == '%' && at[1] >= '1' && at[1] <= '5') {
            put_parameter(o, at[1], f, ind, lang);
            at += 2;
        } else if (at[0] == '%') {
            put(o, ph_span_str("%"));
            at++;
        }
    }
}

size_t ph_finding_say(const ph_finding *f, const ph_registry *reg, ph_lang lang, char *dst, size_t size)
{
    out o = {.dst = dst, .size = size};
    ph_rule rule = ph_rule_find(f->rule);
    uint16_t place = reg == NULL ? PH_NO_INDEX : ph_registry_find_indicator(reg, f->indicator);
    const ph_indicator *ind = place == PH_NO_INDEX ? NULL : ph_registry_indicator(reg, place);

    if (size == 0)
        return 0;
    dst[0] = '\0';
    if (rule < PH_RULE_COUNT) {
        put_template(&o, lang == PH_LANG_VI ? rules[rule].vi : rules[rule].en, f, ind, lang);
        return o.len;
    }
    put(&o, f->rule);
    put(&o, ph_span_str(": "));
    put_parameter(&o, '4', f, ind, lang);
    return o.len;
}
