/* test_rule_cases - each rule of the shipped registry, one of the kind that it has none of, and each rule that is built
 * into the checks on a form, against its own good and bad cases in tests/data/rules.   Layer: tests */
#include "ph_domain_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "ph_registry_load.h"
#include "ph_rule_kinds.h"
#include "ph_validate.h"

/* tests/data/rules/README.md explains the files. */
enum { MAX_ROWS = 32, MAX_ITEMS = 4, MAX_EXPECTED = 8 };

typedef struct expected {
    char action[16], name[PH_ID_BUFFER_BYTES], detail[64];
} expected;

typedef struct rule_case {
    char form[PH_ID_BUFFER_BYTES], unit[PH_ID_BUFFER_BYTES];
    ph_calendar_item duty;
    ph_evidence evidence;
    ph_plan *plan;
    ph_sheet *sheet;
    size_t n_rows, n_items, n_expected;
    ph_observation rows[MAX_ROWS];
    char codes[MAX_ROWS][PH_ID_BUFFER_BYTES], notes[MAX_ROWS][CSV_CELL_BYTES];
    char items[MAX_ITEMS][3][CSV_CELL_BYTES];
    ph_narrative narratives[MAX_ITEMS];
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
                                 .value = line->cell[2][0] == '\0' ? (ph_decimal){0} : number(line->cell[2]),
                                 .status = 'A',
                                 .note = ph_span_str(c.notes[i])};
}

/* Of the row before. */
static void set_status(const csv *line)
{
    CASE_ASSERT(c.n_rows > 0 && strcmp(line->cell[1], c.codes[c.n_rows - 1]) == 0);
    c.rows[c.n_rows - 1].status = line->cell[2][0];
}

static void add_item(const csv *line)
{
    size_t i = c.n_items++;

    CASE_ASSERT(i < MAX_ITEMS);
    for (size_t k = 0; k < 3; k++)
        keep(line->cell[1 + k], c.items[i][k], sizeof c.items[i][k]);
    c.narratives[i] = (ph_narrative){.kind = ph_span_str(c.items[i][0]),
                                     .title = ph_span_str(c.items[i][1]),
                                     .document_date = ph_span_str(c.items[i][2])};
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
    } else if (strcmp(what, "status") == 0) {
        set_status(line);
    } else if (strcmp(what, "item") == 0) {
        add_item(line);
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

static void judge(const char *rule)
{
    ph_submission sub = {.n_observations = c.n_rows, .observations = c.rows, .n_narratives = c.n_items};
    ph_buf items;

    ph_buf_init(&items, 4096);
    ph_narratives_write(c.narratives, c.n_items, &items);
    CASE_ASSERT(items.rc == PH_OK);
    sub.narratives = ph_buf_span(&items);
    CASE_ASSERT(ph_validate(c.plan, &sub, &c.evidence, c.cells, &c.findings) == PH_OK);
    check_findings(rule);
    ph_buf_done(&items);
}

static void run_case(const char *rule, bool is_across, const char *file)
{
    char path[512];
    bool is_bad = strncmp(file, "bad-", 4) == 0;

    (void)snprintf(path, sizeof path, "tests/data/rules/%s/%s", rule, file);
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
    if (is_across)
        check_marks();
    else
        judge(rule);
    ph_plan_free(c.plan);
    ph_sheet_free(c.sheet);
}

/* Both kinds of cases must be there. */
static void run_folder(const char *rule, bool is_across)
{
    const char *root = getenv("PHUSA_SOURCE");
    char path[4096];
    const struct dirent *entry;
    size_t n[2] = {0};

    (void)snprintf(path, sizeof path, "%s/tests/data/rules/%s", root, rule);
    DIR *dir = opendir(path);
    if (dir == NULL)
        fail_msg("%s: the rule has no cases; docs/RULES.md says what each rule needs", path);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.') {
            run_case(rule, is_across, entry->d_name);
            n[entry->d_name[0] == 'b'] += 1;
        }
    (void)closedir(dir);
    if (n[0] == 0 || n[1] == 0)
        fail_msg("%s needs a good and a bad case", rule);
}

static void each_rule_of_the_registry_has_good_and_bad_cases(void **unused)
{
    unsigned kinds[PH_RULE_KIND_EXPR + 1] = {0};

    (void)unused;
    for (size_t i = 0; i < ph_registry_n_rules(reg); i++) {
        const ph_rule_def *def = ph_registry_rule(reg, i);
        run_folder(def->id, def->kind == PH_RULE_KIND_OUTLIER);
        kinds[def->kind]++;
    }
    for (size_t kind = 0; kind <= PH_RULE_KIND_EXPR; kind++)
        if (kinds[kind] == 0)
            fail_msg("no rule of the kind %s: tests/data/rules/rules.yaml is for such",
                     ph_rule_kind_name((ph_rule_kind)kind));
}

/* What is found in a form alone. The others speak of the log: which revision came before, who decides, what was
 * decided; they have their stories under tests/unit/aggregator. */
static bool is_of_the_form(const char *rule)
{
    return strcmp(rule, "cell.released") != 0 &&
           (strncmp(rule, "cell.", 5) == 0 || strncmp(rule, "range.", 6) == 0 || strncmp(rule, "narrative.", 10) == 0);
}

static bool is_of_the_log(const char *rule)
{
    static const char *const leads[] = {"submission.", "revision.", "explanation.", "decision.", "cell.released"};

    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
        if (strncmp(rule, leads[i], strlen(leads[i])) == 0)
            return true;
    return false;
}

static void each_built_in_rule_has_good_and_bad_cases(void **unused)
{
    (void)unused;
    for (unsigned rule = 0; rule < PH_RULE_COUNT; rule++) {
        const char *id = ph_rule_id((ph_rule)rule);
        if (is_of_the_form(id))
            run_folder(id, false);
        else if (!is_of_the_log(id))
            fail_msg("%s is built in and has no cases", id);
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
            strcmp(entry->d_name, "rules.yaml") != 0 && !is_of_the_form(entry->d_name) &&
            ph_registry_find_rule(reg, ph_span_str(entry->d_name)) == PH_NO_INDEX)
            fail_msg("tests/data/rules/%s is of no rule", entry->d_name);
    (void)closedir(dir);
}

/* The shipped registry and, for the kind that it has no rule of, one more file. */
static ph_registry *extended_registry(void)
{
    char path[4096], *more = read_source("tests/data/rules/rules.yaml");
    ph_registry *shipped = NULL, *extended = NULL;
    told errors = {0};
    ph_buf bundle;

    (void)snprintf(path, sizeof path, "%s/domain/registry", getenv("PHUSA_SOURCE"));
    ph_buf_init(&bundle, PH_BUNDLE_MAX_BYTES);
    assert_ok(ph_registry_load_dir(path, NULL, NULL, &bundle, &shipped));
    ph_registry_free(shipped);
    assert_ok(ph_buf_put_str(&bundle, "--- # file: zz.yaml\n"));
    assert_ok(ph_buf_put_str(&bundle, more));
    ph_rc rc = ph_registry_load(ph_buf_span(&bundle), told_sink, &errors, &extended);
    if (rc != PH_OK)
        fail_msg("rules.yaml: %s", errors.list[0].what);
    ph_buf_done(&bundle);
    free(more);
    return extended;
}

static int set_up(void **unused)
{
    (void)unused;
    reg = extended_registry();
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rule_of_the_registry_has_good_and_bad_cases),
                                       cmocka_unit_test(each_built_in_rule_has_good_and_bad_cases),
                                       cmocka_unit_test(each_folder_is_a_rule)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
