/* test_roster - keys found in one step, signed rosters, and what tampering comes to.   Layer: tests */
#include "ph_card_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ph_file.h"
#include "ph_locale.h"

/* ---- core ---- */

static ph_roster_entry entry_of(unsigned number)
{
    keys k = keys_of(number);
    ph_roster_entry e = {.valid_from_us = 100, .valid_to_us = 200};

    (void)snprintf(e.unit, sizeof e.unit, "u%u", number);
    memcpy(e.sign_public, k.sign_public, sizeof e.sign_public);
    memcpy(e.curve_public, k.curve_public, sizeof e.curve_public);
    e.key_id = ph_key_id_of(e.sign_public);
    return e;
}

static void each_key_finds_its_entry(void **unused)
{
    enum { N = 300 };
    static ph_roster_entry entries[N];
    ph_digest d = {.bytes = {5}};
    ph_roster *r = NULL;

    (void)unused;
    for (unsigned i = 0; i < N; i++)
        entries[i] = entry_of(i);
    assert_ok(ph_roster_build(7, entries, N, &d, &r));
    assert_true(ph_roster_serial(r) == 7);
    assert_int_equal(ph_roster_n(r), N);
    assert_true(ph_digest_eq(ph_roster_digest(r), &d));
    for (unsigned i = 0; i < N; i++) {
        assert_ptr_equal(ph_roster_by_curve(r, entries[i].curve_public), ph_roster_at(r, i));
        assert_ptr_equal(ph_roster_by_key(r, &entries[i].key_id), ph_roster_at(r, i));
    }
    ph_roster_entry stranger = entry_of(N);
    assert_null(ph_roster_by_curve(r, stranger.curve_public));
    assert_null(ph_roster_by_key(r, &stranger.key_id));
    ph_roster_free(r);
    assert_ok(ph_roster_build(1, NULL, 0, &d, &r)); /* nobody may speak */
    assert_null(ph_roster_by_curve(r, stranger.curve_public));
    ph_roster_free(r);
    ph_roster_free(NULL);
}

static void a_key_that_stands_twice_is_refused(void **unused)
{
    ph_roster_entry entries[2] = {entry_of(1), entry_of(2)};
    ph_digest d = {0};
    ph_roster *r = NULL;

    (void)unused;
    memcpy(entries[1].curve_public, entries[0].curve_public, sizeof entries[1].curve_public);
    assert_int_equal(ph_roster_build(1, entries, 2, &d, &r), PH_EXISTS);
    entries[1] = entry_of(2);
    entries[1].key_id = entries[0].key_id;
    assert_int_equal(ph_roster_build(1, entries, 2, &d, &r), PH_EXISTS);
    assert_int_equal(ph_roster_build(1, entries, PH_ROSTER_MAX_ENTRIES + 1, &d, &r), PH_LIMIT);
    assert_null(r);
}

static void validity_is_half_open_and_revocation_ends_it(void **unused)
{
    ph_roster_entry e = entry_of(1);

    (void)unused;
    assert_false(ph_roster_may_speak(&e, 99));
    assert_true(ph_roster_may_speak(&e, 100));
    assert_true(ph_roster_may_speak(&e, 199));
    assert_false(ph_roster_may_speak(&e, 200));
    e.status = PH_KEY_REVOKED;
    assert_false(ph_roster_may_speak(&e, 150));
}

/* ---- rosters ---- */

static char *expanded(const char *source, const char *folder, told *t)
{
    ph_buf b;

    ph_buf_init(&b, PH_ROSTER_MAX_BYTES);
    ph_rc rc = ph_roster_expand(ph_span_str(source), "roster.yaml", folder, told_sink, t, &b);
    if (rc != PH_OK) {
        assert_int_equal(rc, PH_INVALID);
        ph_buf_done(&b);
        return NULL;
    }
    assert_ok(ph_buf_put_byte(&b, 0));
    return (char *)b.ptr;
}

static char *signed_by(const char *document, unsigned root)
{
    keys k = keys_of(root);
    ph_buf b;
    ph_err err = {0};

    ph_buf_init(&b, PH_ROSTER_MAX_BYTES);
    if (ph_roster_sign(ph_span_str(document), k.sign_secret, &b, &err) != PH_OK)
        fail_msg("%s: %s", err.code, err.what);
    assert_ok(ph_buf_put_byte(&b, 0));
    return (char *)b.ptr;
}

