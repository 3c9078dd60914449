/* ph_receipts - the receipts of one peer and one seal, and the check of their proofs.   Layer: proto (pure) */
#include "ph_receipt.h"

#include "ph_checkpoint.h"
#include "ph_wire.h"
#include "ph_writer.h"

static const char *const frame_keys[] = {"c", "f", "x", "r"};
enum { KEY_C, KEY_F, KEY_X, KEY_R, N_FRAME_KEYS };
static const char *const keys[] = {"i", "b", "d", "q", "t", "k", "s", "v", "g", "p", "e"};
enum { KEY_I, KEY_B, KEY_D, KEY_Q, KEY_T, KEY_K, KEY_S, KEY_V, KEY_G, KEY_P, KEY_E, N_KEYS };

static void write_nodes(const ph_digest *nodes, size_t n, ph_buf *dst)
{
    ph_write_array(dst, n);
    for (size_t i = 0; i < n; i++)
        ph_write_digest(dst, &nodes[i]);
}

static void write_receipt(const ph_receipt *r, ph_buf *dst)
{
    bool is_submission = r->kind == PH_ENTRY_SUBMISSION;

    ph_write_map(dst, is_submission ? N_KEYS - 1 : N_KEYS);
    ph_write_str(dst, keys[KEY_I]);
    ph_write_uuid(dst, &r->id);
    ph_write_str(dst, keys[KEY_B]);
    ph_write_digest(dst, &r->body);
    ph_write_str(dst, keys[KEY_D]);
    ph_write_bool(dst, r->duplicate);
    ph_write_str(dst, keys[KEY_Q]);
    ph_write_uint(dst, r->seq);
    ph_write_str(dst, keys[KEY_T]);
    ph_write_int(dst, r->received_at_us);
    ph_write_str(dst, keys[KEY_K]);
    ph_write_key_id(dst, &r->key_id);
    ph_write_str(dst, keys[KEY_S]);
    ph_write_digest(dst, &r->signature);
    ph_write_str(dst, keys[KEY_V]);
    ph_write_bin(dst, r->verdict_bytes.ptr, r->verdict_bytes.len);
    ph_write_str(dst, keys[KEY_G]);
    ph_write_bin(dst, r->findings.ptr, r->findings.len);
    ph_write_str(dst, keys[KEY_P]);
    write_nodes(r->path.nodes, r->path.n, dst);
    if (!is_submission) {
        ph_write_str(dst, keys[KEY_E]);
        ph_write_uint(dst, r->kind);
    }
}

void ph_receipts_write(const ph_receipts *r, ph_buf *dst)
{
    ph_write_map(dst, N_FRAME_KEYS);
    ph_write_str(dst, frame_keys[KEY_C]);
    ph_checkpoint_put(&r->checkpoint, dst);
    ph_write_str(dst, frame_keys[KEY_F]);
    ph_write_array(dst, 2);
    ph_write_uint(dst, r->before.size);
    write_nodes(r->before.peaks, r->before.n, dst);
    ph_write_str(dst, frame_keys[KEY_X]);
    ph_write_uint(dst, r->credit);
    ph_write_str(dst, frame_keys[KEY_R]);
    ph_write_array(dst, r->n);
    for (size_t i = 0; i < r->n; i++)
        write_receipt(&r->items[i], dst);
}

/* At most PH_MERKLE_MAX_LEVELS hashes. */
static uint8_t read_nodes(ph_reader *r, ph_digest *nodes)
{
    size_t n = ph_read_array(r, PH_MERKLE_MAX_LEVELS);

    for (size_t i = 0; i < n; i++)
        nodes[i] = ph_read_digest(r);
    ph_read_leave(r);
    return (uint8_t)n;
}

static void read_frontier(ph_reader *r, ph_frontier *f)
{
    ph_read_tuple(r, 2);
    f->size = ph_read_uint(r, PH_WIRE_MAX_SEQ - 1);
    f->n = read_nodes(r, f->peaks);
    ph_read_leave(r);
    if (r->rc == PH_OK && f->n != __builtin_popcountll(f->size))
        ph_read_fail(r, PH_MALFORMED, "a frontier with the wrong number of peaks");
}

