/* test_io_log - lines cannot be forged, are bounded, limited and never block.   Layer: tests */
#include <fcntl.h>
#include <sys/socket.h>

#include "ph_log.h"
#include "ph_scratch.h"

static int saved_stderr;
static int read_end;
static char got[1 << 17];

/* stderr becomes the write end of a pipe or socket; log looks at it anew. */
static void redirect(const int ends[2])
{
    read_end = ends[0];
    assert_int_equal(fcntl(read_end, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(close(ends[1]), 0);
    ph_log_init("test");
}

static int open_pipe(void **state)
{
    int ends[2];

    (void)state;
    saved_stderr = dup(STDERR_FILENO);
    if (saved_stderr < 0 || pipe(ends) != 0)
        return -1;
    redirect(ends);
    ph_log_set_level(PH_LOG_INFO);
    ph_log_set_rate(1000, 0);
    return 0;
}

static int close_pipe(void **state)
{
    (void)state;
    (void)dup2(saved_stderr, STDERR_FILENO);
    (void)close(saved_stderr);
    if (read_end >= 0)
        (void)close(read_end);
    ph_log_init("test");
    return 0;
}

static const char *drain(void)
{
    size_t len = 0;

    for (ssize_t n; (n = read(read_end, got + len, sizeof got - 1 - len)) > 0;)
        len += (size_t)n;
    got[len] = '\0';
    return got;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
        n++;
    return n;
}

static void a_line_has_its_parts(void **state)
{
    (void)state;
    PH_LOG(PH_LOG_INFO, "test.thing.done", PH_KV_STR("unit", "PROV_07"), PH_KV_INT("n", -3),
           PH_KV_UINT("big", UINT64_MAX), PH_KV_BOOL("ok", true), PH_KV_HEX("id", "\x01\xab", 2),
           PH_KV_RC("rc", PH_NO_SPACE), PH_KV_STR("none", ""));
    const char *line = drain();
    assert_ptr_equal(strstr(line, "ts=2"), line);
    assert_non_null(strstr(
        line,
        " level=info component=test event=test.thing.done unit=PROV_07 n=-3 big=18446744073709551615 ok=true id=01ab "
        "rc=NO_SPACE none=\"\"\n"));
    PH_LOG(PH_LOG_ERROR, "test.bare");
    assert_non_null(strstr(drain(), "level=error component=test event=test.bare\n"));
}

static void values_cannot_forge(void **state)
{
    (void)state;
    static const char bidi[] = {'\xe2', '\x80', '\xae', '\0'}; /* U+202E turns the rest of the line round */
    char value[128];

    (void)snprintf(value, sizeof value, "a b\n<3>ts=1 event=fake \"x\" \\ \x1b[31m \xff %s đ", bidi);
    PH_LOG(PH_LOG_INFO, "t", PH_KV_STR("v", value), PH_KV_STR("w", "k=v"));
    const char *line = drain();
    assert_int_equal(count(line, "\n"), 1);
    assert_non_null(strstr(line, "v=\"a b\\n<3>ts=1 event=fake \\\"x\\\" \\\\ \\x1B[31m \\x"));
    assert_null(strstr(line, "\x1b"));
    assert_null(strstr(line, "\xff"));
    assert_null(strstr(line, bidi));
    assert_non_null(strstr(line, " đ\" w=\"k=v\"\n"));
    const ph_span nul = ph_span_of("a\0b", 3);
    PH_LOG(PH_LOG_INFO, "t", PH_KV_SPAN("v", nul));
    assert_non_null(strstr(drain(), "v=\"a\\x00b\"\n"));
}

static void long_values_and_lines_are_cut(void **state)
{
    (void)state;
    char text[2000] = "x"; /* so that the limit lies inside a character */

    for (size_t i = 1; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "đ", 2);
    PH_LOG(PH_LOG_INFO, "t", PH_KV_STR("v", text));
    const char *line = drain();
    assert_non_null(strstr(line, "đ…\"\n"));
    assert_true(strlen(line) < PH_LOG_VALUE_BYTES + 200);
    ph_log_kv kv[20];
    for (size_t i = 0; i < 19; i++)
        kv[i] = PH_KV_STR("v", text);
    kv[19] = PH_KV_END;
    ph_log_event(PH_LOG_INFO, "t", kv);
    line = drain();
    assert_true(strlen(line) <= PH_LOG_LINE_BYTES);
    assert_int_equal(count(line, "\n"), 1);
    assert_non_null(strstr(line, "\" cut=true\n"));
}

static void errors_become_pairs(void **state)
{
    (void)state;
    ph_err e;

    (void)ph_err_at(&e, PH_MALFORMED, "cfg.yaml.syntax", "a b.yaml", 3, 7, "no \"%s\"", "colon");
    ph_err_hint(&e, "chmod 600 'x'");
    PH_LOG(PH_LOG_ERROR, "t", PH_KV_ERR(&e));
    assert_non_null(strstr(drain(), " rc=MALFORMED code=cfg.yaml.syntax where=\"a b.yaml\" line=3 col=7 what=\"no "
                                    "\\\"colon\\\"\" hint=\"chmod 600 'x'\"\n"));
}

static void levels_filter(void **state)
{
    (void)state;
    ph_log_level level;

    assert_int_equal(ph_log_level_parse("warning", &level), PH_OK);
    ph_log_set_level(level);
    PH_LOG(PH_LOG_NOTICE, "quiet");
    PH_LOG(PH_LOG_WARNING, "loud");
    const char *line = drain();
    assert_null(strstr(line, "quiet"));
    assert_non_null(strstr(line, "event=loud"));
    assert_int_equal(ph_log_level_parse("loud", &level), PH_INVALID);
}

static void an_event_that_floods_is_held_back_and_counted(void **state)
{
    (void)state;
    uint64_t before = ph_log_suppressed();

    ph_log_set_rate(3, 1);
    for (int i = 0; i < 10; i++)
        PH_LOG(PH_LOG_INFO, "flood");
    PH_LOG(PH_LOG_INFO, "other");
    const char *text = drain();
    assert_in_range(count(text, "event=flood"), 3, 4); /* a second may pass meanwhile */
    assert_int_equal(count(text, "event=other"), 1);
    assert_in_range(ph_log_suppressed() - before, 6, 7);
    ph_log_flush();
    text = drain();
    assert_non_null(strstr(text, "event=log.suppressed of=flood suppressed="));
    ph_log_flush();
    assert_string_equal(drain(), "");
}

static void a_full_pipe_drops_and_does_not_block(void **state)
{
    (void)state;
    char big[400];
    uint64_t before = ph_log_dropped();

    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = '\0';
    for (int i = 0; i < 1000; i++)
        PH_LOG(PH_LOG_INFO, "t", PH_KV_STR("v", big));
    uint64_t dropped = ph_log_dropped() - before;
    assert_in_range(dropped, 1, 999);
    assert_int_equal(count(drain(), "\n") + dropped, 1000);
    PH_LOG(PH_LOG_INFO, "again");
    assert_non_null(strstr(drain(), "event=again"));
}

static void a_full_socket_drops_and_the_next_line_stands_alone(void **state)
{
    (void)state;
    int ends[2];
    char big[500];

    (void)close(read_end);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    redirect(ends);
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = '\0';
    uint64_t before = ph_log_dropped();
    for (int i = 0; i < 3000; i++)
        PH_LOG(PH_LOG_INFO, "t", PH_KV_STR("v", big), PH_KV_STR("w", big));
    assert_true(ph_log_dropped() > before);
    while (drain()[0] != '\0')
        ;
    PH_LOG(PH_LOG_INFO, "again");
    const char *line = drain();
    assert_ptr_equal(strstr(line, "ts=2"), line[0] == '\n' ? line + 1 : line);
}

static void a_closed_stderr_is_counted(void **state)
{
    (void)state;
    uint64_t before = ph_log_dropped();

    assert_int_equal(close(STDERR_FILENO), 0);
    ph_log_init("test");
    PH_LOG(PH_LOG_INFO, "lost");
    assert_int_equal(ph_log_dropped() - before, 1);
    assert_int_equal(dup2(saved_stderr, STDERR_FILENO), STDERR_FILENO);
}

static void the_journal_gets_priorities(void **state)
{
    (void)state;
    struct stat st;
    char stream[64];

    assert_int_equal(fstat(STDERR_FILENO, &st), 0);
    (void)snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
    assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
    ph_log_init("test");
    PH_LOG(PH_LOG_WARNING, "t");
    const char *line = drain();
    assert_ptr_equal(strstr(line, "<4>ts="), line);
    assert_int_equal(setenv("JOURNAL_STREAM", "1:2", 1), 0); /* inherited, but stderr is something else by now */
    ph_log_init("test");
    PH_LOG(PH_LOG_WARNING, "t");
    assert_ptr_equal(strstr(drain(), "ts="), got);
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_has_its_parts, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(values_cannot_forge, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(long_values_and_lines_are_cut, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(errors_become_pairs, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(levels_filter, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(an_event_that_floods_is_held_back_and_counted, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(a_full_pipe_drops_and_does_not_block, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(a_full_socket_drops_and_the_next_line_stands_alone, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(a_closed_stderr_is_counted, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(the_journal_gets_priorities, open_pipe, close_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
