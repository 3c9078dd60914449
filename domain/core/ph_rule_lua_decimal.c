/* ph_rule_lua_decimal - exact numbers in Lua, and what may be done with them.   Layer: domain/core (pure; links Lua
 * 5.4) */
#include "ph_rule_lua_decimal.h"

#include <string.h>

#include <lauxlib.h>

/* Wider than a ph_decimal, so that products of two need no rounding. */
enum { MAX_SCALE = 12 };
typedef struct number {
    ph_wide mantissa;
    uint8_t scale;
} number;
static const char number_name[] = "decimal";

static int too_large(lua_State *L)
{
    return luaL_error(L, "a number outgrows what is exact here");
}

static ph_wide times(lua_State *L, ph_wide a, ph_wide b)
{
    ph_wide product;

    if (__builtin_mul_overflow(a, b, &product))
        (void)too_large(L);
    return product;
}

static void push(lua_State *L, number n)
{
    while (n.scale > 0 && n.mantissa % 10 == 0) {
        n.mantissa /= 10;
        n.scale--;
    }
    if (n.scale > MAX_SCALE)
        (void)too_large(L);
    memcpy(lua_newuserdatauv(L, sizeof n, 0), &n, sizeof n); /* Lua aligns to 8 */
    luaL_setmetatable(L, number_name);
}

void ph_lua_decimal_push(lua_State *L, ph_decimal d)
{
    push(L, (number){.mantissa = d.mantissa, .scale = d.scale});
}

/* A decimal or an integer; nothing else is a number here. */
static number number_at(lua_State *L, int at)
{
    number n;

    if (lua_isinteger(L, at))
        return (number){.mantissa = lua_tointeger(L, at)};
    memcpy(&n, luaL_checkudata(L, at, number_name), sizeof n);
    return n;
}

static void align(lua_State *L, number *a, number *b)
{
    if (a->scale < b->scale)
        a->mantissa = times(L, a->mantissa, ph_pow10((unsigned)(b->scale - a->scale)));
    else
        b->mantissa = times(L, b->mantissa, ph_pow10((unsigned)(a->scale - b->scale)));
    a->scale = b->scale = a->scale < b->scale ? b->scale : a->scale;
}

static int add(lua_State *L)
{
    number a = number_at(L, 1), b = number_at(L, 2);

    align(L, &a, &b);
    if (__builtin_add_overflow(a.mantissa, b.mantissa, &a.mantissa))
        return too_large(L);
    push(L, a);
    return 1;
}

static int subtract(lua_State *L)
{
    number a = number_at(L, 1), b = number_at(L, 2);

    align(L, &a, &b);
    if (__builtin_sub_overflow(a.mantissa, b.mantissa, &a.mantissa))
        return too_large(L);
    push(L, a);
    return 1;
}

static int multiply(lua_State *L)
{
    number a = number_at(L, 1), b = number_at(L, 2);

    a.mantissa = times(L, a.mantissa, b.mantissa);
    a.scale = (uint8_t)(a.scale + b.scale);
    push(L, a);
    return 1;
}

static int negate(lua_State *L)
{
    number a = number_at(L, 1);

    a.mantissa = times(L, a.mantissa, -1);
    push(L, a);
    return 1;
}

static int refuse_slash(lua_State *L)
{
    return luaL_error(L, "divide with div(a, b, decimals)");
}

static int compare(lua_State *L)
{
    number a = number_at(L, 1), b = number_at(L, 2);

    align(L, &a, &b);
    return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
}

static int is_equal(lua_State *L)
{
    lua_pushboolean(L, compare(L) == 0);
    return 1;
}

static int is_less(lua_State *L)
{
    lua_pushboolean(L, compare(L) < 0);
    return 1;
}

static int is_not_more(lua_State *L)
{
    lua_pushboolean(L, compare(L) <= 0);
    return 1;
}

/* ---- calls ---- */

static int literal(lua_State *L)
{
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    ph_decimal d;

    if (ph_decimal_parse(ph_span_of(text, len), &d) != PH_OK)
        return luaL_error(L, "d\"…\" takes a number such as -12.5");
    ph_lua_decimal_push(L, d);
    return 1;
}

static uint8_t scale_at(lua_State *L, int at)
{
    lua_Integer scale = luaL_checkinteger(L, at);

    luaL_argcheck(L, scale >= 0 && scale <= PH_DECIMAL_MAX_SCALE, at, "from 0 to 6 decimals");
    return (uint8_t)scale;
}

/* a / b to so many decimals, half away from zero. */
static void push_quotient(lua_State *L, number a, number b, uint8_t scale)
{
    ph_decimal d;

    if (b.mantissa == 0)
        (void)luaL_error(L, "division by zero");
    ph_wide num = times(L, a.mantissa, ph_pow10(b.scale));
    ph_wide den = b.mantissa;
    if (den < 0) {
        num = times(L, num, -1);
        den = times(L, den, -1);
    }
    if (ph_decimal_divide(num, a.scale, den, scale, &d) != PH_OK)
        (void)too_large(L);
    ph_lua_decimal_push(L, d);
}

static int divide(lua_State *L)
{
    push_quotient(L, number_at(L, 1), number_at(L, 2), scale_at(L, 3));
    return 1;
}

static int round_to(lua_State *L)
{
    push_quotient(L, number_at(L, 1), (number){.mantissa = 1}, scale_at(L, 2));
    return 1;
}

static int absolute(lua_State *L)
{
    number a = number_at(L, 1);

    a.mantissa = a.mantissa < 0 ? times(L, a.mantissa, -1) : a.mantissa;
    push(L, a);
    return 1;
}

static int smaller(lua_State *L)
{
    push(L, number_at(L, compare(L) <= 0 ? 1 : 2));
    return 1;
}

static int larger(lua_State *L)
{
    push(L, number_at(L, compare(L) >= 0 ? 1 : 2));
    return 1;
}

/* ---- for the machine ---- */

void ph_lua_decimal_furnish(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__add", add},    {"__sub", subtract},     {"__mul", multiply},
                                    {"__unm", negate}, {"__div", refuse_slash}, {"__eq", is_equal},
                                    {"__lt", is_less}, {"__le", is_not_more},   {NULL, NULL}};
    static const luaL_Reg calls[] = {{"d", literal},   {"div", divide},  {"round", round_to}, {"abs", absolute},
                                     {"eq", is_equal}, {"min", smaller}, {"max", larger},     {NULL, NULL}};

    (void)luaL_newmetatable(L, number_name);
    luaL_setfuncs(L, meta, 0);
    lua_pushglobaltable(L);
    luaL_setfuncs(L, calls, 0);
    lua_pop(L, 2);
}

bool ph_lua_decimal_read(lua_State *L, int at, ph_decimal *ret)
{
    number n;

    if (lua_isinteger(L, at))
        n = (number){.mantissa = lua_tointeger(L, at)};
    else if (luaL_testudata(L, at, number_name) != NULL)
        memcpy(&n, lua_touserdata(L, at), sizeof n);
    else
        return false;
    uint8_t scale = n.scale > PH_DECIMAL_MAX_SCALE ? PH_DECIMAL_MAX_SCALE : n.scale;
    return ph_decimal_divide(n.mantissa, n.scale, 1, scale, ret) == PH_OK;
}
