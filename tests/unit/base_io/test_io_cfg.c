/* test_io_cfg - every error at once with its place, values with units, reload, what the table prints.   Layer: tests */
#include "ph_cfg.h"

#include "ph_locale.h"
#include "ph_scratch.h"

typedef struct cfg {
    char listen[128];
    char server[128];
    char health[64];
    char ledger[256];
    char title[16];
    char password[32];
    char brokers[64];
    bool strict;
    int mode;
    int64_t batch_max;
    int64_t memory;
    int64_t batch_wait_us;
} cfg;

static const char *const modes[] = {"embedded", "distributed", NULL};

static const ph_cfg_key keys[] = {
    PH_CFG_KEY(cfg, listen, "listen", ENDPOINT, 1, 127, "tcp://*:7001", PH_CFG_LISTEN, "nơi nhận", "where to listen"),
    PH_CFG_KEY(cfg, server, "server", ENDPOINT, 0, 127, "", 0, "máy chủ", "the server"),
    PH_CFG_KEY(cfg, health, "health", ADDRESS, 0, 63, "127.0.0.1:9464", 0, "sức khỏe", "health"),
    PH_CFG_KEY(cfg, ledger, "ledger", PATH, 1, 255, "ledger.db", 0, "sổ cái", "the ledger"),
    PH_CFG_KEY(cfg, title, "title", TEXT, 1, 255, "Phù sa", PH_CFG_RELOAD, "tên", "the title"),
    PH_CFG_KEY(cfg, password, "password", TEXT, 0, 31, "", PH_CFG_SECRET | PH_CFG_RELOAD, "mật khẩu", "the password"),
    PH_CFG_KEY(cfg, brokers, "brokers", LIST, 1, 3, "a:1", 0, "các máy", "the brokers"),
    PH_CFG_KEY(cfg, strict, "strict", BOOL, 0, 1, "true", PH_CFG_RELOAD, "chặt", "strict"),
    PH_CFG_KEY_ENUM(cfg, mode, "mode", modes, "embedded", 0, "kiểu", "the mode"),
    PH_CFG_KEY(cfg, batch_max, "batch_max", COUNT, 1, 10000, "500", PH_CFG_RELOAD, "mẻ", "messages per transaction"),
    PH_CFG_KEY(cfg, memory, "memory", BYTES, 4096, PH_CFG_GIB, "1 MiB", 0, "bộ nhớ", "memory"),
    PH_CFG_KEY(cfg, batch_wait_us, "batch_wait", DURATION, PH_CFG_MS, PH_CFG_S, "20ms", PH_CFG_RELOAD, "chờ",
               "longest wait"),
};

static void check(const void *arg, ph_err_fn on_error, void *error_arg)
{
    const cfg *c = arg;
    ph_err e;

    if (c->batch_max == 7777) {
        (void)ph_err_set(&e, PH_INVALID, "cfg.test.together", "", "7777 does not go together with anything");
        on_error(error_arg, &e);
    }
}

static const ph_cfg_schema schema = {
    .program = "phusa-test", .keys = keys, .n_keys = sizeof keys / sizeof keys[0], .size = sizeof(cfg), .check = check};

/* The errors of one parse, as "code@line:col" lines. */
static char told[4096];
static ph_err last;

static void tell(void *arg, const ph_err *e)
{
    size_t len = strlen(told);

    (void)arg;
    (void)snprintf(told + len, sizeof told - len, "%s@%d:%d\n", e->code, e->line, e->col);
    last = *e;
}

static ph_rc parse(const char *text, cfg *c)
{
    const ph_cfg_source source = {.file = "/etc/phusa/test.yaml"};

    told[0] = '\0';
    return ph_cfg_parse(&schema, ph_span_str(text), &source, c, tell, NULL, NULL);
}

static void an_empty_file_gives_the_defaults(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "# a comment\n", "---\n", "\n\n", "~\n", "{}\n"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cfg c;
        assert_int_equal(parse(texts[i], &c), PH_OK);
        assert_string_equal(c.listen, "tcp://*:7001");
        assert_string_equal(c.ledger, "/etc/phusa/ledger.db");
        assert_string_equal(c.title, "Phù sa");
        assert_true(c.strict);
        assert_int_equal(c.mode, 0);
        assert_int_equal(c.batch_max, 500);
        assert_int_equal(c.memory, 1048576);
        assert_int_equal(c.batch_wait_us, 20000);
    }
    cfg c;
    assert_int_equal(ph_cfg_defaults(&schema, &c), PH_OK);
    assert_string_equal(c.ledger, "ledger.db");
}

