/* test_score - points by the leader formula: worked out by hand, and laws that hold for every set of units.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdlib.h>

#include "ph_score.h"

enum { MAX_UNITS = 6, ROUNDS = 3000 };

/* ---- one quantitative leaf of 100.00 points ---- */

typedef struct leaf_case {
    const char *name;
    ph_direction direction;
    struct {
        const char *actual, *target; /* NULL = not there */
        int64_t points;              /* hundredths */
        ph_score_basis basis;
    } units[MAX_UNITS];
} leaf_case;

#define UP   PH_HIGHER_IS_BETTER
#define DOWN PH_LOWER_IS_BETTER

static const leaf_case cases[] = {
    {"below, met, above, leader on one target: the published formula",
     UP,
     {{"5", "10", 2500, PH_SCORE_BY_BELOW},  /* 50 * 5/10 */
      {"10", "10", 5000, PH_SCORE_BY_MET},   /* */
      {"12", "10", 7000, PH_SCORE_BY_ABOVE}, /* 50 + 50 * 2/5 */
      {"15", "10", 10000, PH_SCORE_BY_LEADER}}},
    {"targets differ: by relative excess; A_lead - T would be negative for the first",
     UP,
     {{"12", "10", 6667, PH_SCORE_BY_ABOVE}, /* 50 + 50 * 0.2/0.6 = 66.67 */
      {"8", "5", 10000, PH_SCORE_BY_LEADER},
      {"100.5", "100", 5042, PH_SCORE_BY_ABOVE}}}, /* 50 + 50 * 0.005/0.6 = 50.4166… */
    {"equal leaders, written differently",
     UP,
     {{"12", "10", 10000, PH_SCORE_BY_LEADER},
      {"6.00", "5", 10000, PH_SCORE_BY_LEADER},
      {"11", "10", 7500, PH_SCORE_BY_ABOVE}}},
    {"nobody reaches the target: no leader, nobody above half",
     UP,
     {{"9.99", "10", 4995, PH_SCORE_BY_BELOW}, {"1", "3", 1667, PH_SCORE_BY_BELOW}}},
    {"zero and negative actual: floor",
     UP,
     {{"0", "10", 0, PH_SCORE_BY_FLOOR},
      {"-12.59", "7", 0, PH_SCORE_BY_FLOOR},
      {"10.01", "10", 10000, PH_SCORE_BY_LEADER}}},
    {"target zero or negative: half when reached, never leading, never measured",
     UP,
     {{"3", "0", 5000, PH_SCORE_BY_UNMEASURED_MET},
      {"0", "0", 5000, PH_SCORE_BY_UNMEASURED_MET},
      {"-1", "0", 0, PH_SCORE_BY_UNMEASURED_MISSED},
      {"-2", "-3", 5000, PH_SCORE_BY_UNMEASURED_MET},
      {"-4", "-3", 0, PH_SCORE_BY_UNMEASURED_MISSED},
      {"11", "10", 10000, PH_SCORE_BY_LEADER}}},
    {"lower is better: the mirror",
     DOWN,
     {{"4", "2", 2500, PH_SCORE_BY_BELOW}, /* 50 * 2/4 */
      {"2", "2.0", 5000, PH_SCORE_BY_MET},
      {"1.5", "2", 7500, PH_SCORE_BY_ABOVE}, /* 0.25 of 0.5 */
      {"1", "2", 10000, PH_SCORE_BY_LEADER}}},
    {"lower is better: zero and negative actual excel, targets of zero cannot be measured",
     DOWN,
     {{"0", "2", 7500, PH_SCORE_BY_ABOVE}, /* 1 of 2 */
      {"-2", "2", 10000, PH_SCORE_BY_LEADER},
      {"0", "0", 5000, PH_SCORE_BY_UNMEASURED_MET},
      {"1", "0", 0, PH_SCORE_BY_UNMEASURED_MISSED},
      {"-4", "-3", 5000, PH_SCORE_BY_UNMEASURED_MET},
      {"-2", "-3", 0, PH_SCORE_BY_UNMEASURED_MISSED}}},
    {"missing is not zero: no points, named, and the others go on",
     UP,
     {{NULL, "10", 0, PH_SCORE_BY_NO_ACTUAL},
      {"12", NULL, 0, PH_SCORE_BY_NO_TARGET},
      {"11", "10", 10000, PH_SCORE_BY_LEADER}}},
    {"too large for the common scale",
     UP,
     {{"1000000000000000", "1", 0, PH_SCORE_BY_TOO_LARGE}, {"11", "10", 10000, PH_SCORE_BY_LEADER}}},
    {"half away from zero, once",
     UP,
     {{"8.21", "7.5", 6775, PH_SCORE_BY_ABOVE},
      {"11.4", "9", 10000, PH_SCORE_BY_LEADER},
      {"0.0001", "1", 1, PH_SCORE_BY_BELOW}}},
};

