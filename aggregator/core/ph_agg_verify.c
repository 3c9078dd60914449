/* ph_agg_verify - the whole ledger checked from its first leaf.   Layer: aggregator/core (pure) */
#include "ph_agg_verify.h"

#include "ph_agg_append.h"
#include "ph_agg_fold.h"
#include "ph_agg_own.h"
#include "ph_decision.h"
#include "ph_explanation.h"
#include "ph_validate.h"

static const struct {
    const char *code, *text;
} flaws[PH_FLAW_COUNT] = {
#define PH_X(name, code, text) {code, text},
    PH_FLAW_MAP(PH_X)
#undef PH_X
};

const char *ph_flaw_code(ph_flaw_kind kind)
{
    return kind < PH_FLAW_COUNT ? flaws[kind].code : "";
}

const char *ph_flaw_text(ph_flaw_kind kind)
{
    return kind < PH_FLAW_COUNT ? flaws[kind].text : "";
}

/* head: what the log says where it stands, as far as it was read. batch: the seal that covers the batch being read.
 * is_off: the tree that was recomputed differs from what was sealed; the next seal's own frontier puts it right, so
 * that one flaw is told once. */
typedef struct verify {
    ph_agg_store *st;
    const ph_roster_source *rosters;
    const uint8_t *receipt_public;
    ph_flaw_fn sink;
    void *arg;
    ph_verify_report *report;
    ph_ledger_head head;
    const ph_roster *roster;
    bool has_batch, is_off;
    ph_seal_row batch;
    ph_digest last_root;
    ph_observation observations[PH_MAX_OBSERVATIONS];
    uint64_t n_rows; /* of the outbox */
    ph_rc rc;        /* of the store: ends the run */
} verify;

static void find(verify *v, ph_flaw_kind kind, uint64_t seq, const char *detail)
{
    ph_flaw flaw = {.kind = kind, .seq = seq, .detail = detail};

    v->report->n_flaws++;
    v->sink(v->arg, &flaw);
}

/* An error of the store that is no answer ends the run. */
static bool is_answer(verify *v, ph_rc rc)
{
    if (rc != PH_OK && ph_rc_class(rc) != PH_CLASS_REJECT)
        v->rc = rc;
    return v->rc == PH_OK;
}

/* ---- documents ---- */

static bool check_document(verify *v, const ph_digest *digest, uint64_t seq, const char *what, ph_span *ret)
{
    ph_rc rc = v->st->ops->get_document(v->st, digest, ret);
    ph_digest found = rc == PH_OK ? ph_digest_of_span(*ret) : (ph_digest){0};

    if (!is_answer(v, rc))
        return false;
    if (rc == PH_OK && ph_digest_eq(&found, digest))
        return true;
    find(v, PH_FLAW_DOCUMENT, seq, what);
    return false;
}

static void take_registry(verify *v, const ph_digest *digest, uint64_t seq)
{
    ph_span bytes;

    v->head.registry = *digest;
    (void)check_document(v, digest, seq, "registry", &bytes);
}

static void take_roster(verify *v, const ph_digest *digest, uint64_t serial, uint64_t seq)
{
    ph_span bytes;
    ph_rc rc;

    v->head.roster = *digest;
    v->head.roster_serial = serial;
    v->roster = NULL;
    if (!check_document(v, digest, seq, "roster", &bytes))
        return;
    rc = v->rosters->get(v->rosters->arg, digest, bytes, &v->roster);
    if (is_answer(v, rc) && rc != PH_OK)
        find(v, PH_FLAW_ROSTER, seq, ph_rc_name(rc));
}

/* ---- seals ---- */

/* The first entry of a batch: which seal covers it, and does it say where we stand? */
static void begin_batch(verify *v, uint64_t seq)
{
    ph_rc rc = v->st->ops->get_seal_covering(v->st, seq, &v->batch);
    ph_digest before;

    v->has_batch = rc == PH_OK;
    if (!is_answer(v, rc) || rc != PH_OK)
        return;
    before = ph_frontier_root(&v->batch.before);
    if (v->is_off && ph_digest_eq(&before, &v->last_root)) {
        v->head.frontier = v->batch.before;
        v->is_off = false;
    }
    if (v->batch.before.size != v->head.frontier.size || v->batch.before.n != v->head.frontier.n ||
        memcmp(v->batch.before.peaks, v->head.frontier.peaks, v->batch.before.n * sizeof(ph_digest)) != 0)
        find(v, PH_FLAW_SEAL_FRONTIER, v->batch.seq, "");
}

