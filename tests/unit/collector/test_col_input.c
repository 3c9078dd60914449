/* test_col_input - files of figures as clerks make them: headers, names, numbers, statuses, and what is wrong.   Layer:
 * tests */
#include "ph_col_fixture.h"

#include <stdio.h>
#include <string.h>

#include "ph_col_names.h"
#include "ph_utf8.h"

static void assert_value(const ph_col_input *in, const char *indicator, const char *value, char status)
{
    const ph_col_cell *c = col_cell(in, indicator);
    assert_non_null(c);
    ph_decimal want = col_number(value);
    assert_true(c->has_value);
    assert_int_equal(c->value.mantissa, want.mantissa);
    assert_int_equal(c->value.scale, want.scale);
    assert_int_equal(c->status, status);
}

/* ---- headers ---- */

static void headers_in_both_languages(void **state)
{
    static const char *const texts[] = {
        "indicator,value,status\nIIP,9.4,P\n",
        "Indicator;Value;Status\nIIP;9.4;P\n",
        "Mã chỉ tiêu;Giá trị;Trạng thái\nIIP;9.4;P\n",
        "CHỈ TIÊU;GIÁ TRỊ;TRẠNG THÁI\niip;9.4;p\n",
        "Chi tieu,So lieu,Tinh trang\nIIP,9.4,sơ bộ\n",
        "Chỉ tiêu:,Giá trị (%),ignored,Status\nIIP,9.4,x,provisional\n",
        "value\tstatus\tname\n9.4\tP\tIndex of industrial production\n",
        "Tên chỉ tiêu;Giá trị;Trạng thái\nchỉ số SẢN XUẤT công nghiệp;9.4;so bo\n",
        "indicator,name,value,status\n,Chỉ số sản xuất công nghiệp,9.4,P\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ph_col_input *in = col_read(texts[i], NULL);
        assert_int_equal(in->problems.n_errors, 0);
        assert_value(in, "IIP", "9.4", 'P');
        ph_col_input_free(in);
    }
}

/* macOS writes decomposed letters: every title and name must match in NFD too. */
static void decomposed_letters_match(void **state)
{
    (void)state;
    /* "Chỉ tiêu;Giá trị" and the indicator's name, decomposed by hand */
    ph_col_input *in = col_read("Chi\xCC\x89 tie\xCC\x82u;Gia\xCC\x81 tri\xCC\xA3\n"
                                "To\xCC\x82\xCC\x81"
                                "c \xC4\x91o\xCC\xA3\xCC\x82 ta\xCC\x86ng GRDP;7.77\n",
                                NULL);
    assert_int_equal(in->problems.n_errors, 0);
    assert_value(in, "GRDP_GROWTH", "7.77", 'A');
    ph_col_input_free(in);
}

