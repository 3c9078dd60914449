/* ph_envelope - key id, signature and the opaque body of a submission, an explanation or a decision.   Layer: proto
 * (pure) */
#include "ph_submission.h"

#include "ph_wire.h"
#include "ph_writer.h"

static const char *const keys[] = {"k", "s", "b"};
enum { KEY_K, KEY_S, KEY_B, N_KEYS };

ph_rc ph_envelope_read(ph_span frame_body, ph_envelope *ret)
{
    ph_reader r = ph_reader_over(frame_body);
    ph_envelope e = {0};
    ph_map m = ph_map_enter(&r, keys, N_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;) {
        if (key == KEY_K)
            e.key_id = ph_read_key_id(&r);
        else if (key == KEY_S)
            ph_read_bin_exact(&r, e.signature.bytes, sizeof e.signature.bytes);
        else
            e.body = ph_read_bin(&r, PH_MAX_FRAME_BYTES);
    }
    ph_map_require(&r, &m, (1U << N_KEYS) - 1);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = e;
    return rc;
}

void ph_envelope_write(const ph_envelope *e, ph_buf *dst)
{
    ph_write_map(dst, N_KEYS);
    ph_write_str(dst, keys[KEY_K]);
    ph_write_key_id(dst, &e->key_id);
    ph_write_str(dst, keys[KEY_S]);
    ph_write_bin(dst, e->signature.bytes, sizeof e->signature.bytes);
    ph_write_str(dst, keys[KEY_B]);
    ph_write_bin(dst, e->body.ptr, e->body.len);
}
