/* ph_walk_session - frames and the messages of a session told as JSON.   Layer: tests */
#include "ph_walk.h"

#include "ph_frame.h"
#include "ph_session.h"

ph_rc ph_walk_frame(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_frame f = {0};
    ph_rc rc = ph_frame_split(bytes, PH_MAX_FRAME_BYTES, &f);

    if (rc == PH_UNSUPPORTED && f.version != bytes.ptr[2])
        return PH_BUG; /* the version must be there to answer UPGRADE */
    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{si ss so}", "version", (int)f.version, "type", ph_msg_name(f.type), "body",
                     ph_say_hex(f.body.ptr, f.body.len));
    ph_frame_begin(again, f.type);
    (void)ph_buf_put_span(again, f.body);
    return PH_OK;
}

ph_rc ph_walk_hello(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_hello h;
    ph_rc rc = ph_hello_read(bytes, &h);

    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{si si so so so so}", "version_min", (int)h.version_min, "version_max", (int)h.version_max,
                     "agent", ph_say_text(h.agent), "unit", ph_say_text(h.unit), "registry", ph_say_digest(&h.registry),
                     "checkpoint", h.has_checkpoint ? ph_say_checkpoint(&h.checkpoint) : json_null());
    ph_hello_write(&h, again);
    return PH_OK;
}

ph_rc ph_walk_welcome(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_welcome w;
    ph_rc rc = ph_welcome_read(bytes, &w);

    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{si so so so so so so so so}", "version", (int)w.version, "epoch",
                     ph_say_hex(w.epoch.bytes, PH_UUID_BYTES), "server_time_us", json_integer(w.server_time_us),
                     "registry", ph_say_digest(&w.registry), "max_frame_bytes", ph_say_uint(w.max_frame_bytes),
                     "max_observations", ph_say_uint(w.max_observations), "credit", ph_say_uint(w.credit), "tree_size",
                     ph_say_uint(w.tree_size), "server", ph_say_text(w.server));
    ph_welcome_write(&w, again);
    return PH_OK;
}

static json_t *say_ids(const ph_uuid *ids, size_t n)
{
    json_t *j = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(j, ph_say_hex(ids[i].bytes, PH_UUID_BYTES));
    return j;
}

ph_rc ph_walk_query(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_query q;
    ph_rc rc = ph_query_read(bytes, &q);

    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{so so so so so}", "number", ph_say_uint(q.number), "ids", say_ids(q.ids, q.n_ids),
                     "wants_expected", json_boolean(q.wants_expected), "wants_cases", json_boolean(q.wants_cases),
                     "n_skipped", ph_say_uint(q.n_skipped));
    ph_query_write(&q, again);
    return PH_OK;
}

static json_t *say_expected(const ph_expected *e)
{
    return json_pack("{so so so ss so so so so so}", "cluster", ph_say_text(e->cluster), "form", ph_say_text(e->form),
                     "period", ph_say_period(e->period), "state", ph_period_state_name(e->state), "due_us",
                     json_integer(e->due_us), "highest_revision", ph_say_uint(e->highest_revision), "last_revision",
                     ph_say_uint(e->last_revision), "last_digest", ph_say_digest(&e->last_digest), "n_held",
                     ph_say_uint(e->n_held));
}

static json_t *say_case(const ph_case_line *c)
{
    json_t *rules = json_array();

    for (unsigned i = 0; i < c->n_rules; i++)
        (void)json_array_append_new(rules, ph_say_text(c->rules[i]));
    return json_pack("{so so so so so so so so ss so so so so}", "cluster", ph_say_text(c->of.cluster), "form",
                     ph_say_text(c->of.form), "period", ph_say_period(c->of.period), "unit", ph_say_text(c->of.unit),
                     "indicator", ph_say_text(c->of.indicator), "value", ph_say_decimal(c->of.value), "status",
                     json_stringn(&c->of.status, 1), "digest", ph_say_digest(&c->digest), "state",
                     ph_case_state_name(c->state), "rules", rules, "explanation", ph_say_text(c->explanation), "reason",
                     ph_say_text(c->reason), "entry", ph_say_uint(c->entry));
}

static json_t *say_cases(const ph_status *s)
{
    json_t *cases = s->has_cases ? json_array() : json_null();

    for (size_t i = 0; i < s->n_cases; i++)
        (void)json_array_append_new(cases, say_case(&s->cases[i]));
    return cases;
}

static json_t *say_decimal_or_nil(bool has, ph_decimal d)
{
    return has ? ph_say_decimal(d) : json_null();
}

static json_t *say_found(const ph_case_line *c)
{
    json_t *found = json_array();

    for (unsigned i = 0; i < c->n_rules; i++) {
        const ph_case_found *f = &c->found[i];
        (void)json_array_append_new(
            found, !f->is_known
                       ? json_null()
                       : json_pack("{so so so}", "value", say_decimal_or_nil(f->has_value, f->value), "bound",
                                   say_decimal_or_nil(f->has_bound, f->bound), "detail", ph_say_text(f->detail)));
    }
    return found;
}

static json_t *say_all_found(const ph_status *s)
{
    json_t *all = json_array();
    bool is_any = false;

    for (size_t i = 0; s->has_cases && i < s->n_cases; i++) {
        is_any = is_any || ph_case_has_found(&s->cases[i]);
        (void)json_array_append_new(all, say_found(&s->cases[i]));
    }
    if (is_any)
        return all;
    json_decref(all);
    return json_null();
}

ph_rc ph_walk_status(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_expected store[PH_MAX_EXPECTED];
    ph_case_line cases[PH_MAX_CASES];
    ph_status s, blind;
    ph_rc rc = ph_status_read(bytes, store, cases, &s);

    if (rc != PH_OK)
        return rc;
    if (ph_status_read(bytes, store, NULL, &blind) != PH_OK || blind.has_cases || blind.n_cases != 0)
        return PH_BUG; /* who did not ask passes them over */
    json_t *lines = json_array();
    for (size_t i = 0; i < s.n_expected; i++)
        (void)json_array_append_new(lines, say_expected(&s.expected[i]));
    *ret =
        json_pack("{so so so so so so so}", "number", ph_say_uint(s.number), "unknown", say_ids(s.unknown, s.n_unknown),
                  "expected", lines, "has_more", json_boolean(s.has_more), "cases", say_cases(&s), "has_more_cases",
                  s.has_cases ? json_boolean(s.has_more_cases) : json_null(), "found", say_all_found(&s));
    ph_status_write(&s, again);
    return PH_OK;
}

ph_rc ph_walk_ping(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_ping p;
    ph_rc rc = ph_ping_read(bytes, &p);

    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{so so so}", "number", ph_say_uint(p.number), "time_us", json_integer(p.time_us), "n_waiting",
                     ph_say_uint(p.n_waiting));
    ph_ping_write(&p, again);
    return PH_OK;
}

ph_rc ph_walk_refusal(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_refusal f;
    ph_rc rc = ph_refusal_read(bytes, &f);

    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{ss so so so so so so}", "verdict", ph_verdict_name(f.verdict), "digest",
                     ph_say_digest(&f.digest), "id", f.has_id ? ph_say_hex(f.id.bytes, PH_UUID_BYTES) : json_null(),
                     "retry_after_ms", ph_say_uint(f.retry_after_ms), "code", ph_say_text(f.code), "why",
                     ph_say_text(f.why), "offset", ph_say_uint(f.offset));
    ph_refusal_write(&f, again);
    return PH_OK;
}
