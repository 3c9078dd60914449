/* ph_findings - the page of findings behind a verdict.   Layer: proto (pure) */
#include "ph_verdict.h"

#include "ph_wire.h"
#include "ph_writer.h"

void ph_findings_write(const ph_finding *findings, size_t n, ph_buf *dst)
{
    ph_write_array(dst, n);
    for (size_t i = 0; i < n; i++) {
        const ph_finding *f = &findings[i];

        ph_write_array(dst, 7);
        ph_write_text(dst, f->rule);
        ph_write_uint(dst, f->action);
        ph_write_int(dst, f->row);
        ph_write_text(dst, f->indicator);
        ph_write_decimal_or_nil(dst, f->has_value, f->value);
        ph_write_decimal_or_nil(dst, f->has_bound, f->bound);
        ph_write_text(dst, f->detail);
    }
}

static void read_finding(ph_reader *r, ph_finding *f)
{
    *f = (ph_finding){0};
    ph_read_tuple(r, 7);
    f->rule = ph_read_id(r);
    f->action = (ph_action)ph_read_int(r, PH_ACTION_NOTE, PH_ACTION_REJECT);
    f->row = (int32_t)ph_read_int(r, -1, PH_MAX_OBSERVATIONS - 1);
    f->indicator = ph_read_id_or_empty(r);
    f->has_value = ph_read_decimal_or_nil(r, &f->value);
    f->has_bound = ph_read_decimal_or_nil(r, &f->bound);
    f->detail = ph_read_text(r, PH_MAX_TEXT_BYTES);
    ph_read_leave(r);
}

ph_rc ph_findings_read(ph_span bytes, ph_finding *store, size_t max, size_t *ret_n)
{
    ph_reader r = ph_reader_over(bytes);
    size_t n = ph_read_array(&r, max);

    for (size_t i = 0; i < n && r.rc == PH_OK; i++)
        read_finding(&r, &store[i]);
    ph_read_leave(&r);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret_n = n;
    return rc;
}