static void header_problems(void **state)
{
    (void)state;
    ph_col_input *in = col_read("a,b\n1,2\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_NO_HEADER, 1, 0));
    ph_col_input_free(in);
    in = col_read("mã chỉ tiêu;giá trj;ghi chú\nIIP;1;\n", NULL); /* one is there: the other is missing, not the row */
    assert_true(col_has(&in->problems, PH_COL_P_NO_COLUMN, 1, 0));
    assert_string_equal(in->problems.list[1].text1, "giá trị / value");
    assert_string_equal(in->problems.list[1].text2, "mã chỉ tiêu, giá trj, ghi chú");
    ph_col_input_free(in);
    in = col_read("so thu tu,value\n1,1\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_NO_COLUMN, 1, 0));
    ph_col_input_free(in);
    in = col_read("# only a comment\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_NO_HEADER, 1, 0));
    ph_col_input_free(in);
    in = col_read("indicator,value,giá trị\nIIP,1,2\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_TWO_COLUMNS, 1, 3));
    ph_col_input_free(in);
    in = col_read("indicator,value,màu\nIIP,1,đỏ\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_COLUMN_IGNORED, 1, 3));
    assert_int_equal(in->problems.n_errors, 0);
    ph_col_input_free(in);
    in = col_read("indicator,value\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_NO_ROWS, 0, 0));
    ph_col_input_free(in);
    in = col_read("indicator,value\n# later\nIIP,1\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_LATE_COMMENT, 2, 1));
    ph_col_input_free(in);
}

/* ---- what the file says of itself ---- */

static void settings_in_the_first_lines(void **state)
{
    (void)state;
    ph_col_input *in = col_read(
        "# just a remark\n# đơn vị: thaibinh\n# cụm: dbsh;;\n# biểu mẫu;socio-economic\n# Kỳ báo cáo: 2023-S1\n"
        "# KÝ HIỆU SỐ: vi\nmã chỉ tiêu;giá trị\nGRDP_CUR;1.439\n",
        NULL);
    assert_int_equal(in->problems.n_errors, 0);
    assert_string_equal(in->unit, "thaibinh");
    assert_string_equal(in->cluster, "dbsh");
    assert_string_equal(in->form, "socio-economic");
    assert_true(in->has_period);
    assert_true(ph_period_eq(in->period, (ph_period){PH_FREQ_S, 2023, 1}));
    assert_value(in, "GRDP_CUR", "1439", 'A');
    ph_col_input_free(in);
}

static void settings_that_contradict(void **state)
{
    ph_col_input_opts opts = col_opts();
    (void)state;
    opts.form = "socio-economic";
    opts.has_period = true;
    opts.period = (ph_period){PH_FREQ_S, 2023, 1};
    opts.notation = PH_NOTATION_PLAIN;
    ph_col_input *in =
        col_read("# unit: hanam\n# form: other\n# period: 2023-S2\n# notation: vi\nindicator,value\nIIP,1\n", &opts);
    assert_int_equal(in->problems.n_errors, 4);
    assert_true(col_has(&in->problems, PH_COL_P_CONTEXT, 4, 1)); /* the notation, where it stands */
    ph_col_input_free(in);
    in = col_read("# period: 6T/2023\n# notation: french\nindicator,value\nIIP,1\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_CONTEXT_BAD, 1, 1));
    assert_true(col_has(&in->problems, PH_COL_P_CONTEXT_BAD, 2, 1));
    ph_col_input_free(in);
}

/* All of the head at once, each in its row, with what was meant or what there is. */
static void a_head_with_several_mistakes(void **state)
{
    static const struct {
        const char *head;
        ph_col_problem_id id;
        uint32_t row;
        const char *other;
    } cases[] = {
        {"# unit: hanam", PH_COL_P_CONTEXT, 1, "thaibinh"},
        {"# form: socio-economc", PH_COL_P_CONTEXT_NEAR, 1, "socio-economic"},
        {"# form: nothing-like-it", PH_COL_P_CONTEXT_UNKNOWN, 1, "socio-economic"},
        {"# cluster: dbhs", PH_COL_P_CONTEXT_NEAR, 1, "dbsh"},
        {"# remark\n# period: 2031-S1", PH_COL_P_PERIOD_NONE, 2, "2023-S1"},
        {"# form: socio-economic\n# period: 2023-Q1", PH_COL_P_PERIOD_NONE, 2, "2023-S1"},
    };
    char text[512], all[256] = "";
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "%s\nindicator,value\nIIP,1\n", cases[i].head);
        ph_col_input *in = col_read(text, NULL);
        assert_true(col_has(&in->problems, cases[i].id, cases[i].row, 1));
        assert_int_equal(in->problems.n_errors, 1);
        if (strncmp(in->problems.list[0].text2, cases[i].other, strlen(cases[i].other)) != 0)
            fail_msg("case %zu: %s", i, in->problems.list[0].text2);
        assert_int_equal(in->is_misplaced, cases[i].id != PH_COL_P_CONTEXT);
        ph_col_input_free(in);
    }
    for (size_t i = 0; i < 5; i += i == 1 ? 2 : 1) /* one of each */
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s\n", cases[i].head);
    snprintf(text, sizeof text, "%sindicator,value\nIIP,nine\n", all);
    ph_col_input *in = col_read(text, NULL);
    assert_int_equal(in->problems.n_errors, 5);
    ph_col_input_free(in);
    ph_col_input_opts opts = col_opts(); /* by option another period is asked for: the file's own is beside the point */
    opts.has_period = true;
    opts.period = (ph_period){PH_FREQ_S, 2023, 1};
    in = col_read("# period: 2031-S1\nindicator,value\nIIP,1\n", &opts);
    assert_true(col_has(&in->problems, PH_COL_P_CONTEXT, 1, 1));
    assert_int_equal(in->problems.n_errors, 1);
    ph_col_input_free(in);
}

static void a_column_may_declare_the_notation(void **state)
{
    (void)state;
    ph_col_input *in = col_read("indicator,value,notation\nGRDP_CUR,1.439,\nIIP,\"9,4\",vi\n", NULL);
    assert_int_equal(in->problems.n_errors, 0);
    assert_value(in, "GRDP_CUR", "1439", 'A');
    assert_value(in, "IIP", "9.4", 'A');
    ph_col_input_free(in);
}

/* ---- numbers ---- */

static const struct {
    const char *text;
    ph_notation notation;
    const char *value; /* NULL: a problem */
    ph_col_problem_id id;
} numbers[] = {
    {"11.4", PH_NOTATION_UNSAID, "11.4", 0},
    {"\"11,4\"", PH_NOTATION_UNSAID, "11.4", 0},
    {"-12.59", PH_NOTATION_UNSAID, "-12.59", 0},
    {"\"−12,59\"", PH_NOTATION_VI, "-12.59", 0},
    {"\"11,4%\"", PH_NOTATION_VI, "11.4", 0},
    {"1.439", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE_TWO_WAYS},
    {"\"1,439\"", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE_TWO_WAYS},
    {"1.439", PH_NOTATION_VI, "1439", 0},
    {"1.439", PH_NOTATION_PLAIN, "1.439", 0},
    {"27221", PH_NOTATION_UNSAID, "27221", 0},
    {"\"57.879,5\"", PH_NOTATION_VI, "57879.5", 0},
    {"\"57.879,5\"", PH_NOTATION_UNSAID, "57879.5", 0},
    {"\"11,4\"", PH_NOTATION_PLAIN, NULL, PH_COL_P_VALUE_NOTATION},
    {"11.45", PH_NOTATION_VI, NULL, PH_COL_P_VALUE_NOTATION},
    {"tăng 11", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE},
    {"=1+1", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE},
    {"#REF!", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE},
    {"1e3", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE},
    {"1234567890123456789", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE_RANGE},
    {"-", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE_DASH},
    {"(-)", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE_DASH},
    {"…", PH_NOTATION_UNSAID, NULL, PH_COL_P_VALUE_DASH},
};

static void numbers_as_people_write_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[256];
        ph_col_input_opts opts = col_opts();
        opts.notation = numbers[i].notation;
        snprintf(text, sizeof text, "indicator,value\nGRDP_CUR,%s\n", numbers[i].text);
        ph_col_input *in = col_read(text, &opts);
        if (numbers[i].value != NULL) {
            assert_int_equal(in->problems.n_errors, 0);
            assert_value(in, "GRDP_CUR", numbers[i].value, 'A');
        } else {
            assert_true(col_has(&in->problems, numbers[i].id, 2, 2));
        }
        ph_col_input_free(in);
    }
}

static void both_readings_are_told(void **state)
{
    (void)state;
    ph_col_input *in = col_read("indicator,value\nGRDP_CUR,1.439\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_VALUE_TWO_WAYS, 2, 2));
    assert_string_equal(in->problems.list[0].text2, "1439 (vi) / 1.439 (plain)");
    ph_col_input_free(in);
}

/* ---- statuses, notes, blanks ---- */

static void statuses(void **state)
{
    (void)state;
    ph_col_input *in = col_read("indicator,value,status\nIIP,,L\nGRDP_GROWTH,1,ước tính\nVA_AGR,,\nVA_IND,2,\n", NULL);
    assert_int_equal(in->problems.n_errors, 0);
    assert_int_equal(in->n_cells, 3); /* a row without value and status gives nothing */
    assert_false(col_cell(in, "IIP")->has_value);
    assert_int_equal(col_cell(in, "IIP")->status, 'L');
    assert_int_equal(col_cell(in, "GRDP_GROWTH")->status, 'E');
    assert_int_equal(col_cell(in, "VA_IND")->status, 'A');
    ph_col_input_free(in);
    in = col_read("indicator,value,status\nIIP,1,Z\nGRDP_GROWTH,,P\nVA_IND,2,o\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_STATUS, 2, 3));
    assert_true(col_has(&in->problems, PH_COL_P_STATUS_ALONE, 3, 2));
    assert_true(col_has(&in->problems, PH_COL_P_STATUS_VALUE, 4, 2));
    ph_col_input_free(in);
}

static ph_col_input *read_withdrawal(const char *text)
{
    ph_col_input_opts opts = col_opts();
    opts.withdraws = true;
    opts.reason = ph_span_str("chờ thẩm định");
    return col_read(text, &opts);
}

static void a_withdrawal_takes_empty_rows_as_taken_back(void **state)
{
    static const char codes[][16] = {"IIP", "GRDP_GROWTH", "VA_AGR", "VA_IND"}, statuses_read[] = "OLOO";
    (void)state;
    ph_col_input *in =
        read_withdrawal("indicator,value,status,note\nIIP,,,\nGRDP_GROWTH,,L,\nVA_AGR,,P,own\nVA_IND,,A,\n");
    assert_int_equal(in->problems.n_errors, 0);
    assert_int_equal(in->n_cells, 4);
    for (size_t i = 0; i < 4; i++) {
        const ph_col_cell *c = col_cell(in, codes[i]);
        assert_false(c->has_value);
        assert_int_equal(c->status, statuses_read[i]);
        assert_true(ph_span_is(ph_col_cell_note(in, c), i == 2 ? "own" : "chờ thẩm định"));
    }
    ph_col_input_free(in);
}

static void a_withdrawal_with_a_value_is_no_withdrawal(void **state)
{
    (void)state;
    ph_col_input *in = read_withdrawal("indicator,value,status\nIIP,9.4,\nGRDP_GROWTH,-,\nVA_AGR,1.439,L\nVA_IND,,Z\n");
    for (uint32_t row = 2; row <= 4; row++)
        assert_true(col_has(&in->problems, PH_COL_P_WITHDRAW_VALUE, row, 2));
    assert_true(col_has(&in->problems, PH_COL_P_STATUS, 5, 3));
    assert_int_equal(in->problems.n_errors, 4);
    assert_string_equal(in->problems.list[0].text1, "IIP");
    assert_string_equal(in->problems.list[0].text2, "9.4");
    ph_col_input_free(in);
}

static void notes_are_kept_verbatim(void **state)
{
    (void)state;
    ph_col_input *in =
        col_read("indicator,value,note\nIIP,1,=HYPERLINK(\"http://x\")\nGRDP_GROWTH,2,\"dòng 1\ndòng 2\"\n", NULL);
    assert_int_equal(in->problems.n_errors, 0);
    assert_true(ph_span_is(ph_col_cell_note(in, col_cell(in, "IIP")), "=HYPERLINK(\"http://x\")"));
    assert_true(ph_span_is(ph_col_cell_note(in, col_cell(in, "GRDP_GROWTH")), "dòng 1\ndòng 2"));
    ph_col_input_free(in);
    char text[PH_MAX_NOTE_BYTES + 128] = "indicator,value,note\nIIP,1,";
    memset(text + strlen(text), 'x', PH_MAX_NOTE_BYTES + 1);
    in = col_read(text, NULL);
    assert_true(col_has(&in->problems, PH_COL_P_NOTE_LONG, 2, 3));
    ph_col_input_free(in);
    /* notes travel in NFC, whatever the file had */
    in = col_read("indicator,value,note\nIIP,1,e\xCC\x82\xCC\x81\n", NULL);
    assert_true(ph_span_is(ph_col_cell_note(in, col_cell(in, "IIP")), "ế"));
    ph_col_input_free(in);
}

static void rows_that_are_not_figures(void **state)
{
    (void)state;
    ph_col_input *in =
        col_read("indicator,value\nIIP,1\n\n,,\nTổng cộng,5\nBình quân,2\n,7\nKHÔNG CÓ,3\nIIP,4\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_TOTAL, 5, 1));
    assert_true(col_has(&in->problems, PH_COL_P_TOTAL, 6, 1));
    assert_true(col_has(&in->problems, PH_COL_P_INDICATOR_EMPTY, 7, 1));
    assert_true(col_has(&in->problems, PH_COL_P_INDICATOR_UNKNOWN, 8, 1));
    assert_true(col_has(&in->problems, PH_COL_P_DUPLICATE, 9, 1));
    ph_col_input_free(in);
}

/* Code or name, either language, swapped, missing or decomposed letters; the far one gets the list. */
static void a_mistyped_indicator_is_told_with_what_was_meant(void **state)
{
    static const struct {
        const char *typed, *meant;
    } cases[] = {{"GRDP_GROWHT", "GRDP_GROWTH"},
                 {"grdp-grwth", "GRDP_GROWTH"},
                 {"Index of industrail production", "IIP: Index of industrial production"},
                 {"Chỉ số sản suất công nghiệp", "IIP: Chỉ số sản xuất công nghiệp"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "indicator,value\n%s,1\n", cases[i].typed);
        ph_col_input *in = col_read(text, NULL);
        assert_true(col_has(&in->problems, PH_COL_P_INDICATOR_NEAR, 2, 1));
        assert_string_equal(in->problems.list[0].text2, cases[i].meant);
        ph_col_input_free(in);
    }
    ph_col_input *in = col_read("indicator,value\nXYZ_NOTHING,1\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_INDICATOR_UNKNOWN, 2, 1));
    assert_non_null(strstr(in->problems.list[0].text2, "GRDP_GROWTH, "));
    ph_col_input_free(in);
}

static void duplicates_by_code_and_by_name(void **state)
{
    (void)state;
    ph_col_input *in = col_read("indicator,value\nIIP,1\nIndex of industrial production,2\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_DUPLICATE, 3, 1));
    assert_string_equal(in->problems.list[0].text1, "IIP");
    assert_string_equal(in->problems.list[0].text2, "2");
    ph_col_input_free(in);
}

static void units_of_measure(void **state)
{
    (void)state;
    ph_col_input *in = col_read(
        "indicator,unit of measure,value\nGRDP_CUR,tỷ đồng,1\nIIP,%,2\nGRDP_CONST,VND_BN,3\nGRDP_GROWTH,phần trăm,4\n",
        NULL);
    assert_int_equal(in->problems.n_errors, 0);
    ph_col_input_free(in);
    in = col_read("indicator,đơn vị tính,value\nGRDP_CUR,triệu đồng,1\nIIP,điểm,2\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_MEASURE, 2, 2));
    assert_true(col_has(&in->problems, PH_COL_P_MEASURE, 3, 2));
    ph_col_input_free(in);
}

/* One file for all units and periods, as the review's own. */
static void rows_of_others_are_left_out_and_counted(void **state)
{
    ph_col_input_opts opts = col_opts();
    (void)state;
    opts.has_period = true;
    opts.period = (ph_period){PH_FREQ_S, 2023, 1};
    ph_col_input *in = col_read(
        "unit,indicator,period,printed,value\nhaiduong,IIP,2023-S1,\"tăng 8,9%\",8.9\nthaibinh,IIP,2023-S1,,9.4\n"
        "thaibinh,IIP,2022-S1,,5\nhanam,IIP,2023-S1,,1\n",
        &opts);
    assert_int_equal(in->problems.n_errors, 0);
    assert_int_equal(in->n_cells, 1);
    assert_value(in, "IIP", "9.4", 'A');
    assert_true(col_has(&in->problems, PH_COL_P_OTHER_UNIT, 0, 0));
    assert_true(col_has(&in->problems, PH_COL_P_OTHER_PERIOD, 0, 0));
    ph_col_input_free(in);
}

static void names_fold_alike(void **state)
{
    char a[64], b[64];
    (void)state;
    assert_true(ph_col_fold(ph_span_str("  Chỉ tiêu: "), a, sizeof a));
    assert_true(ph_col_fold(ph_span_str("CHI_TIEU"), b, sizeof b));
    assert_string_equal(a, b);
    assert_int_equal(ph_col_status_find(ph_span_str("p")), 'P');
    assert_int_equal(ph_col_status_find(ph_span_str("")), 0);
    assert_int_equal(ph_col_status_find(ph_span_of("\0", 1)), 0);
    for (int c = 0; c < PH_COL_COLUMN_COUNT; c++) { /* what the template writes is read back */
        assert_int_equal(ph_col_column_find(ph_span_str(ph_col_column_title((ph_col_column)c, PH_LANG_VI))), c);
        assert_int_equal(ph_col_column_find(ph_span_str(ph_col_column_title((ph_col_column)c, PH_LANG_EN))), c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_in_both_languages),
        cmocka_unit_test(decomposed_letters_match),
        cmocka_unit_test(header_problems),
        cmocka_unit_test(settings_in_the_first_lines),
        cmocka_unit_test(settings_that_contradict),
        cmocka_unit_test(a_head_with_several_mistakes),
        cmocka_unit_test(a_column_may_declare_the_notation),
        cmocka_unit_test(numbers_as_people_write_them),
        cmocka_unit_test(both_readings_are_told),
        cmocka_unit_test(statuses),
        cmocka_unit_test(a_withdrawal_takes_empty_rows_as_taken_back),
        cmocka_unit_test(a_withdrawal_with_a_value_is_no_withdrawal),
        cmocka_unit_test(notes_are_kept_verbatim),
        cmocka_unit_test(rows_that_are_not_figures),
        cmocka_unit_test(a_mistyped_indicator_is_told_with_what_was_meant),
        cmocka_unit_test(duplicates_by_code_and_by_name),
        cmocka_unit_test(units_of_measure),
        cmocka_unit_test(rows_of_others_are_left_out_and_counted),
        cmocka_unit_test(names_fold_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
