/* ph_frame - magic, version, type: the four bytes before every body.   Layer: proto (pure) */
#ifndef PH_FRAME_H
#define PH_FRAME_H

#include <stdint.h>

#include "ph_buf.h"
#include "ph_result.h"
#include "ph_span.h"

#define PH_MAGIC_0 0x50 /* 'P' */
#define PH_MAGIC_1 0x48 /* 'H' */
enum { PH_WIRE_VERSION = 1, PH_WIRE_VERSION_MIN = 1, PH_WIRE_VERSION_MAX = 1 };

/* X(name, number, direction for the papers, text). Reserved numbers are refused as MALFORMED in version 1. */
#define PH_MSG_MAP(X)                                        \
    X(HELLO, 1, "agent to aggregator", "hello")              \
    X(WELCOME, 2, "aggregator to agent", "welcome")          \
    X(SUBMISSION, 3, "agent to aggregator", "submission")    \
    X(RECEIPT, 4, "aggregator to agent", "receipt")          \
    X(QUERY, 5, "agent to aggregator", "query")              \
    X(STATUS, 6, "aggregator to agent", "status")            \
    X(PING, 7, "both", "ping")                               \
    X(PONG, 8, "both", "pong")                               \
    X(REFUSAL, 9, "aggregator to agent", "refusal")          \
    X(EXPLANATION, 16, "agent to aggregator", "explanation") \
    X(DECISION, 17, "agent to aggregator", "decision")       \
    X(REGISTRY, 18, "reserved", "registry")                  \
    X(CHUNK, 19, "reserved", "chunk")

typedef enum ph_msg_type {
#define PH_X(name, number, direction, text) PH_MSG_##name = (number),
    PH_MSG_MAP(PH_X)
#undef PH_X
} ph_msg_type;

typedef struct ph_frame {
    uint8_t version;
    ph_msg_type type;
    ph_span body; /* points into the frame */
} ph_frame;

/**
 * Split a frame. Errors: MALFORMED (short, other magic, unknown or reserved type), UNSUPPORTED (a version outside [MIN,
 * MAX]; ret->version is set then, so that the peer can be told UPGRADE), LIMIT (longer than @max_bytes).
 */
ph_rc ph_frame_split(ph_span bytes, size_t max_bytes, ph_frame *ret) PH_CHECKED;

/** Begin a frame of @type in an empty @b; the body is then written behind it. */
void ph_frame_begin(ph_buf *b, ph_msg_type type);

const char *ph_msg_name(ph_msg_type type);

#endif
