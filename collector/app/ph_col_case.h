/* ph_col_case - the held value that a command speaks of, and how cases are shown.   Layer: collector/app */
#ifndef PH_COL_CASE_H
#define PH_COL_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_case.h"
#include "ph_col_app.h"
#include "ph_col_cases.h"
#include "ph_col_wait.h"
#include "ph_json.h"

enum { PH_COL_HEAR_S = 8 };

/** Ask the aggregator, then load what the spool holds; with --no-wait nobody is asked. PH_OK also when it could not be
 * reached: ret_end says so, and @ret holds what was heard before, or nothing. Owns: @ret, ended by ph_col_cases_done.
 * Errors: FATAL ones, spool's. */
ph_rc ph_col_case_hear(ph_col_app *app, ph_col_wait *w, ph_col_cases *ret, ph_col_hearing_end *ret_end,
                       ph_err *err) PH_CHECKED;

/** The aggregator could not be reached: why, since when nothing was heard, what to do.   Returns TIMEOUT. */
ph_rc ph_col_case_offline(const ph_col_app *app, const ph_col_cases *known, ph_col_cause cause, ph_err *err);

/** Place of a unit or an indicator in the registry.   Errors: NOT_FOUND, with what was meant. */
ph_rc ph_col_case_unit(const ph_col_app *app, const char *said, uint16_t *ret, ph_err *err) PH_CHECKED;
ph_rc ph_col_case_indicator(const ph_col_app *app, const char *form, const char *said, uint16_t *ret,
                            ph_err *err) PH_CHECKED;

/** The one case of that unit and indicator that fits @wanted; open ones go before closed.   Errors: NOT_FOUND with
 * those there are, AMBIGUOUS with the options that choose. */
ph_rc ph_col_case_pick(const ph_col_app *app, const ph_col_cases *cases, const ph_col_wanted *wanted, uint16_t unit,
                       uint16_t indicator, const ph_case_line **ret, ph_err *err) PH_CHECKED;

/**
 * Our own value as a case that nobody told us of: from the newest revision that is or will be in the log. Texts borrow
 * from @app, @key and the registry. Errors: NOT_FOUND: no figures, or none in that row.
 */
ph_rc ph_col_case_from_spool(ph_col_app *app, const ph_col_key *key, uint16_t indicator, ph_case_line *ret,
                             ph_err *err) PH_CHECKED;

bool ph_col_case_fits(const ph_col_wanted *wanted, const ph_case_line *line);
void ph_col_case_key(const ph_case_line *line, ph_col_key *ret);
/** A unit's role in the cluster in the year of the data, and our own; false when there is none. */
bool ph_col_case_role_of(const ph_col_app *app, const ph_col_key *key, ph_span unit, ph_role *ret);
bool ph_col_case_role(const ph_col_app *app, const ph_col_key *key, ph_role *ret);

/** A case in words, several lines; @with_next: and what is to be done next. */
void ph_col_case_show(ph_col_app *app, const ph_case_line *line, bool with_next, ph_buf *dst);
/** As an object. */
void ph_col_case_json(ph_col_app *app, const ph_case_line *line, ph_json *j);

#endif
