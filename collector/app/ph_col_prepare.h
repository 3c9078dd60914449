/* ph_col_prepare - from a file to a revision that is ready to be signed, with all that is wrong with it.   Layer:
 * collector/app */
#ifndef PH_COL_PREPARE_H
#define PH_COL_PREPARE_H

#include "ph_col_app.h"
#include "ph_col_input.h"
#include "ph_col_items.h"
#include "ph_col_revision.h"
#include "ph_submission.h"
#include "ph_validate.h"

/* What --kind and --reason say; FIRST and empty = nothing. is_idle: something was said, and there is nothing to
 * correct.
 */
typedef struct ph_col_correction {
    ph_revision_kind kind;
    ph_span reason;
    bool is_idle;
} ph_col_correction;

/* Zero it before prepare; done frees. Everything in sub borrows from the rest. */
typedef struct ph_col_prepared {
    char file[PH_COL_PATH_BYTES];
    ph_col_correction correction;
    ph_col_input *input;
    ph_col_items *items; /* of --items; NULL = those of the base stay */
    bool items_changed;
    const ph_calendar_item *duty;
    ph_col_key key;
    ph_plan *plan;

    bool has_base;      /* a last accepted revision, here or at least over there */
    bool base_is_known; /* its cells are here (or those of the unsent item that is replaced) */
    ph_submission base;
    ph_buf base_bytes;
    ph_observation base_cells[PH_MAX_OBSERVATIONS];
    uint32_t base_revision;
    ph_digest base_digest;

    uint64_t newest; /* for put: the newest item seen of this key */
    ph_col_state newest_state;
    bool replaces; /* an unsent item of this key will be superseded */

    ph_col_revision revision;
    ph_submission sub; /* without id, time, kind and reason */
    bool is_checked;   /* findings are meaningful; of a file with errors those of the rows that could be read */
    ph_err unsettled;  /* beside errors of the file: why it is not known for which report it is; rc OK = nothing */
    ph_findings findings;
    ph_cell cells[PH_MAX_OBSERVATIONS];
} ph_col_prepared;

/**
 * Read @file, find its duty, lay it over the last accepted revision in the spool, number it, validate it. Problems and
 * findings are data: PH_OK even with them; what can be judged of a file with errors is judged, so that one run tells
 * all. app->registry must be there; app->spool may be NULL (then there is no base).
 * Errors: with @err: file.*, duty.*, spool.*.
 */
ph_rc ph_col_prepare(ph_col_app *app, const char *file, ph_col_prepared *ret, ph_err *err) PH_CHECKED;
/** The part that depends on the spool alone, again: after another process changed it, or after the aggregator told
 * where we stand. */
ph_rc ph_col_prepare_revision(ph_col_app *app, ph_col_prepared *p, ph_err *err) PH_CHECKED;
/** Could all of the files be read? Else the revision is a part, for the rules only. */
bool ph_col_prepared_is_read(const ph_col_prepared *p);
/** May it be sent? */
bool ph_col_prepared_is_clean(const ph_col_prepared *p);
/** What is unsettled, as the command's own error: told after what was found.   Errors: those of p->unsettled. */
ph_rc ph_col_prepared_unsettled(const ph_col_prepared *p, ph_err *err) PH_CHECKED;
/** Does it say anything that its base does not? */
bool ph_col_prepared_has_change(const ph_col_prepared *p);
/** Read the file of --items (problems are data); lay its items, or else the base's, into the revision.   Errors:
 * file.*, told in @err. */
ph_rc ph_col_take_items(ph_col_app *app, ph_col_prepared *p, ph_err *err) PH_CHECKED;
void ph_col_lay_items(ph_col_prepared *p);
void ph_col_prepared_done(ph_col_prepared *p);

#endif