static const ph_score_node one_leaf[] = {
    {.id = "A", .name = {"A", "A"}, .kind = PH_SCORE_QUANTITATIVE, .parent = PH_NO_INDEX, .max = 10000}};
static const char *const ids[] = {"u0", "u1", "u2", "u3", "u4", "u5"};

static ph_score_scheme scheme_of(const ph_score_node *nodes, size_t n)
{
    return (ph_score_scheme){.cluster = "c",
                             .year = 2023,
                             .version = 1,
                             .title = {"t", "t"},
                             .basis = {"b", "b"},
                             .decimals = 2,
                             .n_nodes = (uint16_t)n,
                             .nodes = nodes};
}

static ph_score_entry entry_of(const char *actual, const char *target)
{
    ph_score_entry e = {.has_actual = actual != NULL, .has_target = target != NULL};
    if (actual != NULL)
        assert_ok(ph_decimal_parse(ph_span_str(actual), &e.actual));
    if (target != NULL)
        assert_ok(ph_decimal_parse(ph_span_str(target), &e.target));
    e.state = actual == NULL ? PH_CELL_MISSING : PH_CELL_GIVEN;
    return e;
}

static void check_case(const leaf_case *c)
{
    ph_score_node node = one_leaf[0];
    ph_score_scheme scheme = scheme_of(&node, 1);
    ph_score_entry entries[MAX_UNITS];
    ph_score_cell cells[MAX_UNITS];
    ph_score_total totals[MAX_UNITS];
    uint8_t n = 0;

    node.direction = c->direction;
    for (; n < MAX_UNITS && (c->units[n].actual != NULL || c->units[n].target != NULL); n++)
        entries[n] = entry_of(c->units[n].actual, c->units[n].target);
    const ph_score_input in = {.scheme = &scheme, .n_units = n, .units = ids, .entries = entries};
    assert_ok(ph_score_compute(&in, cells, totals));
    for (uint8_t u = 0; u < n; u++)
        if (cells[u].points != c->units[u].points || cells[u].basis != c->units[u].basis)
            fail_msg("%s: unit %u has %lld (%s), expected %lld (%s)", c->name, u, (long long)cells[u].points,
                     ph_score_basis_name(cells[u].basis), (long long)c->units[u].points,
                     ph_score_basis_name(c->units[u].basis));
}

static void test_formula(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_case(&cases[i]);
}

/* ---- a tree: sums, adjustments, states, ranks ---- */

static const ph_score_node tree[] = {
    {.id = "I", .name = {"I", "I"}, .kind = PH_SCORE_GROUP, .parent = PH_NO_INDEX, .max = 15000},
    {.id = "I.1", .name = {"", ""}, .kind = PH_SCORE_QUANTITATIVE, .parent = 0, .level = 1, .max = 10000},
    {.id = "I.2", .name = {"", ""}, .kind = PH_SCORE_QUALITATIVE, .parent = 0, .level = 1, .max = 5000},
    {.id = "II", .name = {"", ""}, .kind = PH_SCORE_PER_OCCURRENCE, .parent = PH_NO_INDEX, .max = 3000, .each = 1000},
    {.id = "B", .name = {"", ""}, .kind = PH_SCORE_BONUS, .parent = PH_NO_INDEX, .max = 2000},
    {.id = "P", .name = {"", ""}, .kind = PH_SCORE_PENALTY, .parent = PH_NO_INDEX, .max = 2000},
};
enum { N_TREE = 6 };

static void enter(ph_score_entry *e, ph_score_stage stage, int64_t points)
{
    e->has_stage[stage] = true;
    e->stage[stage] = points;
}

static void fill_tree(ph_score_entry *e, const char *actual, int64_t qualitative, int64_t occurrences)
{
    e[1] = entry_of(actual, "10");
    enter(&e[2], PH_SCORE_SELF, qualitative);
    enter(&e[3], PH_SCORE_SELF, occurrences);
}

