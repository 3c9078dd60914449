/* ph_fuzz_registry - see the header.   Layer: tests */
#include "ph_fuzz_registry.h"

#include <stdlib.h>

#include "ph_registry_load.h"

#define INDICATOR(code, decimals, rest)                                                                            \
    "  - { code: " code ", name: { vi: X, en: X }, unit: PT, unit_name: { vi: '%', en: '%' }, comparison: none,\n" \
    "      price_basis: n/a, decimals: " decimals ", direction: higher_is_better, " rest " }\n"

static const char bundle[] =
    "--- # file: x.yaml\n"
    "registry: { version: fuzz }\n"
    "units:\n"
    "  - { id: alpha, name: { vi: A, en: A }, valid_from: 2000-01-01 }\n"
    "  - { id: beta, name: { vi: B, en: B }, valid_from: 2000-01-01 }\n"
    "clusters:\n"
    "  - { id: c1, name: { vi: C, en: C }, cycles: [{ year: 2023, members: [{ unit: alpha, role: head }, { unit: beta "
    "}] }] }\n"
    "indicators:\n" INDICATOR("G", "2",
                              "hard: { min: -40, max: 60 }, soft: { min: -5, max: 15 }, methods: [mean, weighted_mean, "
                              "min, median, max], weights: w1") INDICATOR("S", "1",
                                                                          "hard: { min: 0.1 }, methods: [sum]")
        INDICATOR("C", "0",
                  "methods: [mean, list]") "forms:\n"
                                           "  - { id: f1, version: 1, name: { vi: F, en: F }, freq: S, valid_from: "
                                           "2023-01-01,\n"
                                           "      items: [{ indicator: G, required: true }, { indicator: S }, { "
                                           "indicator: C }] }\n"
                                           "weights:\n"
                                           "  - { id: w1, version: 1, quality: unofficial, source: { vi: S, en: S }, "
                                           "valid_from: 2023-01-01, values: { alpha: 1000000000000, beta: 1 } }\n"
                                           "calendar:\n"
                                           "  - { cluster: c1, form: f1, period: 2023-S1, opens: 2023-06-01T00:00:00Z, "
                                           "due: 2023-07-01T00:00:00Z, closes: 2023-08-01T00:00:00Z }\n";

const ph_registry *ph_fuzz_registry(void)
{
    static ph_registry *reg;

    if (reg == NULL && ph_registry_load(ph_span_str(bundle), NULL, NULL, &reg) != PH_OK)
        abort();
    return reg;
}