static void every_kind_of_value_is_read(void **state)
{
    (void)state;
    cfg c;

    assert_int_equal(
        parse("listen: tcp://[::1]:7001\nserver: 'tcp://a-b.example.vn:65535'\nhealth: \"\"\nledger: /var/lib/x y.db\n"
              "title: \"a: b # c\"\nbrokers: [ kafka-1:9092, 'kafka-2:9092' ]\nstrict: false\nmode: distributed\n"
              "batch_max: 10_000\nmemory: 64 KiB\nbatch_wait: 1s\n",
              &c),
        PH_OK);
    assert_string_equal(c.listen, "tcp://[::1]:7001");
    assert_string_equal(c.server, "tcp://a-b.example.vn:65535");
    assert_string_equal(c.health, "");
    assert_string_equal(c.ledger, "/var/lib/x y.db");
    assert_string_equal(c.title, "a: b # c");
    assert_string_equal(c.brokers, "kafka-1:9092,kafka-2:9092");
    assert_false(c.strict);
    assert_int_equal(c.mode, 1);
    assert_int_equal(c.batch_max, 10000);
    assert_int_equal(c.memory, 65536);
    assert_int_equal(c.batch_wait_us, 1000000);
    assert_int_equal(parse("brokers: a , b,c\nmemory: 4_096\nserver: ipc:///run/x\n", &c), PH_OK);
    assert_string_equal(c.brokers, "a,b,c");
    assert_int_equal(c.memory, 4096);
}

static const struct {
    const char *text, *told;
} wrong_values[] = {
    {"lisen: x", "cfg.key.unknown@1:1\n"},
    {"batch_max: 1\nbatch_max: 2", "cfg.key.twice@2:1\n"},
    {"batch_max: 1x", "cfg.value.type@1:12\n"},
    {"batch_max: -1", "cfg.value.type@1:12\n"},
    {"batch_max: 1.5", "cfg.value.type@1:12\n"},
    {"batch_max: 1__0", "cfg.value.type@1:12\n"},
    {"batch_max: 0", "cfg.value.range@1:12\n"},
    {"batch_max: 10001", "cfg.value.range@1:12\n"},
    {"batch_max: 99999999999999999999999999", "cfg.value.range@1:12\n"},
    {"batch_max: 5ms", "cfg.value.type@1:12\n"},
    {"batch_max:", "cfg.value.missing@1:11\n"},
    {"batch_max: ~", "cfg.value.missing@1:12\n"},
    {"batch_max: [1, 2]", "cfg.value.list@1:12\n"},
    {"batch_wait: 20", "cfg.value.unit@1:13\n"},
    {"batch_wait: 20 msec", "cfg.value.unit@1:13\n"},
    {"batch_wait: 1500ms", "cfg.value.range@1:13\n"},
    {"batch_wait: 0", "cfg.value.range@1:13\n"},
    {"batch_wait: 9223372036854775807d", "cfg.value.range@1:13\n"},
    {"batch_wait: soon", "cfg.value.type@1:13\n"},
    {"memory: 1_ KiB", "cfg.value.unit@1:9\n"},
    {"memory: 1 MIB", "cfg.value.unit@1:9\n"},
    {"memory: 2 GiB", "cfg.value.range@1:9\n"},
    {"strict: yes", "cfg.value.type@1:9\n"},
    {"mode: embeded", "cfg.value.enum@1:7\n"},
    {"listen: 127.0.0.1:7001", "cfg.value.endpoint@1:9\n"},
    {"listen: tcp://x", "cfg.value.endpoint@1:9\n"},
    {"listen: tcp://:7001", "cfg.value.endpoint@1:9\n"},
    {"listen: tcp://x:65536", "cfg.value.endpoint@1:9\n"},
    {"listen: tcp://x y:1", "cfg.value.endpoint@1:9\n"},
    {"listen: \"\"", "cfg.value.empty@1:9\n"},
    {"server: tcp://*:7001", "cfg.value.endpoint@1:9\n"},
    {"server: tcp://x:0", "cfg.value.endpoint@1:9\n"},
    {"health: localhost", "cfg.value.address@1:9\n"},
    {"health: localhost:99999", "cfg.value.address@1:9\n"},
    {"title: a text longer than its field", "cfg.value.length@1:8\n"},
    {"title: \"a\\tb\"", "cfg.value.text@1:8\n"},
    {"brokers: []", "cfg.value.range@1:10\n"},
    {"brokers: [a, b, c, d]", "cfg.value.range@1:10\n"},
    {"brokers: a,,b", "cfg.value.list@1:10\n"},
    {"brokers: 'a,'", "cfg.value.list@1:10\n"},
    {"brokers: [a, [b]]", "cfg.yaml.nested@1:14\n"},
    {"title: {a: b}", "cfg.yaml.nested@1:8\n"},
    {"title:\n  a: b", "cfg.yaml.nested@2:3\n"},
    {"? [a]\n: b", "cfg.yaml.nested@1:3\n"},
    {"title: &x a", "cfg.yaml.unsupported@1:8\n"},
    {"title: !!str a", "cfg.yaml.unsupported@1:8\n"},
    {"title: *x", "cfg.yaml.unsupported@1:8\n"},
    {"- a\n- b", "cfg.yaml.shape@1:1\n"},
    {"title", "cfg.yaml.shape@1:1\n"},
    {"title: a\n---\ntitle: b", "cfg.yaml.shape@2:1\n"},
    {"title: a\n\ttab: b", "cfg.yaml.syntax@2:1\n"},
    {"title: \"a", "cfg.yaml.syntax@1:8\n"},
    {"title: a\nx: \x01", "cfg.yaml.syntax@2:4\n"},
    {"title: a\nx: \xff", "cfg.yaml.utf8@2:1\n"},
    {"batch_max: 7777", "cfg.test.together@0:0\n"},
};