static char folder[] = "roster-XXXXXX";

static int make_cards(void **unused)
{
    (void)unused;
    ph_lang_set(PH_LANG_EN);
    if (mkdtemp(folder) == NULL)
        return -1;
    for (unsigned i = 1; i <= 2; i++) {
        ph_card card = province_card(i);
        char path[64], *text = card_text(&card, i);
        (void)snprintf(path, sizeof path, "%s/u%u.card", folder, i);
        assert_ok(ph_file_write(path, ph_span_str(text), 0600, NULL));
        free(text);
    }
    return 0;
}

static int remove_cards(void **unused)
{
    char path[64];

    (void)unused;
    for (unsigned i = 1; i <= 2; i++) {
        (void)snprintf(path, sizeof path, "%s/u%u.card", folder, i);
        (void)unlink(path);
    }
    return rmdir(folder);
}

static const char source[] =
    "serial: 3\n"
    "keys:\n"
    "  - { unit: u1, card: u1.card, valid_from: 2023-01-01 }\n"
    "  - { unit: u2, card: u2.card, valid_from: 2023-01-01T00:00:00+07:00,\n"
    "      valid_to: 2024-01-01, status: revoked, note: \"mất \\\"khóa\\\" \\\\ ngày 3/3\" }\n";

static void a_roster_goes_from_cards_to_signed_to_loaded(void **unused)
{
    told t = {0};
    char *document = expanded(source, folder, &t), *text = signed_by(document, 90);
    keys root = keys_of(90), one = keys_of(1);
    ph_roster *r = NULL;
    ph_date day;

    (void)unused;
    assert_int_equal(t.n, 0);
    assert_ok(ph_roster_load(ph_span_str(text), "r", root.sign_public, told_sink, &t, &r));
    assert_true(ph_roster_serial(r) == 3);
    assert_int_equal(ph_roster_n(r), 2);
    ph_digest d = ph_digest_of_span(ph_span_str(text));
    assert_true(ph_digest_eq(ph_roster_digest(r), &d));
    const ph_roster_entry *e = ph_roster_by_curve(r, one.curve_public);
    assert_non_null(e);
    assert_string_equal(e->unit, "u1");
    assert_memory_equal(e->sign_public, one.sign_public, sizeof one.sign_public);
    assert_ok(ph_date_parse(ph_span_str("2023-01-01"), &day));
    assert_true(e->valid_from_us == ph_date_begin_us(day) && e->valid_to_us == INT64_MAX);
    const ph_roster_entry *f = ph_roster_at(r, 1);
    assert_int_equal(f->status, PH_KEY_REVOKED);
    assert_true(f->valid_from_us == e->valid_from_us);
    assert_string_equal(f->note, "mất \"khóa\" \\ ngày 3/3");
    ph_roster_free(r);
    assert_ok(ph_roster_load(ph_span_str(document), "r", NULL, told_sink, &t, &r)); /* only looked at */
    ph_roster_free(r);
    assert_ok(ph_roster_load(ph_span_str(text), "r", NULL, told_sink, &t, &r));
    ph_roster_free(r);
    told again_told = {0};
    char *again = expanded(document, NULL, &again_told); /* what is expanded stays as it is */
    assert_string_equal(again, document);
    free(again);
    free(document);
    free(text);
}

static void expect_refused(const char *text, unsigned root, ph_rc rc, const char *code)
{
    keys k = keys_of(root);
    told t = {0};
    ph_roster *r = NULL;

    assert_int_equal(ph_roster_load(ph_span_str(text), "r", k.sign_public, told_sink, &t, &r), rc);
    assert_int_equal(t.n, 1);
    assert_string_equal(t.list[0].code, code);
    assert_null(r);
}

