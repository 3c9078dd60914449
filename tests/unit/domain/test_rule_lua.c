/* test_rule_lua - expressions: exact, bounded, closed, and the same every time.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_rule_lua.h"

/* A is 7.23, B is not there, Z is 0; a year ago A was 7.2. */
static bool answer(void *arg, ph_span code, ph_against when, bool *ret_is_there, ph_decimal *ret)
{
    (void)arg;
    *ret_is_there = true;
    if (ph_span_is(code, "A"))
        *ret = when == PH_AGAINST_NOTHING ? (ph_decimal){.mantissa = 723, .scale = 2}
                                          : (ph_decimal){.mantissa = 72, .scale = 1};
    else if (ph_span_is(code, "Z"))
        *ret = (ph_decimal){0};
    else if (ph_span_is(code, "B"))
        *ret_is_there = false;
    else
        return false;
    return true;
}

static const ph_lua_question question = {.value = answer};

static ph_lua_answer run(const char *text)
{
    ph_rule_lua *m = NULL;
    char why[PH_LUA_WHY_BYTES] = "";
    ph_lua_answer first, again;

    assert_ok(ph_rule_lua_new(1, &m));
    if (ph_rule_lua_add(m, text, why) != PH_OK)
        fail_msg("%s: %s", text, why);
    assert_ok(ph_rule_lua_ready(m));
    first = ph_rule_lua_run(m, 0, &question);
    for (int i = 0; i < 50; i++) { /* whatever ran before */
        again = ph_rule_lua_run(m, 0, &question);
        assert_int_equal(again.said, first.said);
        assert_int_equal(again.hint.mantissa, first.hint.mantissa);
    }
    ph_rule_lua_free(m);
    return first;
}

static void expect(const char *text, ph_lua_said said)
{
    ph_lua_answer a = run(text);

    if (a.said != said)
        fail_msg("%s: %s", text, ph_lua_said_name(a.said));
}

static void arithmetic_is_exact(void **unused)
{
    static const char *const truths[] = {
        "eq(value\"A\", d\"7.23\")",
        "value(\"A\") + d\"0.1\" + d\"0.2\" == d\"7.53\"",
        "d\"0.1\" + d\"0.2\" == d\"0.3\"",
        "d\"7.0\" == d\"7\" and eq(d\"7.0\", 7) and eq(7, d\"7\")",
        "eq(d\"100000000.000001\" * 3, d\"300000000.000003\")",
        "div(1, 3, 4) == d\"0.3333\" and div(2, 3, 4) == d\"0.6667\"",
        "div(1, 8, 2) == d\"0.13\" and div(-1, 8, 2) == d\"-0.13\" and div(1, -8, 2) == d\"-0.13\"",
        "round(d\"2.345\", 2) == d\"2.35\" and round(d\"-2.345\", 2) == d\"-2.35\"",
        "abs(d\"-1.5\") == d\"1.5\" and -d\"1.5\" == d\"-1.5\" and 1 - d\"1.5\" == d\"-0.5\"",
        "min(d\"1.5\", 2) == d\"1.5\" and max(d\"1.5\", 2) == d\"2\"",
        "d\"1.5\" < d\"1.51\" and d\"1.5\" <= 2 and not (2 <= d\"1.5\")",
        "d\"0.000001\" * d\"0.000001\" * d\"1000000\" == d\"0.000001\"",
        "value(\"B\") == nil and year_ago(\"A\") == d\"7.2\"",
        "local n = 0; for i = 1, 10 do n = n + i * i end; return n < 386 and n > 384 and 7 // 2 < 4"};

    (void)unused;
    for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++)
        expect(truths[i], PH_LUA_GOOD);
}

