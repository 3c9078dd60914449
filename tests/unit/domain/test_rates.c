/* test_rates - the shipped catalogue: each rate is held against the two numbers that it is made of, and each part
 * against its whole, so that no cluster's rate leaves the limits of the rate itself.   Layer: tests */
#include "ph_domain_fixture.h"

#include "ph_validate.h"

static ph_registry *reg;

static bool is_among(const uint16_t *list, size_t n, uint16_t indicator)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == indicator)
            return true;
    return false;
}

static bool judges(const ph_rule_def *def, uint16_t indicator)
{
    return is_among(def->targets, def->n_targets, indicator);
}

static bool looks_at(const ph_rule_def *def, uint16_t indicator)
{
    return judges(def, indicator) || is_among(def->inputs, def->n_inputs, indicator);
}

/* Either the rate is judged by how the catalogue makes it, or one number of the three by the two others. */
static bool ties(const ph_rule_def *def, uint16_t at, const ph_indicator *rate)
{
    if (def->kind == PH_RULE_KIND_RATIO)
        return judges(def, at);
    return def->kind == PH_RULE_KIND_PER_CAPITA && looks_at(def, at) && looks_at(def, rate->numerator) &&
           looks_at(def, rate->denominator);
}

static bool is_max(const ph_rule_def *def, const ph_indicator *rate)
{
    for (size_t i = 0; i < def->n_params; i++)
        if (strcmp(def->params[i].key, "max") == 0) {
            ph_decimal max = def->params[i].value;
            max.mantissa *= rate->times;
            return ph_decimal_cmp(max, rate->hard.max) == 0;
        }
    return false;
}

/* The numerator beside the denominator: not above it where the rate ends at all of it, else not above the rate's limit
 * times it. */
static bool limits(const ph_rule_def *def, const ph_indicator *rate)
{
    bool ends_at_all = ph_decimal_cmp(rate->hard.max, (ph_decimal){.mantissa = rate->times}) == 0;

    if (def->action != PH_ACTION_REJECT || !judges(def, rate->numerator) ||
        !is_among(def->inputs, def->n_inputs, rate->denominator))
        return false;
    return def->kind == PH_RULE_KIND_NOT_ABOVE ? ends_at_all
                                               : def->kind == PH_RULE_KIND_PROPORTION && is_max(def, rate);
}

typedef bool (*rule_fn)(const ph_rule_def *def, uint16_t at, const ph_indicator *rate);

static bool limits_at(const ph_rule_def *def, uint16_t at, const ph_indicator *rate)
{
    (void)at;
    return limits(def, rate);
}

static size_t count_rates(rule_fn fits, const char *lack)
{
    size_t n = 0;

    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++) {
        const ph_indicator *rate = ph_registry_indicator(reg, i);
        bool is_found = false;
        if (!ph_indicator_has(rate, PH_METHOD_RATIO))
            continue;
        for (size_t r = 0; r < ph_registry_n_rules(reg); r++)
            is_found |= fits(ph_registry_rule(reg, r), (uint16_t)i, rate);
        if (!is_found)
            fail_msg("%s %s; docs/RULES.md, kinds ratio, not_above and proportion", rate->code, lack);
        n++;
    }
    return n;
}

static void each_rate_is_tied_to_its_two_numbers(void **unused)
{
    (void)unused;
    assert_int_equal(count_rates(ties, "is held against its numbers by no rule"), 12);
}

static void no_cluster_leaves_the_limits_that_each_member_keeps(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++) {
        const ph_indicator *rate = ph_registry_indicator(reg, i);
        if (ph_indicator_has(rate, PH_METHOD_RATIO))
            assert_true(rate->hard.has_max);
    }
    assert_int_equal(count_rates(limits_at, "has a part that nothing keeps below its whole"), 12);
}

/* "max" of the usual limits, in whole points. */
static int64_t usual_max(const char *code, const char *period)
{
    ph_period p;
    ph_decimal whole;

    assert_ok(ph_period_parse(ph_span_str(period), &p));
    const ph_indicator *ind = ph_registry_indicator(reg, ph_registry_find_indicator(reg, ph_span_str(code)));
    assert_true(ph_indicator_soft(ind, p)->has_max);
    assert_ok(ph_decimal_rescale(ph_indicator_soft(ind, p)->max, 0, &whole));
    return whole.mantissa;
}

static void usual_limits_follow_the_year(void **unused)
{
    static const char *const at_six_months[] = {"2023-S1", "2023-Q2", "2023-06"};
    static const char *const elsewhere[] = {"2023", "2023-S2", "2023-Q1", "2023-Q4", "2023-05", "2023-12"};

    (void)unused;
    for (size_t i = 0; i < sizeof at_six_months / sizeof at_six_months[0]; i++) {
        assert_int_equal(usual_max("PUB_DISB_RATE", at_six_months[i]), 65);
        assert_int_equal(usual_max("BUD_RATE", at_six_months[i]), 75);
    }
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        assert_int_equal(usual_max("PUB_DISB_RATE", elsewhere[i]), 105);
        assert_int_equal(usual_max("BUD_RATE", elsewhere[i]), 150);
    }
}

static int set_up(void **unused)
{
    (void)unused;
    reg = own_registry();
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    ph_registry_free(reg);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rate_is_tied_to_its_two_numbers),
                                       cmocka_unit_test(no_cluster_leaves_the_limits_that_each_member_keeps),
                                       cmocka_unit_test(usual_limits_follow_the_year)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
