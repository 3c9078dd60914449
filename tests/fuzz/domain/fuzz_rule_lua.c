/* fuzz_rule_lua - the text of an expression: refused with words, or run within its bounds, twice the same.   Layer:
 * tests */
#include <stdlib.h>

#include "ph_rule_lua.h"

static bool answer(void *arg, ph_span code, ph_against when, bool *ret_is_there, ph_decimal *ret)
{
    (void)arg;
    *ret_is_there = code.len % 2 == 1;
    *ret = (ph_decimal){.mantissa = when == PH_AGAINST_NOTHING ? 723 : -1000000000000000, .scale = 2};
    return code.len < 3;
}

static void run_twice(const char *text)
{
    const ph_lua_question question = {.value = answer};
    char why[PH_LUA_WHY_BYTES];
    ph_rule_lua *m = NULL;

    if (ph_rule_lua_new(1, &m) != PH_OK || ph_rule_lua_add(m, text, why) != PH_OK || ph_rule_lua_ready(m) != PH_OK)
        abort();
    ph_lua_answer a = ph_rule_lua_run(m, 0, &question), b = ph_rule_lua_run(m, 0, &question);
    if (a.said != b.said || a.has_hint != b.has_hint || a.hint.mantissa != b.hint.mantissa ||
        a.hint.scale != b.hint.scale || a.said > PH_LUA_RESULT)
        abort();
    if (a.has_hint && (a.hint.mantissa > PH_DECIMAL_MAX_MANTISSA || a.hint.scale > PH_DECIMAL_MAX_SCALE))
        abort();
    ph_rule_lua_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1), why[PH_LUA_WHY_BYTES] = "";

    if (text == NULL)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    ph_rc rc = ph_rule_lua_check(text, why);
    if (rc == PH_OK)
        run_twice(text);
    else if (rc != PH_INVALID || why[0] == '\0')
        abort();
    free(text);
    return 0;
}