static void check_seal(verify *v, const ph_entry *e)
{
    ph_digest root = ph_frontier_root(&v->head.frontier);
    ph_checkpoint c = {.epoch = v->head.epoch,
                       .size = v->batch.seq,
                       .root = v->batch.root,
                       .sealed_at_us = v->batch.sealed_at_us,
                       .key_id = v->batch.key_id,
                       .signature = v->batch.signature};

    if (!v->has_batch || v->batch.seq != e->seq) {
        find(v, PH_FLAW_SEAL_MISSING, e->seq, "");
        v->is_off = true;
        return;
    }
    v->report->n_seals++;
    v->is_off = !ph_digest_eq(&root, &v->batch.root);
    if (v->is_off)
        find(v, PH_FLAW_SEAL_ROOT, e->seq, "");
    if (ph_checkpoint_verify(&c, v->receipt_public) != PH_OK || v->batch.sealed_at_us != v->head.sealed_at_us)
        find(v, PH_FLAW_SEAL_SIGNATURE, e->seq, "");
    v->last_root = v->batch.root;
    v->has_batch = false;
}

/* ---- entries ---- */

static void check_own(verify *v, const ph_entry *e)
{
    ph_genesis g;
    ph_digest digest;
    uint64_t serial = 0;
    uint32_t version = 0;
    ph_rc rc = PH_UNSUPPORTED;

    if (e->kind == PH_ENTRY_GENESIS && (rc = ph_genesis_read(e->bytes, &g)) == PH_OK) {
        v->head.epoch = g.epoch;
        v->head.fold_version = g.fold_version;
        take_registry(v, &g.registry, e->seq);
        take_roster(v, &g.roster, g.roster_serial, e->seq);
    } else if (e->kind == PH_ENTRY_REGISTRY && (rc = ph_own_registry_read(e->bytes, &digest)) == PH_OK) {
        take_registry(v, &digest, e->seq);
    } else if (e->kind == PH_ENTRY_ROSTER && (rc = ph_own_roster_read(e->bytes, &digest, &serial)) == PH_OK) {
        take_roster(v, &digest, serial, e->seq);
    } else if (e->kind == PH_ENTRY_SEAL) {
        rc = ph_own_seal_read(e->bytes, &v->head.sealed_at_us, &v->head.fold_version);
    } else if (e->kind == PH_ENTRY_FIGURE_SEAL) {
        int64_t at_us;
        rc = ph_figure_seal_read(e->bytes, &at_us, &v->head.through_us, &version);
        v->head.last_figure_seal = e->seq;
    }
    if (rc != PH_OK)
        find(v, PH_FLAW_ENTRY_OWN, e->seq, ph_entry_kind_name(e->kind));
}

static void check_signature(verify *v, const ph_entry *e)
{
    const ph_roster_entry *key = v->roster == NULL ? NULL : ph_roster_by_key(v->roster, &e->key_id);
    ph_signature signature;

    if (v->roster == NULL)
        return; /* told already */
    if (key == NULL || !ph_span_is(e->unit, key->unit) || !ph_roster_may_speak(key, e->received_at_us)) {
        find(v, PH_FLAW_ENTRY_KEY, e->seq, key == NULL ? "unknown key" : key->unit);
        return;
    }
    if (e->signature.len == sizeof signature.bytes) {
        memcpy(signature.bytes, e->signature.ptr, sizeof signature.bytes);
        if (ph_sign_verify(ph_entry_context(e->kind), key->sign_public, e->bytes, &signature) == PH_OK)
            return;
    }
    find(v, PH_FLAW_ENTRY_SIGNATURE, e->seq, key->unit);
}

static bool counts(const ph_judgement *j, ph_rule rule)
{
    for (size_t i = 0; i < j->n_counts; i++)
        if (ph_span_is(j->counts[i].rule, ph_rule_id(rule)))
            return true;
    return false;
}

