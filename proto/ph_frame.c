/* ph_frame - magic, version, type: the four bytes before every body.   Layer: proto (pure) */
#include "ph_frame.h"

#include "ph_limits.h"

/* Named and not reserved: registry and what follows it have numbers but no bodies in version 1. */
static bool is_spoken(uint8_t type)
{
    return (type >= PH_MSG_HELLO && type <= PH_MSG_REFUSAL) || type == PH_MSG_EXPLANATION || type == PH_MSG_DECISION;
}

ph_rc ph_frame_split(ph_span bytes, size_t max_bytes, ph_frame *ret)
{
    const uint8_t *p = bytes.ptr;

    if (bytes.len > max_bytes)
        return PH_LIMIT;
    if (bytes.len < PH_FRAME_HEADER_BYTES || p[0] != PH_MAGIC_0 || p[1] != PH_MAGIC_1)
        return PH_MALFORMED;
    if (p[2] < PH_WIRE_VERSION_MIN || p[2] > PH_WIRE_VERSION_MAX) {
        ret->version = p[2];
        return PH_UNSUPPORTED;
    }
    if (!is_spoken(p[3]))
        return PH_MALFORMED;
    *ret = (ph_frame){
        .version = p[2],
        .type = (ph_msg_type)p[3],
        .body = ph_span_of(p + PH_FRAME_HEADER_BYTES, bytes.len - PH_FRAME_HEADER_BYTES),
    };
    return PH_OK;
}

void ph_frame_begin(ph_buf *b, ph_msg_type type)
{
    const uint8_t header[PH_FRAME_HEADER_BYTES] = {PH_MAGIC_0, PH_MAGIC_1, PH_WIRE_VERSION, (uint8_t)type};

    (void)ph_buf_put(b, header, sizeof header);
}

const char *ph_msg_name(ph_msg_type type)
{
    switch (type) {
#define PH_X(name, number, direction, text) \
    case PH_MSG_##name:                     \
        return text;
        PH_MSG_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}