static void each_wrong_value_has_its_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong_values / sizeof wrong_values[0]; i++) {
        cfg c = {.batch_max = 42};
        assert_int_equal(parse(wrong_values[i].text, &c), PH_INVALID);
        if (strcmp(told, wrong_values[i].told) != 0)
            fail_msg("%s\ngives %swanted %s", wrong_values[i].text, told, wrong_values[i].told);
        assert_int_equal(c.batch_max, 42); /* untouched */
    }
}

static void all_errors_come_at_once(void **state)
{
    (void)state;
    cfg c;
    ph_err e;
    const ph_cfg_source source = {.file = "a.yaml"};

    told[0] = '\0';
    assert_int_equal(ph_cfg_parse(&schema, ph_span_str("lisen: x\nbatch_max: 0\nstrict: on\n\nmode: none\n"), &source,
                                  &c, tell, NULL, &e),
                     PH_INVALID);
    assert_string_equal(told, "cfg.key.unknown@1:1\ncfg.value.range@2:12\ncfg.value.type@3:9\ncfg.value.enum@5:7\n");
    assert_string_equal(e.code, "cfg.invalid");
    assert_non_null(strstr(e.what, "4 errors"));
    assert_string_equal(e.where, "a.yaml");
    assert_int_equal(ph_cfg_parse(&schema, ph_span_str("lisen: x"), &source, &c, NULL, NULL, &e), PH_INVALID);
    assert_string_equal(e.code, "cfg.key.unknown"); /* one alone is told itself */
    assert_string_equal(e.hint, "did you mean \"listen\"?");
}