/* Its number is recorded as consumed: by this entry, or by an earlier one, and then the verdict says so. */
static void check_revision(verify *v, const ph_entry *e, const ph_judgement *j)
{
    ph_submission sub;
    ph_sheet_key key;
    uint64_t seq = 0;
    bool is_fine;
    ph_rc rc;

    if (ph_submission_read(e->bytes, v->observations, &sub, NULL, NULL) != PH_OK || !ph_span_eq(sub.unit, e->unit) ||
        !ph_uuid_eq(&sub.id, &e->id)) {
        find(v, PH_FLAW_ENTRY_DIGEST, e->seq, "the body is another");
        return;
    }
    key = (ph_sheet_key){.cluster = sub.cluster, .form = sub.form, .period = sub.period};
    rc = v->st->ops->find_revision(v->st, &key, e->unit, sub.revision, &seq);
    if (!is_answer(v, rc))
        return;
    if (rc == PH_NOT_FOUND)
        is_fine = counts(j, PH_RULE_DUTY) || counts(j, PH_RULE_MEMBER);
    else
        is_fine = seq == e->seq || (seq < e->seq && (counts(j, PH_RULE_REUSED) || counts(j, PH_RULE_NOT_OPEN) ||
                                                     counts(j, PH_RULE_DUTY) || counts(j, PH_RULE_MEMBER)));
    if (!is_fine)
        find(v, PH_FLAW_REVISION, e->seq, "");
}

/* An explanation or a decision consumes no revision: its body must be that of its header. */
static void check_words(verify *v, const ph_entry *e)
{
    ph_explanation explanation = {0};
    ph_decision decision = {0};
    bool is_decision = e->kind == PH_ENTRY_DECISION;
    ph_rc rc = is_decision ? ph_decision_read(e->bytes, &decision, NULL, NULL)
                           : ph_explanation_read(e->bytes, &explanation, NULL, NULL);

    if (rc != PH_OK || !ph_span_eq(is_decision ? decision.unit : explanation.unit, e->unit) ||
        !ph_uuid_eq(is_decision ? &decision.id : &explanation.id, &e->id))
        find(v, PH_FLAW_ENTRY_DIGEST, e->seq, "the body is another");
}

static void check_sent(verify *v, const ph_entry *e, const ph_stored_verdict *stored)
{
    ph_digest page = ph_digest_of_span(stored->findings);
    ph_judgement j;

    v->report->n_submissions += e->kind == PH_ENTRY_SUBMISSION;
    v->report->n_words += e->kind != PH_ENTRY_SUBMISSION;
    check_signature(v, e);
    if (ph_judgement_read(stored->verdict_bytes, &j) != PH_OK || !ph_digest_eq(&page, &j.findings_digest))
        find(v, PH_FLAW_RECEIPT_FINDINGS, e->seq, "");
    else if (e->kind == PH_ENTRY_SUBMISSION)
        check_revision(v, e, &j);
    else
        check_words(v, e);
}

static bool check_entry(void *arg, const ph_entry *e, const ph_stored_verdict *stored)
{
    verify *v = arg;
    ph_digest verdict = ph_digest_of_span(stored->verdict_bytes);
    ph_leaf header = ph_entry_leaf(e, &verdict);
    ph_digest body = ph_digest_of_span(e->bytes), leaf = ph_leaf_hash(&header);

    if (e->seq != v->head.last_seq + 1) {
        find(v, PH_FLAW_ENTRY_MISSING, v->head.last_seq + 1, "");
        v->has_batch = false;
        v->is_off = true;
    }
    v->head.last_seq = e->seq;
    v->report->n_entries++;
    if (!v->has_batch)
        begin_batch(v, e->seq);
    if (!ph_digest_eq(&body, &e->digest))
        find(v, PH_FLAW_ENTRY_DIGEST, e->seq, "");
    if (!ph_digest_eq(&leaf, &e->leaf) || !ph_digest_eq(&e->registry, &v->head.registry))
        find(v, PH_FLAW_ENTRY_LEAF, e->seq, "");
    if (ph_frontier_push(&v->head.frontier, &leaf) != PH_OK)
        v->rc = PH_LIMIT;
    if (ph_entry_is_sent(e->kind))
        check_sent(v, e, stored);
    else
        check_own(v, e);
    if (e->kind == PH_ENTRY_SEAL)
        check_seal(v, e);
    return v->rc == PH_OK;
}

