/* fuzz_session - hello, welcome, query, status, ping, pong and refusal, by the type in their frame.   Layer: tests */
#include "ph_frame.h"
#include "ph_fuzz.h"
#include "ph_session.h"

static ph_rc round_hello(ph_span body, ph_buf *dst)
{
    ph_hello m;
    ph_rc rc = ph_hello_read(body, &m);

    if (rc == PH_OK)
        ph_hello_write(&m, dst);
    return rc;
}

static ph_rc round_welcome(ph_span body, ph_buf *dst)
{
    ph_welcome m;
    ph_rc rc = ph_welcome_read(body, &m);

    if (rc == PH_OK)
        ph_welcome_write(&m, dst);
    return rc;
}

static ph_rc round_query(ph_span body, ph_buf *dst)
{
    ph_query m;
    ph_rc rc = ph_query_read(body, &m);

    if (rc == PH_OK)
        ph_query_write(&m, dst);
    return rc;
}

static ph_rc round_status(ph_span body, ph_buf *dst)
{
    ph_expected store[PH_MAX_EXPECTED];
    ph_case_line cases[PH_MAX_CASES];
    ph_status m;
    ph_rc rc = ph_status_read(body, store, cases, &m);

    if (rc == PH_OK)
        ph_status_write(&m, dst);
    return rc;
}

static ph_rc round_ping(ph_span body, ph_buf *dst)
{
    ph_ping m;
    ph_rc rc = ph_ping_read(body, &m);

    if (rc == PH_OK)
        ph_ping_write(&m, dst);
    return rc;
}

static ph_rc round_refusal(ph_span body, ph_buf *dst)
{
    ph_refusal m;
    ph_rc rc = ph_refusal_read(body, &m);

    if (rc == PH_OK)
        ph_refusal_write(&m, dst);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ph_fuzz_round_fn rounds[PH_MSG_REFUSAL + 1] = {
        [PH_MSG_HELLO] = round_hello,     [PH_MSG_WELCOME] = round_welcome, [PH_MSG_QUERY] = round_query,
        [PH_MSG_STATUS] = round_status,   [PH_MSG_PING] = round_ping,       [PH_MSG_PONG] = round_ping,
        [PH_MSG_REFUSAL] = round_refusal,
    };
    ph_frame f = {0};

    if (ph_frame_split(ph_span_of(data, size), PH_MAX_REPLY_BYTES, &f) == PH_OK && f.type <= PH_MSG_REFUSAL &&
        rounds[f.type] != NULL)
        (void)ph_fuzz_round(rounds[f.type], f.body, size + 1024);
    return 0;
}
