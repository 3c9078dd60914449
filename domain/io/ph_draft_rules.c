/* ph_draft_rules - rules as data: each kind says what it takes, and everything else is told.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"
#include "ph_rule_kinds.h"
#include "ph_rule_lua.h"
#include "ph_validate.h"

enum { ID, KIND, ACTION, APPLIES_TO, INPUTS, AGAINST, PARAMS, MISSING, MESSAGE, EXPR, FROM, TO, KNOWN };
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const kind_names[] = {
#define PH_X(name, text) text,
    PH_RULE_KIND_MAP(PH_X)
#undef PH_X
};
static const char *const action_names[] = {
#define PH_X(name, number, text) text,
    PH_ACTION_MAP(PH_X)
#undef PH_X
};
static const char *const missing_names[] = {
#define PH_X(name, text) text,
    PH_MISSING_MAP(PH_X)
#undef PH_X
};
static const char *const against_names[] = {
#define PH_X(name, text) text,
    PH_AGAINST_MAP(PH_X)
#undef PH_X
};

/* ---- indicators ---- */

static bool is_among(const uint16_t *list, size_t n, uint16_t place)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == place)
            return true;
    return false;
}

/* The place of an indicator, told when there is none or when the list has it already. */
static bool find_indicator(ph_draft *d, const ph_yaml *ref, const uint16_t *list, size_t n, uint16_t *ret)
{
    *ret = ph_draft_indicator_ref(d, ref);
    if (*ret == PH_NO_INDEX)
        return false;
    if (!is_among(list, n, *ret))
        return true;
    ph_doc_tell(&d->doc, ref, "item.repeated", PH_T("%s xuất hiện hai lần", "%s stands twice"),
                d->parts.indicators[*ret].code);
    return false;
}

static ph_rc read_list(ph_draft *d, const ph_yaml *list, uint16_t **ret, size_t *ret_n)
{
    if (list == NULL)
        return PH_OK;
    *ret = calloc(list->n_children + 1U, sizeof **ret);
    if (*ret == NULL)
        return PH_NOMEM;
    for (const ph_yaml *ref = list->first; ref != NULL; ref = ref->next)
        if (find_indicator(d, ref, *ret, *ret_n, &(*ret)[*ret_n]))
            (*ret_n)++;
    return PH_OK;
}

static void check_self(ph_draft *d, const ph_yaml *inputs, const ph_rule_def *r)
{
    if (r->kind == PH_RULE_KIND_EQUALS_INDICATOR && r->against == PH_AGAINST_NOTHING && r->n_targets == 1 &&
        r->n_inputs == 1 && inputs->n_children == 1 && r->inputs[0] == r->targets[0])
        ph_doc_tell(&d->doc, inputs, "rule.idle",
                    PH_T("%s chỉ được so với chính nó: quy tắc không bao giờ thấy gì",
                         "%s is held against nothing but itself: the rule never finds anything"),
                    d->parts.indicators[r->inputs[0]].code);
    for (size_t i = 0; r->kind != PH_RULE_KIND_EQUALS_INDICATOR && i < r->n_inputs; i++)
        if (is_among(r->targets, r->n_targets, r->inputs[i]))
            ph_doc_tell(&d->doc, inputs, "rule.self",
                        PH_T("%s vừa ở applies_to vừa ở inputs", "%s stands both in applies_to and in inputs"),
                        d->parts.indicators[r->inputs[i]].code);
}

static bool can_judge(const ph_kind_spec *spec, const ph_indicator *ind)
{
    return spec->judges == PH_JUDGES_ANY ||
           (spec->judges == PH_JUDGES_RATIOS && ph_indicator_has(ind, PH_METHOD_RATIO)) ||
           (spec->judges == PH_JUDGES_GROWTH && ph_indicator_is_growth(ind));
}

static void check_targets(ph_draft *d, const ph_yaml *targets, const ph_rule_def *r, const ph_kind_spec *spec)
{
    for (size_t i = 0; i < r->n_targets; i++)
        if (!can_judge(spec, &d->parts.indicators[r->targets[i]]))
            ph_doc_tell(&d->doc, targets, "rule.target",
                        spec->judges == PH_JUDGES_RATIOS
                            ? PH_T("loại %s chỉ xét chỉ tiêu có phương pháp ratio; %s không có",
                                   "%s judges indicators made by ratio; %s is not")
                            : PH_T("loại %s chỉ xét tốc độ tăng; comparison của %s không phải",
                                   "%s judges growth; by its comparison %s is none"),
                        ph_rule_kind_name(r->kind), d->parts.indicators[r->targets[i]].code);
}