static void errors_suggest_and_explain(void **state)
{
    (void)state;
    cfg c;

    assert_int_equal(parse("batch_wiat: 1ms", &c), PH_INVALID);
    assert_string_equal(last.hint, "did you mean \"batch_wait\"?");
    assert_string_equal(last.where, "/etc/phusa/test.yaml");
    assert_int_equal(parse("mode: embeded", &c), PH_INVALID);
    assert_string_equal(last.hint, "did you mean \"embedded\"?");
    assert_non_null(strstr(last.what, "embedded, distributed"));
    assert_int_equal(parse("batch_wait: 5s", &c), PH_INVALID);
    assert_non_null(strstr(last.what, "batch_wait: 5s lies outside 1ms to 1s"));
    assert_int_equal(parse("batch_wait: 20", &c), PH_INVALID);
    assert_non_null(strstr(last.hint, "20ms"));
    ph_lang_set(PH_LANG_VI);
    assert_int_equal(parse("batch_wiat: 1ms", &c), PH_INVALID);
    assert_string_equal(last.hint, "có phải \"batch_wait\"?");
    ph_lang_set(PH_LANG_EN);
}

static void sets_win_over_the_file(void **state)
{
    (void)state;
    static const char *const good[] = {"batch_max=7", "title=a=b", "batch_max=8", "ledger=here.db"};
    static const char *const bad[] = {"batch_max", "lisen=x", "batch_max=x"};
    ph_cfg_source source = {.file = "/etc/x/a.yaml", .sets = good, .n_sets = 4};
    cfg c;

    assert_int_equal(ph_cfg_parse(&schema, ph_span_str("batch_max: 5"), &source, &c, NULL, NULL, NULL), PH_OK);
    assert_int_equal(c.batch_max, 8);
    assert_string_equal(c.title, "a=b");
    assert_string_equal(c.ledger, "here.db"); /* typed in a shell: from where we are */
    source = (ph_cfg_source){.sets = bad, .n_sets = 3};
    told[0] = '\0';
    assert_int_equal(ph_cfg_load(&schema, &source, &c, tell, NULL, NULL), PH_INVALID);
    assert_string_equal(told, "cfg.set.shape@0:0\ncfg.key.unknown@0:0\ncfg.value.type@0:0\n");
    assert_string_equal(last.where, "--set");
}

static const ph_cfg_key needed[] = {
    PH_CFG_KEY(cfg, server, "server", ENDPOINT, 1, 127, NULL, PH_CFG_REQUIRED, "máy chủ", "the server")};
static const ph_cfg_schema needing = {.program = "phusa-test", .keys = needed, .n_keys = 1, .size = sizeof(cfg)};

static void a_required_key_must_be_given(void **state)
{
    (void)state;
    static const char *const sets[] = {"server=tcp://x:1"};
    cfg c;
    ph_err e;

    assert_int_equal(ph_cfg_load(&needing, &(ph_cfg_source){0}, &c, NULL, NULL, &e), PH_INVALID);
    assert_string_equal(e.code, "cfg.key.missing");
    assert_int_equal(ph_cfg_load(&needing, &(ph_cfg_source){.sets = sets, .n_sets = 1}, &c, NULL, NULL, &e), PH_OK);
    assert_int_equal(ph_cfg_defaults(&needing, &c), PH_OK);
    assert_string_equal(c.server, "");
}

static void a_table_that_contradicts_itself_is_our_bug(void **state)
{
    (void)state;
    const ph_cfg_key bad[] = {
        PH_CFG_KEY(cfg, batch_max, "a", COUNT, 1, 10, "11", 0, "", ""),
        PH_CFG_KEY(cfg, strict, "a", COUNT, 1, 10, "5", 0, "", ""),
        PH_CFG_KEY(cfg, batch_max, "a", COUNT, 10, 1, "5", 0, "", ""),
        PH_CFG_KEY(cfg, batch_max, "a", COUNT, 1, 10, NULL, 0, "", ""),
        PH_CFG_KEY(cfg, mode, "a", ENUM, 0, 0, "x", 0, "", ""),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cfg c;
        const ph_cfg_schema s = {.program = "x", .keys = &bad[i], .n_keys = 1, .size = sizeof(cfg)};
        assert_int_equal(ph_cfg_defaults(&s, &c), PH_BUG);
    }
}

