/* test_validate - each rule on cells, good and bad; counts, verdict and the page that travels.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>

#include "ph_validate.h"

#define D(mantissa_, scale_)                       \
    {                                              \
        .mantissa = (mantissa_), .scale = (scale_) \
    }
static const ph_indicator indicators[] = {
    {.code = "GROWTH",
     .name = {.vi = "Tốc độ tăng", .en = "Growth"},
     .unit_name = {.vi = "%", .en = "%"},
     .decimals = 2,
     .hard = {.has_min = true, .has_max = true, .min = D(-40, 0), .max = D(60, 0)},
     .soft = {.has_min = true, .has_max = true, .min = D(-5, 0), .max = D(15, 0)},
     .n_methods = 1,
     .methods = {PH_METHOD_MEAN}},
    {.code = "LEVEL",
     .name = {.vi = "Giá trị", .en = "Level"},
     .unit_name = {.vi = "tỷ đồng", .en = "billion dong"},
     .decimals = 1,
     .hard = {.has_min = true, .min = D(1, 1)},
     .n_methods = 1,
     .methods = {PH_METHOD_SUM}},
    {.code = "COUNT", .decimals = 0, .n_methods = 1, .methods = {PH_METHOD_MEAN}},
    {.code = "FINE",
     .decimals = 1,
     .hard = {.has_min = true, .has_max = true, .min = D(-25, 2), .max = D(25, 2)}, /* finer than the column */
     .n_methods = 1,
     .methods = {PH_METHOD_MEAN}},
};
enum { N_INDICATORS = sizeof indicators / sizeof indicators[0] };

typedef struct row {
    const char *code, *value;
    char status;
    const char *note;
} row;

typedef struct example {
    const char *name;
    row rows[4];          /* up to the first without a code */
    const char *findings; /* rule@row … in order */
    const char *cells;    /* states of the four columns: . missing, G given, F given and flagged, N no value; NULL:
                             rejected, not looked at */
} example;

