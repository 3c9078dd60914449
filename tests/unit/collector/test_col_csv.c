/* test_col_csv - rows and cells out of what spreadsheets write; encodings that are none of ours.   Layer: tests */
#include "ph_col_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "ph_col_csv.h"

/* All cells of a text, rows ended by '|' and cells by '/', in one line. */
static void flatten(const char *text, char separator, char *dst)
{
    ph_col_problems problems = {0};
    ph_col_csv c;
    dst[0] = '\0';
    assert_ok(ph_col_csv_open(&c, ph_span_str(text), &problems));
    assert_int_equal(c.separator, separator);
    while (ph_col_csv_next(&c, &problems) == PH_OK) {
        for (uint32_t i = 0; i < c.n_cells; i++) {
            if (c.cell[i].len > 0)
                (void)strncat(dst, (const char *)c.cell[i].ptr, c.cell[i].len);
            (void)strncat(dst, i + 1 < c.n_cells ? "/" : "|", 2);
        }
    }
    assert_int_equal(problems.n, 0);
    ph_col_csv_close(&c);
}

static const struct {
    const char *text;
    char separator;
    const char *rows;
} good[] = {
    {"a,b\n1,2\n", ',', "a/b|1/2|"},
    {"a,b\r\n1,2\r\n", ',', "a/b|1/2|"},
    {"a,b\r1,2\r", ',', "a/b|1/2|"},
    {"a,b\n1,2", ',', "a/b|1/2|"},
    {"a;b\n1,5;2\n", ';', "a/b|1,5/2|"},
    {"a\tb\n1,5\t2;3\n", '\t', "a/b|1,5/2;3|"},
    {"a;\"x;y,z,w,v\"\n1;2\n", ';', "a/x;y,z,w,v|1/2|"},
    {"# one, two, three, four\na;b\n1;2\n", ';', "# one, two, three, four|a/b|1/2|"},
    {";;;\na,b\n", ',', ";;;|a/b|"},
    {"sep=;\na,b;c\n", ';', "a,b/c|"},
    {"sep=,\r\na;b,c\n", ',', "a;b/c|"},
    {"\xEF\xBB\xBF"
     "a,b\n",
     ',', "a/b|"},
    {"\"a\",\"b\"\n", ',', "a/b|"},
    {"\"a\"\"b\",c\n", ',', "a\"b/c|"},
    {"\"a\nb\",c\n", ',', "a\nb/c|"},
    {"  a  ,\t b \n", ',', "a/b|"},
    {"5\" nails,x\n", ',', "5\" nails/x|"},
    {"a,,\n,,\n", ',', "a//|//|"},
    {"a\n\n\nb\n", ',', "a|||b|"},
    {"one\n", ',', "one|"},
    {"\"\"\n", ',', "|"},
};

static void rows_and_cells(void **state)
{
    char rows[256];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        flatten(good[i].text, good[i].separator, rows);
        assert_string_equal(rows, good[i].rows);
    }
}

static void rows_are_counted_as_a_spreadsheet_does(void **state)
{
    ph_col_problems problems = {0};
    ph_col_csv c;
    (void)state;
    assert_ok(ph_col_csv_open(&c, ph_span_str("a\n\n\"x\ny\"\nlast\n"), &problems));
    uint32_t rows[] = {1, 2, 3, 4};
    for (size_t i = 0; i < 4; i++) {
        assert_ok(ph_col_csv_next(&c, &problems));
        assert_int_equal(c.row, rows[i]);
    }
    assert_int_equal(ph_col_csv_next(&c, &problems), PH_NOT_FOUND);
    ph_col_csv_close(&c);
}

