/* fuzz_progress - any bytes as a progress record, of the topic or of the memory file: refused, or written again the
 * same.   Layer: tests */
#include <stdlib.h>

#include "ph_pub_progress.h"

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void check_bounds(const ph_pub_progress *p)
{
    demand(p->record <= INT64_MAX && p->n_ends <= PH_PUB_MAX_ENDS);
    for (size_t i = 0; i < p->n_ends; i++)
        demand(p->ends[i].topic[0] != '\0' && p->ends[i].partition >= 0 && p->ends[i].offset >= 0);
}

/* What was accepted is written to a fixed point. */
static void check_again(const ph_pub_progress *p)
{
    static ph_pub_progress back;
    ph_buf once, twice;
    ph_buf_init(&once, PH_PROGRESS_MAX_BYTES);
    ph_buf_init(&twice, PH_PROGRESS_MAX_BYTES);
    demand(ph_pub_progress_write(p, "main", &once) == PH_OK);
    demand(ph_pub_progress_read(ph_buf_span(&once), &back) == PH_OK);
    demand(ph_pub_progress_write(&back, "main", &twice) == PH_OK);
    demand(ph_span_eq(ph_buf_span(&once), ph_buf_span(&twice)));
    demand(back.record == p->record && ph_uuid_eq(&back.epoch, &p->epoch) && ph_digest_eq(&back.chain, &p->chain));
    ph_buf_done(&once);
    ph_buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ph_pub_progress p;
    ph_rc rc = ph_pub_progress_read(ph_span_of(data, size), &p);
    demand(rc == PH_OK || ph_rc_class(rc) == PH_CLASS_REJECT || rc == PH_LIMIT);
    if (rc == PH_OK) {
        check_bounds(&p);
        check_again(&p);
    }
    return 0;
}
