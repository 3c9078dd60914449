/* ph_fuzz_registry - see the header.   Layer: tests */
#include "ph_fuzz_registry.h"

#include <stdlib.h>

#include "ph_registry_load.h"

#define RULE(id, kind, action, rest)                                                                               \
    "  - { id: " id ", kind: " kind ", action: " action ", valid_from: 2023-01-01, message: { vi: 'X %1 %2 %3 %4 " \
    "%5 %6 %7 %', en: 'X %1 %2 %3 %4 %5 %6' }, " rest " }\n"
#define INDICATOR(code, decimals, rest)                                                                   \
    "  - { code: " code                                                                                   \
    ", name: { vi: X, en: X }, unit: PT, unit_name: { vi: '%', en: '%' }, comparison: yoy_same_period,\n" \
    "      price_basis: n/a, decimals: " decimals ", direction: higher_is_better, " rest " }\n"

static const char bundle[] =
    "--- # file: x.yaml\n"
    "registry: { version: fuzz }\n"
    "units:\n"
    "  - { id: alpha, name: { vi: A, en: A }, valid_from: 2000-01-01 }\n"
    "  - { id: beta, name: { vi: B, en: B }, valid_from: 2000-01-01 }\n"
    "clusters:\n"
    "  - { id: c1, name: { vi: C, en: C }, cycles: [{ year: 2023, members: [{ unit: alpha, "
    "role: head }, { unit: beta "
    "}] }] }\n"
    "indicators:\n" INDICATOR("G", "2",
                              "hard: { min: -40, max: 60 }, soft: { min: -5, max: 15 }, "
                              "methods: [mean, weighted_mean, "
                              "min, median, max], weights: w1")
        INDICATOR("S", "1", "hard: { min: 0.1 }, methods: [sum]") INDICATOR(
            "C", "0",
            "methods: [mean, list, ratio], ratio: { numerator: G, denominator: S, times: 100 "
            "}") "forms:\n"
                 "  - { id: f1, version: 1, name: { vi: F, en: F }, freq: S, valid_from: "
                 "2023-01-01,\n"
                 "      items: [{ indicator: G, required: true }, { indicator: S }, { "
                 "indicator: C }] }\n"
                 "weights:\n"
                 "  - { id: w1, version: 1, quality: unofficial, source: { vi: S, en: S }, "
                 "valid_from: 2023-01-01, values: { alpha: 1000000000000, beta: 1 } }\n"
                 "calendar:\n"
                 "  - { cluster: c1, form: f1, period: 2023-S1, opens: 2023-06-01T00:00:00Z, "
                 "due: 2023-07-01T00:00:00Z, closes: 2023-08-01T00:00:00Z }\n"
                 /* every kind, with the least that it takes: no rule is far from any number */
                 "references:\n"
                 "  - { unit: alpha, indicator: G, period: 2023-S1, kind: published, value: "
                 "7.23, "
                 "known_since: 2023-06-09, source: { "
                 "vi: S, en: S } }\n"
                 "  - { unit: alpha, indicator: S, period: 2023, kind: plan, value: 8, "
                 "known_since: 2023-01-01, source: { vi: S, en: "
                 "S } }\n"
                 "rules:\n" RULE("r01", "change", "flag",
                                 "applies_to: [G, S, C], params: { max_points: 1, min_percent: -1 "
                                 "}") RULE("r02", "outlier", "flag", "applies_to: [G, S, C], params: { mads: 2 }")
                     RULE("r03", "equals_indicator", "flag", "applies_to: [G], inputs: [S, C], missing: skip_if_all")
                         RULE("r04", "equals_plan", "flag", "applies_to: [S], missing: never_skip") RULE(
                             "r05", "component_bounds", "reject",
                             "applies_to: [G], "
                             "inputs: [S, C], "
                             "missing: "
                             "skip_if_all") RULE("r06", "implied_remainder", "hold",
                                                 "applies_to: [G], inputs: [S], params: { share: 0.5, "
                                                 "max_rest: 1 }") RULE("r07", "level_growth", "flag",
                                                                       "applies_to: [G], inputs: [S], params: "
                                                                       "{ tolerance: 1 }")
                             RULE("r08", "decimal_slip", "note",
                                  "applies_to: [G, S, C]") RULE("r09", "unit_slip", "hold", "applies_to: [G, S, C]")
                                 RULE("r10", "per_capita", "flag",
                                      "applies_to: [G], inputs: [S, C], params: { "
                                      "tolerance_percent: 1 }") RULE("r11", "proportion", "hold",
                                                                     "applies_to: [G], inputs: [S], params: { min: 1, "
                                                                     "max: 2 }, missing: "
                                                                     "never_skip") RULE("r12", "not_above", "hold",
                                                                                        "applies_to: [G], inputs: [S, "
                                                                                        "C], missing: skip_if_all")
                                     RULE("r13", "monotone", "flag", "applies_to: [G, S, C], missing: never_skip")
                                         RULE("r14", "sign_word", "flag", "applies_to: [G, S, C]")
                                             RULE("r15", "reference", "hold",
                                                  "applies_to: [G], params: { "
                                                  "tolerance: 0.05 }") RULE("r16", "expr", "hold",
                                                                            "applies_to: [G], inputs: [S, "
                                                                            "C], missing: skip_if_all, "
                                                                            "against: previous, expr: "
                                                                            "\"value('S') == nil or "
                                                                            "value('G') "
                                                                            "* value('S') < (previous('S') "
                                                                            "or 1), div(value('G'), 3, "
                                                                            "4)\"") RULE("r17", "ratio", "flag",
                                                                                         "applies_to: [C], params: { "
                                                                                         "tolerance: 1 }, missing: "
                                                                                         "never_skip")
                                                 RULE("r18", "index_form", "note", "applies_to: [G]");

const ph_registry *ph_fuzz_registry(void)
{
    static ph_registry *reg;

    /* as one that a ledger keeps: the words for people must stand a template that no check would let through today */
    if (reg == NULL && ph_registry_load_kept(ph_span_str(bundle), NULL, NULL, &reg) != PH_OK)
        abort();
    return reg;
}
