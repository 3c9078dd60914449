/* ph_col_app - what the commands share: configuration, registry, keys, cards, spool.   Layer: collector/app */
#ifndef PH_COL_APP_H
#define PH_COL_APP_H

#include <stdbool.h>

#include "ph_args.h"
#include "ph_col_cfg.h"
#include "ph_col_spool.h"
#include "ph_err.h"
#include "ph_identity.h"
#include "ph_registry.h"
#include "ph_registry_load.h"
#include "ph_result.h"
#include "ph_submission.h"
#include "ph_time.h"

enum {
    PH_COL_OPT_FORM = 1,
    PH_COL_OPT_PERIOD,
    PH_COL_OPT_CLUSTER,
    PH_COL_OPT_EXCEL,
    PH_COL_OPT_OUTPUT,
    PH_COL_OPT_NOTATION,
    PH_COL_OPT_KIND,
    PH_COL_OPT_REASON,
    PH_COL_OPT_YES,
    PH_COL_OPT_NO_WAIT,
    PH_COL_OPT_WAIT,
    PH_COL_OPT_ITEMS,
    PH_COL_OPT_UNIT,
    PH_COL_OPT_CARD,
    PH_COL_OPT_REGISTRY,
    PH_COL_OPT_LIMIT,
    PH_COL_OPT_TEXT,
    PH_COL_OPT_FILE,
    PH_COL_OPT_DUE
};

/* The zero value is closed. exit: what the command wants to be left with when it ends well (findings are no error). */
typedef struct ph_col_app {
    const ph_args *args;
    ph_lang lang;
    ph_col_cfg cfg;
    ph_registry *registry;
    ph_identity *curve;
    ph_identity *sign;
    ph_card aggregator;
    ph_col_spool *spool;
    int exit;
} ph_col_app;

/** Each fills its part; the errors are for people, all of a kind are told at once.   Errors: with @err, class REJECT or
 * RETRY. */
ph_rc ph_col_app_config(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_app_registry(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_app_keys(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_app_card(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_app_spool(ph_col_app *app, ph_err *err) PH_CHECKED;
/** All of them, in that order: for whoever signs and sends. */
ph_rc ph_col_app_all(ph_col_app *app, ph_err *err) PH_CHECKED;
/** A failed spool call as an error for people: what it means for the data, what to do. */
ph_rc ph_col_app_spool_err(const ph_col_app *app, ph_rc rc, ph_err *err);
/** Output that could not be written, where nothing better was said. */
ph_rc ph_col_app_output_err(ph_rc rc, ph_err *err);
/** Reverse order; safe on zeroes. */
void ph_col_app_close(ph_col_app *app);

/** Our public half, for the roster. */
void ph_col_app_own_card(const ph_col_app *app, ph_card *ret);

/* Which duty a command speaks of; empty and false = not said. */
typedef struct ph_col_wanted {
    const char *cluster, *form;
    bool has_period;
    ph_period period;
} ph_col_wanted;

/** From the options; a file may say the rest.   Errors: USAGE. */
ph_rc ph_col_app_wanted(const ph_col_app *app, ph_col_wanted *ret, ph_err *err) PH_CHECKED;
/** The one duty of our unit that fits; what was not said need not be when only one is left.   Errors: NOT_FOUND,
 * AMBIGUOUS, naming the candidates. */
ph_rc ph_col_app_duty(const ph_col_app *app, const ph_col_wanted *wanted, const ph_calendar_item **ret,
                      ph_err *err) PH_CHECKED;
/** The unit of the registry that was meant; NULL when none is near. */
const char *ph_col_app_near_unit(const ph_registry *reg, const char *unit);
void ph_col_app_key(const ph_col_app *app, const ph_calendar_item *duty, ph_col_key *ret);

/** Body of an item out of the spool, decoded. @bytes receives the envelope, @store PH_MAX_OBSERVATIONS. */
ph_rc ph_col_app_body(ph_col_app *app, const ph_col_item *item, ph_buf *bytes, ph_observation *store,
                      ph_submission *ret, ph_err *err) PH_CHECKED;

#endif
