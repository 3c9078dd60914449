/* test_agg_store - what every store of the ledger must do, run on RAM, SQLite and both behind the fault decorator.
 * Layer: tests */
#include "ph_store_fixture.h"

#include <stdio.h>
#include <string.h>

static void an_entry_comes_back_as_it_was_put(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_stored_verdict v = {.verdict_bytes = ph_span_str("verdict"), .findings = ph_span_str("findings")}, back;
    ph_entry wanted = entry(1, "u01", 7), e;

    begin(st);
    put_entry(st, 1, "u01", 7);
    assert_int_equal(st->ops->put_verdict(st, 1, &v), PH_OK);
    assert_int_equal(st->ops->put_verdict(st, 1, &v), PH_EXISTS);
    put_entry(st, 2, "", 0);
    assert_int_equal(st->ops->get_entry(st, 1, &e, &back), PH_OK); /* before the commit */
    commit(st);
    assert_int_equal(st->ops->get_entry(st, 1, &e, &back), PH_OK);
    assert_int_equal(e.seq, 1);
    assert_int_equal(e.received_at_us, wanted.received_at_us);
    assert_int_equal(e.kind, PH_ENTRY_SUBMISSION);
    assert_span(e.unit, "u01");
    assert_memory_equal(&e.id, &wanted.id, sizeof e.id);
    assert_memory_equal(&e.digest, &wanted.digest, sizeof e.digest);
    assert_memory_equal(&e.key_id, &wanted.key_id, sizeof e.key_id);
    assert_memory_equal(&e.registry, &wanted.registry, sizeof e.registry);
    assert_memory_equal(&e.leaf, &wanted.leaf, sizeof e.leaf);
    assert_true(ph_span_eq(e.bytes, wanted.bytes));
    assert_true(ph_span_eq(e.signature, wanted.signature));
    assert_span(back.verdict_bytes, "verdict");
    assert_span(back.findings, "findings");
    assert_int_equal(st->ops->get_entry(st, 2, &e, &back), PH_OK);
    assert_int_equal(e.unit.len, 0);
    assert_int_equal(e.signature.len, 0);
    assert_int_equal(back.verdict_bytes.len, 0);
    assert_int_equal(st->ops->get_entry(st, 1, NULL, NULL), PH_OK);
    assert_int_equal(st->ops->get_entry(st, 3, &e, &back), PH_NOT_FOUND);
}

static void an_id_of_a_unit_exists_once(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_entry again = entry(2, "u01", 7), same_seq = entry(1, "u02", 9);
    ph_digest d, wanted = digest(7);
    ph_uuid seven = id(7), eight = id(8);
    uint64_t seq = 0;

    begin(st);
    put_entry(st, 1, "u01", 7);
    assert_int_equal(st->ops->find_sent(st, ph_span_str("u01"), &seven, &seq, &d), PH_OK);
    assert_int_equal(seq, 1);
    assert_memory_equal(&d, &wanted, sizeof d);
    assert_int_equal(st->ops->put_entry(st, &again), PH_EXISTS);
    assert_int_equal(st->ops->put_entry(st, &same_seq), PH_EXISTS);
    put_entry(st, 2, "u02", 7); /* another unit's */
    put_entry(st, 3, "", 0);
    put_entry(st, 4, "", 0); /* entries of our own have no id to clash */
    commit(st);
    assert_int_equal(st->ops->find_sent(st, ph_span_str("u02"), &seven, &seq, &d), PH_OK);
    assert_int_equal(seq, 2);
    assert_int_equal(st->ops->find_sent(st, ph_span_str("u02"), &eight, &seq, &d), PH_NOT_FOUND);
    assert_int_equal(st->ops->find_sent(st, ph_span_str("u03"), &seven, &seq, &d), PH_NOT_FOUND);
}

typedef struct revisions {
    char text[200];
    unsigned n, stop_after;
} revisions;

static bool see_revision(void *arg, ph_span unit, uint32_t revision, uint64_t seq)
{
    revisions *r = arg;
    size_t n = strlen(r->text);

    (void)snprintf(r->text + n, sizeof r->text - n, "%.*s/%u@%llu;", (int)unit.len, (const char *)unit.ptr, revision,
                   (unsigned long long)seq);
    r->n++;
    return r->stop_after == 0 || r->n < r->stop_after;
}