static void grammar_breaches_are_told_with_row_and_column(void **state)
{
    (void)state;
    ph_col_input *in = col_read("indicator,value\nIIP,\"9\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_QUOTE_OPEN, 2, 2));
    ph_col_input_free(in);
    in = col_read("indicator,value\nIIP,\"9\"x\nGRDP_GROWTH,1\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_QUOTE_AFTER, 2, 2));
    assert_non_null(col_cell(in, "GRDP_GROWTH"));
    ph_col_input_free(in);
    in = col_read("indicator,value\nIIP,9,4\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_RAGGED, 2, 3));
    ph_col_input_free(in);
}

static void bounds(void **state)
{
    (void)state;
    size_t n = PH_COL_CSV_MAX_BYTES + 1;
    char *large = malloc(n);
    assert_non_null(large);
    memset(large, 'a', n);
    ph_col_input *in = col_read_bytes(large, n, NULL);
    assert_true(col_has(&in->problems, PH_COL_P_TOO_LARGE, 0, 0));
    ph_col_input_free(in);
    in = col_read_bytes(large, PH_COL_CSV_MAX_CELL + 1, NULL);
    assert_true(col_has(&in->problems, PH_COL_P_TOO_LARGE, 1, 1));
    ph_col_input_free(in);
    memset(large, ',', PH_COL_CSV_MAX_CELLS);
    in = col_read_bytes(large, PH_COL_CSV_MAX_CELLS, NULL);
    assert_true(col_has(&in->problems, PH_COL_P_TOO_LARGE, 1, PH_COL_CSV_MAX_CELLS));
    ph_col_input_free(in);
    memset(large, '\n', PH_COL_CSV_MAX_ROWS + 1);
    in = col_read_bytes(large, PH_COL_CSV_MAX_ROWS + 1, NULL);
    assert_true(col_has(&in->problems, PH_COL_P_TOO_LARGE, PH_COL_CSV_MAX_ROWS + 1, 0));
    ph_col_input_free(in);
    free(large);
}

#define BYTES(text) text, sizeof text - 1
static const struct {
    const char *bytes;
    size_t len;
    ph_col_problem_id id;
    uint32_t row;
} foreign[] = {
    {BYTES(""), PH_COL_P_EMPTY, 0},
    {BYTES("\xFF\xFE"
           "a\0,\0"),
     PH_COL_P_UTF16, 0},
    {BYTES("\xFE\xFF\0a\0,"), PH_COL_P_UTF16, 0},
    {BYTES("a\0,\0b\0\n\0"
           "1\0,\0002\0\n\0"),
     PH_COL_P_UTF16, 0},
    {BYTES("PK\x03\x04zip"), PH_COL_P_EXCEL, 0},
    {BYTES("\xD0\xCF\x11\xE0xls"), PH_COL_P_EXCEL, 0},
    {BYTES("%PDF-1.7"), PH_COL_P_EXCEL, 0},
    /* "Chỉ tiêu,Giá trị" in TCVN3 and in Windows-1258 */
    {BYTES("Ch\xD8 ti\xAAu,Gi\xB8 tr\xDE\n"), PH_COL_P_TCVN3, 1},
    {BYTES("a\nChi\xD2 ti\xEAu,Gia\xEC tri\xF2\n"), PH_COL_P_CP1258, 2},
    {BYTES("a,b\n1,\xFF\n"), PH_COL_P_NOT_UTF8, 2},
    {BYTES("a,\xC0\xAF\n"), PH_COL_P_NOT_UTF8, 1},
    {BYTES("a,\xED\xA0\x80\n"), PH_COL_P_NOT_UTF8, 1},
    {BYTES("a,b\n\x1B[2J,1\n"), PH_COL_P_CONTROL, 2},
    /* TCVN3 that something took for Latin-1 */
    {BYTES("Ch\xC3\x98 ti\xC2\xAAu,Gi\xC2\xB8 tr\xC3\x9E\nIIP,1\n"), PH_COL_P_TCVN3, 1},
};

static void what_is_not_ours_is_named_with_the_way_out(void **state)
{
    char words[1024];
    (void)state;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        ph_col_input *in = col_read_bytes(foreign[i].bytes, foreign[i].len, NULL);
        assert_true(col_has(&in->problems, foreign[i].id, foreign[i].row, 0));
        assert_true(ph_col_problem_say(&in->problems.list[0], PH_LANG_VI, words, sizeof words) > 20);
        assert_true(ph_col_problem_say(&in->problems.list[0], PH_LANG_EN, words, sizeof words) > 20);
        assert_null(strstr(words, "%1"));
        ph_col_input_free(in);
    }
}

static void written_cells_read_back(void **state)
{
    static const char *const cells[] = {"plain",   "a,b", "a;b",  "say \"x\"",  "two\nlines",
                                        " blank ", "",    "=1+1", "Tốc độ tăng"};
    ph_col_problems problems = {0};
    ph_col_csv c;
    (void)state;
    for (size_t s = 0; s < 2; s++) {
        char separator = s == 0 ? ',' : ';';
        ph_buf text;
        ph_buf_init(&text, 4096);
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
            if (i > 0)
                assert_ok(ph_buf_put_byte(&text, (uint8_t)separator));
            ph_col_csv_write_cell(&text, ph_span_str(cells[i]), separator);
        }
        assert_ok(ph_col_csv_open(&c, ph_buf_span(&text), &problems));
        c.separator = separator;
        assert_ok(ph_col_csv_next(&c, &problems));
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
            if (strcmp(cells[i], " blank ") != 0)
                assert_true(ph_span_is(c.cell[i], cells[i]));
        ph_col_csv_close(&c);
        ph_buf_done(&text);
    }
    assert_int_equal(problems.n, 0);
}

static void columns_have_names(void **state)
{
    static const struct {
        uint32_t column;
        const char *name;
    } names[] = {{1, "A"}, {26, "Z"}, {27, "AA"}, {28, "AB"}, {52, "AZ"}, {53, "BA"}, {702, "ZZ"}, {703, "AAA"}};
    char name[8];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ph_col_column_name(names[i].column, name);
        assert_string_equal(name, names[i].name);
    }
}