/* What a unit can send. */
static ph_entry_kind read_kind(ph_reader *r)
{
    const uint8_t *start = r->at;
    uint64_t kind = ph_read_uint(r, UINT8_MAX);

    if (r->rc == PH_OK && kind != PH_ENTRY_SUBMISSION && kind != PH_ENTRY_EXPLANATION && kind != PH_ENTRY_DECISION) {
        r->at = start;
        ph_read_fail(r, PH_RANGE, "not a kind of entry that a unit sends");
    }
    return (ph_entry_kind)kind;
}

static void read_value(ph_reader *r, int key, ph_receipt *t)
{
    switch (key) {
    case KEY_I:
        t->id = ph_read_uuid(r);
        break;
    case KEY_B:
        t->body = ph_read_digest(r);
        break;
    case KEY_D:
        t->duplicate = ph_read_bool(r);
        break;
    case KEY_Q:
        t->seq = (uint64_t)ph_read_int(r, 1, (int64_t)PH_WIRE_MAX_SEQ);
        break;
    case KEY_T:
        t->received_at_us = ph_read_time(r);
        break;
    case KEY_K:
        t->key_id = ph_read_key_id(r);
        break;
    case KEY_S:
        t->signature = ph_read_digest(r);
        break;
    case KEY_V:
        t->verdict_bytes = ph_read_bin(r, PH_MAX_JUDGEMENT_BYTES);
        break;
    case KEY_G:
        t->findings = ph_read_bin(r, PH_MAX_FINDINGS_BYTES);
        break;
    case KEY_P:
        t->path.n = read_nodes(r, t->path.nodes);
        break;
    default: /* KEY_E */
        t->kind = read_kind(r);
        break;
    }
}

static void read_receipt(ph_reader *r, ph_receipt *t)
{
    ph_map m = ph_map_enter(r, keys, N_KEYS);

    memset(t, 0, sizeof *t);
    t->kind = PH_ENTRY_SUBMISSION;
    for (int key; (key = ph_map_next(r, &m)) >= 0;)
        read_value(r, key, t);
    ph_map_require(r, &m, (1U << KEY_E) - 1);
}

static void read_receipts(ph_reader *r, ph_receipts *ret)
{
    ret->n = ph_read_array(r, PH_MAX_RECEIPTS);
    for (size_t i = 0; i < ret->n && r->rc == PH_OK; i++)
        read_receipt(r, &ret->items[i]);
    ph_read_leave(r);
}

ph_rc ph_receipts_read(ph_span body, ph_receipt *store, ph_receipts *ret)
{
    ph_reader r = ph_reader_over(body);
    ph_receipts f = {.items = store};
    ph_map m = ph_map_enter(&r, frame_keys, N_FRAME_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;) {
        if (key == KEY_C)
            f.checkpoint = ph_checkpoint_take(&r);
        else if (key == KEY_F)
            read_frontier(&r, &f.before);
        else if (key == KEY_X)
            f.credit = (uint32_t)ph_read_uint(&r, UINT32_MAX);
        else
            read_receipts(&r, &f);
    }
    ph_map_require(&r, &m, (1U << N_FRAME_KEYS) - 1);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = f;
    return rc;
}

ph_rc ph_receipt_verify(const ph_receipts *frame, const ph_receipt *receipt, ph_span unit,
                        const uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES])
{
    ph_judgement j;

    if (unit.len > PH_MAX_ID_TEXT || receipt->seq == 0)
        return PH_MALFORMED;
    ph_rc rc = ph_checkpoint_verify(&frame->checkpoint, receipt_key);
    if (rc == PH_OK)
        rc = ph_judgement_read(receipt->verdict_bytes, &j);
    if (rc != PH_OK)
        return rc;
    ph_digest findings = ph_digest_of_span(receipt->findings);
    if (!ph_digest_eq(&findings, &j.findings_digest))
        return PH_CONFLICT;
    const ph_leaf leaf = {
        .seq = receipt->seq,
        .received_at_us = receipt->received_at_us,
        .kind = receipt->kind,
        .unit = unit,
        .id = receipt->id,
        .body = receipt->body,
        .key_id = receipt->key_id,
        .signature = receipt->signature,
        .registry = j.registry,
        .verdict = ph_digest_of_span(receipt->verdict_bytes),
    };
    ph_digest hash = ph_leaf_hash(&leaf);
    return ph_merkle_verify(&hash, receipt->seq - 1, frame->checkpoint.size, &frame->before, &receipt->path,
                            &frame->checkpoint.root);
}
