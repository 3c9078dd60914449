/* ph_walk - submissions, verdicts and receipts told as JSON, and the table of all walkers.   Layer: tests */
#include "ph_walk.h"

#include <stdlib.h>

#include "ph_submission.h"
#include "ph_verdict.h"

json_t *ph_say_text(ph_span s)
{
    return json_stringn(s.len > 0 ? (const char *)s.ptr : "", s.len);
}

json_t *ph_say_hex(const void *bytes, size_t len)
{
    char *text = malloc(2 * len + 1);
    json_t *j = NULL;

    if (text != NULL) {
        ph_hex_print(bytes, len, text);
        j = json_string(text);
    }
    free(text);
    return j;
}

json_t *ph_say_digest(const ph_digest *d)
{
    return ph_say_hex(d->bytes, sizeof d->bytes);
}

json_t *ph_say_decimal(ph_decimal d)
{
    char text[PH_DECIMAL_TEXT_BYTES];

    (void)ph_decimal_print(d, text);
    return json_string(text);
}

json_t *ph_say_period(ph_period p)
{
    char text[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(p, text);
    return json_string(text);
}

json_t *ph_say_uint(uint64_t v)
{
    return json_integer((json_int_t)v);
}

json_t *ph_say_checkpoint(const ph_checkpoint *c)
{
    return json_pack("{so so so so so so}", "epoch", ph_say_hex(c->epoch.bytes, PH_UUID_BYTES), "size",
                     ph_say_uint(c->size), "root", ph_say_digest(&c->root), "sealed_at_us",
                     json_integer(c->sealed_at_us), "key_id", ph_say_hex(c->key_id.bytes, PH_KEY_ID_BYTES), "signature",
                     ph_say_hex(c->signature.bytes, PH_SIGNATURE_BYTES));
}

static ph_rc walk_envelope(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_envelope e;
    ph_rc rc = ph_envelope_read(bytes, &e);

    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{so so so}", "key_id", ph_say_hex(e.key_id.bytes, PH_KEY_ID_BYTES), "signature",
                     ph_say_hex(e.signature.bytes, PH_SIGNATURE_BYTES), "body", ph_say_hex(e.body.ptr, e.body.len));
    ph_envelope_write(&e, again);
    return PH_OK;
}