/* Of one sheet only, in the order of the log and not of the numbers. */
static void check_revisions(ph_agg_store *st, const ph_sheet_key *a)
{
    ph_sheet_key other = key("c", "G", 2023, 1);
    revisions all = {0}, first = {.stop_after = 1}, none = {0};

    assert_int_equal(st->ops->walk_revisions(st, a, see_revision, &all), PH_OK);
    assert_string_equal(all.text, "u01/4294967295@9;u01/1@10;u02/1@13;");
    assert_int_equal(st->ops->walk_revisions(st, a, see_revision, &first), PH_OK);
    assert_int_equal(first.n, 1);
    assert_int_equal(st->ops->walk_revisions(st, &other, see_revision, &none), PH_OK);
    assert_int_equal(none.n, 0);
}

static void a_revision_is_consumed_once(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_sheet_key a = key("c", "F", 2023, 1), b = key("c", "F", 2023, 2);
    ph_span unit = ph_span_str("u01"), packed;
    uint64_t seq = 0;

    assert_int_equal(st->ops->find_revision(st, &a, unit, 1, &seq), PH_NOT_FOUND);
    begin(st);
    assert_int_equal(st->ops->put_revision(st, &a, unit, 1, 10), PH_OK);
    assert_int_equal(st->ops->put_revision(st, &a, unit, 1, 11), PH_EXISTS);
    assert_int_equal(st->ops->put_revision(st, &b, unit, 1, 12), PH_OK);
    assert_int_equal(st->ops->put_revision(st, &a, ph_span_str("u02"), 1, 13), PH_OK);
    assert_int_equal(st->ops->put_revision(st, &a, unit, UINT32_MAX, 9), PH_OK);
    commit(st);
    assert_int_equal(st->ops->find_revision(st, &a, unit, 1, &seq), PH_OK);
    assert_int_equal(seq, 10);
    assert_int_equal(st->ops->find_revision(st, &b, unit, 1, &seq), PH_OK);
    assert_int_equal(seq, 12);
    assert_int_equal(st->ops->find_revision(st, &a, unit, UINT32_MAX, &seq), PH_OK);
    assert_int_equal(seq, 9);
    assert_int_equal(st->ops->find_revision(st, &a, unit, 2, &seq), PH_NOT_FOUND);
    check_revisions(st, &a);
    /* the sheet has a name now, but nothing was packed */
    assert_int_equal(st->ops->get_sheet(st, &a, &seq, &packed), PH_NOT_FOUND);
}

static void a_sheet_is_replaced(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_sheet_key a = key("c", "F", 2023, 1);
    ph_span packed;
    uint64_t seq = 0;

    begin(st);
    assert_int_equal(st->ops->put_sheet(st, &a, 4, ph_span_str("four")), PH_OK);
    assert_int_equal(st->ops->put_sheet(st, &a, 5, ph_span_str("five!")), PH_OK);
    assert_int_equal(st->ops->get_sheet(st, &a, &seq, &packed), PH_OK);
    assert_span(packed, "five!");
    commit(st);
    begin(st);
    assert_int_equal(st->ops->put_sheet(st, &a, 6, ph_span_str("six")), PH_OK);
    assert_int_equal(st->ops->put_sheet(st, &a, 7, ph_span_str("seven")), PH_OK);
    st->ops->rollback(st);
    assert_int_equal(st->ops->get_sheet(st, &a, &seq, &packed), PH_OK);
    assert_int_equal(seq, 5);
    assert_span(packed, "five!");
    begin(st);
    assert_int_equal(st->ops->put_sheet(st, &a, 8, ph_span_str("eight")), PH_OK);
    commit(st);
    assert_int_equal(st->ops->get_sheet(st, &a, &seq, &packed), PH_OK);
    assert_span(packed, "eight");
}

static void summaries_and_outbox_rows_exist_once(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_sheet_key a = key("c", "F", 2023, 1);
    ph_outbox_row o = {.first_record = 1, .count = 3, .sheet = a, .seal = 9, .chain = digest(1)};
    ph_span packed;

    begin(st);
    assert_int_equal(st->ops->put_summary(st, &a, 9, ph_span_str("nine")), PH_OK);
    assert_int_equal(st->ops->put_summary(st, &a, 9, ph_span_str("nine")), PH_EXISTS);
    assert_int_equal(st->ops->put_summary(st, &a, 12, ph_span_str("twelve")), PH_OK);
    assert_int_equal(st->ops->put_outbox(st, &o), PH_OK);
    assert_int_equal(st->ops->put_outbox(st, &o), PH_EXISTS);
    commit(st);
    assert_int_equal(st->ops->get_summary(st, &a, 12, &packed), PH_OK);
    assert_span(packed, "twelve");
    assert_int_equal(st->ops->get_summary(st, &a, 10, &packed), PH_NOT_FOUND);
}

