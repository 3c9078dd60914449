/* ph_agg_register - the register of a sheet at a figure seal: which parts say something new, and what.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_REGISTER_H
#define PH_AGG_REGISTER_H

#include "ph_agg_store.h"
#include "ph_figure.h"
#include "ph_sheet.h"
#include "ph_submission.h"

/* What all units of a sheet may say in words at most: each frame's worth. */
enum { PH_REGISTER_MAX_BYTES = PH_MAX_MEMBERS * PH_MAX_FRAME_BYTES };

/* Working memory, kept between seals; all of it is taken with the first word that is to be published. */
typedef struct ph_registrar {
    ph_observation *observations; /* PH_MAX_OBSERVATIONS */
    ph_buf items;
} ph_registrar;

/** done: harmless on zeroes. */
void ph_registrar_init(ph_registrar *r);
void ph_registrar_done(ph_registrar *r);

/**
 * Put into @issue the parts of the register of @s that say something else than what was last published, and remember
 * them as published. From the first item on that any unit reports every part is published, empty ones too: a sheet
 * without any word has no register. Costs a digest of the units' standings; entries are read only of units in a part
 * that changed. Spans in @issue point into @r until its next use.   Errors: of the
 * store (CORRUPT for an entry that is not there or not readable), NOMEM.   Thread: the writer's.
 */
ph_rc ph_register_issue(ph_agg_store *store, ph_registrar *r, ph_sheet *s, ph_issue *issue) PH_CHECKED;

#endif
