/* ph_good_registry - a small registry without a fault, one line a literal, to be spoilt.   Layer: tests */
#ifndef PH_GOOD_REGISTRY_H
#define PH_GOOD_REGISTRY_H

static const char good[] = "registry: { version: t1 }\n"                                                   /* 1 */
                           "units:\n"                                                                      /* 2 */
                           "  - { id: alpha, name: { vi: Một, en: One }, valid_from: 2000-01-01,\n"        /* 3 */
                           "      valid_to: 2025-07-01,\n"                                                 /* 4 */
                           "      codes: [{ scheme: gso, value: \"11\" }] }\n"                             /* 5 */
                           "  - { id: beta, name: { vi: Hai, en: Two }, valid_from: 2000-01-01,\n"         /* 6 */
                           "      codes: [{ scheme: gso, value: \"12\" }] }\n"                             /* 7 */
                           "  - { id: gamma, name: { vi: Ba, en: Three }, valid_from: 2025-07-01,\n"       /* 8 */
                           "      codes: [{ scheme: gso, value: \"11\" }] }\n"                             /* 9 */
                           "clusters:\n"                                                                   /* 10 */
                           "  - id: c1\n"                                                                  /* 11 */
                           "    name: { vi: Cụm, en: Cluster }\n"                                          /* 12 */
                           "    cycles:\n"                                                                 /* 13 */
                           "      - year: 2023\n"                                                          /* 14 */
                           "        members:\n"                                                            /* 15 */
                           "          - { unit: alpha, role: head }\n"                                     /* 16 */
                           "          - { unit: beta, role: member }\n"                                    /* 17 */
                           "indicators:\n"                                                                 /* 18 */
                           "  - code: G\n"                                                                 /* 19 */
                           "    name: { vi: Tăng, en: Growth }\n"                                          /* 20 */
                           "    unit: PT\n"                                                                /* 21 */
                           "    unit_name: { vi: \"%\", en: \"%\" }\n"                                     /* 22 */
                           "    comparison: yoy_same_period\n"                                             /* 23 */
                           "    price_basis: constant_2010\n"                                              /* 24 */
                           "    decimals: 2\n"                                                             /* 25 */
                           "    direction: higher_is_better\n"                                             /* 26 */
                           "    hard: { min: -40, max: 60 }\n"                                             /* 27 */
                           "    soft: { min: -5, max: 15 }\n"                                              /* 28 */
                           "    methods: [mean, weighted_mean]\n"                                          /* 29 */
                           "    weights: w1\n"                                                             /* 30 */
                           "forms:\n"                                                                      /* 31 */
                           "  - id: f1\n"                                                                  /* 32 */
                           "    version: 1\n"                                                              /* 33 */
                           "    name: { vi: Biểu, en: Form }\n"                                            /* 34 */
                           "    freq: S\n"                                                                 /* 35 */
                           "    valid_from: 2023-01-01\n"                                                  /* 36 */
                           "    items: [{ indicator: G, required: true }]\n"                               /* 37 */
                           "weights:\n"                                                                    /* 38 */
                           "  - id: w1\n"                                                                  /* 39 */
                           "    version: 1\n"                                                              /* 40 */
                           "    quality: unofficial\n"                                                     /* 41 */
                           "    source: { vi: Nguồn, en: Source }\n"                                       /* 42 */
                           "    valid_from: 2023-01-01\n"                                                  /* 43 */
                           "    values: { alpha: 10, beta: 20 }\n"                                         /* 44 */
                           "calendar:\n"                                                                   /* 45 */
                           "  - { cluster: c1, form: f1, period: 2023-S1, opens: 2023-06-01T00:00:00Z,\n"  /* 46 */
                           "      due: 2023-07-15T17:00:00+07:00, closes: 2023-07-26T00:00:00+07:00 }\n"   /* 47 */
                           "links:\n"                                                                      /* 48 */
                           "  - { predecessor: alpha, successor: gamma, kind: rename, date: 2025-07-01,\n" /* 49 */
                           "      decree: D1 }\n";                                                         /* 50 */

#endif