static void a_number_beyond_ours_is_refused_even_without_a_ceiling(void **state)
{
    (void)state;
    const ph_cfg_key open_keys[] = {
        PH_CFG_KEY(cfg, batch_max, "n", COUNT, 0, INT64_MAX, "0", 0, "", ""),
        PH_CFG_KEY(cfg, memory, "b", BYTES, 0, INT64_MAX, "0", 0, "", ""),
    };
    const ph_cfg_schema open_schema = {.program = "x", .keys = open_keys, .n_keys = 2, .size = sizeof(cfg)};
    const ph_cfg_source none = {0};
    cfg c;

    told[0] = '\0';
    assert_int_equal(ph_cfg_parse(&open_schema, ph_span_str("n: 9223372036854775808\nb: 8589934592 GiB\n"), &none, &c,
                                  tell, NULL, NULL),
                     PH_INVALID);
    assert_string_equal(told, "cfg.value.range@1:4\ncfg.value.range@2:4\n");
    assert_int_equal(ph_cfg_parse(&open_schema, ph_span_str("n: 9223372036854775807\n"), &none, &c, tell, NULL, NULL),
                     PH_OK);
    assert_true(c.batch_max == INT64_MAX);
}

/* ---- files ---- */

static void files_are_read_and_missing_ones_told(void **state)
{
    (void)state;
    cfg c;
    ph_err e;

    write_text(in_scratch("a.yaml"), "batch_max: 9\nledger: x.db\n", 0644);
    assert_int_equal(ph_cfg_load(&schema, &(ph_cfg_source){.file = in_scratch("a.yaml")}, &c, NULL, NULL, &e), PH_OK);
    assert_int_equal(c.batch_max, 9);
    assert_string_equal(c.ledger, in_scratch("x.db"));
    assert_int_equal(ph_cfg_load(&schema, &(ph_cfg_source){.file = in_scratch("b.yaml")}, &c, NULL, NULL, &e),
                     PH_NOT_FOUND);
    assert_string_equal(e.code, "cfg.file.missing");
    char *big = malloc(PH_CFG_MAX_FILE_BYTES + 2);
    memset(big, '#', PH_CFG_MAX_FILE_BYTES + 1);
    big[PH_CFG_MAX_FILE_BYTES + 1] = '\0';
    write_text(in_scratch("c.yaml"), big, 0644);
    assert_int_equal(ph_cfg_load(&schema, &(ph_cfg_source){.file = in_scratch("c.yaml")}, &c, NULL, NULL, &e),
                     PH_LIMIT);
    assert_int_equal(parse(big, &c), PH_INVALID);
    assert_string_equal(told, "cfg.file.large@0:0\n");
    free(big);
}

static void a_deep_file_is_refused_at_its_second_level(void **state)
{
    (void)state;
    cfg c;
    size_t n = PH_CFG_MAX_FILE_BYTES - 1;
    char *deep = malloc(n + 1);

    memset(deep, '[', n);
    memcpy(deep, "title: ", 7);
    deep[n] = '\0';
    assert_int_equal(parse(deep, &c), PH_INVALID);
    assert_string_equal(told, "cfg.yaml.nested@1:9\n");
    free(deep);
}

static char changes[1024];

static void on_change(void *arg, const ph_cfg_key *key, const char *was, const char *is, bool applied)
{
    size_t len = strlen(changes);

    (void)arg;
    (void)snprintf(changes + len, sizeof changes - len, "%s:%s->%s%s;", key->name, was, is, applied ? "" : "!");
}

static void reload_applies_what_it_may_and_names_the_rest(void **state)
{
    (void)state;
    cfg c;
    ph_err e;
    const ph_cfg_source source = {.file = in_scratch("a.yaml")};

    write_text(in_scratch("a.yaml"), "batch_max: 9\n", 0644);
    assert_int_equal(ph_cfg_load(&schema, &source, &c, NULL, NULL, &e), PH_OK);
    write_text(in_scratch("a.yaml"), "batch_max: 10\nmode: distributed\npassword: abc\n", 0644);
    changes[0] = '\0';
    assert_int_equal(ph_cfg_reload(&schema, &source, &c, on_change, tell, NULL, &e), PH_OK);
    assert_string_equal(changes, "password:***->***;mode:embedded->distributed!;batch_max:9->10;");
    assert_int_equal(c.batch_max, 10);
    assert_int_equal(c.mode, 0);
    assert_string_equal(c.password, "abc");
    cfg before = c;
    write_text(in_scratch("a.yaml"), "batch_max: 11\nmod", 0644); /* half-written */
    told[0] = changes[0] = '\0';
    assert_int_equal(ph_cfg_reload(&schema, &source, &c, on_change, tell, NULL, &e), PH_INVALID);
    assert_string_equal(changes, "");
    assert_memory_equal(&c, &before, sizeof c);
    assert_non_null(strstr(told, "cfg.yaml.syntax@2"));
}

