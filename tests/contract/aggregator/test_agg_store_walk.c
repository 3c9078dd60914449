/* test_agg_store_walk - walks over any store are ordered, and end when they are told.   Layer: tests */
#include "ph_store_fixture.h"

#include <stdio.h>
#include <string.h>

typedef struct seen {
    ph_agg_store *st;
    char text[512];
    size_t stop_after;
    size_t n;
} seen;

static bool note(seen *s, const char *what)
{
    size_t len = strlen(s->text);

    (void)snprintf(s->text + len, sizeof s->text - len, "%s;", what);
    return ++s->n != s->stop_after;
}

static bool see_entry(void *arg, const ph_entry *e, const ph_stored_verdict *v)
{
    seen *s = arg;
    char what[64];
    ph_entry other;
    ph_ledger_head h;

    /* a callback may ask; what it was handed stays */
    assert_int_equal(s->st->ops->get_entry(s->st, 1, &other, NULL), PH_OK);
    (void)s->st->ops->get_head(s->st, &h);
    assert_span(e->bytes, "the bytes");
    (void)snprintf(what, sizeof what, "%d%.*s", (int)e->seq, (int)v->verdict_bytes.len,
                   (const char *)v->verdict_bytes.ptr);
    return note(s, what);
}

static void name_sheet(const ph_sheet_key *k, char what[96])
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(k->period, period);
    (void)snprintf(what, 96, "%.*s.%.*s.%s", (int)k->cluster.len, (const char *)k->cluster.ptr, (int)k->form.len,
                   (const char *)k->form.ptr, period);
}

static bool see_sheet(void *arg, const ph_sheet_key *k, uint64_t seq, ph_span packed)
{
    char what[96];

    (void)seq;
    assert_span(packed, "p");
    name_sheet(k, what);
    return note(arg, what);
}

static bool see_summary(void *arg, const ph_sheet_key *k, uint64_t at, ph_span packed)
{
    char what[96];

    assert_span(packed, "p");
    name_sheet(k, what);
    (void)snprintf(what + strlen(what), 16, "@%d", (int)at);
    return note(arg, what);
}

static bool see_outbox(void *arg, const ph_outbox_row *row, ph_span packed)
{
    char what[96];

    name_sheet(&row->sheet, what);
    (void)snprintf(what + strlen(what), 32, "#%d+%d%.*s", (int)row->first_record, (int)row->count, (int)packed.len,
                   (const char *)packed.ptr);
    return note(arg, what);
}

static bool see_seal(void *arg, const ph_seal_row *row)
{
    char what[16];

    (void)snprintf(what, sizeof what, "%d", (int)row->seq);
    return note(arg, what);
}

static void fill_for_walks(ph_agg_store *st)
{
    const ph_sheet_key keys[] = {key("b", "F", 2023, 2), key("a", "G", 2023, 1), key("a", "F", 2024, 1),
                                 key("a", "F", 2023, 12)};
    ph_stored_verdict v = {.verdict_bytes = ph_span_str("v")};
    uint64_t record = 1;

    begin(st);
    for (uint8_t i = 1; i <= 5; i++)
        put_entry(st, i, i % 2 == 0 ? "" : "u01", i);
    assert_int_equal(st->ops->put_verdict(st, 3, &v), PH_OK);
    for (size_t i = 0; i < 4; i++) {
        ph_outbox_row o = {.first_record = record, .count = 2, .sheet = keys[i], .seal = 9, .chain = digest(1)};
        ph_seal_row s = seal(3 * (i + 1));
        assert_int_equal(st->ops->put_sheet(st, &keys[i], 9, ph_span_str("p")), PH_OK);
        if (i != 2)
            assert_int_equal(st->ops->put_summary(st, &keys[i], 9, ph_span_str("p")), PH_OK);
        assert_int_equal(st->ops->put_outbox(st, &o), PH_OK);
        assert_int_equal(st->ops->put_seal(st, &s), PH_OK);
        record += 2;
    }
    assert_int_equal(st->ops->put_summary(st, &keys[3], 4, ph_span_str("p")), PH_OK);
    assert_int_equal(st->ops->put_revision(st, &(ph_sheet_key){keys[0].cluster, keys[0].form, {PH_FREQ_A, 2023, 1}},
                                           ph_span_str("u01"), 1, 1),
                     PH_OK); /* named only */
    commit(st);
}

static void walks_are_ordered(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    ph_sheet_key only = key("a", "F", 2023, 12);
    seen s = {.st = st};

    fill_for_walks(st);
    assert_int_equal(st->ops->walk_entries(st, 2, 4, see_entry, &s), PH_OK);
    assert_string_equal(s.text, "2;3v;4;");
    s = (seen){.st = st};
    assert_int_equal(st->ops->walk_entries(st, 1, UINT64_MAX, see_entry, &s), PH_OK);
    assert_int_equal(s.n, 5);
    s = (seen){.st = st};
    assert_int_equal(st->ops->walk_sheets(st, see_sheet, &s), PH_OK);
    assert_string_equal(s.text, "a.F.2023-12;a.F.2024-01;a.G.2023-01;b.F.2023-02;");
    s = (seen){.st = st};
    assert_int_equal(st->ops->walk_summaries(st, NULL, see_summary, &s), PH_OK);
    assert_string_equal(s.text, "a.F.2023-12@4;a.F.2023-12@9;a.G.2023-01@9;b.F.2023-02@9;");
    s = (seen){.st = st};
    assert_int_equal(st->ops->walk_summaries(st, &only, see_summary, &s), PH_OK);
    assert_string_equal(s.text, "a.F.2023-12@4;a.F.2023-12@9;");
    s = (seen){.st = st};
    assert_int_equal(st->ops->walk_outbox(st, 3, see_outbox, &s), PH_OK);
    assert_string_equal(s.text, "a.G.2023-01#3+2p;a.F.2024-01#5+2;a.F.2023-12#7+2p;");
    s = (seen){.st = st};
    assert_int_equal(st->ops->walk_seals(st, see_seal, &s), PH_OK);
    assert_string_equal(s.text, "3;6;9;12;");
}

static void a_walk_ends_when_it_is_told(void **state)
{
    ph_agg_store *st = ((fixture *)*state)->st;
    seen s = {.st = st, .stop_after = 2};

    fill_for_walks(st);
    for (int round = 0; round < 2; round++) { /* and can be taken again */
        s = (seen){.st = st, .stop_after = 2};
        assert_int_equal(st->ops->walk_entries(st, 1, 9, see_entry, &s), PH_OK);
        assert_int_equal(s.n, 2);
        s = (seen){.st = st, .stop_after = 1};
        assert_int_equal(st->ops->walk_sheets(st, see_sheet, &s), PH_OK);
        assert_int_equal(s.n, 1);
        s = (seen){.st = st, .stop_after = 1};
        assert_int_equal(st->ops->walk_outbox(st, 0, see_outbox, &s), PH_OK);
        assert_int_equal(s.n, 1);
    }
    begin(st);
    put_entry(st, 6, "", 0);
    commit(st);
}

#define SUITE(backend) CASE(walks_are_ordered, backend), CASE(a_walk_ends_when_it_is_told, backend)

int main(void)
{
    const struct CMUnitTest tests[] = {SUITE(with_ram), SUITE(with_sqlite), SUITE(with_faulty_ram),
                                       SUITE(with_faulty_sqlite)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