static void what_was_tampered_with_is_refused(void **unused)
{
    told t = {0};
    char *document = expanded(source, folder, &t), *text = signed_by(document, 90), *bad;

    (void)unused;
    expect_refused(text, 91, PH_FORBIDDEN, "roster.root");
    expect_refused(document, 90, PH_MALFORMED, "roster.unsigned");
    bad = replaced(text, "revoked", "active ");
    expect_refused(bad, 90, PH_FORBIDDEN, "roster.signature");
    free(bad);
    bad = replaced(text, "serial: 3", "serial: 4");
    expect_refused(bad, 90, PH_FORBIDDEN, "roster.signature");
    free(bad);
    bad = replaced(text, "\n# phusa", " \n# phusa");
    expect_refused(bad, 90, PH_MALFORMED, "roster.head");
    free(bad);
    bad = calloc(1, strlen(text) + 2);
    assert_non_null(bad);
    (void)snprintf(bad, strlen(text) + 2, "%s\n", text); /* one line end more */
    expect_refused(bad, 90, PH_FORBIDDEN, "roster.signature");
    for (size_t n = 0; n < strlen(text); n += 7) {
        (void)snprintf(bad, n + 1, "%s", text);
        keys k = keys_of(90);
        ph_roster *r = NULL;
        assert_int_not_equal(ph_roster_load(ph_span_str(bad), "r", k.sign_public, NULL, NULL, &r), PH_OK);
    }
    free(bad);
    free(document);
    free(text);
}

static void expect_slip(const char *from, const char *to, const char *code, int line)
{
    char *bad = replaced(source, from, to);
    told t = {0};
    char *document = expanded(bad, folder, &t);

    if (document != NULL)
        fail_msg("%s -> %s was taken", from, to);
    if (strcmp(t.list[0].code, code) != 0 || t.list[0].line != line)
        fail_msg("%s -> %s: %s at %d, not %s at %d (%s)", from, to, t.list[0].code, t.list[0].line, code, line,
                 t.list[0].what);
    free(bad);
}

static void slips_in_a_source_are_told_at_their_place(void **unused)
{
    (void)unused;
    expect_slip("serial: 3", "serial: 0", "roster.number.range", 1);
    expect_slip("serial: 3\n", "", "roster.key.missing", 1);
    expect_slip("u1.card", "u9.card", "roster.card", 3);
    expect_slip("unit: u1, card: u1.card", "unit: u1, card: u2.card", "roster.card.unit", 3);
    expect_slip("unit: u1", "unit: u3", "roster.card.unit", 3);
    expect_slip("unit: u2, card: u2.card", "unit: u1, card: u1.card", "roster.key.repeated", 4);
    expect_slip("card: u1.card", "card: u1.card, sign: 00", "roster.card.both", 3);
    expect_slip("card: u1.card", "sign: 00, curve: x", "roster.key.sign", 3);
    expect_slip("card: u1.card, ", "", "roster.key.missing", 3);
    expect_slip("status: revoked", "status: revokd", "roster.word.unknown", 5);
    expect_slip("valid_to: 2024-01-01", "valid_to: 2023-01-01", "roster.interval.empty", 5);
    expect_slip("valid_to: 2024-01-01", "valid_to: tomorrow", "roster.time.grammar", 5);
    expect_slip("note:", "nota:", "roster.key.unknown", 5);
    expect_slip("keys:", "- keys:", "roster.yaml.syntax", 2);
}

static void an_unresolved_card_is_neither_signed_nor_loaded(void **unused)
{
    keys root = keys_of(90);
    ph_buf b;
    ph_err err = {0};

    (void)unused;
    ph_buf_init(&b, PH_ROSTER_MAX_BYTES);
    assert_int_equal(ph_roster_sign(ph_span_str(source), root.sign_secret, &b, &err), PH_INVALID);
    assert_string_equal(err.code, "roster.card.unresolved");
    assert_int_equal(err.line, 3);
    assert_int_equal(b.len, 0);
    told t = {0};
    char *document = expanded(source, folder, &t), *text = signed_by(document, 90);
    assert_int_equal(ph_roster_sign(ph_span_str(text), root.sign_secret, &b, &err), PH_INVALID);
    assert_string_equal(err.code, "roster.signed");
    free(text);
    free(document);
    ph_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_finds_its_entry),
        cmocka_unit_test(a_key_that_stands_twice_is_refused),
        cmocka_unit_test(validity_is_half_open_and_revocation_ends_it),
        cmocka_unit_test(a_roster_goes_from_cards_to_signed_to_loaded),
        cmocka_unit_test(what_was_tampered_with_is_refused),
        cmocka_unit_test(slips_in_a_source_are_told_at_their_place),
        cmocka_unit_test(an_unresolved_card_is_neither_signed_nor_loaded),
    };
    return cmocka_run_group_tests(tests, make_cards, remove_cards);
}
