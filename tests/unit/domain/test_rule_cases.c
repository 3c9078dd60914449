/* test_rule_cases - each rule of the shipped registry against its own good and bad cases in tests/data/rules. Layer:
 * tests */
#include "ph_domain_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "ph_validate.h"

/* tests/data/rules/README.md explains the files. */
enum { MAX_ROWS = 32, MAX_EXPECTED = 8, TEXT_BYTES = 1 << 14 };

typedef struct expected {
    char action[16], name[PH_ID_BUFFER_BYTES], detail[64];
} expected;

typedef struct rule_case {
    char form[PH_ID_BUFFER_BYTES], unit[PH_ID_BUFFER_BYTES];
    ph_calendar_item duty;
    ph_evidence evidence;
    ph_plan *plan;
    ph_sheet *sheet;
    size_t n_rows, n_expected;
    ph_observation rows[MAX_ROWS];
    char codes[MAX_ROWS][PH_ID_BUFFER_BYTES], notes[MAX_ROWS][CSV_CELL_BYTES];
    ph_cell previous[PH_MAX_OBSERVATIONS], year_ago[PH_MAX_OBSERVATIONS], cells[PH_MAX_OBSERVATIONS];
    expected expected[MAX_EXPECTED];
    ph_findings findings;
} rule_case;

static ph_registry *reg;
static rule_case c;
static const char *path_now;