static void test_tree(void **state)
{
    const ph_score_scheme scheme = scheme_of(tree, N_TREE);
    static ph_score_entry e[5 * N_TREE];
    ph_score_cell c[5 * N_TREE];
    ph_score_total t[5];
    const ph_score_input in = {.scheme = &scheme, .n_units = 5, .units = ids, .entries = e};
    (void)state;

    fill_tree(&e[0], "10", 5000, 3000);          /* 50 + 50 + 30 = 130 */
    fill_tree(&e[N_TREE], "20", 5000, 0);        /* 100 + 50 + 0 = 150, less 20 */
    fill_tree(&e[2 * N_TREE], "20", 5000, 3000); /* 180 */
    fill_tree(&e[3 * N_TREE], "1", 5000, 3000);  /* 5 + 50 + 30 = 85 */
    fill_tree(&e[4 * N_TREE], "20", 5000, 3000);
    enter(&e[N_TREE + 5], PH_SCORE_SELF, 0);
    enter(&e[N_TREE + 5], PH_SCORE_REVIEW1, 2000);      /* the review stands, not the self-score */
    e[4 * N_TREE + 2].has_stage[PH_SCORE_SELF] = false; /* nobody scored it: not ranked, though it would lead */
    enter(&e[1], PH_SCORE_SELF, 10000);                 /* what a province claims of a computed leaf is only shown */
    assert_ok(ph_score_compute(&in, c, t));
    assert_int_equal(t[0].total, 13000);
    assert_int_equal(t[1].total, 13000);
    assert_int_equal(t[1].penalty, 2000);
    assert_int_equal(t[2].total, 18000);
    assert_int_equal(t[3].total, 8500);
    assert_int_equal(c[0].points, 10000);
    assert_int_equal(c[1].points, 5000);
    assert_int_equal(c[1].basis, PH_SCORE_BY_MET);
    assert_false(c[4 * N_TREE].is_complete);
    assert_true(c[0].is_complete);
    const uint8_t ranks[] = {2, 2, 1, 4, 0};
    for (size_t u = 0; u < 5; u++)
        assert_int_equal(t[u].rank, ranks[u]);
    assert_int_equal(t[4].n_unscored, 1);
    assert_int_equal(t[4].n_leaves, 3);
}

static void test_states(void **state)
{
    ph_score_node node = {.id = "Q", .name = {"", ""}, .kind = PH_SCORE_QUALITATIVE, .parent = PH_NO_INDEX, .max = 100};
    ph_score_scheme scheme = scheme_of(&node, 1);
    ph_score_entry e = {0};
    ph_score_cell c;
    ph_score_total t;
    const ph_score_input in = {.scheme = &scheme, .n_units = 1, .units = ids, .entries = &e};
    (void)state;

    for (int step = PH_SCORE_DRAFT; step <= PH_SCORE_FINALIZED; step++) {
        assert_ok(ph_score_compute(&in, &c, &t));
        assert_int_equal(c.state, step);
        static const ph_score_basis bases[] = {PH_SCORE_BY_NONE,    PH_SCORE_BY_SELF,    PH_SCORE_BY_REVIEW1,
                                               PH_SCORE_BY_REVIEW1, PH_SCORE_BY_REVIEW2, PH_SCORE_BY_REVIEW2};
        assert_int_equal(c.basis, bases[step]);
        if (step == PH_SCORE_DRAFT)
            enter(&e, PH_SCORE_SELF, 100);
        else if (step == PH_SCORE_SUBMITTED)
            enter(&e, PH_SCORE_REVIEW1, 0);
        else if (step == PH_SCORE_REVIEW1_COMPLETED)
            e.explanation = "có";
        else if (step == PH_SCORE_EXPLANATION_SUBMITTED)
            enter(&e, PH_SCORE_REVIEW2, 100);
        else
            e.is_final = true;
    }
}

static void test_bounds(void **state)
{
    ph_score_node bad[] = {{.id = "x", .name = {"", ""}, .parent = PH_NO_INDEX, .max = PH_SCORE_MAX_POINTS + 1},
                           {.id = "x", .name = {"", ""}, .parent = 0, .max = 1},
                           {.id = "x", .name = {"", ""}, .parent = PH_NO_INDEX, .max = -1}};
    ph_score_entry e = {0};
    ph_score_cell c;
    ph_score_total t;
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        const ph_score_scheme scheme = scheme_of(&bad[i], 1);
        const ph_score_input in = {.scheme = &scheme, .n_units = 1, .units = ids, .entries = &e};
        assert_int_equal(ph_score_compute(&in, &c, &t), PH_BUG);
    }
}

