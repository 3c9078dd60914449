/* cmd_block - a table of many columns in blocks that a terminal can show.   Layer: aggregator (app) */
#include "ph_agg_block.h"

/* A cell's width is known only once it is made, so tables are made one figure wider until one is too wide. */
ph_rc ph_agg_block_make(const void *page, ph_agg_block_fn make, size_t n, size_t *ret_n, ph_table **ret)
{
    ph_table *fits = NULL;
    size_t n_fits = 0;

    while (n_fits < n) {
        ph_table *wider = NULL;
        ph_rc rc = make(page, n_fits + 1, &wider);
        if (rc != PH_OK) {
            ph_table_free(fits);
            return rc;
        }
        if (n_fits > 0 && ph_table_width(wider) > PH_AGG_BLOCK_COLUMNS) {
            ph_table_free(wider);
            break;
        }
        ph_table_free(fits);
        fits = wider;
        n_fits++;
    }
    *ret = fits;
    *ret_n = n_fits;
    return PH_OK;
}