/* ---- outbox ---- */

static bool check_outbox(void *arg, const ph_outbox_row *row, ph_span packed)
{
    verify *v = arg;
    ph_digest digest = ph_digest_of_span(packed);
    ph_digest chain = ph_outbox_chain(&v->head.chain, row->first_record, row->count, &digest);

    if (row->first_record != v->head.last_record + 1 || row->count == 0)
        find(v, PH_FLAW_OUTBOX_DENSE, row->seal, "");
    if (packed.len == 0 || !ph_digest_eq(&chain, &row->chain))
        find(v, PH_FLAW_OUTBOX_CHAIN, row->seal, packed.len == 0 ? "the summary is missing" : "");
    v->head.last_record = row->first_record + row->count - 1;
    v->head.chain = row->chain; /* one flaw is told once */
    v->n_rows++;
    return true;
}

static bool count_summary(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    (void)key;
    (void)seal;
    (void)packed;
    ++*(uint64_t *)arg;
    return true;
}

/* ---- head ---- */

static void check_head(verify *v, const ph_ledger_head *h)
{
    const ph_ledger_head *mine = &v->head;
    ph_digest root = ph_frontier_root(&h->frontier), end = ph_frontier_root(&mine->frontier);
    const struct {
        const char *name;
        bool is_right;
    } fields[] = {{"epoch", ph_uuid_eq(&h->epoch, &mine->epoch)},
                  {"fold_version", h->fold_version == mine->fold_version},
                  {"last_seq", h->last_seq == mine->last_seq},
                  {"last_record", h->last_record == mine->last_record},
                  {"durable_record", h->durable_record <= h->last_record},
                  {"chain", ph_digest_eq(&h->chain, &mine->chain)},
                  {"frontier", h->frontier.size == h->last_seq && (v->is_off || ph_digest_eq(&root, &end))},
                  {"sealed_at", h->sealed_at_us == mine->sealed_at_us},
                  {"through", h->through_us == mine->through_us},
                  {"last_figure_seal", h->last_figure_seal == mine->last_figure_seal},
                  {"registry", ph_digest_eq(&h->registry, &mine->registry)},
                  {"roster", ph_digest_eq(&h->roster, &mine->roster)},
                  {"roster_serial", h->roster_serial == mine->roster_serial}};

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (!fields[i].is_right)
            find(v, PH_FLAW_HEAD, h->last_seq, fields[i].name);
}

ph_rc ph_verify(ph_agg_store *st, const ph_roster_source *rosters, const uint8_t receipt_public[PH_SIGN_PUBLIC_BYTES],
                ph_flaw_fn sink, void *arg, ph_verify_report *ret)
{
    verify v = {.st = st,
                .rosters = rosters,
                .receipt_public = receipt_public,
                .sink = sink,
                .arg = arg,
                .report = ret,
                .rc = PH_OK};
    ph_ledger_head head;
    uint64_t n_summaries = 0;
    ph_rc rc = st->ops->get_head(st, &head);

    *ret = (ph_verify_report){0};
    if (rc == PH_OK)
        rc = st->ops->walk_entries(st, 1, UINT64_MAX, check_entry, &v);
    if (rc == PH_OK)
        rc = v.rc;
    if (rc == PH_OK)
        rc = st->ops->walk_outbox(st, 0, check_outbox, &v);
    if (rc == PH_OK)
        rc = st->ops->walk_summaries(st, NULL, count_summary, &n_summaries);
    if (rc != PH_OK)
        return rc;
    if (n_summaries != v.n_rows)
        find(&v, PH_FLAW_SUMMARY_ORPHAN, 0, "");
    check_head(&v, &head);
    ret->n_records = v.head.last_record;
    ret->root = ph_frontier_root(&v.head.frontier);
    return PH_OK;
}