/* ---- laws ---- */

typedef struct sample {
    ph_score_node node;
    ph_score_scheme scheme;
    uint8_t n;
    const char *units[MAX_UNITS];
    ph_score_entry e[MAX_UNITS];
    ph_score_cell c[MAX_UNITS];
    ph_score_total t[MAX_UNITS];
} sample;

static ph_decimal draw_decimal(void)
{
    static const int64_t limits[] = {3, 30, 2000, PH_SCORE_MAX_VALUE / 1000000};
    int64_t limit = limits[draw_below(4)];
    return (ph_decimal){.mantissa = (int64_t)draw_below((uint64_t)limit * 3 / 2) - limit / 4,
                        .scale = (uint8_t)draw_below(4)};
}

static void draw_sample(sample *s)
{
    *s = (sample){.node = one_leaf[0], .n = (uint8_t)(1 + draw_below(MAX_UNITS))};
    s->node.direction = draw_below(2) == 0 ? UP : DOWN;
    s->scheme = scheme_of(&s->node, 1);
    for (uint8_t u = 0; u < s->n; u++) {
        s->units[u] = ids[u];
        s->e[u] = (ph_score_entry){.has_actual = draw_below(8) > 0,
                                   .has_target = draw_below(8) > 0,
                                   .actual = draw_decimal(),
                                   .target = draw_decimal(),
                                   .vintage = draw_below(9)};
    }
}

static void compute(sample *s)
{
    const ph_score_input in = {.scheme = &s->scheme, .n_units = s->n, .units = s->units, .entries = s->e};
    s->scheme.nodes = &s->node;
    assert_ok(ph_score_compute(&in, s->c, s->t));
}

static ph_digest version_of(const sample *s)
{
    const ph_score_input in = {.scheme = &s->scheme, .n_units = s->n, .units = s->units, .entries = s->e};
    ph_digest d;
    assert_ok(ph_score_version(&in, &d));
    return d;
}

static void test_order_does_not_matter(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        sample a, b;
        draw_sample(&a);
        b = a;
        uint64_t shift = draw_below(a.n);
        for (uint8_t u = 0; u < a.n; u++) {
            b.e[u] = a.e[(u + shift) % a.n];
            b.units[u] = a.units[(u + shift) % a.n];
        }
        compute(&a);
        compute(&b);
        for (uint8_t u = 0; u < a.n; u++) {
            assert_memory_equal(&b.c[u], &a.c[(u + shift) % a.n], sizeof a.c[0]);
            assert_int_equal(b.t[u].rank, a.t[(u + shift) % a.n].rank);
        }
        ph_digest x = version_of(&a), y = version_of(&b);
        assert_true(ph_digest_eq(&x, &y));
    }
}

/* Never beyond the limits; whoever reaches has at least half, whoever does not at most half; a leader has all. */
static void test_limits(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        sample s;
        unsigned n_leaders = 0, n_above = 0;
        draw_sample(&s);
        compute(&s);
        for (uint8_t u = 0; u < s.n; u++) {
            ph_score_basis b = s.c[u].basis;
            bool is_upper = b == PH_SCORE_BY_MET || b == PH_SCORE_BY_ABOVE || b == PH_SCORE_BY_LEADER;
            assert_in_range(s.c[u].points, is_upper ? 5000 : 0, is_upper ? 10000 : 5000);
            assert_int_equal(b == PH_SCORE_BY_LEADER && s.c[u].points != 10000, 0);
            n_leaders += b == PH_SCORE_BY_LEADER;
            n_above += b == PH_SCORE_BY_ABOVE;
            if (!ph_score_is_scored(b))
                assert_int_equal(s.t[u].rank, 0);
        }
        assert_false(n_above > 0 && n_leaders == 0);
    }
}

/* A better actual value never gives its unit less. */
static void test_more_is_not_less(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        sample s;
        draw_sample(&s);
        s.e[0].has_actual = s.e[0].has_target = true;
        compute(&s);
        int64_t before = s.c[0].points;
        s.e[0].actual.mantissa += (s.node.direction == UP ? 1 : -1) * (int64_t)(1 + draw_below(50));
        compute(&s);
        assert_true(s.c[0].points >= before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formula),          cmocka_unit_test(test_tree),
        cmocka_unit_test(test_states),           cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_limits),           cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_more_is_not_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
