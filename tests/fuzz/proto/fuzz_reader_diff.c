/* fuzz_reader_diff - whatever our reader takes whole, msgpack-c must take whole with the same structure, and pack again
 * to our bytes.   Layer: tests */
#include <msgpack.h>

#include "ph_fuzz.h"
#include "ph_limits.h"
#include "ph_reader.h"
#include "ph_writer.h"

static ph_rc skim(ph_span bytes)
{
    ph_reader r = ph_reader_over(bytes);

    ph_read_skip(&r);
    return ph_read_end(&r);
}

/* One item as our reader has it, told by our writer: the canonical form. Its kind is in the lead byte. */
static void tell(ph_reader *r, ph_buf *dst)
{
    uint8_t lead = *r->at;

    if (ph_read_is_nil(r)) {
        ph_write_nil(dst);
    } else if (lead == 0xc2 || lead == 0xc3) {
        ph_write_bool(dst, ph_read_bool(r));
    } else if ((lead & 0xe0) == 0xa0 || (lead >= 0xd9 && lead <= 0xdb)) {
        ph_write_text(dst, ph_read_text(r, SIZE_MAX));
    } else if (lead >= 0xc4 && lead <= 0xc6) {
        ph_span s = ph_read_bin(r, SIZE_MAX);
        ph_write_bin(dst, s.ptr, s.len);
    } else if ((lead & 0xf0) == 0x90 || lead == 0xdc || lead == 0xdd) {
        size_t n = ph_read_array(r, SIZE_MAX);
        ph_write_array(dst, n);
        for (size_t i = 0; i < n; i++)
            tell(r, dst);
        ph_read_leave(r);
    } else if ((lead & 0xf0) == 0x80 || lead == 0xde || lead == 0xdf) {
        size_t n = ph_read_map(r, SIZE_MAX);
        ph_write_map(dst, n);
        for (size_t i = 0; i < 2 * n; i++)
            tell(r, dst);
        ph_read_leave(r);
    } else if (lead == 0xcf) { /* may lie above INT64_MAX */
        ph_write_uint(dst, ph_read_uint(r, UINT64_MAX));
    } else {
        ph_write_int(dst, ph_read_int(r, INT64_MIN, INT64_MAX));
    }
}

/* The same canonical form as msgpack-c understands the bytes. Does it take them whole? */
static int oracle(ph_span bytes, msgpack_sbuffer *dst)
{
    msgpack_unpacked result;
    msgpack_packer pk;
    size_t off = 0;

    msgpack_unpacked_init(&result);
    msgpack_packer_init(&pk, dst, msgpack_sbuffer_write);
    int whole = msgpack_unpack_next(&result, (const char *)bytes.ptr, bytes.len, &off) == MSGPACK_UNPACK_SUCCESS &&
                off == bytes.len && msgpack_pack_object(&pk, result.data) == 0;
    msgpack_unpacked_destroy(&result);
    return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_span bytes = ph_span_of(data, size);
    msgpack_sbuffer theirs;
    ph_buf ours;

    if (skim(bytes) != PH_OK)
        return 0; /* msgpack-c takes more than we do: floats, bad UTF-8, depth to 32 */
    ph_buf_init(&ours, size);
    ph_reader r = ph_reader_over(bytes);
    tell(&r, &ours);
    ph_fuzz_demand(ph_read_end(&r) == PH_OK &&
                   ours.rc == PH_OK); /* typed reads see what skipping saw, never longer than it came */
    msgpack_sbuffer_init(&theirs);
    ph_fuzz_demand(oracle(bytes, &theirs));
    ph_fuzz_demand(ph_span_eq(ph_buf_span(&ours), ph_span_of(theirs.data, theirs.size)));
    ph_fuzz_demand(skim(ph_buf_span(&ours)) == PH_OK);
    msgpack_sbuffer_destroy(&theirs);
    ph_buf_done(&ours);
    return 0;
}
