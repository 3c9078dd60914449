/* test_card - cards go round and come back; a slip of copying shows.   Layer: tests */
#include "ph_card_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_identity.h"

static ph_card aggregator_card(void)
{
    ph_card c = province_card(50);
    keys root = keys_of(51);

    c.kind = PH_CARD_AGGREGATOR;
    memset(c.unit, 0, sizeof c.unit);
    (void)snprintf(c.address, sizeof c.address, "tcp://aggregator.example:7001");
    memcpy(c.root_public, root.sign_public, sizeof c.root_public);
    return c;
}

static void expect_round_trip(const ph_card *card, unsigned signer)
{
    char *text = card_text(card, signer);
    ph_card back;
    ph_err err = {0};

    memset(&back, 0xEE, sizeof back);
    assert_ok(ph_card_load(ph_span_str(text), "card", &back, &err));
    assert_memory_equal(&back, card, sizeof back);
    free(text);
}

static void cards_come_back_as_they_were(void **unused)
{
    ph_card a = aggregator_card();

    (void)unused;
    for (unsigned i = 0; i < 40; i++) { /* keys of many shapes: Z85 has signs that YAML minds */
        ph_card p = province_card(i);
        expect_round_trip(&p, i);
    }
    expect_round_trip(&a, 50);
}

static void line_ends_and_blanks_do_not_hurt_a_card(void **unused)
{
    ph_card p = province_card(1), back;
    char *text = card_text(&p, 1), mailed[4096];
    size_t n = 0;

    (void)unused;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n')
            mailed[n++] = '\r';
        mailed[n++] = *c;
    }
    mailed[n] = '\0';
    assert_ok(ph_card_load(ph_span_str(mailed), "card", &back, NULL));
    assert_string_equal(back.unit, "u1");
    free(text);
}

static void expect_bad_card(const char *text, const char *from, const char *to, ph_rc rc, const char *code)
{
    char *bad = replaced(text, from, to);
    ph_card back = {.unit = "untouched"};
    ph_err err = {0};

    assert_int_equal(ph_card_load(ph_span_str(bad), "x.card", &back, &err), rc);
    assert_string_equal(err.code, code);
    assert_string_equal(back.unit, "untouched");
    free(bad);
}

static void a_slip_of_copying_shows(void **unused)
{
    ph_card p = province_card(1), a = aggregator_card();
    char *province = card_text(&p, 1), *aggregator = card_text(&a, 50), *of_other = card_text(&p, 2);
    char curve[PH_Z85_TEXT_BYTES], other_curve[PH_Z85_TEXT_BYTES];
    char root[2 * PH_SIGN_PUBLIC_BYTES + 1], other_root[2 * PH_SIGN_PUBLIC_BYTES + 1];
    keys two = keys_of(2);
    ph_card back;
    ph_err err = {0};

    (void)unused;
    ph_z85_print(p.curve_public, curve);
    ph_z85_print(two.curve_public, other_curve);
    expect_bad_card(province, "unit: \"u1\"", "unit: \"u2\"", PH_FORBIDDEN, "card.signature");
    expect_bad_card(province, curve, other_curve, PH_FORBIDDEN, "card.signature");
    expect_bad_card(aggregator, "example:7001", "example:7002", PH_FORBIDDEN, "card.signature");
    expect_bad_card(aggregator, "root: \"", "root: \"0", PH_INVALID, "card.key.sign");
    ph_hex_print(a.root_public, sizeof a.root_public, root);
    ph_hex_print(two.sign_public, sizeof two.sign_public, other_root);
    expect_bad_card(aggregator, root, other_root, PH_FORBIDDEN, "card.signature");
    expect_bad_card(aggregator, "tcp://", "http://", PH_INVALID, "card.address");
    expect_bad_card(province, "signature: \"", "signature: \"A", PH_INVALID, "card.signature.grammar");
    expect_bad_card(province, "curve: \"", "curve: \"0", PH_INVALID, "card.key.curve");
    expect_bad_card(province, "card: \"province\"", "card: \"provinz\"", PH_INVALID, "card.word.unknown");
    expect_bad_card(province, "card: \"province\"", "card: \"aggregator\"", PH_INVALID, "card.key.missing");
    expect_bad_card(province, "unit: \"u1\"", "unit: \"u 1\"", PH_INVALID, "card.id.grammar");
    expect_bad_card(province, "unit: \"u1\"\n", "", PH_INVALID, "card.key.missing");
    expect_bad_card(province, "unit:", "address: x\nunit:", PH_INVALID, "card.key.unknown");
    expect_bad_card(province, "unit:", "secret: x\nunit:", PH_INVALID, "card.key.unknown");
    expect_bad_card(province, "unit:", "unit: [", PH_MALFORMED, "card.yaml.syntax");
    assert_int_equal(ph_card_load(ph_span_str(of_other), "x", &back, &err), PH_FORBIDDEN); /* signed by another key */
    assert_int_equal(ph_card_load(ph_span_str(""), "x", &back, &err), PH_INVALID);
    assert_string_equal(err.code, "card.empty");
    free(province);
    free(aggregator);
    free(of_other);
}

static void a_key_of_zeros_is_no_key(void **unused)
{
    ph_card p = province_card(1), back;
    ph_err err = {0};

    (void)unused;
    memset(p.curve_public, 0, sizeof p.curve_public);
    char *text = card_text(&p, 1);
    assert_int_equal(ph_card_load(ph_span_str(text), "x", &back, &err), PH_INVALID);
    assert_string_equal(err.code, "card.key.curve");
    free(text);
}

static void the_fingerprint_can_be_read_out(void **unused)
{
    ph_card p = province_card(1), q = p, a = aggregator_card(), b = a;
    char one[40], two[40];

    (void)unused;
    ph_card_fingerprint(&p, one);
    assert_int_equal(strlen(one), 39);
    for (size_t i = 0; i < 39; i++)
        assert_true(i % 5 == 4 ? one[i] == ' ' : strchr("0123456789abcdef", one[i]) != NULL);
    q.curve_public[31] ^= 1;
    ph_card_fingerprint(&q, two);
    assert_string_not_equal(one, two);
    q = p;
    q.sign_public[0] ^= 1;
    ph_card_fingerprint(&q, two);
    assert_string_not_equal(one, two);
    ph_card_fingerprint(&a, one);
    b.root_public[5] ^= 1;
    ph_card_fingerprint(&b, two);
    assert_string_not_equal(one, two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_come_back_as_they_were),    cmocka_unit_test(line_ends_and_blanks_do_not_hurt_a_card),
        cmocka_unit_test(a_slip_of_copying_shows),         cmocka_unit_test(a_key_of_zeros_is_no_key),
        cmocka_unit_test(the_fingerprint_can_be_read_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
