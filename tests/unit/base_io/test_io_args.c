/* test_io_args - commands, options, what is said when they are wrong, and the help.   Layer: tests */
#include "ph_args.h"

#include "ph_locale.h"
#include "ph_log.h"
#include "ph_scratch.h"
#include "ph_term.h"

enum { OPT_FORCE = 1, OPT_UNIT, OPT_TAG, OPT_VERBOSE };
enum { CMD_SUBMIT = 1, CMD_SIGN, CMD_SHOW, CMD_RUN };

static const ph_opt global_opts[] = {{OPT_VERBOSE, 'v', "verbose", NULL, "nói nhiều", "say more"}, {0}};
static const ph_opt submit_opts[] = {{OPT_FORCE, 'f', "force", NULL, "cứ gửi", "send anyway"},
                                     {OPT_UNIT, 'u', "unit", "UNIT", "đơn vị\nđang nói", "the unit"},
                                     {OPT_TAG, 0, "tag", "TAG", "nhãn", "a tag"},
                                     {0}};

static const ph_command commands[] = {
    {CMD_SUBMIT, "submit", "FILE", 1, 2, submit_opts, "gửi số liệu", "send figures", "phusa-x submit a.csv",
     "phusa-x submit a.csv"},
    {CMD_SIGN, "roster sign", "FILE", 1, 1, NULL, "ký danh sách", "sign the roster", NULL, NULL},
    {CMD_SHOW, "roster show", NULL, 0, 0, NULL, "xem danh sách", "show the roster", NULL, NULL},
    {CMD_RUN, "run", NULL, 0, 0, NULL, "chạy", "run", NULL, NULL},
    {0},
};

static const ph_args_spec spec = {.program = "phusa-x",
                                  .vi = "thử",
                                  .en = "a try",
                                  .examples_vi = "phusa-x run\nphusa-x submit số-liệu.csv",
                                  .examples_en = "phusa-x run\nphusa-x submit figures.csv",
                                  .commands = commands,
                                  .opts = global_opts,
                                  .flags = PH_ARGS_CFG | PH_ARGS_JSON,
                                  .fallback = PH_LANG_EN,
                                  .default_config = "/etc/phusa/x.yaml"};
static const ph_args_spec bare = {
    .program = "phusa-y", .vi = "", .en = "", .opts = global_opts, .fallback = PH_LANG_VI};

static ph_args args;
static ph_err err;

/* Words separated by single blanks. */
static ph_rc parse_with(const ph_args_spec *s, const char *line)
{
    static char text[512];
    char *argv[32] = {text};
    int argc = 1;

    (void)snprintf(text, sizeof text, "x %s", line);
    for (char *p = text; *p != '\0'; p++)
        if (*p == ' ') {
            *p = '\0';
            if (p[1] != '\0')
                argv[argc++] = p + 1;
        }
    return ph_args_parse(s, argc, argv, &args, &err);
}

static ph_rc parse(const char *line)
{
    return parse_with(&spec, line);
}

static void commands_options_and_operands_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(parse("submit a.csv --unit PROV_07 -f b.csv --tag=x --tag y"), PH_OK);
    assert_int_equal(args.command->id, CMD_SUBMIT);
    assert_int_equal(args.n_operands, 2);
    assert_string_equal(args.operands[1], "b.csv");
    assert_string_equal(ph_args_get(&args, OPT_UNIT), "PROV_07");
    assert_true(ph_args_has(&args, OPT_FORCE));
    assert_false(ph_args_has(&args, OPT_VERBOSE));
    assert_string_equal(ph_args_get(&args, OPT_TAG), "y");
    assert_string_equal(ph_args_nth(&args, OPT_TAG, 0), "x");
    assert_string_equal(ph_args_nth(&args, OPT_TAG, 1), "y");
    assert_null(ph_args_nth(&args, OPT_TAG, 2));
    assert_int_equal(parse("-v submit -uP -- --unit"), PH_OK);
    assert_string_equal(ph_args_get(&args, OPT_UNIT), "P");
    assert_string_equal(args.operands[0], "--unit");
    assert_true(ph_args_has(&args, OPT_VERBOSE));
    assert_int_equal(parse("submit -"), PH_OK);
    assert_string_equal(args.operands[0], "-");
    assert_int_equal(parse("submit --unit= x"), PH_OK);
    assert_string_equal(ph_args_get(&args, OPT_UNIT), "");
}

