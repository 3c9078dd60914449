/* ph_agg_cfg - what an operator may set.   Layer: aggregator (app) */
#ifndef PH_AGG_CFG_H
#define PH_AGG_CFG_H

#include <stdint.h>

#include "ph_cfg.h"

enum { PH_AGG_PATH_BYTES = 1024, PH_AGG_ENDPOINT_BYTES = 256 };

/* One field a key; units are in the names of the fields. */
typedef struct ph_agg_cfg {
    char listen[PH_AGG_ENDPOINT_BYTES];
    char address[PH_AGG_ENDPOINT_BYTES];
    char metrics[PH_AGG_ENDPOINT_BYTES];
    char ledger[PH_AGG_PATH_BYTES];
    char curve_key[PH_AGG_PATH_BYTES];
    char receipt_key[PH_AGG_PATH_BYTES];
    char root_public[PH_AGG_PATH_BYTES];
    char registry[PH_AGG_PATH_BYTES];
    char roster[PH_AGG_PATH_BYTES];
    int64_t verify_threads;
    int64_t batch_max;
    int64_t batch_bytes;
    int64_t drain_us;
    int64_t credit;
    int64_t unit_rate;
    int64_t unit_burst;
    int64_t peer_hwm;
    int64_t max_peers;
    int64_t min_free_bytes;
    int64_t figure_gap_us;
    int64_t figure_every_us;
    int64_t probe_us;
} ph_agg_cfg;

#define PH_AGG_DEFAULT_CONFIG "/etc/phusa/aggregator.yaml"

extern const ph_cfg_schema ph_agg_schema;

#endif
