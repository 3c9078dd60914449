/* ph_agg_answers - what the engine can say of what is committed: receipts, what is expected, whether history agrees.
 * Layer: aggregator/core (pure) */
#include <stdlib.h>

#include "ph_agg_engine_parts.h"

/* ---- receipts ---- */

static const ph_batch_item *find_item(const ph_engine *e, uint64_t seq)
{
    size_t low = 0, high = e->n_items;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (e->items[mid].seq < seq)
            low = mid + 1;
        else
            high = mid;
    }
    return low < e->n_items && e->items[low].seq == seq ? &e->items[low] : NULL;
}

static ph_rc fill_from_batch(const ph_engine *e, uint64_t seq, ph_receipt *ret)
{
    const ph_batch_item *item = find_item(e, seq);
    const uint8_t *answer;

    if (item == NULL)
        return PH_NOT_FOUND;
    answer = e->answers.ptr + item->verdict_at;
    *ret = (ph_receipt){.kind = item->kind,
                        .id = item->id,
                        .body = item->body,
                        .seq = seq,
                        .received_at_us = item->received_at_us,
                        .key_id = item->key_id,
                        .signature = item->signature,
                        .verdict_bytes = ph_span_of(answer, item->n_verdict),
                        .findings = ph_span_of(answer + item->n_verdict, item->n_findings)};
    return ph_batch_tree_path(e->append.tree, seq - 1, &ret->path);
}

ph_rc ph_engine_receipts(ph_engine *e, const uint64_t *seqs, size_t n, uint32_t credit, ph_buf *dst)
{
    ph_receipt items[PH_MAX_RECEIPTS];
    ph_receipts frame = {
        .checkpoint = e->checkpoint, .before = e->append.before, .credit = credit, .n = n, .items = items};
    ph_rc rc = e->is_open || n > PH_MAX_RECEIPTS ? PH_BUG : PH_OK;

    if (rc == PH_OK && (e->n_items == 0 || e->append.tree == NULL))
        rc = PH_NOT_FOUND;
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        rc = fill_from_batch(e, seqs[i], &items[i]);
        items[i].duplicate = i > 0 && seqs[i] == seqs[i - 1];
    }
    if (rc != PH_OK)
        return rc;
    ph_receipts_write(&frame, dst);
    return dst->rc;
}

/* The path of @seq under the seal that covers it, made from the batch's leaves. */
static ph_rc find_path(ph_engine *e, uint64_t seq, const ph_seal_row *seal, ph_local_path *ret)
{
    uint64_t n = seal->seq - seal->before.size;
    ph_digest *leaves;
    ph_rc rc;

    if (seal->seq <= seal->before.size || n > PH_BATCH_MAX_SUBMISSIONS + PH_BATCH_MAX_OWN)
        return PH_CORRUPT;
    leaves = malloc((size_t)n * sizeof *leaves);
    if (leaves == NULL)
        return PH_NOMEM;
    rc = e->store->ops->get_leaves(e->store, seal->before.size + 1, n, leaves);
    if (rc == PH_OK)
        rc = ph_merkle_path(&seal->before, leaves, (size_t)n, seq - 1, ret);
    free(leaves);
    return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
}

ph_rc ph_engine_stored_receipt(ph_engine *e, uint64_t seq, uint32_t credit, ph_buf *dst)
{
    ph_receipt item = {.duplicate = true, .seq = seq};
    ph_receipts frame = {.credit = credit, .n = 1, .items = &item};
    ph_stored_verdict stored;
    ph_seal_row seal;
    ph_entry entry;
    ph_rc rc = e->is_open ? PH_BUG : e->store->ops->get_seal_covering(e->store, seq, &seal);

    if (rc == PH_OK)
        rc = find_path(e, seq, &seal, &item.path);
    if (rc == PH_OK)
        rc = e->store->ops->get_entry(e->store, seq, &entry, &stored);
    if (rc == PH_OK && !ph_entry_is_sent(entry.kind))
        rc = PH_NOT_FOUND;
    if (rc != PH_OK)
        return rc;
    item.kind = entry.kind;
    item.id = entry.id;
    item.body = entry.digest;
    item.received_at_us = entry.received_at_us;
    item.key_id = entry.key_id;
    item.signature = ph_digest_of_span(entry.signature);
    item.verdict_bytes = stored.verdict_bytes;
    item.findings = stored.findings;
    frame.before = seal.before;
    frame.checkpoint = (ph_checkpoint){.epoch = e->head.epoch,
                                       .size = seal.seq,
                                       .root = seal.root,
                                       .sealed_at_us = seal.sealed_at_us,
                                       .key_id = seal.key_id,
                                       .signature = seal.signature};
    ph_receipts_write(&frame, dst);
    return dst->rc;
}

