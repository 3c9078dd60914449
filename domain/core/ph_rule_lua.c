/* ph_rule_lua - expressions of rules in Lua, exact and bounded.   Layer: domain/core (pure; links Lua 5.4) */
#include "ph_rule_lua.h"

#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lua.h>

#include "ph_pool.h"
#include "ph_rule_lua_decimal.h"

/* Places in Lua's own table of registered values; 1 and 2 are its own. */
enum { FIRST_PLACE = 16 };

struct ph_rule_lua {
    lua_State *lua;
    const ph_lua_question *question; /* of the run that is on */
    size_t n;                        /* expressions */
    bool is_out_of_time;
    ph_pool pool; /* all of Lua's own memory */
};

static void *allocate(void *arg, void *piece, size_t old_size, size_t new_size)
{
    return ph_pool_resize(&((ph_rule_lua *)arg)->pool, piece, old_size, new_size);
}

/* ---- what an expression may ask ---- */

static ph_rule_lua *machine_of(lua_State *L)
{
    ph_rule_lua *m;

    memcpy(&m, lua_getextraspace(L), sizeof m);
    return m;
}

static int ask(lua_State *L, ph_against when)
{
    const ph_lua_question *q = machine_of(L)->question;
    ph_decimal value = {0};
    bool is_there = false;
    size_t len;
    const char *code = luaL_checklstring(L, 1, &len);

    if (q == NULL || !q->value(q->arg, ph_span_of(code, len), when, &is_there, &value))
        return luaL_error(L, "not among the rule's indicators");
    if (is_there)
        ph_lua_decimal_push(L, value);
    else
        lua_pushnil(L);
    return 1;
}

static int ask_value(lua_State *L)
{
    return ask(L, PH_AGAINST_NOTHING);
}

static int ask_previous(lua_State *L)
{
    return ask(L, PH_AGAINST_PREVIOUS);
}

static int ask_year_ago(lua_State *L)
{
    return ask(L, PH_AGAINST_YEAR_AGO);
}

/* ---- the machine ---- */

static void on_count(lua_State *L, lua_Debug *unused)
{
    (void)unused;
    machine_of(L)->is_out_of_time = true;
    (void)luaL_error(L, "too many instructions");
}

static int furnish(lua_State *L)
{
    static const luaL_Reg calls[] = {
        {"value", ask_value}, {"previous", ask_previous}, {"year_ago", ask_year_ago}, {NULL, NULL}};

    ph_lua_decimal_furnish(L);
    lua_pushglobaltable(L);
    luaL_setfuncs(L, calls, 0);
    return 0;
}

ph_rc ph_rule_lua_new(size_t n, ph_rule_lua **ret)
{
    ph_rule_lua *m = calloc(1, sizeof *m);
    ph_rc rc =
        m == NULL ? PH_NOMEM : ph_pool_init(&m->pool, PH_LUA_BASE_BYTES + n * PH_LUA_LOAD_BYTES, PH_LUA_MAX_RUN_BYTES);

    if (rc == PH_OK)
        m->lua = lua_newstate(allocate, m);
    if (rc != PH_OK || m->lua == NULL) {
        ph_rule_lua_free(m);
        return PH_NOMEM;
    }
    memcpy(lua_getextraspace(m->lua), &m, sizeof m);
    (void)lua_gc(m->lua, LUA_GCSTOP);
    lua_pushcfunction(m->lua, furnish);
    if (lua_pcall(m->lua, 0, 0, 0) != LUA_OK) {
        ph_rule_lua_free(m);
        return PH_NOMEM;
    }
    *ret = m;
    return PH_OK;
}

void ph_rule_lua_free(ph_rule_lua *m)
{
    if (m == NULL)
        return;
    ph_pool_done(&m->pool);
    free(m);
}

/* ---- loading ---- */

/* A bare expression, or else a piece of program that returns. */
static int load(ph_rule_lua *m, const char *text)
{
    char bare[PH_LUA_MAX_TEXT + 16];
    int n = snprintf(bare, sizeof bare, "return %s", text);

    if (luaL_loadbufferx(m->lua, bare, (size_t)n, "=expr", "t") == LUA_OK)
        return LUA_OK;
    lua_settop(m->lua, 0);
    return luaL_loadbufferx(m->lua, text, strlen(text), "=expr", "t");
}

static int keep(lua_State *L)
{
    lua_rawseti(L, LUA_REGISTRYINDEX, FIRST_PLACE + (lua_Integer)machine_of(L)->n);
    return 0;
}

