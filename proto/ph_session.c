/* ph_session - hello, welcome, ping, pong and refusal.   Layer: proto (pure) */
#include "ph_session.h"

#include "ph_checkpoint.h"
#include "ph_wire.h"
#include "ph_writer.h"

#define ALL(n) ((UINT32_C(1) << (n)) - 1)

static const char *const hello_keys[] = {"lo", "hi", "a", "u", "g", "c"};
enum { HELLO_LO, HELLO_HI, HELLO_A, HELLO_U, HELLO_G, HELLO_C, N_HELLO };

void ph_hello_write(const ph_hello *m, ph_buf *dst)
{
    ph_write_map(dst, m->has_checkpoint ? N_HELLO : N_HELLO - 1);
    ph_write_str(dst, hello_keys[HELLO_LO]);
    ph_write_uint(dst, m->version_min);
    ph_write_str(dst, hello_keys[HELLO_HI]);
    ph_write_uint(dst, m->version_max);
    ph_write_str(dst, hello_keys[HELLO_A]);
    ph_write_text(dst, m->agent);
    ph_write_str(dst, hello_keys[HELLO_U]);
    ph_write_text(dst, m->unit);
    ph_write_str(dst, hello_keys[HELLO_G]);
    ph_write_digest(dst, &m->registry);
    if (m->has_checkpoint) {
        ph_write_str(dst, hello_keys[HELLO_C]);
        ph_checkpoint_put(&m->checkpoint, dst);
    }
}

static void read_hello(ph_reader *r, int key, ph_hello *h)
{
    switch (key) {
    case HELLO_LO:
        h->version_min = (uint8_t)ph_read_int(r, 1, UINT8_MAX);
        break;
    case HELLO_HI:
        h->version_max = (uint8_t)ph_read_int(r, 1, UINT8_MAX);
        break;
    case HELLO_A:
        h->agent = ph_read_clean_text(r, PH_MAX_TEXT_BYTES);
        break;
    case HELLO_U:
        h->unit = ph_read_id(r);
        break;
    case HELLO_G:
        h->registry = ph_read_digest(r);
        break;
    default: /* HELLO_C */
        h->has_checkpoint = true;
        h->checkpoint = ph_checkpoint_take(r);
        break;
    }
}

ph_rc ph_hello_read(ph_span body, ph_hello *ret)
{
    ph_reader r = ph_reader_over(body);
    ph_hello h = {0};
    ph_map m = ph_map_enter(&r, hello_keys, N_HELLO);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_hello(&r, key, &h);
    ph_map_require(&r, &m, ALL(N_HELLO - 1));
    if (r.rc == PH_OK && h.version_min > h.version_max)
        ph_read_fail(&r, PH_RANGE, "a version range upside down");
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = h;
    return rc;
}

static const char *const welcome_keys[] = {"v", "e", "t", "g", "mf", "mo", "x", "n", "s"};
enum { WELCOME_V, WELCOME_E, WELCOME_T, WELCOME_G, WELCOME_MF, WELCOME_MO, WELCOME_X, WELCOME_N, WELCOME_S, N_WELCOME };

void ph_welcome_write(const ph_welcome *m, ph_buf *dst)
{
    ph_write_map(dst, N_WELCOME);
    ph_write_str(dst, welcome_keys[WELCOME_V]);
    ph_write_uint(dst, m->version);
    ph_write_str(dst, welcome_keys[WELCOME_E]);
    ph_write_uuid(dst, &m->epoch);
    ph_write_str(dst, welcome_keys[WELCOME_T]);
    ph_write_int(dst, m->server_time_us);
    ph_write_str(dst, welcome_keys[WELCOME_G]);
    ph_write_digest(dst, &m->registry);
    ph_write_str(dst, welcome_keys[WELCOME_MF]);
    ph_write_uint(dst, m->max_frame_bytes);
    ph_write_str(dst, welcome_keys[WELCOME_MO]);
    ph_write_uint(dst, m->max_observations);
    ph_write_str(dst, welcome_keys[WELCOME_X]);
    ph_write_uint(dst, m->credit);
    ph_write_str(dst, welcome_keys[WELCOME_N]);
    ph_write_uint(dst, m->tree_size);
    ph_write_str(dst, welcome_keys[WELCOME_S]);
    ph_write_text(dst, m->server);
}

static void read_welcome(ph_reader *r, int key, ph_welcome *w)
{
    switch (key) {
    case WELCOME_V:
        w->version = (uint8_t)ph_read_int(r, 1, UINT8_MAX);
        break;
    case WELCOME_E:
        w->epoch = ph_read_uuid(r);
        break;
    case WELCOME_T:
        w->server_time_us = ph_read_time(r);
        break;
    case WELCOME_G:
        w->registry = ph_read_digest(r);
        break;
    case WELCOME_MF:
        w->max_frame_bytes = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    case WELCOME_MO:
        w->max_observations = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    case WELCOME_X:
        w->credit = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    case WELCOME_N:
        w->tree_size = ph_read_uint(r, PH_WIRE_MAX_SEQ);
        break;
    default: /* WELCOME_S */
        w->server = ph_read_clean_text(r, PH_MAX_TEXT_BYTES);
        break;
    }
}

