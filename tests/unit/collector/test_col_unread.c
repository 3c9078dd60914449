/* test_col_unread - a file with errors: the rules look at all that could be read, and say nothing false of the rest.
 * Layer: tests */
#include "ph_col_fixture.h"

#include <stdio.h>
#include <string.h>

#include "ph_col_unread.h"

static const ph_observation last[] = {
    {.indicator = {(const uint8_t *)"GRDP_GROWTH", 11}, .value = {70, 1}, .status = 'A'},
    {.indicator = {(const uint8_t *)"VA_AGR", 6}, .value = {70, 1}, .status = 'A'},
    {.indicator = {(const uint8_t *)"VA_IND", 6}, .value = {72, 1}, .status = 'A'},
    {.indicator = {(const uint8_t *)"VA_SVC", 6}, .value = {75, 1}, .status = 'A'},
    {.indicator = {(const uint8_t *)"IIP", 3}, .value = {94, 1}, .status = 'A'},
};
static const ph_submission base = {.revision = 1, .n_observations = 5, .observations = last};

/* "rule@indicator …" of what the rules say beside the errors of the file. */
static void judge(const char *text, const ph_submission *over, char *dst, size_t size)
{
    static ph_col_revision r;
    static ph_findings fs;
    static ph_cell cells[PH_MAX_OBSERVATIONS];
    uint64_t unread[PH_UNREAD_WORDS];
    const ph_registry *reg = col_registry();
    const ph_evidence evidence = {.unit = PH_NO_INDEX, .unread = unread};
    ph_plan *plan;
    size_t at = 0;
    ph_col_input *in = col_read(text, NULL);

    assert_ok(ph_plan_new(reg, ph_registry_calendar(reg, 0), &plan));
    assert_ok(ph_col_revision_make(in, over, col_form(), reg, &r));
    ph_col_unread_columns(reg, in, &r, plan, unread);
    const ph_submission sub = {.n_observations = r.n, .observations = r.cells};
    fs = (ph_findings){0};
    assert_ok(ph_validate(plan, &sub, &evidence, cells, &fs));
    dst[0] = '\0';
    for (size_t i = 0; i < fs.n; i++)
        at += (size_t)snprintf(dst + at, size - at, "%s%.*s@%.*s", i == 0 ? "" : " ", (int)fs.list[i].rule.len,
                               (const char *)fs.list[i].rule.ptr, (int)fs.list[i].indicator.len,
                               (const char *)fs.list[i].indicator.ptr);
    ph_plan_free(plan);
    ph_col_input_free(in);
}

static const struct example {
    const char *name, *rows, *says;
    bool is_correction; /* laid over the base */
} examples[] = {
    {"all could be read", "GRDP_GROWTH,7\n", "cell.required@IIP", false},
    {"a bad number is no missing one", "GRDP_GROWTH,seven\nIIP,999\nVA_IND,7.1234\n",
     "range.hard@IIP cell.decimals@VA_IND", false},
    {"nor is a mistyped code", "GRDP_GROWHT,7\n", "cell.required@IIP", false},
    {"nor one nearly a name", "Index of industrail production,7\n", "cell.required@GRDP_GROWTH", false},
    {"the meant one has its row: it may be any", "GRDP_GROWTH,7\nGRDP_GROWHT,7\n", "", false},
    {"a code that is like none may be any", "XYZ_NOTHING,7\nVA_IND,7.1234\n", "cell.decimals@VA_IND", false},
    {"so may a row without a code", ",7\nVA_IND,7.1234\n", "cell.decimals@VA_IND", false},
    {"too many cells: the row is known", "GRDP_GROWTH,7,8,9,9,9\n", "cell.required@IIP", false},
    {"another unit of measure: the value says nothing", "IIP,999,,,kg\n", "cell.required@GRDP_GROWTH", false},
    {"a bad status", "IIP,999,Z\n", "cell.required@GRDP_GROWTH", false},
    {"a value where the status says none", "IIP,999,L\n", "cell.required@GRDP_GROWTH", false},
    {"a row commented out below the header may be any", "#GRDP_GROWTH,7\n", "", false},
    {"an open quote hides all below", "VA_IND,7.1234\n\"GRDP_GROWTH,7\nIIP,3\n", "cell.decimals@VA_IND", false},
    {"a second row for one: the first is looked at", "VA_IND,7.1234\nVA_IND,7\n",
     "cell.decimals@VA_IND cell.required@GRDP_GROWTH cell.required@IIP", false},
    /* a whole outside its parts, unless a part cannot be read */
    {"all parts there", "GRDP_GROWTH,9\n", "c1.component_bounds@GRDP_GROWTH", true},
    {"a part that cannot be read", "GRDP_GROWTH,9\nVA_SVC,ten\n", "", true},
    {"a part that is mistyped is not what it was", "GRDP_GROWTH,9\nVA_SCV,9.5\n", "", true},
    {"what was before says nothing of a row that may be any", "GRDP_GROWTH,9\nXYZ_NOTHING,9.5\nVA_IND,7.1234\n",
     "cell.decimals@VA_IND", true},
};

static void the_rules_look_at_what_could_be_read(void **state)
{
    char text[512], says[512];
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        snprintf(text, sizeof text, "indicator,value,status,note,unit of measure\n%s", examples[i].rows);
        judge(text, examples[i].is_correction ? &base : NULL, says, sizeof says);
        if (strcmp(says, examples[i].says) != 0)
            fail_msg("%s: “%s”, not “%s”", examples[i].name, says, examples[i].says);
    }
}

/* Why there is no value may stand in a note that cannot be taken; beside a value a note is beside the point. */
static void a_note_that_cannot_be_taken(void **state)
{
    static const struct {
        const char *rows, *says;
    } cases[] = {{"IIP,999,,\nGRDP_GROWTH,,L", "range.hard@IIP"},
                 {"IIP,1,,\nGRDP_GROWTH,99,A", "range.hard@GRDP_GROWTH"}};
    char text[2 * PH_MAX_NOTE_BYTES], says[256];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "indicator,value,status,note\n%s,%0*d\n", cases[i].rows, PH_MAX_NOTE_BYTES + 1, 0);
        judge(text, NULL, says, sizeof says);
        assert_memory_equal(says, cases[i].says, strlen(cases[i].says));
    }
}

static void unread_rows_are_counted(void **state)
{
    (void)state;
    ph_col_input *in = col_read("indicator,value\nGRDP_GROWHT,7\nIIP,x\nXYZ_NOTHING,1\nVA_IND,1\nVA_AGR,-\n", NULL);
    assert_int_equal(in->n_unread_rows, 4);
    assert_int_equal(in->n_unread, 3);
    assert_true(in->has_unplaced);
    ph_col_input_free(in);
    in = col_read("indicator,value\nGRDP_GROWTH,7\n", NULL);
    assert_int_equal(in->n_unread_rows, 0);
    assert_false(in->has_unplaced);
    ph_col_input_free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_look_at_what_could_be_read),
        cmocka_unit_test(a_note_that_cannot_be_taken),
        cmocka_unit_test(unread_rows_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