static const example examples[] = {
    {"plain", {{"GROWTH", "7.23", 'A', ""}}, "", "G..."},
    {"all, in the form's order",
     {{"GROWTH", "1", 'A', ""}, {"LEVEL", "2", 'P', ""}, {"COUNT", "3", 'E', ""}, {"FINE", "0.1", 'B', ""}},
     "",
     "GGGG"},
    {"all, backwards",
     {{"FINE", "0.1", 'B', ""}, {"COUNT", "3", 'E', ""}, {"LEVEL", "2", 'P', ""}, {"GROWTH", "1", 'A', ""}},
     "",
     "GGGG"},
    {"fewer decimals are the same value", {{"GROWTH", "7", 'A', ""}}, "", "G..."},
    {"zeros behind are no decimals", {{"GROWTH", "7.2000", 'A', ""}}, "", "G..."},
    {"zero is a value", {{"GROWTH", "0", 'A', ""}}, "", "G..."},
    /* belongs to form, repeated, required */
    {"unknown", {{"GROWTH", "1", 'A', ""}, {"GROWT", "1", 'A', ""}}, "cell.unknown@1", NULL},
    {"unknown, longer", {{"GROWTH_", "1", 'A', ""}, {"GROWTH", "1", 'A', ""}}, "cell.unknown@0", NULL},
    {"repeated", {{"GROWTH", "1", 'A', ""}, {"GROWTH", "1", 'A', ""}}, "cell.repeated@1", NULL},
    {"repeated after no value", {{"GROWTH", "0", 'L', "why"}, {"GROWTH", "1", 'A', ""}}, "cell.repeated@1", NULL},
    {"empty form", {{NULL, NULL, 0, NULL}}, "cell.required@-1", NULL},
    {"required is missing", {{"LEVEL", "1", 'A', ""}}, "cell.required@-1", NULL},
    {"required without value, with its reason", {{"GROWTH", "0", 'L', "chưa công bố"}}, "", "N..."},
    {"required without value and reason", {{"GROWTH", "0", 'L', ""}}, "cell.required@0", NULL},
    {"optional without value needs no reason", {{"GROWTH", "1", 'A', ""}, {"LEVEL", "0", 'M', ""}}, "", "GN.."},
    /* status */
    {"no value, but one is given", {{"GROWTH", "3", 'O', "x"}}, "cell.status@0", NULL},
    {"no value, but a zero with decimals", {{"GROWTH", "0.0", 'O', "x"}}, "cell.status@0", NULL},
    {"imputed is ours to say", {{"GROWTH", "3", 'I', ""}}, "cell.status@0", NULL},
    {"unvalidated is ours to say", {{"GROWTH", "3", 'V', ""}}, "cell.status@0", NULL},
    {"in another category", {{"GROWTH", "3", 'K', ""}}, "cell.status@0", NULL},
    {"derogation with a value", {{"GROWTH", "3", 'J', ""}}, "", "G..."},
    {"derogation with a bare zero", {{"GROWTH", "0", 'J', ""}}, "cell.status@0", NULL},
    {"strike with a bare zero", {{"GROWTH", "0", 'S', ""}}, "cell.status@0", NULL},
    {"strike with a true zero", {{"GROWTH", "0.0", 'S', ""}}, "", "G..."},
    /* decimals */
    {"too many decimals", {{"GROWTH", "7.234", 'A', ""}}, "cell.decimals@0", NULL},
    {"a count with a decimal", {{"GROWTH", "1", 'A', ""}, {"COUNT", "3.5", 'A', ""}}, "cell.decimals@1", NULL},
    /* hard */
    {"on the lower limit", {{"GROWTH", "-40", 'A', ""}}, "range.soft@0", "F..."},
    {"below it", {{"GROWTH", "-40.01", 'A', ""}}, "range.hard@0", NULL},
    {"on the upper limit", {{"GROWTH", "60.00", 'A', ""}}, "range.soft@0", "F..."},
    {"above it", {{"GROWTH", "60.01", 'A', ""}}, "range.hard@0", NULL},
    {"zero where a level must be above", {{"GROWTH", "1", 'A', ""}, {"LEVEL", "0", 'A', ""}}, "range.hard@1", NULL},
    {"the smallest level", {{"GROWTH", "1", 'A', ""}, {"LEVEL", "0.1", 'A', ""}}, "", "GG.."},
    {"a limit finer than the column", {{"GROWTH", "1", 'A', ""}, {"FINE", "0.2", 'A', ""}}, "", "G..G"},
    {"beyond it", {{"GROWTH", "1", 'A', ""}, {"FINE", "0.3", 'A', ""}}, "range.hard@1", NULL},
    {"beyond it, negative", {{"GROWTH", "1", 'A', ""}, {"FINE", "-0.3", 'A', ""}}, "range.hard@1", NULL},
    {"within it, negative", {{"GROWTH", "1", 'A', ""}, {"FINE", "-0.2", 'A', ""}}, "", "G..G"},
    {"no limit but what can be stored", {{"GROWTH", "1", 'A', ""}, {"COUNT", "1000000000000000", 'A', ""}}, "", "G.G."},
    {"more than can be stored at the scale", {{"GROWTH", "1000000000000000", 'A', ""}}, "range.hard@0", NULL},
    {"less than can be stored at the scale", {{"GROWTH", "-1000000000000000", 'A', ""}}, "range.hard@0", NULL},
    {"the largest that 64 members can sum",
     {{"GROWTH", "1", 'A', ""}, {"LEVEL", "1562500000000.0", 'A', ""}},
     "",
     "GG.."},
    {"more than 64 members can sum",
     {{"GROWTH", "1", 'A', ""}, {"LEVEL", "1562500000000.1", 'A', ""}},
     "range.hard@1",
     NULL},
    /* soft */
    {"true and unusual", {{"GROWTH", "-12.59", 'A', ""}}, "range.soft@0", "F..."},
    {"on the soft limit", {{"GROWTH", "15", 'A', ""}}, "", "G..."},
    {"on the lower soft limit", {{"GROWTH", "-5", 'A', ""}}, "", "G..."},
    {"just above the soft limit", {{"GROWTH", "15.01", 'A', ""}}, "range.soft@0", "F..."},
    /* all at once */
    {"everything wrong is said",
     {{"GROWTH", "99", 'A', ""}, {"LEVEL", "0.11", 'A', ""}, {"WHAT", "1", 'A', ""}, {"GROWTH", "1", 'A', ""}},
     "range.hard@0 cell.decimals@1 cell.unknown@2 cell.repeated@3",
     NULL},
};

typedef struct world {
    ph_registry *reg;
    ph_plan *plan;
} world;
static world w;

