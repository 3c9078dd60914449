/* ph_agg_words - words of states, methods and marks for people.   Layer: aggregator (app) */
#ifndef PH_AGG_WORDS_H
#define PH_AGG_WORDS_H

#include "ph_agg_summary.h"
#include "ph_decision.h"
#include "ph_receipt.h"
#include "ph_submission.h"

const char *ph_agg_method_text(ph_lang lang, ph_method method);
const char *ph_agg_mark_text(ph_lang lang, ph_summary_mark mark);
const char *ph_agg_state_text(ph_lang lang, ph_period_state state);
const char *ph_agg_revision_text(ph_lang lang, ph_revision_kind kind);
const char *ph_agg_revision_code(ph_revision_kind kind); /* as data has it */
const char *ph_agg_cell_text(ph_lang lang, ph_cell_state state);
const char *ph_agg_cell_mark_text(ph_lang lang, unsigned bit); /* of one bit of a cell's marks */
const char *ph_agg_decision_text(ph_lang lang, ph_decision_kind kind);
const char *ph_agg_kind_text(ph_lang lang, ph_entry_kind kind);

#endif
