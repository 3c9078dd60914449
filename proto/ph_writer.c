/* ph_writer - msgpack into a bounded buffer, by msgpack-c's packer.   Layer: proto (pure; links msgpackc) */
#include "ph_writer.h"

#include <msgpack/pack.h>

/* The packer's sink. Its result stops the packer early; what counts is the code that sticks in the buffer. */
static int put(void *data, const char *bytes, size_t len)
{
    return ph_buf_put(data, bytes, len) == PH_OK ? 0 : -1;
}

static msgpack_packer packer(ph_buf *b)
{
    return (msgpack_packer){.data = b, .callback = put};
}

void ph_write_uint(ph_buf *b, uint64_t v)
{
    msgpack_packer pk = packer(b);

    (void)msgpack_pack_uint64(&pk, v);
}

void ph_write_int(ph_buf *b, int64_t v)
{
    msgpack_packer pk = packer(b);

    (void)msgpack_pack_int64(&pk, v);
}

void ph_write_bool(ph_buf *b, bool v)
{
    msgpack_packer pk = packer(b);

    (void)(v ? msgpack_pack_true(&pk) : msgpack_pack_false(&pk));
}

void ph_write_nil(ph_buf *b)
{
    msgpack_packer pk = packer(b);

    (void)msgpack_pack_nil(&pk);
}

void ph_write_text(ph_buf *b, ph_span s)
{
    msgpack_packer pk = packer(b);

    if (msgpack_pack_str(&pk, s.len) == 0 && s.len > 0)
        (void)msgpack_pack_str_body(&pk, s.ptr, s.len);
}

void ph_write_str(ph_buf *b, const char *s)
{
    ph_write_text(b, ph_span_str(s));
}

void ph_write_bin(ph_buf *b, const void *ptr, size_t len)
{
    msgpack_packer pk = packer(b);

    if (msgpack_pack_bin(&pk, len) == 0 && len > 0)
        (void)msgpack_pack_bin_body(&pk, ptr, len);
}

void ph_write_array(ph_buf *b, size_t n)
{
    msgpack_packer pk = packer(b);

    (void)msgpack_pack_array(&pk, n);
}

void ph_write_map(ph_buf *b, size_t n)
{
    msgpack_packer pk = packer(b);

    (void)msgpack_pack_map(&pk, n);
}
