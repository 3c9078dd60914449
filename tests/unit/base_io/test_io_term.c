/* test_io_term - colour only where it belongs, tables by columns, progress in words.   Layer: tests */
#include "ph_term.h"

#include <fcntl.h>
#include <pty.h>

#include "ph_locale.h"
#include "ph_scratch.h"

static void colour_needs_a_terminal_that_wants_it(void **state)
{
    (void)state;
    int master, slave;
    struct winsize size = {.ws_col = 20, .ws_row = 10};

    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    FILE *tty = fdopen(slave, "w"), *file = fopen("/dev/null", "w");
    assert_int_equal(unsetenv("NO_COLOR"), 0);
    assert_int_equal(setenv("TERM", "xterm", 1), 0);
    assert_true(ph_term_has_colour(tty));
    assert_false(ph_term_has_colour(file));
    assert_int_equal(ph_term_columns(tty), 20);
    assert_int_equal(ph_term_columns(file), 80);
    assert_string_equal(ph_term_on(tty, PH_COLOUR_RED), "\x1b[31m");
    assert_string_equal(ph_term_on(file, PH_COLOUR_RED), "");
    assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
    assert_false(ph_term_has_colour(tty));
    assert_int_equal(setenv("NO_COLOR", "", 1), 0); /* empty counts as not set */
    assert_true(ph_term_has_colour(tty));
    assert_int_equal(setenv("TERM", "dumb", 1), 0);
    assert_false(ph_term_has_colour(tty));
    ph_term_set_colour(PH_COLOUR_ALWAYS);
    assert_true(ph_term_has_colour(file));
    ph_term_set_colour(PH_COLOUR_NEVER);
    assert_int_equal(setenv("TERM", "xterm", 1), 0);
    assert_false(ph_term_has_colour(tty));
    ph_term_set_colour(PH_COLOUR_AUTO);
    (void)fclose(tty);
    (void)fclose(file);
    (void)close(master);
}

static void writing_tells_when_it_fails(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");

    assert_non_null(full);
    assert_int_equal(ph_term_write(full, ph_span_str("x")), PH_NO_SPACE);
    (void)fclose(full);
}

static const char *printed(const ph_table *t)
{
    static char text[4096];
    ph_buf b;

    ph_buf_init(&b, sizeof text);
    assert_int_equal(ph_table_print(t, &b), PH_OK);
    assert_true(ph_span_copy(ph_buf_span(&b), text, sizeof text));
    ph_buf_done(&b);
    return text;
}

static void a_table_is_as_wide_as_people_see_it(void **state)
{
    (void)state;
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_RIGHT, PH_ALIGN_LEFT};
    ph_table *t = NULL;

    assert_int_equal(ph_table_new(aligns, 3, &t), PH_OK);
    ph_table_cell(t, "Tỉnh");
    ph_table_cell(t, "GRDP");
    ph_table_cell(t, "ghi chú");
    ph_table_row(t);
    ph_table_rule(t);
    ph_table_cell(t, "Hải Phòng");
    ph_table_cellf(t, "%d,%d", 9, 94);
    ph_table_row(t);
    ph_table_cell(t, "Hải Dương"); /* decomposed: as wide as composed */
    ph_table_cell(t, "");
    ph_table_cell(t, "x\n\x1b[31m");
    ph_table_row(t);
    ph_table_row(t);
    const char *text = printed(t);
    assert_ptr_equal(strstr(text, "Tỉnh       GRDP  ghi chú\n"
                                  "─────────  ────  ──────────"),
                     text);
    assert_non_null(strstr(text, "\nHải Phòng  9,94\n"));
    assert_non_null(strstr(text, "\nHải Dương        x"));
    assert_null(strstr(text, "\x1b"));
    ph_table_cell(t, "1");
    ph_table_cell(t, "2");
    ph_table_cell(t, "3");
    ph_table_cell(t, "4"); /* one too many: told when it is written */
    ph_table_row(t);
    ph_buf b;
    ph_buf_init(&b, 100);
    assert_int_equal(ph_table_print(t, &b), PH_BUG);
    ph_buf_done(&b);
    ph_table_free(t);
    ph_table_free(NULL);
    assert_int_equal(ph_table_new(aligns, 0, &t), PH_LIMIT);
}

/* Two columns, of which the last has no text: no blanks at the end of its rule; a width is told before it is printed.
 */
static void an_empty_column_leaves_no_blanks(void **state)
{
    (void)state;
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_RIGHT, PH_ALIGN_RIGHT};
    ph_table *t = NULL;

    assert_int_equal(ph_table_new(aligns, 3, &t), PH_OK);
    ph_table_cell(t, "Tỉnh");
    ph_table_cell(t, "");
    ph_table_cell(t, "");
    ph_table_row(t);
    ph_table_rule(t);
    assert_string_equal(printed(t), "Tỉnh\n────\n");
    assert_int_equal(ph_table_width(t), 4 + 2 + 2);
    ph_table_cell(t, "Hải Phòng");
    ph_table_cell(t, "9,94");
    ph_table_row(t);
    assert_int_equal(ph_table_width(t), 9 + 2 + 4 + 2);
    ph_table_free(t);
}

