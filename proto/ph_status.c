/* ph_status - query and status: receipts by id, and what is expected of a unit.   Layer: proto (pure) */
#include "ph_session.h"

#include "ph_wire.h"
#include "ph_writer.h"

#define ALL(n) ((UINT32_C(1) << (n)) - 1)

const char *ph_period_state_name(ph_period_state s)
{
    switch (s) {
#define PH_X(name, number, text) \
    case PH_PERIOD_##name:       \
        return text;
        PH_PERIOD_STATE_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

static void write_ids(const ph_uuid *ids, size_t n, ph_buf *dst)
{
    ph_write_array(dst, n);
    for (size_t i = 0; i < n; i++)
        ph_write_uuid(dst, &ids[i]);
}

static size_t read_ids(ph_reader *r, ph_uuid *ids)
{
    size_t n = ph_read_array(r, PH_MAX_QUERY_IDS);

    for (size_t i = 0; i < n; i++)
        ids[i] = ph_read_uuid(r);
    ph_read_leave(r);
    return n;
}

static const char *const query_keys[] = {"q", "i", "e", "h", "hs"};
enum { QUERY_Q, QUERY_I, QUERY_E, QUERY_H, QUERY_HS, N_QUERY };

void ph_query_write(const ph_query *m, ph_buf *dst)
{
    ph_write_map(dst, 3U + m->wants_cases + (m->n_skipped > 0));
    ph_write_str(dst, query_keys[QUERY_Q]);
    ph_write_uint(dst, m->number);
    ph_write_str(dst, query_keys[QUERY_I]);
    write_ids(m->ids, m->n_ids, dst);
    ph_write_str(dst, query_keys[QUERY_E]);
    ph_write_bool(dst, m->wants_expected);
    if (m->wants_cases) {
        ph_write_str(dst, query_keys[QUERY_H]);
        ph_write_bool(dst, true);
    }
    if (m->n_skipped > 0) {
        ph_write_str(dst, query_keys[QUERY_HS]);
        ph_write_uint(dst, m->n_skipped);
    }
}

static void read_query(ph_reader *r, int key, ph_query *q)
{
    switch (key) {
    case QUERY_Q:
        q->number = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    case QUERY_I:
        q->n_ids = read_ids(r, q->ids);
        break;
    case QUERY_E:
        q->wants_expected = ph_read_bool(r);
        break;
    case QUERY_H:
        q->wants_cases = ph_read_bool(r);
        break;
    default: /* QUERY_HS */
        q->n_skipped = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    }
}

ph_rc ph_query_read(ph_span body, ph_query *ret)
{
    ph_reader r = ph_reader_over(body);
    ph_query q = {0};
    ph_map m = ph_map_enter(&r, query_keys, N_QUERY);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_query(&r, key, &q);
    ph_map_require(&r, &m, ALL(QUERY_E + 1));
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = q;
    return rc;
}

static const char *const status_keys[] = {"q", "u", "e", "m", "h", "hm", "hf"};
enum { STATUS_Q, STATUS_U, STATUS_E, STATUS_M, STATUS_H, STATUS_HM, STATUS_HF, N_STATUS };

static void write_expected(const ph_expected *e, ph_buf *dst)
{
    ph_write_array(dst, 9);
    ph_write_text(dst, e->cluster);
    ph_write_text(dst, e->form);
    ph_write_period(dst, e->period);
    ph_write_uint(dst, e->state);
    ph_write_int(dst, e->due_us);
    ph_write_uint(dst, e->highest_revision);
    ph_write_uint(dst, e->last_revision);
    ph_write_digest(dst, &e->last_digest);
    ph_write_uint(dst, e->n_held);
}

static bool has_found(const ph_status *m)
{
    for (size_t i = 0; m->has_cases && i < m->n_cases; i++)
        if (ph_case_has_found(&m->cases[i]))
            return true;
    return false;
}

static void write_cases(const ph_status *m, bool with_found, ph_buf *dst)
{
    ph_write_str(dst, status_keys[STATUS_H]);
    ph_write_array(dst, m->n_cases);
    for (size_t i = 0; i < m->n_cases; i++)
        ph_case_line_write(&m->cases[i], dst);
    ph_write_str(dst, status_keys[STATUS_HM]);
    ph_write_bool(dst, m->has_more_cases);
    if (!with_found)
        return;
    ph_write_str(dst, status_keys[STATUS_HF]);
    ph_write_array(dst, m->n_cases);
    for (size_t i = 0; i < m->n_cases; i++)
        ph_case_found_write(&m->cases[i], dst);
}

void ph_status_write(const ph_status *m, ph_buf *dst)
{
    bool with_found = has_found(m);

    ph_write_map(dst, STATUS_H + (m->has_cases ? 2U : 0U) + with_found);
    ph_write_str(dst, status_keys[STATUS_Q]);
    ph_write_uint(dst, m->number);
    ph_write_str(dst, status_keys[STATUS_U]);
    write_ids(m->unknown, m->n_unknown, dst);
    ph_write_str(dst, status_keys[STATUS_E]);
    ph_write_array(dst, m->n_expected);
    for (size_t i = 0; i < m->n_expected; i++)
        write_expected(&m->expected[i], dst);
    ph_write_str(dst, status_keys[STATUS_M]);
    ph_write_bool(dst, m->has_more);
    if (m->has_cases)
        write_cases(m, with_found, dst);
}

static void read_expected(ph_reader *r, ph_expected *e)
{
    ph_read_tuple(r, 9);
    e->cluster = ph_read_id(r);
    e->form = ph_read_id(r);
    e->period = ph_read_period(r);
    e->state = (ph_period_state)ph_read_int(r, PH_PERIOD_PLANNED, PH_PERIOD_REOPENED);
    e->due_us = ph_read_time(r);
    e->highest_revision = (uint32_t)ph_read_uint(r, UINT32_MAX);
    e->last_revision = (uint32_t)ph_read_uint(r, UINT32_MAX);
    e->last_digest = ph_read_digest(r);
    e->n_held = (uint32_t)ph_read_uint(r, UINT32_MAX);
    ph_read_leave(r);
}

/* Who has no room for them has not asked: they are passed over. */
static void read_cases(ph_reader *r, ph_status *s)
{
    if (s->cases == NULL) {
        ph_read_skip(r);
        return;
    }
    s->n_cases = ph_read_array(r, PH_MAX_CASES);
    for (size_t i = 0; i < s->n_cases && r->rc == PH_OK; i++)
        ph_case_line_read(r, &s->cases[i]);
    ph_read_leave(r);
}

/* Keys come in any order, and how many rules each case has is known only at the end: what they found is passed over on
 * the way and read from @at then. */
static void read_found(ph_reader *r, const ph_reader *at, ph_status *s)
{
    ph_reader found = *at;

    ph_read_tuple(&found, s->n_cases);
    for (size_t i = 0; i < s->n_cases && found.rc == PH_OK; i++)
        ph_case_found_read(&found, &s->cases[i]);
    ph_read_leave(&found);
    if (found.rc != PH_OK)
        *r = found;
}

static void read_status(ph_reader *r, int key, ph_status *s, ph_reader *ret_found)
{
    switch (key) {
    case STATUS_Q:
        s->number = (uint32_t)ph_read_uint(r, UINT32_MAX);
        break;
    case STATUS_U:
        s->n_unknown = read_ids(r, s->unknown);
        break;
    case STATUS_E:
        s->n_expected = ph_read_array(r, PH_MAX_EXPECTED);
        for (size_t i = 0; i < s->n_expected && r->rc == PH_OK; i++)
            read_expected(r, &s->expected[i]);
        ph_read_leave(r);
        break;
    case STATUS_M:
        s->has_more = ph_read_bool(r);
        break;
    case STATUS_H:
        read_cases(r, s);
        break;
    case STATUS_HM:
        s->has_more_cases = ph_read_bool(r);
        break;
    default: /* STATUS_HF */
        *ret_found = *r;
        ph_read_skip(r);
        break;
    }
}

ph_rc ph_status_read(ph_span body, ph_expected *store, ph_case_line *cases, ph_status *ret)
{
    ph_reader r = ph_reader_over(body), found = r;
    ph_status s = {.expected = store, .cases = cases};
    ph_map m = ph_map_enter(&r, status_keys, N_STATUS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_status(&r, key, &s, &found);
    ph_map_require(&r, &m, ALL(STATUS_M + 1));
    s.has_cases = cases != NULL && ph_map_has(&m, STATUS_H);
    if (ph_map_has(&m, STATUS_H) != ph_map_has(&m, STATUS_HM))
        ph_read_fail(&r, PH_MALFORMED, "cases and whether there are more come together");
    if (ph_map_has(&m, STATUS_HF) && !ph_map_has(&m, STATUS_H))
        ph_read_fail(&r, PH_MALFORMED, "what rules found of cases that are not there");
    if (r.rc == PH_OK && s.has_cases && ph_map_has(&m, STATUS_HF))
        read_found(&r, &found, &s);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = s;
    return rc;
}
