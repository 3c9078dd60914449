/* ph_col_show - problems, differences, receipts and lists, for people and as JSON.   Layer: collector/app */
#ifndef PH_COL_SHOW_H
#define PH_COL_SHOW_H

#include <stdio.h>

#include "ph_col_app.h"
#include "ph_col_prepare.h"
#include "ph_json.h"
#include "ph_receipt.h"
#include "ph_term.h"
#include "ph_verdict.h"

/* A receipt out of the spool, taken apart and checked again. Spans borrow from frame. */
typedef struct ph_col_stored_receipt {
    ph_buf frame;
    ph_receipts receipts;
    ph_receipt one;
    ph_judgement judgement;
    size_t n_findings;
    ph_finding findings[PH_MAX_FINDINGS];
    ph_rc check; /* OK: the proof holds, for the item and by the aggregator's key on its card */
} ph_col_stored_receipt;

/** Errors: NOT_FOUND none is stored; spool errors.   Owns: ret->frame, ended by _done (safe on zeroes). */
ph_rc ph_col_stored_receipt_load(ph_col_app *app, const ph_col_item *item, ph_col_stored_receipt *ret,
                                 ph_err *err) PH_CHECKED;
void ph_col_stored_receipt_done(ph_col_stored_receipt *r);

/** What check has to say of a file: problems, findings and the difference. Stdout is data. */
ph_rc ph_col_show_check(const ph_col_app *app, const ph_col_prepared *p) PH_CHECKED;
ph_rc ph_col_show_check_json(const ph_col_app *app, const ph_col_prepared *p) PH_CHECKED;
/** Is there any problem or finding to be shown? */
bool ph_col_show_has_words(const ph_col_prepared *p);
/** What the rules did not look at, because it could not be read: to stderr; nothing when all was. */
void ph_col_show_unread(const ph_col_prepared *p);
/** The difference from the last accepted revision as a table on @f. */
ph_rc ph_col_show_difference(const ph_col_app *app, const ph_col_prepared *p, FILE *f) PH_CHECKED;
/** That nothing differs, and from what: to stderr. */
void ph_col_show_no_change(const ph_col_prepared *p);

/** The verdict in a line and its findings below, as submit ends. */
ph_rc ph_col_show_verdict(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r) PH_CHECKED;
/** A line for each finding that the receipt lists. */
void ph_col_show_findings(const ph_col_app *app, const ph_col_stored_receipt *r, ph_buf *dst);
/** The whole receipt on a page, printable; and as JSON. */
void ph_col_show_receipt(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r, ph_buf *dst);
void ph_col_show_receipt_json(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r,
                              ph_json *j);

/** Members of an item in sorted order, into an object that is open: "base_revision" … "verdict". reason is the sender's
 * own words, refusal why the other side would not take it. */
void ph_col_show_item_json(const ph_col_app *app, const ph_col_item *item, ph_json *j);
/** What it is: "bản số 2", "giải trình IIP", "xác nhận hanam IIP", "chốt số liệu". */
void ph_col_show_what(const ph_col_item *item, ph_lang lang, char *dst, size_t size);
/** Its state, the verdict or the reason, in words. */
void ph_col_show_state(const ph_col_app *app, const ph_col_item *item, char *dst, size_t size);
/** "2023-07-15 17:00:00", "" for 0. */
void ph_col_show_time(int64_t time_us, char dst[PH_TIME_TEXT_BYTES]);
/** A value with its status as people write it: "8,90 (sơ bộ)". */
void ph_col_show_value(const ph_observation *o, ph_lang lang, char *dst, size_t size);

/** Rights of a table in one call: end it, write it, free it.   Errors: as ph_table_write. */
ph_rc ph_col_show_table(ph_table *t, FILE *f) PH_CHECKED;

#endif