static void a_command_may_be_two_words(void **state)
{
    (void)state;
    assert_int_equal(parse("roster sign f"), PH_OK);
    assert_int_equal(args.command->id, CMD_SIGN);
    assert_int_equal(parse("roster show"), PH_OK);
    assert_int_equal(args.command->id, CMD_SHOW);
    assert_int_equal(parse("roster"), PH_USAGE);
    assert_int_equal(parse("roster sing f"), PH_USAGE);
    assert_non_null(strstr(err.hint, "did you mean \"roster sign\"?"));
}

static void configuration_options_fill_the_source(void **state)
{
    (void)state;
    assert_int_equal(parse("run"), PH_OK);
    assert_string_equal(args.config.file, "/etc/phusa/x.yaml");
    assert_false(args.config_given);
    assert_int_equal(parse("run -c my.yaml --set a=1 --set b=c=d --json"), PH_OK);
    assert_string_equal(args.config.file, "my.yaml");
    assert_true(args.config_given);
    assert_int_equal(args.config.n_sets, 2);
    assert_string_equal(args.config.sets[1], "b=c=d");
    assert_true(args.json);
    assert_int_equal(parse("--check"), PH_OK);
    assert_true(args.check && args.command == NULL);
    assert_int_equal(parse("--print-config"), PH_OK);
    assert_true(args.print_config);
}

