/* test_outlier - far from the cluster: who counts, who is marked, and when a mark goes again.   Layer: tests */
#include "ph_domain_fixture.h"

#include "ph_validate.h"

static const char *const units[] = {"thaibinh", "hanam",    "namdinh",  "haiduong", "quangninh",
                                    "hungyen",  "ninhbinh", "vinhphuc", "bacninh"};
static const char *const printed[] = {"9.4", "12.1", "13.3", "8.9", "8.63", "6.16", "5.8", "34.3", "-18.4"};
enum { N = sizeof units / sizeof units[0], VINHPHUC = 7, BACNINH = 8 };

typedef struct world {
    ph_registry *reg;
    ph_calendar_item duty;
    ph_plan *plan;
    ph_sheet *sheet;
    uint16_t column;
} world;
static world w;

static int set_up(void **unused)
{
    (void)unused;
    w.reg = own_registry();
    assert_ok(ph_period_parse(ph_span_str("2023-S1"), &w.duty.period));
    w.duty.cluster = ph_registry_find_cluster(w.reg, ph_span_str("dbsh"));
    w.duty.form = ph_registry_find_form(w.reg, ph_span_str("socio-economic"), w.duty.period);
    assert_ok(ph_plan_new(w.reg, &w.duty, &w.plan));
    assert_ok(ph_sheet_new(w.reg, &w.duty, &w.sheet));
    w.column = ph_plan_column(w.plan, ph_span_str("IIP"));
    for (size_t i = 0; i < N; i++)
        give(w.sheet, units[i], "IIP", printed[i], PH_CELL_GIVEN);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    ph_sheet_free(w.sheet);
    ph_plan_free(w.plan);
    ph_registry_free(w.reg);
    return 0;
}

/* A bit for each unit that is marked, after a seal looked at the column. */
static unsigned marked(void)
{
    unsigned bits = 0;

    w.sheet->columns[w.column].is_touched = true;
    ph_sheet_mark_outliers(w.sheet, w.plan);
    for (unsigned i = 0; i < N; i++) {
        uint16_t row = ph_sheet_find_row(w.sheet, ph_span_str(units[i]));
        bits |= (ph_sheet_cell(w.sheet, row, w.column)->marks & PH_MARK_OUTLIER) != 0 ? 1U << i : 0;
    }
    return bits;
}

static void far_values_are_marked_and_others_not(void **unused)
{
    (void)unused;
    assert_int_equal(marked(), 1U << VINHPHUC | 1U << BACNINH);
}

static void a_held_value_counts_for_nobody(void **unused)
{
    (void)unused;
    give(w.sheet, units[VINHPHUC], "IIP", printed[VINHPHUC], PH_CELL_HELD);
    assert_int_equal(marked(), 1U << BACNINH);
    for (size_t i = 0; i < 5; i++) /* four are left: no crowd to be far from */
        give(w.sheet, units[i], "IIP", printed[i], PH_CELL_HELD);
    assert_int_equal(marked(), 0);
}

static void a_mark_goes_when_it_is_no_longer_so(void **unused)
{
    (void)unused;
    assert_int_equal(marked(), 1U << VINHPHUC | 1U << BACNINH);
    give(w.sheet, units[VINHPHUC], "IIP", "3.43", PH_CELL_GIVEN);
    assert_int_equal(marked(), 1U << BACNINH);
    for (size_t i = 0; i < N - 1; i++)
        give(w.sheet, units[i], "IIP", i % 2 == 0 ? "-16" : "-20", PH_CELL_GIVEN);
    assert_int_equal(marked(), 0);
}

static void other_marks_and_untouched_columns_stay(void **unused)
{
    (void)unused;
    ph_cell *cell = ph_sheet_cell(w.sheet, 0, w.column);

    cell->marks = PH_MARK_FLAGGED | PH_MARK_LATE | PH_MARK_OUTLIER;
    w.sheet->columns[w.column].is_touched = false;
    ph_sheet_mark_outliers(w.sheet, w.plan);
    assert_int_equal(cell->marks, PH_MARK_FLAGGED | PH_MARK_LATE | PH_MARK_OUTLIER);
    (void)marked();
    assert_int_equal(cell->marks, PH_MARK_FLAGGED | PH_MARK_LATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(far_values_are_marked_and_others_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_held_value_counts_for_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mark_goes_when_it_is_no_longer_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_marks_and_untouched_columns_stay, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