ph_rc ph_engine_find(ph_engine *e, ph_span unit, const ph_uuid *id, uint64_t *ret_seq)
{
    ph_digest digest;

    return e->store->ops->find_sent(e->store, unit, id, ret_seq, &digest);
}

/* ---- what is expected ---- */

typedef struct expecting {
    ph_engine *e;
    ph_span unit;
    uint16_t unit_index;
    ph_expected *ret;
    size_t max, n;
    bool has_more;
} expecting;

static uint32_t count_held(const ph_sheet *s, uint16_t row)
{
    uint32_t n = 0;

    for (uint16_t i = 0; i < s->n_columns; i++)
        n += ph_sheet_cell(s, row, i)->state == PH_CELL_HELD;
    return n;
}

static ph_rc expect(expecting *x, const ph_calendar_item *duty)
{
    const ph_registry *reg = ph_fold_registry(x->e->fold);
    ph_sheet_key key = {.cluster = ph_span_str(ph_registry_cluster(reg, duty->cluster)->id),
                        .form = ph_span_str(ph_registry_form(reg, duty->form)->id),
                        .period = duty->period};
    const ph_sheet *s = NULL;
    ph_rc rc = ph_fold_sheet(x->e->fold, &key, &s);
    uint16_t row = rc == PH_OK ? ph_sheet_find_row(s, x->unit) : PH_NO_INDEX;

    if (rc == PH_NOT_FOUND || (rc == PH_OK && row == PH_NO_INDEX))
        return PH_OK;
    if (rc != PH_OK)
        return rc;
    if (x->n == x->max) {
        x->has_more = true;
        return PH_OK;
    }
    int64_t due_us = ph_calendar_due(duty, ph_registry_find_unit(reg, x->unit), PH_DATE_FOREVER);
    due_us = s->rows[row].due_us > due_us ? s->rows[row].due_us : due_us; /* what the head decided */
    x->ret[x->n++] = (ph_expected){.cluster = key.cluster,
                                   .form = key.form,
                                   .period = key.period,
                                   .state = s->state,
                                   .due_us = due_us,
                                   .highest_revision = s->rows[row].highest_revision,
                                   .last_revision = s->rows[row].last_revision,
                                   .last_digest = s->rows[row].last_digest,
                                   .n_held = count_held(s, row)};
    return PH_OK;
}

static bool is_asked(const expecting *x, const ph_registry *reg, const ph_calendar_item *duty)
{
    const ph_cycle *cycle = ph_cluster_cycle(ph_registry_cluster(reg, duty->cluster), duty->period);

    return cycle != NULL && ph_cycle_member(cycle, x->unit_index) != PH_NO_INDEX;
}

/* What waits for figures comes first: with many years on the calendar not all fit. */
static ph_rc expect_in(expecting *x, bool is_waiting)
{
    const ph_registry *reg = ph_fold_registry(x->e->fold);
    ph_rc rc = PH_OK;

    for (size_t i = 0; rc == PH_OK && !x->has_more && i < ph_registry_n_calendar(reg); i++) {
        const ph_calendar_item *duty = ph_registry_calendar(reg, i);
        ph_period_state state = ph_calendar_state(duty, x->e->head.through_us);
        bool waits = state == PH_PERIOD_OPEN || state == PH_PERIOD_DUE;
        if (state != PH_PERIOD_PLANNED && waits == is_waiting && is_asked(x, reg, duty))
            rc = expect(x, duty);
    }
    return rc;
}

ph_rc ph_engine_expected(ph_engine *e, ph_span unit, ph_expected *ret, size_t max, size_t *ret_n, bool *ret_more)
{
    expecting x = {.e = e,
                   .unit = unit,
                   .unit_index = ph_registry_find_unit(ph_fold_registry(e->fold), unit),
                   .ret = ret,
                   .max = max};
    ph_rc rc = PH_OK;

    if (x.unit_index != PH_NO_INDEX)
        rc = expect_in(&x, true);
    if (rc == PH_OK && x.unit_index != PH_NO_INDEX)
        rc = expect_in(&x, false);
    *ret_n = x.n;
    *ret_more = x.has_more;
    return rc;
}

/* ---- history ---- */

ph_rc ph_engine_check_history(ph_engine *e, const ph_checkpoint *seen)
{
    ph_seal_row seal;
    ph_rc rc = ph_key_id_eq(&seen->key_id, &e->key->id) ? ph_checkpoint_verify(seen, e->key->public_key) : PH_FORBIDDEN;

    if (rc != PH_OK)
        return rc;
    if (!ph_uuid_eq(&seen->epoch, &e->head.epoch))
        return PH_EPOCH;
    if (seen->size > e->head.last_seq)
        return PH_HISTORY;
    rc = e->store->ops->get_seal_covering(e->store, seen->size, &seal);
    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
    return seal.seq == seen->size && ph_digest_eq(&seal.root, &seen->root) ? PH_OK : PH_HISTORY;
}