static void mistakes_are_told_with_a_way_out(void **state)
{
    (void)state;
    const struct {
        const char *line, *code, *what, *hint;
    } cases[] = {
        {"", "usage.command", "a command is missing", "phusa-x --help"},
        {"roster", "usage.command", "\"roster\" wants a word more", "sign, show; phusa-x --help"},
        {"roster 5", "usage.command", "\"roster\" wants a word more", "sign, show; phusa-x --help"},
        {"sumbit a", "usage.command", "there is no command \"sumbit\"", "did you mean \"submit\"?; phusa-x --help"},
        {"submit a --forse", "usage.option", "there is no option --forse", "did you mean --force?"},
        {"--force submit a", "usage.option", "there is no option --force", "it belongs after the command \"submit\""},
        {"submit -z a", "usage.option", "there is no option -z", "--help"},
        {"submit --force=1 a", "usage.value", "--force takes no value", "--help"},
        {"submit a --unit", "usage.value", "--unit needs a value: UNIT", "--help"},
        {"submit", "usage.operands", "an argument is missing: phusa-x submit FILE", "--help"},
        {"submit a b c", "usage.operands", "one argument too many: \"c\"", "--help"},
        {"run x", "usage.operands", "one argument too many: \"x\"", "--help"},
        {"run --lang fr", "usage.lang", "--lang takes vi or en only", "--help"},
        {"run --color sometimes", "usage.color", "--color takes", "--help"},
        {"run --log-level loud", "usage.log", "--log-level takes", "--help"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(parse(cases[i].line), PH_USAGE);
        assert_string_equal(err.code, cases[i].code);
        if (strstr(err.what, cases[i].what) == NULL || strstr(err.hint, cases[i].hint) == NULL)
            fail_msg("%s: %s / %s", cases[i].line, err.what, err.hint);
    }
}

static void errors_speak_the_chosen_language(void **state)
{
    (void)state;
    assert_int_equal(parse("submit --lang vi a --nope-nope"), PH_USAGE);
    assert_string_equal(err.what, "không có tùy chọn --nope-nope");
    assert_int_equal(parse("--nope-nope --lang=vi"), PH_USAGE); /* though it comes later */
    assert_string_equal(err.what, "không có tùy chọn --nope-nope");
    assert_int_equal(parse("run --lang vi"), PH_OK);
    assert_int_equal(args.lang, PH_LANG_VI);
}

static void there_are_ceilings(void **state)
{
    (void)state;
    static char verbose[] = "-v", set[] = "--set=a=b";
    char *argv[200];

    for (int i = 0; i < 200; i++)
        argv[i] = verbose;
    assert_int_equal(ph_args_parse(&spec, 200, argv, &args, &err), PH_USAGE);
    assert_string_equal(err.code, "usage.many");
    for (int i = 1; i < 200; i++)
        argv[i] = set;
    assert_int_equal(ph_args_parse(&spec, 200, argv, &args, &err), PH_USAGE);
    assert_string_equal(err.code, "usage.many");
}

static void a_program_without_commands_takes_no_operands(void **state)
{
    (void)state;
    assert_int_equal(parse_with(&bare, "-v"), PH_OK);
    assert_int_equal(args.lang, PH_LANG_VI);
    assert_int_equal(parse_with(&bare, "x"), PH_USAGE);
    assert_int_equal(parse_with(&bare, "--json"), PH_USAGE); /* it has not asked for it */
    assert_int_equal(parse_with(&bare, "--config x"), PH_USAGE);
}

static const char *help(const ph_command *c, ph_lang lang)
{
    static char text[16384];
    ph_buf b;

    ph_buf_init(&b, sizeof text);
    assert_int_equal(ph_args_help(&spec, c, lang, &b), PH_OK);
    assert_true(ph_span_copy(ph_buf_span(&b), text, sizeof text));
    ph_buf_done(&b);
    return text;
}

static void help_shows_examples_first(void **state)
{
    (void)state;
    const char *text = help(NULL, PH_LANG_EN);
    const char *examples = strstr(text, "Examples:\n  phusa-x run\n  phusa-x submit figures.csv\n"),
               *use = strstr(text, "Usage: phusa-x COMMAND [OPTIONS]");
    assert_non_null(examples);
    assert_true(use > examples);
    assert_non_null(strstr(text, "\n  roster sign FILE            sign the roster\n"));
    assert_non_null(strstr(text, "\n  -h, --help                  print this help\n"));
    assert_non_null(strstr(text, "\n  -v, --verbose               say more\n"));
    assert_non_null(strstr(text, "\n   3  the configuration is wrong\n"));
    text = help(&commands[0], PH_LANG_VI);
    assert_non_null(strstr(text, "phusa-x submit - gửi số liệu\n\nVí dụ:\n  phusa-x submit a.csv\n\nCách dùng: phusa-x "
                                 "submit [TÙY CHỌN] FILE\n"));
    assert_non_null(strstr(text, "\n  -u, --unit UNIT             đơn vị\n                              đang nói\n"));
    assert_non_null(strstr(text, "\n      --tag TAG               nhãn\n"));
}

/* @line's answer on stdout. */
static bool answered(const char *line, char *text, size_t size)
{
    int ends[2], saved = dup(STDOUT_FILENO);
    bool done;

    assert_int_equal(parse(line), PH_OK);
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stdout);
    (void)dup2(ends[1], STDOUT_FILENO);
    done = ph_args_answered(&spec, &args);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    (void)close(ends[1]);
    ssize_t n = read(ends[0], text, size - 1);
    text[n > 0 ? n : 0] = '\0';
    (void)close(ends[0]);
    return done;
}

static void help_and_version_are_answered(void **state)
{
    (void)state;
    char text[16384];

    assert_true(answered("--version", text, sizeof text));
    assert_string_equal(text, "phusa-x " PH_VERSION "\n");
    assert_true(answered("submit --help", text, sizeof text)); /* though its FILE is missing */
    assert_non_null(strstr(text, "phusa-x submit - send figures"));
    assert_false(answered("run", text, sizeof text));
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_options_and_operands_are_told_apart),
        cmocka_unit_test(a_command_may_be_two_words),
        cmocka_unit_test(configuration_options_fill_the_source),
        cmocka_unit_test(mistakes_are_told_with_a_way_out),
        cmocka_unit_test(errors_speak_the_chosen_language),
        cmocka_unit_test(there_are_ceilings),
        cmocka_unit_test(a_program_without_commands_takes_no_operands),
        cmocka_unit_test(help_shows_examples_first),
        cmocka_unit_test(help_and_version_are_answered),
    };
    if (unsetenv("LANGUAGE") | unsetenv("LC_ALL") | unsetenv("LC_MESSAGES") | unsetenv("LANG"))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
