/* ph_draft_rule_checks - what makes a rule senseless though each of its parts can be read.   Layer: domain/io */
#include "ph_draft.h"
#include "ph_locale.h"
#include "ph_rule_lua.h"
#include "ph_validate.h"

/* ---- parameters that can each be, and not together ---- */

static const ph_decimal *param_of(const ph_rule_def *r, const char *key)
{
    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].key, key) == 0)
            return &r->params[i].value;
    return NULL;
}

static void check_pair(ph_draft *d, const ph_yaml *at, const ph_rule_def *r, const char *low, const char *high)
{
    const ph_decimal *min = param_of(r, low), *max = param_of(r, high);

    if (min != NULL && max != NULL && ph_decimal_cmp(*min, *max) > 0)
        ph_doc_tell(&d->doc, at, "rule.bounds",
                    PH_T("%s lớn hơn %s: mọi số đều vi phạm", "%s is above %s: every value would breach it"), low,
                    high);
}

void ph_draft_check_params(ph_draft *d, const ph_yaml *at, const ph_rule_def *r)
{
    const ph_decimal thousand = {.mantissa = 1000}, three = {.mantissa = 3}; /* what unit_slip takes by default */
    const ph_decimal *factor = param_of(r, "factor"), *slack = param_of(r, "slack");

    check_pair(d, at, r, "min", "max");
    check_pair(d, at, r, "min_points", "max_points");
    check_pair(d, at, r, "min_percent", "max_percent");
    if (r->kind == PH_RULE_KIND_UNIT_SLIP && at != NULL &&
        ph_decimal_cmp(slack == NULL ? three : *slack, factor == NULL ? thousand : *factor) >= 0)
        ph_doc_tell(
            &d->doc, at, "rule.bounds",
            PH_T("slack (3 khi không ghi) phải nhỏ hơn factor: nếu không, số không đổi cũng bị coi là nhầm đơn vị",
                 "slack (3 when not given) must be below factor, or a value that did not change would count as "
                 "another unit"));
}

/* ---- the message ---- */

static void check_text(ph_draft *d, const ph_yaml *at)
{
    const char *slip =
        at == NULL || at->kind != PH_YAML_SCALAR ? NULL : ph_finding_template_slip((const char *)at->text.ptr);
    if (slip == NULL)
        return;
    bool has_next = slip[1] >= 0x21 && slip[1] < 0x7F;
    bool is_double = has_next && slip[1] >= '1' && slip[1] <= '6';
    ph_doc_tell_hint(&d->doc, at, "rule.message",
                     PH_T("chỗ điền là %1 đến %6; dấu phần trăm viết sau số hoặc sau dấu cách, như 5 %",
                          "places are %1 to %6; a percent sign stands after its number or a space, as in 5 %"),
                     PH_T("%.*s không phải chỗ điền nào, cũng không phải dấu phần trăm",
                          "%.*s is no place to be filled in, and no percent sign"),
                     1 + has_next + is_double, slip);
}

void ph_draft_check_message(ph_draft *d, const ph_yaml *node)
{
    for (const ph_yaml *text = node == NULL || node->kind != PH_YAML_MAP ? NULL : node->first; text != NULL;
         text = text->next)
        check_text(d, text);
}

/* ---- what an expression asks for ---- */

/* As it is answered when the rule runs: each target is judged by itself and knows nothing of the others. */
static bool may_ask(const ph_draft *d, const ph_rule_def *r, ph_span code)
{
    for (size_t i = 0; i < r->n_inputs; i++)
        if (ph_span_is(code, d->parts.indicators[r->inputs[i]].code))
            return true;
    return r->n_targets == 1 && ph_span_is(code, d->parts.indicators[r->targets[0]].code);
}

void ph_draft_check_asks(ph_draft *d, const ph_yaml *at, const ph_rule_def *r)
{
    ph_lua_ask ask;

    for (const char *rest = r->expr; (rest = ph_rule_lua_next_ask(rest, &ask)) != NULL;) {
        int n = ask.code.len < PH_MAX_ID_TEXT ? (int)ask.code.len : PH_MAX_ID_TEXT;
        if (!may_ask(d, r, ask.code))
            ph_doc_tell_hint(
                &d->doc, at, "rule.asks",
                PH_T("thêm vào inputs, hoặc sửa mã: nếu không, mọi số liệu sẽ bị giữ lại",
                     "put it into inputs, or correct the code: else every figure would be held"),
                PH_T("biểu thức hỏi %.*s, nhưng chỉ được hỏi chỉ tiêu ở inputs, hoặc ở applies_to khi chỉ có "
                     "một",
                     "the expression asks for %.*s; it may ask for those in inputs, and for the one in "
                     "applies_to when there is one only"),
                n, (const char *)ask.code.ptr);
        else if (ask.when != PH_AGAINST_NOTHING && ask.when != r->against)
            ph_doc_tell(&d->doc, at, "rule.asks",
                        PH_T("biểu thức hỏi số trước đó của %.*s mà against không ghi mốc ấy",
                             "the expression asks for an earlier value of %.*s that against does not name"),
                        n, (const char *)ask.code.ptr);
    }
}
