/* ph_verdict - the names of verdicts and actions, and the verdict bytes.   Layer: proto (pure) */
#include "ph_verdict.h"

#include "ph_wire.h"
#include "ph_writer.h"

const char *ph_verdict_name(ph_verdict v)
{
    switch (v) {
#define PH_X(name, number, text, consumes) \
    case PH_VERDICT_##name:                \
        return text;
        PH_VERDICT_MAP(PH_X)
#undef PH_X
    }
    return "UNKNOWN";
}

bool ph_verdict_consumes(ph_verdict v)
{
    switch (v) {
#define PH_X(name, number, text, consumes) \
    case PH_VERDICT_##name:                \
        return consumes;
        PH_VERDICT_MAP(PH_X)
#undef PH_X
    }
    return false;
}

ph_rc ph_verdict_from(uint64_t number, ph_verdict *ret)
{
    switch (number) {
#define PH_X(name, number, text, consumes) case PH_VERDICT_##name:
        PH_VERDICT_MAP(PH_X)
#undef PH_X
        *ret = (ph_verdict)number;
        return PH_OK;
    default:
        return PH_MALFORMED;
    }
}

const char *ph_action_name(ph_action a)
{
    switch (a) {
#define PH_X(name, number, text) \
    case PH_ACTION_##name:       \
        return text;
        PH_ACTION_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

static const char *const keys[] = {"v", "g", "n", "c", "f"};
enum { KEY_V, KEY_G, KEY_N, KEY_C, KEY_F, N_KEYS };

static ph_verdict read_verdict(ph_reader *r)
{
    uint64_t number = ph_read_uint(r, UINT8_MAX);
    ph_verdict v = PH_VERDICT_REJECTED;

    if (r->rc == PH_OK && (ph_verdict_from(number, &v) != PH_OK || !ph_verdict_consumes(v)))
        ph_read_fail(r, PH_MALFORMED, "not a verdict that is logged");
    return v;
}

static void read_counts(ph_reader *r, ph_judgement *j)
{
    j->n_counts = (uint8_t)ph_read_array(r, PH_MAX_RULES);
    for (unsigned i = 0; i < j->n_counts && r->rc == PH_OK; i++) {
        ph_read_tuple(r, 3);
        j->counts[i].rule = ph_read_id(r);
        j->counts[i].action = (ph_action)ph_read_int(r, PH_ACTION_NOTE, PH_ACTION_REJECT);
        j->counts[i].n = (uint32_t)ph_read_uint(r, UINT32_MAX);
        ph_read_leave(r);
    }
    ph_read_leave(r);
}

ph_rc ph_judgement_read(ph_span bytes, ph_judgement *ret)
{
    ph_reader r = ph_reader_over(bytes);
    ph_judgement j = {0};
    ph_map m = ph_map_enter(&r, keys, N_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;) {
        if (key == KEY_V)
            j.verdict = read_verdict(&r);
        else if (key == KEY_G)
            j.registry = ph_read_digest(&r);
        else if (key == KEY_N)
            j.n_findings = (uint32_t)ph_read_uint(&r, UINT32_MAX);
        else if (key == KEY_C)
            read_counts(&r, &j);
        else
            j.findings_digest = ph_read_digest(&r);
    }
    ph_map_require(&r, &m, (1U << N_KEYS) - 1);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = j;
    return rc;
}

void ph_judgement_write(const ph_judgement *j, ph_buf *dst)
{
    ph_write_map(dst, N_KEYS);
    ph_write_str(dst, keys[KEY_V]);
    ph_write_uint(dst, j->verdict);
    ph_write_str(dst, keys[KEY_G]);
    ph_write_digest(dst, &j->registry);
    ph_write_str(dst, keys[KEY_N]);
    ph_write_uint(dst, j->n_findings);
    ph_write_str(dst, keys[KEY_C]);
    ph_write_array(dst, j->n_counts);
    for (unsigned i = 0; i < j->n_counts; i++) {
        ph_write_array(dst, 3);
        ph_write_text(dst, j->counts[i].rule);
        ph_write_uint(dst, j->counts[i].action);
        ph_write_uint(dst, j->counts[i].n);
    }
    ph_write_str(dst, keys[KEY_F]);
    ph_write_digest(dst, &j->findings_digest);
}