static void seals_cover_what_they_close(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_seal_row three = seal(3), seven = seal(7), back;

    begin(st);
    assert_int_equal(st->ops->put_seal(st, &three), PH_OK);
    assert_int_equal(st->ops->put_seal(st, &three), PH_EXISTS);
    assert_int_equal(st->ops->put_seal(st, &seven), PH_OK);
    commit(st);
    assert_int_equal(st->ops->get_seal_covering(st, 1, &back), PH_OK);
    assert_int_equal(back.seq, 3);
    assert_int_equal(st->ops->get_seal_covering(st, 3, &back), PH_OK);
    assert_int_equal(back.seq, 3);
    assert_int_equal(st->ops->get_seal_covering(st, 4, &back), PH_OK);
    assert_int_equal(back.seq, 7);
    assert_int_equal(back.before.size, 6);
    assert_int_equal(back.before.n, 2);
    assert_memory_equal(back.before.peaks, seven.before.peaks, 2 * sizeof(ph_digest));
    assert_memory_equal(&back.root, &seven.root, sizeof back.root);
    assert_int_equal(back.sealed_at_us, seven.sealed_at_us);
    assert_memory_equal(&back.key_id, &seven.key_id, sizeof back.key_id);
    assert_memory_equal(&back.signature, &seven.signature, sizeof back.signature);
    assert_int_equal(st->ops->get_seal_covering(st, 8, &back), PH_NOT_FOUND);
}

static void a_document_may_be_kept_twice(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_digest d = digest(1), other = digest(2);
    ph_span bytes;

    begin(st);
    assert_int_equal(st->ops->put_document(st, &d, ph_span_str("registry")), PH_OK);
    assert_int_equal(st->ops->put_document(st, &d, ph_span_str("registry")), PH_OK);
    commit(st);
    assert_int_equal(st->ops->get_document(st, &d, &bytes), PH_OK);
    assert_span(bytes, "registry");
    assert_int_equal(st->ops->get_document(st, &other, &bytes), PH_NOT_FOUND);
}

static void the_head_comes_back_whole(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_ledger_head h = head(0x7FFF), back;

    assert_int_equal(st->ops->get_head(st, &back), PH_NOT_FOUND);
    begin(st);
    assert_int_equal(st->ops->put_head(st, &h), PH_OK);
    assert_int_equal(st->ops->get_head(st, &back), PH_OK);
    commit(st);
    memset(&back, 0, sizeof back);
    assert_int_equal(st->ops->get_head(st, &back), PH_OK);
    assert_memory_equal(&back.epoch, &h.epoch, sizeof h.epoch);
    assert_int_equal(back.fold_version, 1);
    assert_int_equal(back.last_seq, h.last_seq);
    assert_int_equal(back.last_record, h.last_record);
    assert_int_equal(back.durable_record, h.durable_record);
    assert_memory_equal(&back.chain, &h.chain, sizeof h.chain);
    assert_int_equal(back.frontier.size, h.frontier.size);
    assert_int_equal(back.frontier.n, h.frontier.n);
    assert_memory_equal(back.frontier.peaks, h.frontier.peaks, h.frontier.n * sizeof(ph_digest));
    assert_int_equal(back.sealed_at_us, h.sealed_at_us);
    assert_int_equal(back.through_us, h.through_us);
    assert_int_equal(back.last_figure_seal, h.last_figure_seal);
    assert_memory_equal(&back.registry, &h.registry, sizeof h.registry);
    assert_memory_equal(&back.roster, &h.roster, sizeof h.roster);
    assert_int_equal(back.roster_serial, h.roster_serial);
}

static void leaves_come_in_order_or_not_at_all(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_digest leaves[4], second = digest(102);

    begin(st);
    put_entry(st, 1, "", 0);
    put_entry(st, 2, "u01", 1);
    put_entry(st, 3, "u01", 2);
    put_entry(st, 5, "u01", 3);
    commit(st);
    assert_int_equal(st->ops->get_leaves(st, 1, 3, leaves), PH_OK);
    assert_memory_equal(&leaves[1], &second, sizeof second);
    assert_int_equal(st->ops->get_leaves(st, 1, 0, leaves), PH_OK);
    assert_int_equal(st->ops->get_leaves(st, 2, 3, leaves), PH_NOT_FOUND);
    assert_int_equal(st->ops->get_leaves(st, 5, 2, leaves), PH_NOT_FOUND);
}