/* @spec NULL: the kind is not known, so only the names are looked at. */
static ph_rc read_targets(ph_draft *d, const ph_doc_field *f, ph_rule_def *r, const ph_kind_spec *spec)
{
    size_t n_targets = 0, n_inputs = 0;
    ph_rc rc = read_list(d, ph_doc_list(&d->doc, f[APPLIES_TO].node, 1, PH_RULE_MAX_TARGETS), &r->targets, &n_targets);

    r->n_targets = (uint16_t)n_targets;
    if (rc != PH_OK)
        return rc;
    if (spec != NULL)
        check_targets(d, f[APPLIES_TO].node, r, spec);
    if (spec == NULL)
        rc = read_list(d, ph_doc_list(&d->doc, f[INPUTS].node, 0, PH_RULE_MAX_INPUTS), &r->inputs, &n_inputs);
    else if (f[INPUTS].node != NULL && spec->max_inputs == 0)
        ph_doc_tell(&d->doc, f[INPUTS].node, "rule.inputs", PH_T("loại %s không dùng inputs", "%s takes no inputs"),
                    ph_rule_kind_name(r->kind));
    else if (f[INPUTS].node == NULL && spec->min_inputs > 0)
        ph_doc_tell(&d->doc, f[KIND].node, "rule.inputs",
                    PH_T("loại %s cần inputs: từ %d chỉ tiêu", "%s needs inputs: %d indicators at least"),
                    ph_rule_kind_name(r->kind), spec->min_inputs);
    else
        rc = read_list(d, ph_doc_list(&d->doc, f[INPUTS].node, spec->min_inputs, spec->max_inputs), &r->inputs,
                       &n_inputs);
    r->n_inputs = (uint8_t)n_inputs;
    if (rc == PH_OK && f[INPUTS].node != NULL && spec != NULL)
        check_self(d, f[INPUTS].node, r);
    return rc;
}

/* ---- parameters ---- */

static bool is_within(const ph_param_spec *p, ph_decimal v)
{
    return ph_decimal_cmp(v, (ph_decimal){.mantissa = p->min, .scale = PH_RULE_SCALE}) >= 0 &&
           ph_decimal_cmp(v, (ph_decimal){.mantissa = p->max, .scale = PH_RULE_SCALE}) <= 0;
}

static void read_param(ph_draft *d, const ph_yaml *node, const ph_param_spec *spec, ph_rule_def *r)
{
    char low[PH_DECIMAL_TEXT_BYTES], high[PH_DECIMAL_TEXT_BYTES];
    ph_decimal v;

    if (!ph_doc_decimal(&d->doc, node, &v))
        return;
    if (!is_within(spec, v)) {
        (void)ph_decimal_print(ph_decimal_trim((ph_decimal){.mantissa = spec->min, .scale = PH_RULE_SCALE}), low);
        (void)ph_decimal_print(ph_decimal_trim((ph_decimal){.mantissa = spec->max, .scale = PH_RULE_SCALE}), high);
        ph_doc_tell(&d->doc, node, "number.range", PH_T("%s phải từ %s đến %s", "%s lies between %s and %s"), spec->key,
                    low, high);
        return;
    }
    r->params[r->n_params++] = (ph_rule_param){.key = spec->key, .value = v};
}

static void read_params(ph_draft *d, const ph_doc_field *f, const ph_kind_spec *spec, ph_rule_def *r)
{
    ph_doc_field fields[PH_KIND_MAX_PARAMS];
    const ph_yaml *node = f[PARAMS].node;
    size_t n = 0;

    for (; n < PH_KIND_MAX_PARAMS && spec->params[n].key != NULL; n++)
        fields[n] = (ph_doc_field){.key = spec->params[n].key, .is_required = spec->params[n].is_required};
    if (node != NULL && n == 0) {
        ph_doc_tell(&d->doc, node, "rule.params", PH_T("loại %s không có tham số", "%s takes no parameters"),
                    ph_rule_kind_name(r->kind));
        return;
    }
    if (node == NULL && n > 0 && (spec->params[0].is_required || spec->needs_a_param)) {
        ph_doc_tell(&d->doc, f[KIND].node, "rule.params", PH_T("loại %s cần params (%s …)", "%s needs params (%s …)"),
                    ph_rule_kind_name(r->kind), spec->params[0].key);
        return;
    }
    if (node == NULL || !ph_doc_open(&d->doc, node, fields, n))
        return;
    for (size_t i = 0; i < n; i++)
        if (fields[i].node != NULL)
            read_param(d, fields[i].node, &spec->params[i], r);
    if (spec->needs_a_param && node->n_children == 0)
        ph_doc_tell(&d->doc, node, "rule.params", PH_T("cần ít nhất một tham số", "one parameter at least"));
}