/* ---- what the table prints ---- */

static void print_loads_to_the_same_values(void **state)
{
    (void)state;
    cfg c, again;
    ph_buf b;

    assert_int_equal(
        parse("title: \"a \\\" \\\\ \\L\\P b\"\nbrokers: [a, b]\nbatch_wait: 1500us\nmemory: 5000\nstrict: "
              "false\nmode: distributed\nhealth: \"\"\n",
              &c),
        PH_OK);
    ph_buf_init(&b, 65536);
    assert_int_equal(ph_cfg_print(&schema, &c, PH_LANG_VI, &b), PH_OK);
    assert_int_equal(ph_buf_put_byte(&b, 0), PH_OK);
    assert_non_null(strstr((const char *)b.ptr, "batch_wait: 1500us\n"));
    assert_int_equal(parse((const char *)b.ptr, &again), PH_OK);
    assert_string_equal(again.password, "***"); /* the one that does not come back */
    memcpy(again.password, c.password, sizeof again.password);
    assert_memory_equal(&c, &again, sizeof c);
    ph_buf_done(&b);
}

static void a_secret_is_never_printed(void **state)
{
    (void)state;
    cfg c;
    ph_buf b;

    assert_int_equal(parse("password: hunter2", &c), PH_OK);
    ph_buf_init(&b, 65536);
    assert_int_equal(ph_cfg_print(&schema, &c, PH_LANG_EN, &b), PH_OK);
    assert_int_equal(ph_cfg_print_json(&schema, &c, &b), PH_OK);
    assert_int_equal(ph_buf_put_byte(&b, 0), PH_OK);
    assert_null(strstr((const char *)b.ptr, "hunter2"));
    assert_non_null(strstr((const char *)b.ptr, "\"password\":\"***\""));
    assert_non_null(strstr((const char *)b.ptr, "\"memory\":\"1 MiB\""));
    ph_buf_done(&b);
}

static void the_reference_names_every_key(void **state)
{
    (void)state;
    for (int lang = PH_LANG_VI; lang <= (int)PH_LANG_EN; lang++) {
        ph_buf b;
        ph_buf_init(&b, 65536);
        assert_int_equal(ph_cfg_reference(&schema, (ph_lang)lang, &b), PH_OK);
        assert_int_equal(ph_buf_put_byte(&b, 0), PH_OK);
        for (size_t i = 0; i < schema.n_keys; i++) {
            char heading[64];
            (void)snprintf(heading, sizeof heading, "### `%s`\n\n%s\n", keys[i].name,
                           lang == (int)PH_LANG_VI ? keys[i].vi : keys[i].en);
            assert_non_null(strstr((const char *)b.ptr, heading));
        }
        assert_non_null(strstr((const char *)b.ptr, "1ms … 1s"));
        ph_buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_gives_the_defaults),
        cmocka_unit_test(every_kind_of_value_is_read),
        cmocka_unit_test(each_wrong_value_has_its_code),
        cmocka_unit_test(all_errors_come_at_once),
        cmocka_unit_test(errors_suggest_and_explain),
        cmocka_unit_test(sets_win_over_the_file),
        cmocka_unit_test(a_required_key_must_be_given),
        cmocka_unit_test(a_table_that_contradicts_itself_is_our_bug),
        cmocka_unit_test(a_number_beyond_ours_is_refused_even_without_a_ceiling),
        cmocka_unit_test_setup_teardown(files_are_read_and_missing_ones_told, scratch_open, scratch_close),
        cmocka_unit_test(a_deep_file_is_refused_at_its_second_level),
        cmocka_unit_test_setup_teardown(reload_applies_what_it_may_and_names_the_rest, scratch_open, scratch_close),
        cmocka_unit_test(print_loads_to_the_same_values),
        cmocka_unit_test(a_secret_is_never_printed),
        cmocka_unit_test(the_reference_names_every_key),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