static void a_table_has_columns_enough(void **state)
{
    (void)state;
    static const ph_align aligns[289];
    ph_table *t = NULL;

    assert_int_equal(ph_table_new(aligns, 289, &t), PH_LIMIT);
    assert_int_equal(ph_table_new(aligns, 288, &t), PH_OK);
    ph_table_free(t);
}

static void rows_are_coloured_only_where_there_is_colour(void **state)
{
    (void)state;
    static const ph_align aligns[] = {PH_ALIGN_LEFT};
    ph_table *t = NULL;
    char text[64];

    assert_int_equal(ph_table_new(aligns, 1, &t), PH_OK);
    ph_table_colour(t, PH_COLOUR_RED);
    ph_table_cell(t, "a");
    ph_table_row(t);
    ph_table_cell(t, "b");
    ph_table_row(t);
    assert_string_equal(printed(t), "a\nb\n");
    FILE *f = fopen(in_scratch("t"), "w");
    ph_term_set_colour(PH_COLOUR_ALWAYS);
    assert_int_equal(ph_table_write(t, f), PH_OK);
    ph_term_set_colour(PH_COLOUR_AUTO);
    (void)fclose(f);
    read_text(in_scratch("t"), text, sizeof text);
    assert_string_equal(text, "\x1b[31ma\x1b[0m\nb\n");
    ph_table_free(t);
}

static const char *line_of(const ph_progress *p, int64_t now)
{
    static char line[256];

    size_t len = ph_progress_format(p, now, line, sizeof line);
    assert_int_equal(len, strlen(line));
    return line;
}

static void progress_says_how_far_how_fast_how_long(void **state)
{
    (void)state;
    ph_progress p;
    const int64_t s = 1000000;

    ph_lang_set(PH_LANG_EN);
    ph_progress_begin(&p, "sending", "figures", 900, 0);
    assert_string_equal(line_of(&p, 0), "sending 0/900 figures");
    p.done = 120;
    assert_string_equal(line_of(&p, 2 * s), "sending 120/900 figures, 60/s, 13 s left");
    p.done = 1;
    assert_string_equal(line_of(&p, 1 * s), "sending 1/900 figures, 1/s, 14 min left");
    assert_string_equal(line_of(&p, 60 * s), "sending 1/900 figures, 14 h left");
    p.done = 900;
    assert_string_equal(line_of(&p, 9 * s), "sending 900/900 figures, 100/s");
    ph_lang_set(PH_LANG_VI);
    ph_progress_begin(&p, "gửi", "phiếu", 0, 5 * s);
    p.done = 10;
    assert_string_equal(line_of(&p, 6 * s), "gửi 10 phiếu, 10/s");
    char small[8];
    assert_true(ph_progress_format(&p, 6 * s, small, sizeof small) < sizeof small);
}

/* stderr into a file: how many lines does @fn leave there? */
static size_t plain_lines(void (*fn)(void))
{
    char text[4096];
    size_t n = 0;
    int saved = dup(STDERR_FILENO), fd = open(in_scratch("e"), O_CREAT | O_RDWR | O_TRUNC, 0600);

    (void)dup2(fd, STDERR_FILENO);
    fn();
    (void)dup2(saved, STDERR_FILENO);
    (void)close(fd);
    (void)close(saved);
    read_text(in_scratch("e"), text, sizeof text);
    assert_null(strchr(text, '\r'));
    for (const char *c = text; *c != '\0'; c++)
        n += *c == '\n';
    return n;
}

static void run_for_a_minute(void)
{
    ph_progress p;

    ph_progress_begin(&p, "x", "y", 60, 0);
    for (int s = 0; s < 60; s++)
        ph_progress_update(&p, (uint64_t)s, s * INT64_C(1000000));
    ph_progress_end(&p, 60 * INT64_C(1000000));
}

static void run_for_a_second(void)
{
    ph_progress p;

    ph_progress_begin(&p, "x", "y", 60, 0);
    ph_progress_update(&p, 60, 1000000);
    ph_progress_end(&p, 1000000);
}

static void elsewhere_a_plain_line_comes_every_ten_seconds(void **state)
{
    (void)state;
    assert_int_equal(plain_lines(run_for_a_minute), 6); /* 10 … 50 and the end */
    assert_int_equal(plain_lines(run_for_a_second), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_needs_a_terminal_that_wants_it),
        cmocka_unit_test(writing_tells_when_it_fails),
        cmocka_unit_test(a_table_is_as_wide_as_people_see_it),
        cmocka_unit_test(an_empty_column_leaves_no_blanks),
        cmocka_unit_test(a_table_has_columns_enough),
        cmocka_unit_test_setup_teardown(rows_are_coloured_only_where_there_is_colour, scratch_open, scratch_close),
        cmocka_unit_test(progress_says_how_far_how_fast_how_long),
        cmocka_unit_test_setup_teardown(elsewhere_a_plain_line_comes_every_ten_seconds, scratch_open, scratch_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
