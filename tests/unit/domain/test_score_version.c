/* test_score_version - every input of a scoring is in its version.   Layer: tests */
#include "ph_domain_fixture.h"

#include "ph_score.h"

typedef struct sample {
    ph_score_node node;
    ph_score_scheme scheme;
    const char *units[2];
    ph_score_entry e[2];
} sample;

static ph_score_entry entry_of(ph_decimal actual, ph_decimal target)
{
    return (ph_score_entry){.has_actual = true,
                            .has_target = true,
                            .actual = actual,
                            .target = target,
                            .state = PH_CELL_GIVEN,
                            .vintage = 7};
}

static sample make_sample(void)
{
    return (sample){
        .node = {.id = "A", .name = {"A", "A"}, .kind = PH_SCORE_QUANTITATIVE, .parent = PH_NO_INDEX, .max = 10000},
        .scheme = {.cluster = "c",
                   .year = 2023,
                   .version = 1,
                   .title = {"t", "t"},
                   .basis = {"b", "b"},
                   .decimals = 2,
                   .n_nodes = 1},
        .units = {"u0", "u1"},
        .e = {entry_of((ph_decimal){15, 1}, (ph_decimal){2, 0}), entry_of((ph_decimal){3, 0}, (ph_decimal){2, 0})}};
}

static ph_rc version_of(sample *s, ph_digest *ret)
{
    const ph_score_input in = {.scheme = &s->scheme, .n_units = 2, .units = s->units, .entries = s->e};

    s->scheme.nodes = &s->node;
    return ph_score_version(&in, ret);
}

static void test_every_input_counts(void **state)
{
    sample s = make_sample(), o;
    ph_digest was, is;
    (void)state;

    assert_ok(version_of(&s, &was));
#define CHANGED(change)             \
    o = make_sample();              \
    change;                         \
    assert_ok(version_of(&o, &is)); \
    assert_false(ph_digest_eq(&was, &is))
    CHANGED(o.e[0].vintage = 8);
    CHANGED(o.e[1].actual.mantissa = 4);
    CHANGED(o.e[1].target.mantissa = 4);
    CHANGED(o.e[1].has_target = false);
    CHANGED(o.e[1].state = PH_CELL_HELD);
    CHANGED(o.e[1].has_stage[PH_SCORE_SELF] = true);
    CHANGED(o.e[1].explanation = "");
    CHANGED(o.e[1].is_final = true);
    CHANGED(o.node.max = 9999);
    CHANGED(o.node.direction = PH_LOWER_IS_BETTER);
    CHANGED(o.node.indicator = "G");
    CHANGED(o.scheme.version = 2);
    CHANGED(o.units[1] = "u2");
#undef CHANGED
}

static void test_the_same_written_otherwise(void **state)
{
    sample s = make_sample();
    ph_digest was, is;
    (void)state;

    assert_ok(version_of(&s, &was));
    s.e[1].actual = (ph_decimal){3000, 3};
    s.e[1].target = (ph_decimal){20, 1};
    assert_ok(version_of(&s, &is));
    assert_true(ph_digest_eq(&was, &is));
    s.units[1] = "u0";
    assert_int_equal(version_of(&s, &is), PH_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_input_counts),
                                       cmocka_unit_test(test_the_same_written_otherwise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