ph_rc ph_rule_lua_add(ph_rule_lua *m, const char *text, char *why)
{
    const char *fault = ph_rule_lua_fault(text);
    int rc;

    if (fault != NULL) {
        (void)snprintf(why, PH_LUA_WHY_BYTES, "%s", fault);
        return PH_INVALID;
    }
    rc = load(m, text);
    if (rc == LUA_OK) {
        lua_pushcfunction(m->lua, keep);
        lua_insert(m->lua, 1);
        rc = lua_pcall(m->lua, 1, 0, 0);
    }
    if (rc != LUA_OK) {
        const char *said = lua_tostring(m->lua, -1);
        (void)snprintf(why, PH_LUA_WHY_BYTES, "%s", said == NULL ? "too large" : said);
    }
    lua_settop(m->lua, 0);
    m->n += rc == LUA_OK;
    return rc == LUA_OK ? PH_OK : PH_INVALID;
}

ph_rc ph_rule_lua_check(const char *text, char *why)
{
    ph_rule_lua *m = NULL;
    ph_rc rc = ph_rule_lua_new(1, &m);

    if (rc == PH_OK)
        rc = ph_rule_lua_add(m, text, why);
    ph_rule_lua_free(m);
    return rc;
}

/* ---- running ---- */

ph_rc ph_rule_lua_ready(ph_rule_lua *m)
{
    lua_sethook(m->lua, on_count, LUA_MASKCOUNT, PH_LUA_MAX_INSTRUCTIONS);
    return ph_pool_keep(&m->pool);
}

static ph_lua_answer read_answer(lua_State *L)
{
    ph_lua_answer a = {.said = PH_LUA_RESULT};

    if (lua_isnil(L, 1))
        a.said = PH_LUA_UNKNOWN;
    else if (lua_isboolean(L, 1))
        a.said = lua_toboolean(L, 1) ? PH_LUA_GOOD : PH_LUA_BAD;
    if (a.said == PH_LUA_BAD)
        a.has_hint = ph_lua_decimal_read(L, 2, &a.hint); /* to what a finding can carry */
    return a;
}

static int call(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, FIRST_PLACE + (lua_Integer)luaL_checkinteger(L, 1));
    lua_call(L, 0, 2);
    return 2;
}

/* What Lua, or a call of ours, says when it gives up, by its stable beginning; and what we call that. */
static const struct reason {
    const char *says, *code;
} reasons[] = {{"attempt to call", "call"},
               {"attempt to compare", "compare"},
               {"attempt to perform arithmetic", "arithmetic"},
               {"attempt to index", "index"},
               {"bad argument", "argument"},
               {"division by zero", "division"},
               {"divide by zero", "division"},
               {"attempt to perform 'n", "division"},
               {"not among the rule's indicators", "indicator"},
               {"outgrows", "too_large"},
               {"takes a number such as", "literal"}};

/* The name that the sentence quotes: letters of a program, so many as fit. */
static ph_span quoted(const char *text)
{
    const char *open = strchr(text, '\'');
    size_t n = 0;

    if (open == NULL)
        return (ph_span){0};
    while (ph_rule_lua_is_wordy(open[1 + n]) && n < PH_LUA_REASON_BYTES / 2)
        n++;
    return ph_span_of(open + 1, open[1 + n] == '\'' ? n : 0);
}

static void say_why(lua_State *L, ph_lua_answer *a)
{
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    const char *code = "other";
    ph_span name = quoted(text);

    for (size_t i = sizeof reasons / sizeof reasons[0]; i-- > 0;)
        if (strstr(text, reasons[i].says) != NULL)
            code = reasons[i].code;
    (void)snprintf(a->why, sizeof a->why, "%s%s%.*s", code, name.len > 0 ? ":" : "", (int)name.len,
                   name.len > 0 ? (const char *)name.ptr : "");
}

ph_lua_answer ph_rule_lua_run(ph_rule_lua *m, uint16_t place, const ph_lua_question *question)
{
    lua_State *L = m->lua;
    ph_lua_answer a = {.said = PH_LUA_ERROR};

    ph_pool_restore(&m->pool, PH_LUA_MAX_RUN_BYTES);
    m->is_out_of_time = false;
    m->question = question;
    lua_pushcfunction(L, call);
    lua_pushinteger(L, place);
    int rc = lua_pcall(L, 1, 2, 0);
    m->question = NULL;
    if (rc == LUA_OK)
        return read_answer(L);
    if (m->is_out_of_time)
        a.said = PH_LUA_QUOTA;
    else if (m->pool.is_full || rc == LUA_ERRMEM)
        a.said = PH_LUA_MEMORY;
    else
        say_why(L, &a);
    return a;
}

const char *ph_lua_said_name(ph_lua_said said)
{
    switch (said) {
#define PH_X(name, text) \
    case PH_LUA_##name:  \
        return text;
        PH_LUA_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}
