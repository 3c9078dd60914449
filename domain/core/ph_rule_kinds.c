/* ph_rule_kinds - the table of kinds.   Layer: domain/core (pure) */
#include "ph_rule_kinds.h"

#define ONE     INT64_C(1000000) /* 1 at PH_RULE_SCALE */
#define MILLION (1000000 * ONE)

static const ph_kind_spec kinds[] = {
    [PH_RULE_KIND_CHANGE] = {.needs_a_param = true,
                             .against = PH_AGAINST_PREVIOUS,
                             .chooses = true,
                             .need = PH_NEEDS_EARLIER,
                             .params = {{"min_points", false, -MILLION, MILLION},
                                        {"max_points", false, -MILLION, MILLION},
                                        {"min_percent", false, -MILLION, MILLION},
                                        {"max_percent", false, -MILLION, MILLION}}},
    [PH_RULE_KIND_OUTLIER] = {.is_across = true,
                              .params = {{"mads", true, ONE, 1000 * ONE},
                                         {"min_members", false, 3 * ONE, PH_MAX_MEMBERS *ONE},
                                         {"min_distance", false, 0, MILLION}}},
    [PH_RULE_KIND_EQUALS_INDICATOR] = {.min_inputs = 1,
                                       .max_inputs = PH_RULE_MAX_INPUTS,
                                       .takes_part = true,
                                       .chooses = true},
    [PH_RULE_KIND_EQUALS_PLAN] = {.need = PH_NEEDS_PLAN},
    [PH_RULE_KIND_COMPONENT_BOUNDS] = {.min_inputs = 2,
                                       .max_inputs = PH_RULE_MAX_INPUTS,
                                       .takes_part = true,
                                       .params = {{"tolerance", false, 0, MILLION}}},
    [PH_RULE_KIND_IMPLIED_REMAINDER] = {.min_inputs = 1,
                                        .max_inputs = 1,
                                        .params = {{"share", true, ONE / 100, 99 * ONE / 100},
                                                   {"max_rest", true, 0, MILLION}}},
    [PH_RULE_KIND_LEVEL_GROWTH] = {.min_inputs = 1,
                                   .max_inputs = 1,
                                   .against = PH_AGAINST_YEAR_AGO,
                                   .chooses = true,
                                   .need = PH_NEEDS_EARLIER,
                                   .params = {{"tolerance", true, 0, MILLION}}},
    [PH_RULE_KIND_INDEX_FORM] = {.judges = PH_JUDGES_GROWTH},
    [PH_RULE_KIND_DECIMAL_SLIP] = {.min_inputs = 0},
    [PH_RULE_KIND_UNIT_SLIP] = {.against = PH_AGAINST_PREVIOUS,
                                .chooses = true,
                                .need = PH_NEEDS_EARLIER,
                                .params = {{"factor", false, 2 * ONE, MILLION}, {"slack", false, ONE, 1000 * ONE}}},
    [PH_RULE_KIND_PER_CAPITA] = {.min_inputs = 2,
                                 .max_inputs = 2,
                                 .params = {{"factor", false, 1, MILLION}, {"tolerance_percent", true, 0, 100 * ONE}}},
    [PH_RULE_KIND_RATIO] = {.judges = PH_JUDGES_RATIOS, .params = {{"tolerance", true, 0, MILLION}}},
    [PH_RULE_KIND_PROPORTION] = {.min_inputs = 1,
                                 .max_inputs = 1,
                                 .needs_a_param = true,
                                 .params = {{"min", false, -MILLION, MILLION}, {"max", false, -MILLION, MILLION}}},
    [PH_RULE_KIND_NOT_ABOVE] = {.min_inputs = 1, .max_inputs = PH_RULE_MAX_INPUTS, .takes_part = true},
    [PH_RULE_KIND_MONOTONE] = {.against = PH_AGAINST_PREVIOUS, .chooses = true, .need = PH_NEEDS_EARLIER},
    [PH_RULE_KIND_SIGN_WORD] = {.min_inputs = 0},
    [PH_RULE_KIND_REFERENCE] = {.need = PH_NEEDS_PUBLISHED, .params = {{"tolerance", true, 0, MILLION}}},
    [PH_RULE_KIND_EXPR] = {.max_inputs = PH_RULE_MAX_INPUTS, .takes_part = true, .takes_expr = true, .chooses = true},
};

const ph_kind_spec *ph_kind_of(ph_rule_kind kind)
{
    return &kinds[kind];
}

const char *ph_rule_kind_name(ph_rule_kind kind)
{
    switch (kind) {
#define PH_X(name, text)      \
    case PH_RULE_KIND_##name: \
        return text;
        PH_RULE_KIND_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

int ph_kind_param(const ph_kind_spec *spec, ph_span key)
{
    for (int i = 0; i < PH_KIND_MAX_PARAMS && spec->params[i].key != NULL; i++)
        if (ph_span_is(key, spec->params[i].key))
            return i;
    return -1;
}
