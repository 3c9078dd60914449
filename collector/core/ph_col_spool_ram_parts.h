/* ph_col_spool_ram_parts - the insides of the spool in memory, shared by its files.   Layer: collector/core (pure) */
#ifndef PH_COL_SPOOL_RAM_PARTS_H
#define PH_COL_SPOOL_RAM_PARTS_H

#include "ph_col_spool.h"

enum { PH_COL_RAM_MAX_STANDINGS = 256, PH_COL_RAM_MAX_META = 16 };

typedef struct ph_col_ram_item {
    ph_col_item meta;
    ph_buf envelope, receipt;
} ph_col_ram_item;

typedef struct ph_col_ram_meta {
    char name[32];
    ph_buf value;
} ph_col_ram_meta;

typedef struct ph_col_ram {
    ph_col_spool base;
    size_t n, max;
    ph_col_ram_item *items; /* in order of number */
    size_t n_standings;
    ph_col_standing standings[PH_COL_RAM_MAX_STANDINGS];
    size_t n_meta;
    ph_col_ram_meta meta[PH_COL_RAM_MAX_META];
    uint64_t checkpoint_size;
    bool has_cases;
    ph_col_heard heard;
    ph_buf cases;
    int64_t changes;
} ph_col_ram;

static inline ph_col_ram *ph_col_ram_self(ph_col_spool *sp)
{
    return (ph_col_ram *)sp;
}

/* Operations that have nothing to do with items, as the port has them. */
ph_rc ph_col_ram_put_meta(ph_col_spool *sp, const char *name, ph_span value);
ph_rc ph_col_ram_get_meta(ph_col_spool *sp, const char *name, ph_buf *dst);
ph_rc ph_col_ram_put_standing(ph_col_spool *sp, const ph_col_standing *standing);
ph_rc ph_col_ram_standing(ph_col_spool *sp, const ph_col_key *key, ph_col_standing *ret);
ph_rc ph_col_ram_list_standings(ph_col_spool *sp, ph_col_standing_fn fn, void *arg);
ph_rc ph_col_ram_put_cases(ph_col_spool *sp, const ph_col_heard *heard, ph_span lines);
ph_rc ph_col_ram_cases(ph_col_spool *sp, ph_col_heard *ret, ph_buf *dst);

#endif
