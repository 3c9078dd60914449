/* ph_rule_lua_decimal - exact numbers in Lua, and what may be done with them.   Layer: domain/core (pure; links Lua
 * 5.4) */
#ifndef PH_RULE_LUA_DECIMAL_H
#define PH_RULE_LUA_DECIMAL_H

#include <stdbool.h>

#include <lua.h>

#include "ph_decimal.h"

/**
 * furnish: makes the type and its operators, and the calls d, div, round, abs, eq, min and max. push: a value onto the
 * stack, after furnish.   Owns: Lua all of it.   Errors: Lua's own, so both only under a pcall.   Thread: one at a time
 * for one state.   Source: docs/RULES.md.
 */
void ph_lua_decimal_furnish(lua_State *L);
void ph_lua_decimal_push(lua_State *L, ph_decimal d);

/** The number at @at, rounded to what a ph_decimal holds. False: no exact number stands there, or it is too large.
 * Raises nothing. */
bool ph_lua_decimal_read(lua_State *L, int at, ph_decimal *ret);

#endif