ph_rc ph_welcome_read(ph_span body, ph_welcome *ret)
{
    ph_reader r = ph_reader_over(body);
    ph_welcome w = {0};
    ph_map m = ph_map_enter(&r, welcome_keys, N_WELCOME);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_welcome(&r, key, &w);
    ph_map_require(&r, &m, ALL(N_WELCOME));
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = w;
    return rc;
}

static const char *const ping_keys[] = {"n", "t", "w"};
enum { PING_N, PING_T, PING_W, N_PING };

void ph_ping_write(const ph_ping *m, ph_buf *dst)
{
    ph_write_map(dst, N_PING);
    ph_write_str(dst, ping_keys[PING_N]);
    ph_write_uint(dst, m->number);
    ph_write_str(dst, ping_keys[PING_T]);
    ph_write_int(dst, m->time_us);
    ph_write_str(dst, ping_keys[PING_W]);
    ph_write_uint(dst, m->n_waiting);
}

ph_rc ph_ping_read(ph_span body, ph_ping *ret)
{
    ph_reader r = ph_reader_over(body);
    ph_ping p = {0};
    ph_map m = ph_map_enter(&r, ping_keys, N_PING);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;) {
        if (key == PING_N)
            p.number = (uint32_t)ph_read_uint(&r, UINT32_MAX);
        else if (key == PING_T)
            p.time_us = ph_read_time(&r);
        else
            p.n_waiting = (uint32_t)ph_read_uint(&r, UINT32_MAX);
    }
    ph_map_require(&r, &m, ALL(N_PING));
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = p;
    return rc;
}

static const char *const refusal_keys[] = {"v", "d", "i", "a", "c", "w", "o"};
enum { REFUSAL_V, REFUSAL_D, REFUSAL_I, REFUSAL_A, REFUSAL_C, REFUSAL_W, REFUSAL_O, N_REFUSAL };

void ph_refusal_write(const ph_refusal *m, ph_buf *dst)
{
    ph_write_map(dst, m->has_id ? N_REFUSAL : N_REFUSAL - 1);
    ph_write_str(dst, refusal_keys[REFUSAL_V]);
    ph_write_uint(dst, m->verdict);
    ph_write_str(dst, refusal_keys[REFUSAL_D]);
    ph_write_digest(dst, &m->digest);
    if (m->has_id) {
        ph_write_str(dst, refusal_keys[REFUSAL_I]);
        ph_write_uuid(dst, &m->id);
    }
    ph_write_str(dst, refusal_keys[REFUSAL_A]);
    ph_write_uint(dst, m->retry_after_ms);
    ph_write_str(dst, refusal_keys[REFUSAL_C]);
    ph_write_text(dst, m->code);
    ph_write_str(dst, refusal_keys[REFUSAL_W]);
    ph_write_text(dst, m->why);
    ph_write_str(dst, refusal_keys[REFUSAL_O]);
    ph_write_uint(dst, m->offset);
}

static ph_verdict read_refusing(ph_reader *r)
{
    uint64_t number = ph_read_uint(r, UINT8_MAX);
    ph_verdict v = PH_VERDICT_MALFORMED;

    if (r->rc == PH_OK && (ph_verdict_from(number, &v) != PH_OK || ph_verdict_consumes(v)))
        ph_read_fail(r, PH_MALFORMED, "not a verdict that leaves the id free");
    return v;
}

static void read_refusal(ph_reader *r, int key, ph_refusal *f)
{
    switch (key) {
    case REFUSAL_V:
        f->verdict = read_refusing(r);
        break;
    case REFUSAL_D:
        f->digest = ph_read_digest(r);
        break;
    case REFUSAL_I:
        f->id = ph_read_uuid(r);
        f->has_id = true;
        break;
    case REFUSAL_A:
        f->retry_after_ms = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    case REFUSAL_C:
        f->code = ph_read_id(r);
        break;
    case REFUSAL_W:
        f->why = ph_read_clean_text(r, PH_MAX_TEXT_BYTES);
        break;
    default: /* REFUSAL_O */
        f->offset = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    }
}

ph_rc ph_refusal_read(ph_span body, ph_refusal *ret)
{
    ph_reader r = ph_reader_over(body);
    ph_refusal f = {0};
    ph_map m = ph_map_enter(&r, refusal_keys, N_REFUSAL);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_refusal(&r, key, &f);
    ph_map_require(&r, &m, ALL(N_REFUSAL) & ~(UINT32_C(1) << REFUSAL_I));
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = f;
    return rc;
}
