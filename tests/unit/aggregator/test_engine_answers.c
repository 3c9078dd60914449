/* test_engine_answers - receipts, and what a unit is told afterwards.   Layer: tests */
#include "ph_engine_fixture.h"

/* ---- receipts ---- */

static void assert_receipts(fixture *f, ph_span body, size_t n, bool is_duplicate)
{
    ph_receipt store[PH_MAX_RECEIPTS];
    ph_receipts frame;

    assert_int_equal(ph_receipts_read(body, store, &frame), PH_OK);
    assert_int_equal(frame.n, n);
    assert_int_equal(frame.credit, 8);
    for (size_t i = 0; i < n; i++) {
        const ph_world_sent *s = NULL;
        for (size_t k = 0; s == NULL && k < f->n_sent; k++)
            if (ph_digest_eq(&store[i].body, &f->sent[k].intake.body_digest))
                s = &f->sent[k];
        assert_non_null(s);
        assert_int_equal(store[i].duplicate, is_duplicate);
        assert_int_equal(ph_receipt_verify(&frame, &store[i], s->intake.unit, f->w.key.public_key), PH_OK);
        assert_int_equal(ph_receipt_verify(&frame, &store[i], ph_span_str("u09"), f->w.key.public_key), PH_CONFLICT);
    }
}

static void every_receipt_proves_its_entry(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 8, 9, 20};
    fixture *f = *state;
    uint64_t seqs[32];
    ph_buf frame;
    uint32_t revision = 0;
    ph_digest base = {0};

    ph_buf_init(&frame, PH_MAX_REPLY_BYTES);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        begin(f, START + 2);
        for (size_t k = 0; k < sizes[i]; k++) {
            const ph_world_sent *s =
                make(f, (ph_world_form){.revision = revision + 1, .base_revision = revision, .base_digest = base});
            seqs[k] = take(f, s).seq;
            revision++;
            base = s->intake.body_digest;
        }
        finish(f, i % 2 == 0);
        ph_buf_clear(&frame);
        assert_int_equal(ph_engine_receipts(f->e, seqs, sizes[i], 8, &frame), PH_OK);
        assert_receipts(f, ph_buf_span(&frame), sizes[i], false);
    }
    assert_int_equal(ph_engine_receipts(f->e, (const uint64_t[]){1}, 1, 8, &frame), PH_NOT_FOUND);
    for (uint64_t seq = 4; seq <= ph_engine_head(f->e)->last_seq; seq++) { /* each at any time later */
        ph_entry e;
        assert_int_equal(f->st->ops->get_entry(f->st, seq, &e, NULL), PH_OK);
        ph_buf_clear(&frame);
        if (e.kind != PH_ENTRY_SUBMISSION) {
            assert_int_equal(ph_engine_stored_receipt(f->e, seq, 8, &frame), PH_NOT_FOUND);
            continue;
        }
        assert_int_equal(ph_engine_stored_receipt(f->e, seq, 8, &frame), PH_OK);
        assert_receipts(f, ph_buf_span(&frame), 1, true);
    }
    assert_int_equal(ph_engine_stored_receipt(f->e, 100000, 8, &frame), PH_NOT_FOUND);
    ph_buf_done(&frame);
}

static void a_receipt_too_large_for_the_frame_says_so(void **state)
{
    fixture *f = *state;
    ph_outcome o = send_alone(f, make(f, (ph_world_form){.revision = 1}));
    ph_buf small;

    ph_buf_init(&small, 100);
    assert_int_equal(ph_engine_receipts(f->e, &o.seq, 1, 8, &small), PH_LIMIT);
    ph_buf_done(&small);
}

/* ---- what a unit is told ---- */

static void a_unit_is_told_what_is_expected_of_it(void **state)
{
    fixture *f = *state;
    const ph_world_sent *s = make(f, (ph_world_form){.revision = 4});
    ph_expected list[4];
    size_t n = 0;
    bool more = true;

    (void)send_alone(f, s);
    (void)send_alone(f, make(f, (ph_world_form){.revision = 6}));
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u00"), list, 4, &n, &more), PH_OK);
    assert_int_equal(n, 2); /* the third is planned */
    assert_false(more);
    assert_true(ph_span_is(list[0].cluster, "c0") && ph_span_is(list[0].form, "F"));
    assert_int_equal(list[0].period.index, 1);
    assert_int_equal(list[0].state, PH_PERIOD_DUE);
    assert_int_equal(list[0].due_us, START + PH_US_PER_DAY);
    assert_int_equal(list[0].highest_revision, 6);
    assert_int_equal(list[0].last_revision, 4);
    assert_memory_equal(&list[0].last_digest, &s->intake.body_digest, sizeof(ph_digest));
    assert_int_equal(list[1].last_revision, 0);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u00"), list, 1, &n, &more), PH_OK);
    assert_true(n == 1 && more);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u09"), list, 4, &n, &more), PH_OK);
    assert_true(n == 0 && !more);
}

static void history_is_compared_with_what_an_agent_saw(void **state)
{
    fixture *f = *state;
    ph_seal_row row;
    ph_checkpoint seen;
    uint8_t stranger[PH_SIGN_SECRET_BYTES], stranger_public[PH_SIGN_PUBLIC_BYTES];

    (void)send_alone(f, make(f, (ph_world_form){.revision = 1}));
    assert_int_equal(f->st->ops->get_seal_covering(f->st, 3, &row), PH_OK);
    seen = (ph_checkpoint){.epoch = f->w.epoch,
                           .size = row.seq,
                           .root = row.root,
                           .sealed_at_us = row.sealed_at_us,
                           .key_id = row.key_id,
                           .signature = row.signature};
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_OK);
    seen.size = 4; /* not what was signed */
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_FORBIDDEN);
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_HISTORY); /* no seal of ours ends there */
    seen.size = 3;
    seen.root.bytes[0] ^= 1;
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_HISTORY);
    seen.size = 1000;
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_HISTORY);
    ph_sign_keypair((const uint8_t[PH_SIGN_SEED_BYTES]){99}, stranger_public, stranger);
    assert_int_equal(ph_checkpoint_sign(&seen, stranger), PH_OK); /* anybody can claim anything */
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_FORBIDDEN);
    seen.epoch.bytes[0] ^= 1;
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_EPOCH);
}

static void an_id_is_found_for_its_unit(void **state)
{
    fixture *f = *state;
    ph_uuid id = ph_world_id(1);
    uint64_t seq = 0;
    ph_outcome o = send_alone(f, make(f, (ph_world_form){.revision = 1}));

    assert_int_equal(ph_engine_find(f->e, ph_span_str("u00"), &id, &seq), PH_OK);
    assert_int_equal(seq, o.seq);
    assert_int_equal(ph_engine_find(f->e, ph_span_str("u01"), &id, &seq), PH_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_receipt_proves_its_entry),
        CASE(a_receipt_too_large_for_the_frame_says_so),
        STAGGERED_CASE(a_unit_is_told_what_is_expected_of_it),
        CASE(history_is_compared_with_what_an_agent_saw),
        CASE(an_id_is_found_for_its_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