/* ---- the rest ---- */

static void read_against(ph_draft *d, const ph_yaml *node, const ph_kind_spec *spec, ph_rule_def *r)
{
    r->against = spec->against;
    if (node == NULL)
        return;
    if (!spec->chooses) {
        ph_doc_tell(&d->doc, node, "rule.against",
                    PH_T("loại %s không so với số liệu trước đó", "%s is not held against earlier data"),
                    ph_rule_kind_name(r->kind));
        return;
    }
    r->against = (ph_against)ph_doc_word(&d->doc, node, PH_T("mốc so sánh", "earlier data"), against_names,
                                         COUNT(against_names), spec->against);
    if (r->against == PH_AGAINST_NOTHING && spec->against != PH_AGAINST_NOTHING)
        ph_doc_tell(&d->doc, node, "rule.against",
                    PH_T("loại %s cần previous hoặc year_ago", "%s needs previous or year_ago"),
                    ph_rule_kind_name(r->kind));
}

static void read_expr(ph_draft *d, const ph_doc_field *f, const ph_kind_spec *spec, ph_rule_def *r)
{
    char why[PH_LUA_WHY_BYTES];
    const ph_yaml *node = f[EXPR].node;

    if (node == NULL && spec->takes_expr)
        ph_doc_tell(&d->doc, f[KIND].node, "rule.expr", PH_T("loại expr cần expr", "the kind expr needs expr"));
    if (node == NULL)
        return;
    if (!spec->takes_expr) {
        ph_doc_tell(&d->doc, node, "rule.expr", PH_T("chỉ loại expr có expr", "only the kind expr has expr"));
        return;
    }
    r->expr = ph_doc_text(&d->doc, node, PH_LUA_MAX_TEXT);
    if (*r->expr == '\0')
        return;
    ph_rc rc = ph_rule_lua_check(r->expr, why);
    if (rc == PH_NOMEM)
        d->doc.is_out_of_memory = true;
    else if (rc != PH_OK)
        ph_doc_tell(&d->doc, node, "rule.expr", "%s", why);
}

/* What a rule across units finds is a mark: it can neither refuse nor hold, nor miss anything. */
static void check_across(ph_draft *d, const ph_doc_field *f, const ph_kind_spec *spec, const ph_rule_def *r)
{
    if (spec->is_across && r->action != PH_ACTION_FLAG && f[ACTION].node != NULL)
        ph_doc_tell(&d->doc, f[ACTION].node, "rule.action",
                    PH_T("loại %s chỉ đánh dấu: action phải là flag", "%s only marks: its action is flag"),
                    ph_rule_kind_name(r->kind));
    if (spec->is_across && r->missing == PH_MISSING_NEVER)
        ph_doc_tell(&d->doc, f[MISSING].node, "rule.missing",
                    PH_T("loại %s không dùng never_skip", "%s cannot be never_skip"), ph_rule_kind_name(r->kind));
}

static void read_id(ph_draft *d, const ph_yaml *node, ph_rule_def *r, size_t n_before)
{
    r->id = ph_doc_id(&d->doc, node);
    if (*r->id == '\0')
        return;
    if (ph_rule_find(ph_span_str(r->id)) != PH_RULE_COUNT)
        ph_doc_tell(&d->doc, node, "rule.id", PH_T("%s là quy tắc có sẵn", "%s is a built-in rule"), r->id);
    for (size_t i = 0; i < n_before; i++)
        if (strcmp(d->parts.rules[i].id, r->id) == 0)
            ph_doc_tell(&d->doc, node, "id.repeated", PH_T("quy tắc %s xuất hiện hai lần", "the rule %s stands twice"),
                        r->id);
}

