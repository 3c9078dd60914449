/* ph_decision - the body of a decision: read and written.   Layer: proto (pure) */
#include "ph_decision.h"

#include "ph_limits.h"
#include "ph_wire.h"
#include "ph_writer.h"

static const char *const keys[] = {"i", "u", "c", "f", "p", "k", "s", "n", "d", "w", "x", "t"};
enum { KEY_I, KEY_U, KEY_C, KEY_F, KEY_P, KEY_K, KEY_S, KEY_N, KEY_D, KEY_W, KEY_X, KEY_T, N_KEYS };
#define BIT(key) (UINT32_C(1) << (key))
#define REQUIRED (BIT(KEY_I) | BIT(KEY_U) | BIT(KEY_C) | BIT(KEY_F) | BIT(KEY_P) | BIT(KEY_K) | BIT(KEY_T))
#define OF_CELL  (BIT(KEY_S) | BIT(KEY_N) | BIT(KEY_D))

static const struct {
    const char *text;
    bool is_of_cell, wants_reason;
} kinds[] = {
#define PH_X(name, number, text, of_cell, wants_reason) [number] = {text, of_cell, wants_reason},
    PH_DECISION_MAP(PH_X)
#undef PH_X
};

const char *ph_decision_name(ph_decision_kind kind)
{
    return (unsigned)kind <= PH_DECISION_REOPEN ? kinds[kind].text : "unknown";
}

bool ph_decision_is_of_cell(ph_decision_kind kind)
{
    return (unsigned)kind <= PH_DECISION_REOPEN && kinds[kind].is_of_cell;
}

bool ph_decision_wants_reason(ph_decision_kind kind)
{
    return (unsigned)kind <= PH_DECISION_REOPEN && kinds[kind].wants_reason;
}

static void read_value(ph_reader *r, int key, ph_decision *d)
{
    switch (key) {
    case KEY_I:
        d->id = ph_read_uuid(r);
        break;
    case KEY_U:
        d->unit = ph_read_id(r);
        break;
    case KEY_C:
        d->cluster = ph_read_id(r);
        break;
    case KEY_F:
        d->form = ph_read_id(r);
        break;
    case KEY_P:
        d->period = ph_read_period(r);
        break;
    case KEY_K:
        d->kind = (ph_decision_kind)ph_read_int(r, PH_DECISION_CONFIRM, PH_DECISION_REOPEN);
        break;
    case KEY_S:
        d->subject = ph_read_id(r);
        break;
    case KEY_N:
        d->indicator = ph_read_id(r);
        break;
    case KEY_D:
        d->value = ph_read_digest(r);
        break;
    case KEY_W:
        d->due_us = ph_read_time(r);
        break;
    case KEY_X:
        d->reason = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);
        break;
    default: /* KEY_T */
        d->agent_time_us = ph_read_time(r);
        break;
    }
}

/* Keys come in any order, so what goes with the kind is known at the end only. */
static void check_keys(ph_reader *r, const ph_map *m, ph_decision_kind kind)
{
    uint32_t wanted = 0, refused = OF_CELL | BIT(KEY_W);

    if (ph_decision_is_of_cell(kind)) {
        wanted = OF_CELL;
        refused = BIT(KEY_W);
    } else if (kind == PH_DECISION_EXTEND) {
        wanted = BIT(KEY_W);
        refused = BIT(KEY_N) | BIT(KEY_D);
    }
    ph_map_require(r, m, REQUIRED | wanted);
    for (int key = 0; key < N_KEYS; key++)
        if (r->rc == PH_OK && (refused >> key & 1) != 0 && ph_map_has(m, key))
            ph_read_fail(r, PH_MALFORMED, "a key that does not go with this kind of decision");
}

ph_rc ph_decision_read(ph_span body, ph_decision *ret, const char **ret_why, size_t *ret_offset)
{
    ph_reader r = ph_reader_over(body);
    ph_decision d = {0};
    ph_map m = ph_map_enter(&r, keys, N_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_value(&r, key, &d);
    check_keys(&r, &m, d.kind);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = d;
    if (rc != PH_OK && ret_why != NULL)
        *ret_why = r.why;
    if (rc != PH_OK && ret_offset != NULL)
        *ret_offset = ph_read_offset(&r);
    return rc;
}

static void put_text(ph_buf *dst, int key, ph_span text)
{
    ph_write_str(dst, keys[key]);
    ph_write_text(dst, text);
}

/* What goes with the kind. */
static void write_subject(const ph_decision *d, ph_buf *dst)
{
    if (d->subject.len > 0)
        put_text(dst, KEY_S, d->subject);
    if (ph_decision_is_of_cell(d->kind)) {
        put_text(dst, KEY_N, d->indicator);
        ph_write_str(dst, keys[KEY_D]);
        ph_write_digest(dst, &d->value);
    }
    if (d->kind == PH_DECISION_EXTEND) {
        ph_write_str(dst, keys[KEY_W]);
        ph_write_int(dst, d->due_us);
    }
}

void ph_decision_write(const ph_decision *d, ph_buf *dst)
{
    size_t n = 7U + (d->subject.len > 0) + (d->reason.len > 0) + (d->kind == PH_DECISION_EXTEND);

    ph_write_map(dst, n + (ph_decision_is_of_cell(d->kind) ? 2 : 0));
    ph_write_str(dst, keys[KEY_I]);
    ph_write_uuid(dst, &d->id);
    put_text(dst, KEY_U, d->unit);
    put_text(dst, KEY_C, d->cluster);
    put_text(dst, KEY_F, d->form);
    ph_write_str(dst, keys[KEY_P]);
    ph_write_period(dst, d->period);
    ph_write_str(dst, keys[KEY_K]);
    ph_write_uint(dst, d->kind);
    write_subject(d, dst);
    if (d->reason.len > 0)
        put_text(dst, KEY_X, d->reason);
    ph_write_str(dst, keys[KEY_T]);
    ph_write_int(dst, d->agent_time_us);
}
