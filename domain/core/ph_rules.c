/* ph_rules - the table of built-in rules, and the collection of findings.   Layer: domain/core (pure) */
#include "ph_validate.h"

static const struct rule {
    const char *id;
    uint8_t id_length;
    ph_action action;
    ph_name words;
} rules[] = {
#define PH_X(name, id, action, vi, en) {id, sizeof id - 1, PH_ACTION_##action, {vi, en}},
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

const ph_name *ph_rule_words(ph_rule rule)
{
    return rule < PH_RULE_COUNT ? &rules[rule].words : NULL;
}

/* ---- collecting ---- */

/* @number counts from the built-in rules on. Returns where the finding is kept, or NULL when the list is full. */
static ph_finding *count(ph_findings *fs, unsigned number, ph_span id, ph_action action, const ph_finding *finding)
{
    size_t place = 0;

    if (fs->counts[number]++ == 0) {
        fs->ids[fs->n_order] = id;
        fs->actions[fs->n_order] = action;
        fs->order[fs->n_order++] = (uint8_t)number;
    }
    while (fs->order[place] != number)
        place++;
    if (action > fs->actions[place])
        fs->actions[place] = action;
    if (action > fs->worst)
        fs->worst = action;
    fs->n_all++;
    if (fs->n == PH_MAX_FINDINGS)
        return NULL;
    ph_finding *kept = &fs->list[fs->n++];
    *kept = *finding;
    kept->rule = id;
    kept->action = action;
    return kept;
}

void ph_findings_add(ph_findings *fs, ph_rule rule, const ph_finding *finding)
{
    (void)count(fs, rule, ph_span_of(rules[rule].id, rules[rule].id_length), rules[rule].action, finding);
}

void ph_findings_add_data(ph_findings *fs, const ph_registry *reg, uint16_t rule, const ph_finding *finding)
{
    ph_finding *kept = count(fs, PH_RULE_COUNT + (unsigned)rule, ph_span_str(ph_registry_rule(reg, rule)->id),
                             finding->action, finding);

    if (kept == NULL || kept->detail.len == 0)
        return;
    char *text = fs->texts[kept - fs->list];
    size_t n = kept->detail.len < PH_FINDING_TEXT_BYTES ? kept->detail.len : PH_FINDING_TEXT_BYTES - 1;
    memcpy(text, kept->detail.ptr, n);
    kept->detail = ph_span_of(text, n);
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

size_t ph_findings_counts(const ph_findings *fs, ph_rule_count *ret)
{
    for (size_t i = 0; i < fs->n_order; i++)
        ret[i] = (ph_rule_count){.rule = fs->ids[i], .action = fs->actions[i], .n = fs->counts[fs->order[i]]};
    return fs->n_order;
}

void ph_findings_judgement(const ph_findings *fs, const ph_digest *registry, ph_buf *page, ph_judgement *ret)
{
    ph_buf_clear(page);
    ph_findings_write(fs->list, fs->n, page);
    ret->verdict = ph_findings_verdict(fs);
    ret->registry = *registry;
    ret->n_findings = fs->n_all;
    ret->findings_digest = ph_digest_of_span(ph_buf_span(page));
    ret->n_counts = (uint8_t)ph_findings_counts(fs, ret->counts);
}
