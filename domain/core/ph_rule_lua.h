/* ph_rule_lua - expressions of rules, in a Lua that knows nothing but exact numbers.   Layer: domain/core (pure; links
 * Lua 5.4)
 *
 * No base library: what an expression may call is value, previous, year_ago, d, div, round, abs, eq, min and max
 * (docs/RULES.md). No binary floats: literals with a point or an exponent, `/` and `^` are refused when it is loaded.
 * Memory is one block of a fixed size; before each run it is brought back to what it was when the machine was made, so
 * an answer depends on nothing but the question, and nothing is ever collected or leaked. */
#ifndef PH_RULE_LUA_H
#define PH_RULE_LUA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_decimal.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_span.h"

enum {
    PH_LUA_MAX_TEXT = 1024,           /* bytes of an expression */
    PH_LUA_MAX_INSTRUCTIONS = 20000,  /* of one run */
    PH_LUA_MAX_RUN_BYTES = 32 * 1024, /* that one run may use up */
    PH_LUA_BASE_BYTES = 48 * 1024,    /* an empty machine */
    PH_LUA_LOAD_BYTES = 24 * 1024,    /* that loading one expression may use up */
    PH_LUA_WHY_BYTES = 160
};

typedef struct ph_rule_lua ph_rule_lua;

/**
 * new: a machine with room for @n expressions. add: its place is the number of those before. ready: once, after the
 * last, before the first run. check: would it load? says @why not (PH_LUA_WHY_BYTES).   Owns: *ret by the caller; texts
 * are copied.   Errors: NOMEM; INVALID (does not load; BUG from add, after a check).   Thread: one at a time for one
 * machine.   Source: design §8.
 */
ph_rc ph_rule_lua_new(size_t n, ph_rule_lua **ret) PH_CHECKED;
void ph_rule_lua_free(ph_rule_lua *m);
ph_rc ph_rule_lua_add(ph_rule_lua *m, const char *text, char *why) PH_CHECKED;
ph_rc ph_rule_lua_ready(ph_rule_lua *m) PH_CHECKED;
ph_rc ph_rule_lua_check(const char *text, char *why) PH_CHECKED;

/** What may not stand in an expression, found before Lua reads it: floats, comments, comparisons that are never true.
 * NULL: nothing. */
const char *ph_rule_lua_fault(const char *text);
/** A letter, a digit or a low line: what names are made of. */
bool ph_rule_lua_is_wordy(char c);

/* One call of value, previous or year_ago with a text between the brackets. */
typedef struct ph_lua_ask {
    ph_span code; /* borrowed from the expression */
    ph_against when;
} ph_lua_ask;
/** The first such call at or after @text, a part of an expression that loads: fills @ret and returns the place behind
 * it to go on from; NULL when there is none.   Thread: any.   Source: docs/RULES.md, expressions. */
const char *ph_rule_lua_next_ask(const char *text, ph_lua_ask *ret);

/* What an expression asks for. False: that code is not among the rule's; else *ret_is_there and the value. */
typedef struct ph_lua_question {
    bool (*value)(void *arg, ph_span code, ph_against when, bool *ret_is_there, ph_decimal *ret);
    void *arg;
} ph_lua_question;

/* GOOD: true. BAD: false, with a hint where a second value is returned. UNKNOWN: nil. The rest: it did not run to its
 * end, or its answer was none of these. */
#define PH_LUA_MAP(X)        \
    X(GOOD, "good")          \
    X(BAD, "bad")            \
    X(UNKNOWN, "unknown")    \
    X(ERROR, "error")        \
    X(QUOTA, "instructions") \
    X(MEMORY, "memory")      \
    X(RESULT, "result")
typedef enum ph_lua_said {
#define PH_X(name, text) PH_LUA_##name,
    PH_LUA_MAP(PH_X)
#undef PH_X
} ph_lua_said;
const char *ph_lua_said_name(ph_lua_said said);

/* Why it did not run: ERROR: one of ph_lua_reasons, and after a colon the name in the expression that it speaks of,
 * where there is one. A code of ours and never Lua's own sentence: it is part of verdicts, and those are made again by
 * other versions of Lua. */
enum { PH_LUA_REASON_BYTES = 40 };

typedef struct ph_lua_answer {
    ph_lua_said said;
    char why[PH_LUA_REASON_BYTES];
    bool has_hint;
    ph_decimal hint;
} ph_lua_answer;
ph_lua_answer ph_rule_lua_run(ph_rule_lua *m, uint16_t place, const ph_lua_question *question);

#endif