/* All entries of the list could be read. */
static bool is_whole(const ph_yaml *list, size_t n_read)
{
    return list == NULL ? n_read == 0 : list->kind == PH_YAML_LIST && list->n_children == n_read;
}

static ph_rc read_rule(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {[ID] = {.key = "id", .is_required = true},
                        [KIND] = {.key = "kind", .is_required = true},
                        [ACTION] = {.key = "action", .is_required = true},
                        [APPLIES_TO] = {.key = "applies_to", .is_required = true},
                        [INPUTS] = {.key = "inputs"},
                        [AGAINST] = {.key = "against"},
                        [PARAMS] = {.key = "params"},
                        [MISSING] = {.key = "missing"},
                        [MESSAGE] = {.key = "message", .is_required = true},
                        [EXPR] = {.key = "expr"},
                        [FROM] = {.key = "valid_from", .is_required = true},
                        [TO] = {.key = "valid_to"},
                        [KNOWN] = {.key = "known_since"}};
    const ph_yaml *node = d->rows[PH_SECTION_RULES].nodes[i];
    ph_rule_def *r = &d->parts.rules[i];

    *r = (ph_rule_def){.id = "", .message = {.vi = "", .en = ""}};
    if (!ph_doc_open(&d->doc, node, f, COUNT(f)))
        return PH_OK;
    read_id(d, f[ID].node, r, i);
    r->action = (uint8_t)ph_doc_word(&d->doc, f[ACTION].node, PH_T("tác động", "action"), action_names,
                                     COUNT(action_names), PH_ACTION_NOTE);
    r->missing = (ph_missing)ph_doc_word(&d->doc, f[MISSING].node, PH_T("cách xử lý khi thiếu", "missing strategy"),
                                         missing_names, COUNT(missing_names), PH_MISSING_SKIP_ANY);
    r->message = ph_doc_name(&d->doc, f[MESSAGE].node);
    ph_draft_check_message(d, f[MESSAGE].node);
    bool has_interval = ph_draft_interval(d, node, f[FROM].node, f[TO].node, &r->valid_from, &r->valid_to);
    r->known_since = ph_doc_date(&d->doc, f[KNOWN].node, 0);
    size_t errors = d->doc.n_errors;
    r->kind = (ph_rule_kind)ph_doc_word(&d->doc, f[KIND].node, PH_T("loại quy tắc", "kind"), kind_names,
                                        COUNT(kind_names), 0);
    bool has_kind = f[KIND].node != NULL && d->doc.n_errors == errors;
    d->rows[PH_SECTION_RULES].doubts[i] = !has_kind || !has_interval;
    if (!has_kind)
        return read_targets(d, f, r, NULL); /* what it takes besides depends on the kind */
    const ph_kind_spec *spec = ph_kind_of(r->kind);
    errors = d->doc.n_errors;
    read_against(d, f[AGAINST].node, spec, r);
    bool has_against = d->doc.n_errors == errors;
    read_params(d, f, spec, r);
    ph_draft_check_params(d, f[PARAMS].node, r);
    read_expr(d, f, spec, r);
    check_across(d, f, spec, r);
    ph_rc rc = read_targets(d, f, r, spec);
    if (rc == PH_OK && r->expr != NULL && has_against && is_whole(f[APPLIES_TO].node, r->n_targets) &&
        is_whole(f[INPUTS].node, r->n_inputs))
        ph_draft_check_asks(d, f[EXPR].node, r);
    return rc;
}

ph_rc ph_draft_rules(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_RULES].n;
    ph_rc rc = PH_OK;

    if (n > PH_MAX_DATA_RULES) {
        ph_doc_tell(&d->doc, d->rows[PH_SECTION_RULES].nodes[PH_MAX_DATA_RULES], "list.length",
                    PH_T("nhiều hơn %d quy tắc", "more than %d rules"), PH_MAX_DATA_RULES);
        n = PH_MAX_DATA_RULES;
    }
    d->parts.rules = calloc(n + 1, sizeof *d->parts.rules);
    if (d->parts.rules == NULL)
        return PH_NOMEM;
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_rules = i + 1;
        rc = read_rule(d, i);
    }
    return d->doc.is_out_of_memory ? PH_NOMEM : rc;
}
