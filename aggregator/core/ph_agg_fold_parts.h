/* ph_agg_fold_parts - the inside of the fold, shared by its files.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_FOLD_PARTS_H
#define PH_AGG_FOLD_PARTS_H

#include "ph_agg_cache.h"
#include "ph_agg_evidence.h"
#include "ph_agg_fold.h"
#include "ph_agg_issue.h"
#include "ph_agg_judge.h"

struct ph_fold {
    ph_agg_store *store;
    const ph_registry_source *source;
    const ph_registry *reg; /* in force; NULL before the genesis */
    int64_t through_us;     /* calendar instant reached */
    bool wants_seal;        /* a period was frozen or reopened since the last figure seal */
    ph_sheet_cache cache;
    ph_issuer issuer;
    ph_judge judge;
    ph_gathered gathered;
    ph_judgement judgement;
    ph_digest clean_registry; /* of the two below; zero: not made yet */
    ph_buf clean_verdict, clean_findings;
    ph_observation observations[PH_MAX_OBSERVATIONS];
};

/** The sheet that @unit speaks of, or NULL with the finding made. One that no seal has opened yet is made here,
 * planned. Errors: as of the cache. */
ph_rc ph_fold_sheet_for(ph_fold *f, const ph_sheet_key *key, ph_span unit, ph_cached_sheet **ret) PH_CHECKED;
/** From the findings to verdict, verdict bytes and page. */
ph_rc ph_fold_conclude(ph_fold *f, const ph_entry *entry, ph_fold_result *ret) PH_CHECKED;

ph_rc ph_fold_explanation(ph_fold *f, const ph_entry *entry, ph_fold_result *ret) PH_CHECKED;
ph_rc ph_fold_decision(ph_fold *f, const ph_entry *entry, ph_fold_result *ret) PH_CHECKED;

#endif
