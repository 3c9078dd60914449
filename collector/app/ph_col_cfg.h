/* ph_col_cfg - the province agent's configuration.   Layer: collector/app */
#ifndef PH_COL_CFG_H
#define PH_COL_CFG_H

#include <stdint.h>

#include "ph_cfg.h"
#include "ph_limits.h"

enum { PH_COL_PATH_BYTES = 256 };

typedef struct ph_col_cfg {
    char unit[PH_ID_BUFFER_BYTES];
    char cluster[PH_ID_BUFFER_BYTES];
    char key_dir[PH_COL_PATH_BYTES];
    char aggregator_card[PH_COL_PATH_BYTES];
    char spool[PH_COL_PATH_BYTES];
    char registry[PH_COL_PATH_BYTES];
    char health[PH_MAX_TEXT_BYTES];
    int64_t spool_max_items;
    int64_t spool_max_bytes;
    int64_t connect_timeout_us;
    int64_t answer_timeout_us;
    int64_t ping_every_us;
    int64_t status_every_us;
    int64_t retry_min_us;
    int64_t retry_max_us;
} ph_col_cfg;

extern const ph_cfg_schema ph_col_cfg_schema;

#endif