static void problems_are_bounded_and_harmless(void **state)
{
    static ph_col_problems ps;
    char words[1024];
    (void)state;
    for (int i = 0; i < PH_COL_MAX_PROBLEMS + 7; i++)
        ph_col_problems_add(&ps, PH_COL_P_VALUE, 2, 3, ph_span_str("\x1B[31mđỏ"), ph_span_str(""));
    assert_int_equal(ps.n, PH_COL_MAX_PROBLEMS);
    assert_int_equal(ps.n_left_out, 7);
    assert_int_equal(ps.n_errors, PH_COL_MAX_PROBLEMS + 7);
    (void)ph_col_problem_say(&ps.list[0], PH_LANG_VI, words, sizeof words);
    assert_null(strchr(words, 0x1B));
    assert_non_null(strstr(words, "đỏ"));
    char huge[4096];
    memset(huge, 'x', sizeof huge);
    memcpy(huge + PH_COL_PROBLEM_TEXT - 6, "ếếếế", 12);
    ps = (ph_col_problems){0};
    ph_col_problems_add(&ps, PH_COL_P_VALUE, 1, 1, ph_span_of(huge, sizeof huge), ph_span_str(""));
    assert_true(strlen(ps.list[0].text1) < PH_COL_PROBLEM_TEXT);
    assert_non_null(strstr(ps.list[0].text1, "…"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_cells),
        cmocka_unit_test(rows_are_counted_as_a_spreadsheet_does),
        cmocka_unit_test(grammar_breaches_are_told_with_row_and_column),
        cmocka_unit_test(bounds),
        cmocka_unit_test(what_is_not_ours_is_named_with_the_way_out),
        cmocka_unit_test(written_cells_read_back),
        cmocka_unit_test(columns_have_names),
        cmocka_unit_test(problems_are_bounded_and_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