#define CASE_ASSERT(condition)                        \
    do {                                              \
        if (!(condition))                             \
            fail_msg("%s: %s", path_now, #condition); \
    } while (0)

static void make_plan(const char *form, const char *period)
{
    CASE_ASSERT(ph_period_parse(ph_span_str(period), &c.duty.period) == PH_OK);
    c.duty.cluster = ph_registry_find_cluster(reg, ph_span_str("dbsh"));
    c.duty.form = ph_registry_find_form(reg, ph_span_str(form), c.duty.period);
    CASE_ASSERT(c.duty.form != PH_NO_INDEX);
    CASE_ASSERT(ph_plan_new(reg, &c.duty, &c.plan) == PH_OK);
    CASE_ASSERT(ph_sheet_new(reg, &c.duty, &c.sheet) == PH_OK);
}

static void keep(const char *text, char *dst, size_t size)
{
    CASE_ASSERT(ph_span_copy(ph_span_str(text), dst, size));
}

static ph_decimal number(const char *text)
{
    ph_decimal d = {0};

    CASE_ASSERT(ph_decimal_parse(ph_span_str(text), &d) == PH_OK);
    return d;
}

static void add_now(const csv *line)
{
    size_t i = c.n_rows++;

    CASE_ASSERT(i < MAX_ROWS);
    keep(line->cell[1], c.codes[i], sizeof c.codes[i]);
    keep(line->cell[3], c.notes[i], sizeof c.notes[i]);
    c.rows[i] = (ph_observation){.indicator = ph_span_str(c.codes[i]),
                                 .value = number(line->cell[2]),
                                 .status = 'A',
                                 .note = ph_span_str(c.notes[i])};
}

static void add_earlier(const csv *line, ph_cell *cells, ph_earlier *earlier)
{
    uint16_t column = ph_plan_column(c.plan, ph_span_str(line->cell[1]));
    ph_decimal at;

    CASE_ASSERT(column != PH_NO_INDEX);
    CASE_ASSERT(ph_decimal_rescale(number(line->cell[2]), ph_plan_indicator(c.plan, column)->decimals, &at) == PH_OK);
    cells[column] = (ph_cell){.mantissa = at.mantissa, .state = PH_CELL_GIVEN};
    *earlier = (ph_earlier){.is_there = true, .cells = cells};
}

static void add_expected(const csv *line)
{
    expected *e = &c.expected[c.n_expected++];

    CASE_ASSERT(c.n_expected <= MAX_EXPECTED);
    keep(line->cell[1], e->action, sizeof e->action);
    keep(line->cell[2], e->name, sizeof e->name);
    keep(line->cell[3], e->detail, sizeof e->detail);
}

static void take_line(const csv *line)
{
    const char *what = line->cell[0];

    CASE_ASSERT(line->n == 4);
    if (strcmp(what, "form") == 0) {
        make_plan(line->cell[1], line->cell[2]);
    } else if (strcmp(what, "unit") == 0) {
        c.evidence.unit = ph_registry_find_unit(reg, ph_span_str(line->cell[1]));
        CASE_ASSERT(c.evidence.unit != PH_NO_INDEX);
        CASE_ASSERT(ph_date_parse(ph_span_str(line->cell[2]), &c.evidence.known_on) == PH_OK);
    } else if (strcmp(what, "now") == 0) {
        add_now(line);
    } else if (strcmp(what, "previous") == 0) {
        add_earlier(line, c.previous, &c.evidence.previous);
    } else if (strcmp(what, "year_ago") == 0) {
        add_earlier(line, c.year_ago, &c.evidence.year_ago);
    } else if (strcmp(what, "member") == 0) {
        give(c.sheet, line->cell[1], line->cell[3], line->cell[2], PH_CELL_GIVEN);
    } else {
        CASE_ASSERT(strcmp(what, "expect") == 0);
        add_expected(line);
    }
}

/* What the rule under test found, and nothing of the others. */
static void check_findings(const char *rule)
{
    size_t n = 0;

    for (size_t i = 0; i < c.findings.n; i++) {
        const ph_finding *f = &c.findings.list[i];
        if (!ph_span_is(f->rule, rule))
            continue;
        CASE_ASSERT(n < c.n_expected);
        const expected *e = &c.expected[n++];
        if (strcmp(ph_action_name(f->action), e->action) != 0 || !ph_span_is(f->indicator, e->name) ||
            !ph_span_is(f->detail, e->detail))
            fail_msg("%s: found %s of %.*s (%.*s)", path_now, ph_action_name(f->action), (int)f->indicator.len,
                     (const char *)f->indicator.ptr, (int)f->detail.len, (const char *)f->detail.ptr);
        for (int lang = PH_LANG_VI; lang <= PH_LANG_EN; lang++) {
            char words[1024];
            CASE_ASSERT(ph_finding_say(f, reg, (ph_lang)lang, words, sizeof words) > 40);
            CASE_ASSERT(strstr(words, " - ") == NULL &&
                        strstr(words, "(-)") == NULL); /* a parameter that is not there */
        }
    }
    CASE_ASSERT(n == c.n_expected);
}

static void check_marks(void)
{
    size_t n = 0;

    for (uint16_t i = 0; i < c.sheet->n_columns; i++)
        c.sheet->columns[i].is_touched = true;
    ph_sheet_mark_outliers(c.sheet, c.plan);
    for (size_t i = 0; i < (size_t)c.sheet->n_rows * c.sheet->n_columns; i++)
        n += (c.sheet->cells[i].marks & PH_MARK_OUTLIER) != 0;
    CASE_ASSERT(n == c.n_expected);
    for (size_t i = 0; i < c.n_expected; i++) {
        uint16_t row = ph_sheet_find_row(c.sheet, ph_span_str(c.expected[i].name));
        uint16_t column = ph_sheet_find_column(c.sheet, ph_span_str(c.expected[i].detail));
        CASE_ASSERT(row != PH_NO_INDEX && column != PH_NO_INDEX);
        CASE_ASSERT((ph_sheet_cell(c.sheet, row, column)->marks & PH_MARK_OUTLIER) != 0);
    }
}

static void run_case(const ph_rule_def *def, const char *file)
{
    char path[512];
    bool is_bad = strncmp(file, "bad-", 4) == 0;

    (void)snprintf(path, sizeof path, "tests/data/rules/%s/%s", def->id, file);
    path_now = path;
    CASE_ASSERT(is_bad || strncmp(file, "good-", 5) == 0);
    memset(&c, 0, sizeof c);
    c.evidence.unit = PH_NO_INDEX;
    c.evidence.has_earlier = true;
    char *text = read_source(path);
    for (csv line = csv_open(text); csv_next(&line);)
        take_line(&line);
    free(text);
    CASE_ASSERT((c.n_expected > 0) == is_bad);
    if (def->kind == PH_RULE_KIND_OUTLIER) {
        check_marks();
    } else {
        ph_submission sub = {.n_observations = c.n_rows, .observations = c.rows};
        CASE_ASSERT(ph_validate(c.plan, &sub, &c.evidence, c.cells, &c.findings) == PH_OK);
        check_findings(def->id);
    }
    ph_plan_free(c.plan);
    ph_sheet_free(c.sheet);
}

/* Both kinds of cases must be there: how many of each. */
static void run_folder(const ph_rule_def *def, size_t ret_n[2])
{
    const char *root = getenv("PHUSA_SOURCE");
    char path[4096];
    const struct dirent *entry;

    (void)snprintf(path, sizeof path, "%s/tests/data/rules/%s", root, def->id);
    DIR *dir = opendir(path);
    if (dir == NULL)
        fail_msg("%s: the rule has no cases; docs/RULES.md says what each rule needs", path);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.') {
            run_case(def, entry->d_name);
            ret_n[entry->d_name[0] == 'b'] += 1;
        }
    (void)closedir(dir);
}

static void each_rule_has_good_and_bad_cases(void **unused)
{
    (void)unused;
    assert_true(ph_registry_n_rules(reg) > 20);
    for (size_t i = 0; i < ph_registry_n_rules(reg); i++) {
        size_t n[2] = {0};
        run_folder(ph_registry_rule(reg, i), n);
        if (n[0] == 0 || n[1] == 0)
            fail_msg("%s needs a good and a bad case", ph_registry_rule(reg, i)->id);
    }
}

static void each_folder_is_a_rule(void **unused)
{
    const struct dirent *entry;
    char path[4096];

    (void)unused;
    (void)snprintf(path, sizeof path, "%s/tests/data/rules", getenv("PHUSA_SOURCE"));
    DIR *dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "README.md") != 0 &&
            ph_registry_find_rule(reg, ph_span_str(entry->d_name)) == PH_NO_INDEX)
            fail_msg("tests/data/rules/%s is of no shipped rule", entry->d_name);
    (void)closedir(dir);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rule_has_good_and_bad_cases),
                                       cmocka_unit_test(each_folder_is_a_rule)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