static const char *kind_name(ph_revision_kind kind)
{
    switch (kind) {
#define PH_X(name, number, text) \
    case PH_REVISION_##name:     \
        return text;
        PH_REVISION_KIND_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

static json_t *say_observation(const ph_observation *o)
{
    bool has_value = strchr(PH_OBS_NO_VALUE, o->status) == NULL;

    return json_pack("{so so so so}", "indicator", ph_say_text(o->indicator), "value",
                     has_value ? ph_say_decimal(o->value) : json_null(), "status", json_stringn(&o->status, 1), "note",
                     ph_say_text(o->note));
}

json_t *ph_say_narratives(const ph_narrative *items, size_t n)
{
    json_t *all = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(
            all, json_pack("{so so so so so}", "kind", ph_say_text(items[i].kind), "title", ph_say_text(items[i].title),
                           "document_no", ph_say_text(items[i].document_no), "document_date",
                           ph_say_text(items[i].document_date), "detail", ph_say_text(items[i].detail)));
    return all;
}

static json_t *say_submission(const ph_submission *s)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = ph_submission_narratives(s, items);
    json_t *cells = json_array();

    for (size_t i = 0; i < s->n_observations; i++)
        (void)json_array_append_new(cells, say_observation(&s->observations[i]));
    return json_pack("{so so so so so so so so ss so so so so so}", "id", ph_say_hex(s->id.bytes, PH_UUID_BYTES),
                     "unit", ph_say_text(s->unit), "cluster", ph_say_text(s->cluster), "form", ph_say_text(s->form),
                     "period", ph_say_period(s->period), "revision", ph_say_uint(s->revision), "base_revision",
                     ph_say_uint(s->base_revision), "base_digest",
                     s->base_revision == 0 ? json_null() : ph_say_digest(&s->base_digest), "kind", kind_name(s->kind),
                     "reason", ph_say_text(s->reason), "agent_time_us", json_integer(s->agent_time_us), "registry",
                     ph_say_digest(&s->registry), "observations", cells, "narratives", ph_say_narratives(items, n));
}

static ph_rc walk_submission(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_observation store[PH_MAX_OBSERVATIONS];
    ph_submission s;
    const char *why = NULL;
    size_t offset = SIZE_MAX;
    ph_rc rc = ph_submission_read(bytes, store, &s, &why, &offset);

    if ((rc == PH_OK) != (why == NULL) || (rc != PH_OK && offset > bytes.len))
        return PH_BUG; /* each refusal says why and where, nothing else does */
    if (rc != PH_OK)
        return rc;
    *ret = say_submission(&s);
    ph_submission_write(&s, again);
    return PH_OK;
}

static json_t *say_finding(const ph_finding *f)
{
    return json_pack("{so ss si so so so so}", "rule", ph_say_text(f->rule), "action", ph_action_name(f->action), "row",
                     (int)f->row, "indicator", ph_say_text(f->indicator), "value",
                     f->has_value ? ph_say_decimal(f->value) : json_null(), "bound",
                     f->has_bound ? ph_say_decimal(f->bound) : json_null(), "detail", ph_say_text(f->detail));
}

static ph_rc walk_findings(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_finding store[PH_MAX_FINDINGS];
    size_t n = 0;
    ph_rc rc = ph_findings_read(bytes, store, PH_MAX_FINDINGS, &n);

    if (rc != PH_OK)
        return rc;
    *ret = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(*ret, say_finding(&store[i]));
    ph_findings_write(store, n, again);
    return PH_OK;
}

static ph_rc walk_judgement(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_judgement j;
    ph_rc rc = ph_judgement_read(bytes, &j);

    if (rc != PH_OK)
        return rc;
    json_t *counts = json_array();
    for (unsigned i = 0; i < j.n_counts; i++)
        (void)json_array_append_new(counts,
                                    json_pack("{so ss so}", "rule", ph_say_text(j.counts[i].rule), "action",
                                              ph_action_name(j.counts[i].action), "n", ph_say_uint(j.counts[i].n)));
    *ret = json_pack("{ss so so so so}", "verdict", ph_verdict_name(j.verdict), "registry", ph_say_digest(&j.registry),
                     "n_findings", ph_say_uint(j.n_findings), "findings_digest", ph_say_digest(&j.findings_digest),
                     "counts", counts);
    ph_judgement_write(&j, again);
    return PH_OK;
}

static ph_rc walk_checkpoint(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_checkpoint c;
    ph_rc rc = ph_checkpoint_read(bytes, &c);

    if (rc != PH_OK)
        return rc;
    *ret = ph_say_checkpoint(&c);
    ph_checkpoint_write(&c, again);
    return PH_OK;
}

static json_t *say_nodes(const ph_digest *nodes, size_t n)
{
    json_t *j = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(j, ph_say_digest(&nodes[i]));
    return j;
}

static json_t *say_receipt(const ph_receipt *r)
{
    return json_pack("{ss so so so so so so so so so so}", "kind", ph_entry_kind_name(r->kind), "id",
                     ph_say_hex(r->id.bytes, PH_UUID_BYTES), "body", ph_say_digest(&r->body), "duplicate",
                     json_boolean(r->duplicate), "seq", ph_say_uint(r->seq), "received_at_us",
                     json_integer(r->received_at_us), "key_id", ph_say_hex(r->key_id.bytes, PH_KEY_ID_BYTES),
                     "signature", ph_say_digest(&r->signature), "verdict_bytes",
                     ph_say_hex(r->verdict_bytes.ptr, r->verdict_bytes.len), "findings",
                     ph_say_hex(r->findings.ptr, r->findings.len), "path", say_nodes(r->path.nodes, r->path.n));
}

static ph_rc walk_receipts(ph_span bytes, json_t **ret, ph_buf *again)
{
    static ph_receipt store[PH_MAX_RECEIPTS]; /* 100 KiB: too much for a stack */
    ph_receipts f;
    ph_rc rc = ph_receipts_read(bytes, store, &f);

    if (rc != PH_OK)
        return rc;
    json_t *items = json_array();
    for (size_t i = 0; i < f.n; i++)
        (void)json_array_append_new(items, say_receipt(&f.items[i]));
    *ret = json_pack("{so so s{so so} so}", "checkpoint", ph_say_checkpoint(&f.checkpoint), "credit",
                     ph_say_uint(f.credit), "before", "size", ph_say_uint(f.before.size), "peaks",
                     say_nodes(f.before.peaks, f.before.n), "receipts", items);
    ph_receipts_write(&f, again);
    return PH_OK;
}

static const struct {
    const char *decoder;
    ph_walk_fn walk;
} walkers[] = {
    {"frame", ph_walk_frame},        {"envelope", walk_envelope},
    {"submission", walk_submission}, {"explanation", ph_walk_explanation},
    {"decision", ph_walk_decision},  {"findings", walk_findings},
    {"judgement", walk_judgement},   {"checkpoint", walk_checkpoint},
    {"receipt", walk_receipts},      {"hello", ph_walk_hello},
    {"welcome", ph_walk_welcome},    {"query", ph_walk_query},
    {"status", ph_walk_status},      {"ping", ph_walk_ping},
    {"pong", ph_walk_ping},          {"refusal", ph_walk_refusal},
    {"issue", ph_walk_issue},
};

ph_walk_fn ph_walk_of(const char *decoder)
{
    for (size_t i = 0; i < sizeof walkers / sizeof walkers[0]; i++)
        if (strcmp(walkers[i].decoder, decoder) == 0)
            return walkers[i].walk;
    return NULL;
}
