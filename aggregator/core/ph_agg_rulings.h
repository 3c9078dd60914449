/* ph_agg_rulings - the reasons behind held values that the head let pass, put beside the figures that they are in.
 * Layer: aggregator/core (pure) */
#ifndef PH_AGG_RULINGS_H
#define PH_AGG_RULINGS_H

#include "ph_agg_store.h"
#include "ph_figure.h"
#include "ph_sheet.h"

/**
 * The rulings of a consolidated column, out of the entries of the decisions and explanations, appended to @to.
 * @figure's span points into @to and is good until the next append. Nothing is read where no member bears the mark of
 * a decision.   Errors: of the store; CORRUPT for an entry that is not there or not readable; NOMEM.   Thread: the
 * writer's.
 */
ph_rc ph_rulings_gather(ph_agg_store *store, const ph_sheet *s, uint16_t column, ph_buf *to,
                        ph_figure *figure) PH_CHECKED;

#endif