static int set_up(void **unused)
{
    (void)unused;
    w.reg = small_registry(indicators, N_INDICATORS, 3, NULL);
    return ph_plan_new(w.reg, ph_registry_calendar(w.reg, 0), &w.plan) == PH_OK ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    ph_plan_free(w.plan);
    ph_registry_free(w.reg);
    return 0;
}

static size_t observe(const row *rows, ph_observation *dst)
{
    size_t n = 0;

    for (; n < 4 && rows[n].code != NULL; n++) {
        dst[n] = (ph_observation){
            .indicator = ph_span_str(rows[n].code), .status = rows[n].status, .note = ph_span_str(rows[n].note)};
        assert_ok(ph_decimal_parse(ph_span_str(rows[n].value), &dst[n].value));
    }
    return n;
}

static ph_findings fs;

static void run(const row *rows, ph_observation *store, ph_cell *cells)
{
    ph_submission sub = {.n_observations = observe(rows, store), .observations = store};

    fs = (ph_findings){0};
    memset(cells, 0xAA, N_INDICATORS * sizeof *cells); /* what was there before must not matter */
    assert_ok(ph_validate(w.plan, &sub, NULL, cells, &fs));
}

static void list_findings(char *dst, size_t size)
{
    size_t at = 0;

    dst[0] = '\0';
    for (size_t i = 0; i < fs.n; i++)
        at += (size_t)snprintf(dst + at, size - at, "%s%.*s@%d", i == 0 ? "" : " ", (int)fs.list[i].rule.len,
                               (const char *)fs.list[i].rule.ptr, fs.list[i].row);
}

static char letter(const ph_cell *c)
{
    static const char letters[] = {[PH_CELL_MISSING] = '.', [PH_CELL_GIVEN] = 'G', [PH_CELL_NO_VALUE] = 'N'};

    return c->state == PH_CELL_GIVEN && (c->marks & PH_MARK_FLAGGED) != 0 ? 'F' : letters[c->state];
}

static void every_rule_finds_what_it_is_for_and_nothing_else(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const example *e = &examples[i];
        ph_observation store[4];
        ph_cell cells[N_INDICATORS];
        char findings[512], states[N_INDICATORS + 1] = "";
        run(e->rows, store, cells);
        list_findings(findings, sizeof findings);
        if (strcmp(findings, e->findings) != 0)
            fail_msg("%s: expected \"%s\", found \"%s\"", e->name, e->findings, findings);
        assert_int_equal(e->cells == NULL, ph_findings_verdict(&fs) == PH_VERDICT_REJECTED);
        for (size_t k = 0; k < N_INDICATORS; k++)
            states[k] = letter(&cells[k]);
        if (e->cells != NULL)
            assert_string_equal(states, e->cells);
    }
}

static void values_come_out_at_the_scale_of_their_column(void **unused)
{
    ph_observation store[4];
    ph_cell cells[N_INDICATORS];

    (void)unused;
    run((const row[4]){{"GROWTH", "7.2", 'P', ""}, {"LEVEL", "15", 'A', ""}, {"COUNT", "-3", 'A', ""}}, store, cells);
    assert_int_equal(cells[0].mantissa, 720);
    assert_int_equal(cells[0].status, 'P');
    assert_int_equal(cells[0].entry, 0);
    assert_int_equal(cells[0].revision, 0);
    assert_int_equal(cells[1].mantissa, 150);
    assert_int_equal(cells[2].mantissa, -3);
    assert_int_equal(cells[3].state, PH_CELL_MISSING);
    assert_int_equal(cells[3].mantissa, 0);
}

static void a_finding_carries_value_bound_and_place(void **unused)
{
    ph_observation store[4];
    ph_cell cells[N_INDICATORS];

    (void)unused;
    run((const row[4]){{"LEVEL", "0", 'A', ""}, {"GROWTH", "61.5", 'A', ""}}, store, cells);
    assert_int_equal(fs.n, 2);
    const ph_finding *below = &fs.list[0], *above = &fs.list[1];
    assert_true(ph_span_is(below->indicator, "LEVEL") && ph_span_is(above->indicator, "GROWTH"));
    assert_int_equal(below->action, PH_ACTION_REJECT);
    assert_true(below->has_bound && below->bound.mantissa == 1 && below->bound.scale == 1);
    assert_true(above->has_value && above->value.mantissa == 615 && above->value.scale == 1);
    assert_true(above->has_bound && above->bound.mantissa == 60 && above->bound.scale == 0);
    run((const row[4]){{"LEVEL", "9999999999999", 'A', ""}, {"GROWTH", "1", 'A', ""}}, store, cells);
    assert_int_equal(fs.list[0].bound.mantissa, PH_DECIMAL_MAX_MANTISSA / 64); /* none named: what can be stored */
    assert_int_equal(fs.list[0].bound.scale, 1);
}

