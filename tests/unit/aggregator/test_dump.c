/* test_dump - any one thing that differs between two stores is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_dump.h"
#include "ph_agg_ram.h"

/* What is put; each test changes one of it. */
typedef struct content {
    const char *verdict, *findings, *sheet, *summary;
    uint64_t folded_to, record, outbox_seal, seal_seq, last_record, durable_record;
    uint32_t count;
    uint8_t chain, root, signature, epoch;
    int64_t sealed_at_us;
    unsigned n_sheets;
} content;

static const content usual = {.verdict = "verdict",
                              .findings = "findings",
                              .sheet = "sheet",
                              .summary = "summary",
                              .folded_to = 2,
                              .record = 1,
                              .outbox_seal = 2,
                              .seal_seq = 3,
                              .last_record = 4,
                              .durable_record = 4,
                              .count = 4,
                              .n_sheets = 2};

static ph_agg_store *filled(const content *c)
{
    static const char *const clusters[] = {"a", "b", "c"};
    ph_stored_verdict v = {.verdict_bytes = ph_span_str(c->verdict), .findings = ph_span_str(c->findings)};
    ph_sheet_key key = {.cluster = ph_span_str("a"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 4}};
    ph_entry e = {.seq = 1, .kind = PH_ENTRY_SUBMISSION, .unit = ph_span_str("u"), .bytes = ph_span_str("b")};
    ph_outbox_row o = {
        .first_record = c->record, .count = c->count, .sheet = key, .seal = c->outbox_seal, .chain = {{c->chain}}};
    ph_seal_row s = {
        .seq = c->seal_seq, .root = {{c->root}}, .signature = {{c->signature}}, .sealed_at_us = c->sealed_at_us};
    ph_ledger_head h = {.last_record = c->last_record, .durable_record = c->durable_record, .epoch = {{c->epoch}}};
    ph_agg_store *st = NULL;

    assert_int_equal(ph_agg_ram_open(&st), PH_OK);
    assert_int_equal(st->ops->begin(st), PH_OK);
    assert_int_equal(st->ops->put_entry(st, &e), PH_OK);
    assert_int_equal(st->ops->put_verdict(st, 1, &v), PH_OK);
    assert_int_equal(st->ops->put_summary(st, &key, 2, ph_span_str(c->summary)), PH_OK);
    assert_int_equal(st->ops->put_outbox(st, &o), PH_OK);
    assert_int_equal(st->ops->put_seal(st, &s), PH_OK);
    assert_int_equal(st->ops->put_head(st, &h), PH_OK);
    for (unsigned i = 0; i < c->n_sheets; i++) {
        key.cluster = ph_span_str(clusters[i]);
        assert_int_equal(st->ops->put_sheet(st, &key, c->folded_to, ph_span_str(c->sheet)), PH_OK);
    }
    assert_int_equal(st->ops->commit(st), PH_OK);
    return st;
}

static void compare(const content *c, ph_dump_report *ret)
{
    ph_agg_store *a = filled(&usual), *b = filled(c);

    assert_int_equal(ph_dump_compare(a, b, ret), PH_OK);
    a->ops->close(a);
    b->ops->close(b);
}

static void assert_named(content c, ph_dump_table table, const char *name)
{
    ph_dump_report r;

    compare(&c, &r);
    assert_false(r.is_equal);
    assert_string_equal(ph_dump_table_name(r.table), ph_dump_table_name(table));
    assert_string_equal(r.name, name);
}

static void equal_stores_are_equal(void **state)
{
    ph_dump_report r, with_mark;
    content c = usual;

    (void)state;
    compare(&usual, &r);
    assert_true(r.is_equal);
    assert_int_equal(r.n[PH_DUMP_RECEIPT], 1);
    assert_int_equal(r.n[PH_DUMP_SHEET], 2);
    assert_int_equal(r.n[PH_DUMP_SEAL], 1);
    assert_false(ph_digest_is_zero(&r.digest));
    c.durable_record = 0; /* no function of the log */
    compare(&c, &with_mark);
    assert_true(with_mark.is_equal);
    assert_memory_equal(&r.digest, &with_mark.digest, sizeof r.digest);
}

static void each_difference_is_named(void **state)
{
    content c;

    (void)state;
    c = usual;
    c.verdict = "other";
    assert_named(c, PH_DUMP_RECEIPT, "entry 1");
    c = usual;
    c.findings = "other";
    assert_named(c, PH_DUMP_RECEIPT, "entry 1");
    c = usual;
    c.sheet = "other";
    assert_named(c, PH_DUMP_SHEET, "a/F/2023-04");
    c = usual;
    c.folded_to = 9;
    assert_named(c, PH_DUMP_SHEET, "a/F/2023-04");
    c = usual;
    c.summary = "other";
    assert_named(c, PH_DUMP_SUMMARY, "a/F/2023-04 seal 2");
    c = usual;
    c.record = 2;
    assert_named(c, PH_DUMP_OUTBOX, "record 1");
    c = usual;
    c.count = 5;
    assert_named(c, PH_DUMP_OUTBOX, "record 1");
    c = usual;
    c.outbox_seal = 9;
    assert_named(c, PH_DUMP_OUTBOX, "record 1");
    c = usual;
    c.chain = 1;
    assert_named(c, PH_DUMP_OUTBOX, "record 1");
    c = usual;
    c.seal_seq = 4;
    assert_named(c, PH_DUMP_SEAL, "seal 3");
    c = usual;
    c.root = 1;
    assert_named(c, PH_DUMP_SEAL, "seal 3");
    c = usual;
    c.signature = 1;
    assert_named(c, PH_DUMP_SEAL, "seal 3");
    c = usual;
    c.sealed_at_us = 1;
    assert_named(c, PH_DUMP_SEAL, "seal 3");
    c = usual;
    c.last_record = 5;
    assert_named(c, PH_DUMP_HEAD, "head last_record");
    c = usual;
    c.epoch = 1;
    assert_named(c, PH_DUMP_HEAD, "head epoch");
}

static void a_row_too_many_or_too_few_is_named(void **state)
{
    content c;

    (void)state;
    c = usual;
    c.n_sheets = 3;
    assert_named(c, PH_DUMP_SHEET, "c/F/2023-04");
    c = usual;
    c.n_sheets = 1;
    assert_named(c, PH_DUMP_SHEET, "b/F/2023-04");
}

/* Text and length must not run into each other. */
static void parts_of_a_row_do_not_run_together(void **state)
{
    content c = usual;

    (void)state;
    c.verdict = "verdictf";
    c.findings = "indings";
    assert_named(c, PH_DUMP_RECEIPT, "entry 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stores_are_equal), cmocka_unit_test(each_difference_is_named),
        cmocka_unit_test(a_row_too_many_or_too_few_is_named), cmocka_unit_test(parts_of_a_row_do_not_run_together)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