static void what_is_returned_is_the_answer(void **unused)
{
    (void)unused;
    expect("value(\"A\") > 8", PH_LUA_BAD);
    expect("nil", PH_LUA_UNKNOWN);
    expect("local x = 1", PH_LUA_UNKNOWN);
    expect("if value(\"B\") == nil then return nil end return true", PH_LUA_UNKNOWN);
    expect("1", PH_LUA_RESULT);
    expect("\"true\"", PH_LUA_RESULT);
    ph_lua_answer a = run("false, div(value(\"A\"), 2, 3)");
    assert_int_equal(a.said, PH_LUA_BAD);
    assert_true(a.has_hint);
    assert_int_equal(a.hint.mantissa, 3615);
    assert_int_equal(a.hint.scale, 3);
    assert_false(run("false").has_hint);
    assert_false(run("false, \"3\"").has_hint);
}

static void what_fails_fails_and_nothing_else(void **unused)
{
    (void)unused;
    expect("value(\"NOT_MINE\") == nil", PH_LUA_ERROR);
    expect("value(\"B\") > 1", PH_LUA_ERROR); /* nil is no number: it must be looked at */
    expect("div(1, value(\"Z\"), 2) == nil", PH_LUA_ERROR);
    expect("7 // (1 - 1) < 1", PH_LUA_ERROR);
    expect("d\"1,5\" == nil", PH_LUA_ERROR);
    expect("d\"1e3\" == nil", PH_LUA_ERROR);
    expect("div(1, 3, 7) == nil", PH_LUA_ERROR);
    expect("value(\"A\") + \"1\" == nil", PH_LUA_ERROR);
    expect("local x = d\"1000000000000000\"; return x * x * x == nil", PH_LUA_ERROR);
    expect("local x = d\"0.000001\"; return x * x * x == nil", PH_LUA_ERROR);
    expect("while true do end", PH_LUA_QUOTA);
    expect("local function f() return f() end return f()", PH_LUA_QUOTA);
    expect("local function f() return 1 + f() end return f()", PH_LUA_MEMORY);
    expect("local s = \"x\"; while true do s = s .. s end", PH_LUA_MEMORY);
    expect("local t = {}; local i = 0; while true do i = i + 1; t[i] = {} end", PH_LUA_MEMORY);
}

static void there_is_no_library(void **unused)
{
    static const char *const names[] = {
        "pairs",        "next",           "ipairs", "print",     "load",     "require", "os",      "io",
        "string",       "math",           "table",  "debug",     "pcall",    "error",   "select",  "type",
        "rawget",       "rawset",         "assert", "tostring",  "tonumber", "utf8",    "package", "setmetatable",
        "getmetatable", "collectgarbage", "dofile", "coroutine", "_VERSION", "_G"};
    char text[64];

    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(text, sizeof text, "%s == nil", names[i]);
        expect(text, PH_LUA_GOOD);
    }
    expect("(\"x\"):rep(2) == nil", PH_LUA_ERROR);
}

static void what_one_run_leaves_the_next_does_not_see(void **unused)
{
    (void)unused;
    expect("if seen == nil then seen = true return true end return false", PH_LUA_GOOD); /* fifty times */
    expect("value = nil; return true", PH_LUA_GOOD);
}

static void floats_do_not_load(void **unused)
{
    static const char *const texts[] = {"value(\"A\") > 1.5",
                                        "value(\"A\") > .5",
                                        "1e3 > 2",
                                        "0x10 > 2",
                                        "12345678901234567890 > 1",
                                        "value(\"A\") / 2 > 1",
                                        "2 ^ 3 > 1",
                                        "value(\"A\") == 7",
                                        "7 ~= value(\"A\")",
                                        "true -- remark",
                                        "[[x]] == nil",
                                        "[==[x]==] == nil",
                                        "\"x",
                                        "value(",
                                        "return",
                                        "\x1bLua"};
    char why[PH_LUA_WHY_BYTES];

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] - 2; i++) {
        why[0] = '\0';
        if (ph_rule_lua_check(texts[i], why) != PH_INVALID)
            fail_msg("%s loads", texts[i]);
        assert_string_not_equal(why, "");
    }
    assert_int_equal(ph_rule_lua_check("\x1bLua", why), PH_INVALID);
    assert_ok(ph_rule_lua_check("\"a / b ^ 1.5 -- \\\" [[\" == nil", why));
    assert_ok(ph_rule_lua_check("7 // 2 > 1", why));
}