/* Given and not to be read: neither missing, nor anything that another finding comes from. */
static void what_could_not_be_read_is_not_missing(void **unused)
{
    ph_cell cells[N_INDICATORS];
    uint64_t unread[PH_UNREAD_WORDS] = {1};
    ph_evidence evidence = {.unit = PH_NO_INDEX, .unread = unread};
    ph_submission sub = {0};

    (void)unused;
    fs = (ph_findings){0};
    assert_ok(ph_validate(w.plan, &sub, &evidence, cells, &fs));
    assert_int_equal(fs.n_all, 0);
    unread[0] = 2; /* another one */
    assert_ok(ph_validate(w.plan, &sub, &evidence, cells, &fs));
    assert_int_equal(fs.n_all, 1);
}

static void counts_are_complete_where_the_list_is_not(void **unused)
{
    ph_findings many = {0};
    ph_finding f = {.row = 0, .detail = ph_span_str("X")};
    ph_digest registry = {.bytes = {7}};
    ph_judgement j;
    ph_buf page;

    (void)unused;
    for (int i = 0; i < 100; i++) {
        f.row = i;
        ph_findings_add(&many, PH_RULE_SOFT, &f);
    }
    assert_int_equal(ph_findings_verdict(&many), PH_VERDICT_ACCEPTED);
    ph_findings_add(&many, PH_RULE_UNKNOWN, &f);
    ph_findings_add(&many, PH_RULE_SOFT, &f);
    ph_buf_init(&page, 1 << 16);
    ph_findings_judgement(&many, &registry, &page, &j);
    assert_int_equal(j.verdict, PH_VERDICT_REJECTED);
    assert_int_equal(j.n_findings, 102);
    assert_int_equal(many.n, PH_MAX_FINDINGS);
    assert_int_equal(j.n_counts, 2);
    assert_true(ph_span_is(j.counts[0].rule, "range.soft") && j.counts[0].n == 101);
    assert_true(ph_span_is(j.counts[1].rule, "cell.unknown") && j.counts[1].n == 1);
    assert_true(ph_digest_eq(&j.registry, &registry));
    ph_digest of_page = ph_digest_of_span(ph_buf_span(&page));
    assert_true(ph_digest_eq(&j.findings_digest, &of_page));
    ph_finding back[PH_MAX_FINDINGS];
    size_t n;
    assert_ok(ph_findings_read(ph_buf_span(&page), back, PH_MAX_FINDINGS, &n));
    assert_int_equal(n, PH_MAX_FINDINGS);
    assert_int_equal(back[63].row, 63);
    ph_buf_done(&page);
}

static void a_plan_finds_its_columns(void **unused)
{
    (void)unused;
    assert_int_equal(ph_plan_n_columns(w.plan), N_INDICATORS);
    assert_ptr_equal(ph_plan_duty(w.plan), ph_registry_calendar(w.reg, 0));
    for (uint16_t i = 0; i < (uint16_t)N_INDICATORS; i++) {
        assert_int_equal(ph_plan_column(w.plan, ph_span_str(indicators[i].code)), i);
        assert_string_equal(ph_plan_indicator(w.plan, i)->code, indicators[i].code);
        assert_int_equal(ph_plan_is_required(w.plan, i), i == 0);
    }
    assert_int_equal(ph_plan_column(w.plan, ph_span_str("NONE")), PH_NO_INDEX);
    assert_int_equal(ph_plan_column(w.plan, ph_span_str("")), PH_NO_INDEX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_finds_what_it_is_for_and_nothing_else),
        cmocka_unit_test(values_come_out_at_the_scale_of_their_column),
        cmocka_unit_test(a_finding_carries_value_bound_and_place),
        cmocka_unit_test(what_could_not_be_read_is_not_missing),
        cmocka_unit_test(counts_are_complete_where_the_list_is_not),
        cmocka_unit_test(a_plan_finds_its_columns),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
