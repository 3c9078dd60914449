/* ph_col_post - from a body to its verdict: signed, durable in the spool, sent, answered, told.   Layer: collector/app
 */
#ifndef PH_COL_POST_H
#define PH_COL_POST_H

#include <stdint.h>

#include "ph_buf.h"
#include "ph_col_app.h"
#include "ph_col_wait.h"
#include "ph_uuid.h"

/** Id and time of something new. */
void ph_col_post_stamp(ph_uuid *ret_id, int64_t *ret_now_us);

/**
 * Sign @body for the use that item->kind names; the envelope goes to @envelope, digests and key id into @item, whose
 * id, kind, key, time and subject the caller filled. Errors: LIMIT larger than a frame; what stuck in @body.
 */
ph_rc ph_col_post_sign(const ph_col_app *app, const ph_buf *body, ph_col_item *item, ph_buf *envelope) PH_CHECKED;

/** An explanation or a decision, signed into the spool.   Errors: with @err: post.too_large, spool's. */
ph_rc ph_col_post_put(ph_col_app *app, const ph_buf *body, ph_col_item *item, ph_err *err) PH_CHECKED;

/* Codes for when nobody is there to be asked, and for a no. */
typedef struct ph_col_question {
    const char *unasked, *declined;
} ph_col_question;
/** OK after a yes, or with --yes.   Errors: USAGE. */
ph_rc ph_col_post_ask(const ph_col_app *app, const ph_col_question *question, const char *words,
                      ph_err *err) PH_CHECKED;

/** Say that @item is safe in the spool; unless --no-wait, see it sent and answered and tell the verdict (app->exit).
 * Errors: FORBIDDEN refused, TIMEOUT unanswered: it stays in the spool; FATAL ones. */
ph_rc ph_col_post_follow(ph_col_app *app, ph_col_wait *w, ph_col_item *item, int64_t patience_us,
                         ph_err *err) PH_CHECKED;

#endif