static void a_long_text_is_refused_and_one_that_just_fits_runs(void **unused)
{
    char text[PH_LUA_MAX_TEXT + 2], why[PH_LUA_WHY_BYTES];

    (void)unused;
    memset(text, ' ', sizeof text - 1);
    memcpy(text, "true", 4);
    text[PH_LUA_MAX_TEXT] = '\0';
    assert_ok(ph_rule_lua_check(text, why));
    text[PH_LUA_MAX_TEXT] = ' ';
    text[PH_LUA_MAX_TEXT + 1] = '\0';
    assert_int_equal(ph_rule_lua_check(text, why), PH_INVALID);
}

/* As many as a registry may have, each of the largest kind of text that loads alone. */
static void what_loads_alone_loads_together(void **unused)
{
    static char text[PH_LUA_MAX_TEXT + 1];
    char why[PH_LUA_WHY_BYTES] = "";
    ph_rule_lua *m = NULL;
    size_t n = 0;

    (void)unused;
    for (unsigned i = 0; n + 40 < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "local v%u = { d(\"%u\") } ", i, i);
    if (ph_rule_lua_check(text, why) != PH_OK)
        fail_msg("%s", why);
    assert_ok(ph_rule_lua_new(PH_MAX_DATA_RULES, &m));
    for (int i = 0; i < PH_MAX_DATA_RULES; i++)
        if (ph_rule_lua_add(m, text, why) != PH_OK)
            fail_msg("%d: %s", i, why);
    assert_ok(ph_rule_lua_ready(m));
    for (int i = 0; i < PH_MAX_DATA_RULES; i++)
        assert_int_equal(ph_rule_lua_run(m, (uint16_t)i, &question).said, PH_LUA_UNKNOWN);
    ph_rule_lua_free(m);
}

/* A code of ours and a name of the expression's, never Lua's sentence. */
static void what_fails_says_why(void **unused)
{
    static const struct {
        const char *text, *why;
    } failures[] = {{"error(\"boom\")", "call:error"},
                    {"value(\"B\") > 1", "compare"},
                    {"local short = nil; return short + 1 > 2", "arithmetic:short"},
                    {"nothing.here == nil", "index:nothing"},
                    {"div(1, 3, 7) == nil", "argument:div"},
                    {"div(1, value(\"Z\"), 2) == nil", "division"},
                    {"7 // (1 - 1) < 1", "division"},
                    {"7 % (1 - 1) < 1", "division"},
                    {"value(\"NOT_MINE\") == nil", "indicator"},
                    {"d\"1,5\" == nil", "literal"},
                    {"local x = d\"1000000000000000\"; return x * x * x == nil", "too_large"},
                    {"a_name_that_is_longer_than_anything_that_a_finding_carries()", "call"},
                    {"true", ""}};

    (void)unused;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (strcmp(run(failures[i].text).why, failures[i].why) != 0)
            fail_msg("%s: %s", failures[i].text, run(failures[i].text).why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_is_exact),
        cmocka_unit_test(what_fails_says_why),
        cmocka_unit_test(what_is_returned_is_the_answer),
        cmocka_unit_test(what_fails_fails_and_nothing_else),
        cmocka_unit_test(there_is_no_library),
        cmocka_unit_test(what_one_run_leaves_the_next_does_not_see),
        cmocka_unit_test(floats_do_not_load),
        cmocka_unit_test(a_long_text_is_refused_and_one_that_just_fits_runs),
        cmocka_unit_test(what_loads_alone_loads_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