/* Everything put in one transaction is gone again. */
static void a_rollback_takes_all_of_it_back(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_sheet_key a = key("c", "F", 2023, 1), b = key("c", "F", 2023, 2);
    ph_stored_verdict v = {.verdict_bytes = ph_span_str("v")};
    ph_outbox_row o = {.first_record = 1, .count = 1, .sheet = b, .seal = 2, .chain = digest(1)};
    ph_ledger_head first = head(3), second = head(4), back;
    ph_digest d = digest(9), found;
    ph_seal_row s = seal(2), covering;
    ph_uuid seven = id(7);
    ph_span packed;
    uint64_t seq;

    begin(st);
    put_entry(st, 1, "u01", 6);
    assert_int_equal(st->ops->put_revision(st, &a, ph_span_str("u01"), 1, 1), PH_OK);
    assert_int_equal(st->ops->put_head(st, &first), PH_OK);
    commit(st);
    for (int round = 0; round < 2; round++) { /* what was taken back can be put again */
        begin(st);
        put_entry(st, 2, "u01", 7);
        assert_int_equal(st->ops->put_verdict(st, 2, &v), PH_OK);
        assert_int_equal(st->ops->put_revision(st, &a, ph_span_str("u01"), 2, 2), PH_OK);
        assert_int_equal(st->ops->put_revision(st, &b, ph_span_str("u01"), 1, 2), PH_OK);
        assert_int_equal(st->ops->put_sheet(st, &b, 2, ph_span_str("b")), PH_OK);
        assert_int_equal(st->ops->put_summary(st, &b, 2, ph_span_str("b")), PH_OK);
        assert_int_equal(st->ops->put_outbox(st, &o), PH_OK);
        assert_int_equal(st->ops->put_seal(st, &s), PH_OK);
        assert_int_equal(st->ops->put_document(st, &d, ph_span_str("d")), PH_OK);
        assert_int_equal(st->ops->put_head(st, &second), PH_OK);
        st->ops->rollback(st);
        st->ops->rollback(st); /* harmless with none open */
        assert_int_equal(st->ops->get_entry(st, 2, NULL, NULL), PH_NOT_FOUND);
        assert_int_equal(st->ops->find_sent(st, ph_span_str("u01"), &seven, &seq, &found), PH_NOT_FOUND);
        assert_int_equal(st->ops->find_revision(st, &a, ph_span_str("u01"), 2, &seq), PH_NOT_FOUND);
        assert_int_equal(st->ops->find_revision(st, &b, ph_span_str("u01"), 1, &seq), PH_NOT_FOUND);
        assert_int_equal(st->ops->get_sheet(st, &b, &seq, &packed), PH_NOT_FOUND);
        assert_int_equal(st->ops->get_summary(st, &b, 2, &packed), PH_NOT_FOUND);
        assert_int_equal(st->ops->get_seal_covering(st, 1, &covering), PH_NOT_FOUND);
        assert_int_equal(st->ops->get_document(st, &d, &packed), PH_NOT_FOUND);
        assert_int_equal(st->ops->get_head(st, &back), PH_OK);
        assert_int_equal(back.last_seq, 3);
        assert_int_equal(st->ops->find_revision(st, &a, ph_span_str("u01"), 1, &seq), PH_OK);
    }
}

static void nothing_is_written_outside_a_transaction(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_entry e = entry(1, "u01", 1);

    assert_int_equal(st->ops->put_entry(st, &e), PH_BUG);
    assert_int_equal(st->ops->get_entry(st, 1, NULL, NULL), PH_NOT_FOUND);
}

#define SUITE(backend)                                                                                     \
    CASE(an_entry_comes_back_as_it_was_put, backend), CASE(an_id_of_a_unit_exists_once, backend),          \
        CASE(a_revision_is_consumed_once, backend), CASE(a_sheet_is_replaced, backend),                    \
        CASE(summaries_and_outbox_rows_exist_once, backend), CASE(seals_cover_what_they_close, backend),   \
        CASE(a_document_may_be_kept_twice, backend), CASE(the_head_comes_back_whole, backend),             \
        CASE(leaves_come_in_order_or_not_at_all, backend), CASE(a_rollback_takes_all_of_it_back, backend), \
        CASE(nothing_is_written_outside_a_transaction, backend)

int main(void)
{
    const struct CMUnitTest tests[] = {SUITE(with_ram), SUITE(with_sqlite), SUITE(with_faulty_ram),
                                       SUITE(with_faulty_sqlite)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
