/* ph_col_correction - --kind and --reason: what is read from them, and what they mean for what was accepted before.
 * Layer: collector/app */
#ifndef PH_COL_CORRECTION_H
#define PH_COL_CORRECTION_H

#include "ph_col_prepare.h"

/** The two options. Withdrawal needs its reason at once: it becomes the note of each figure withdrawn.   Errors: USAGE,
 * with @err. Owns: nothing, the reason borrows from the arguments. */
ph_rc ph_col_correction_read(const ph_col_app *app, ph_col_correction *ret, ph_err *err) PH_CHECKED;

/**
 * Kind and reason of the revision prepared. A correction needs both. Where nothing was accepted yet there is nothing to
 * correct: it becomes a first submission and p->correction.is_idle says so; a withdrawal is refused, and so is one
 * whose base is not held here.   Errors: USAGE.
 */
ph_rc ph_col_correction_settle(ph_col_prepared *p, ph_err *err) PH_CHECKED;

static inline bool ph_col_correction_is_said(const ph_col_correction *c)
{
    return c->kind != PH_REVISION_FIRST || c->reason.len > 0;
}

/** Tells an idle correction, to stderr. */
void ph_col_correction_tell(const ph_col_prepared *p);

#endif
