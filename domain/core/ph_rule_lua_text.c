/* ph_rule_lua_text - what may not stand in an expression, before Lua reads it.   Layer: domain/core (pure) */
#include "ph_rule_lua.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ph_rule_lua_is_wordy(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\n\r");
}

/* The end of a quoted text, or NULL. */
static const char *skip_quoted(const char *at)
{
    char quote = *at++;

    while (*at != quote && *at != '\0')
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    return *at == quote ? at + 1 : NULL;
}

static const char *const why_number = "write a number with a point as d\"1.5\"; integers have at most 15 digits";
static const char *const why_equal = "compare numbers with eq(a, b): == between a decimal and a literal is never true";
static const char *const why_divide = "divide with div(a, b, decimals); there are no powers";
static const char *const why_long = "no comments and no long texts";

/* Where the scan stands: the next piece, what the last one was, and why the scan ended if at is NULL. */
typedef struct scan {
    const char *at, *why;
    bool after_number, after_equal;
} scan;

static scan refused(const char *why)
{
    return (scan){.why = why};
}

static scan past(const char *at)
{
    return (scan){.at = at};
}

static scan take_text(scan s)
{
    const char *end = skip_quoted(s.at);

    return end == NULL ? refused("a text without its end") : past(end);
}

static scan take_number(scan s)
{
    size_t n = strspn(s.at, "0123456789");

    if (s.after_equal)
        return refused(why_equal);
    if (n == 0 || n > 15 || s.at[n] == '.' || ph_rule_lua_is_wordy(s.at[n]))
        return refused(why_number);
    return (scan){.at = s.at + n, .after_number = true};
}

static scan take_word(scan s)
{
    while (ph_rule_lua_is_wordy(*s.at))
        s.at++;
    return past(s.at);
}

static scan take_equal(scan s)
{
    return s.after_number ? refused(why_equal) : (scan){.at = s.at + 2, .after_equal = true};
}

static scan take_sign(scan s)
{
    char c = s.at[0], next = s.at[1];

    if (c == '/' && next == '/')
        return past(s.at + 2);
    if (c == '/' || c == '^')
        return refused(why_divide);
    if ((c == '-' && next == '-') || (c == '[' && (next == '[' || next == '=')))
        return refused(why_long);
    return past(s.at + 1);
}

static scan take_piece(scan s)
{
    char c = s.at[0], next = s.at[1];

    if (c == '"' || c == '\'')
        return take_text(s);
    if (is_digit(c) || (c == '.' && is_digit(next)))
        return take_number(s);
    if (ph_rule_lua_is_wordy(c))
        return take_word(s);
    return (c == '=' || c == '~') && next == '=' ? take_equal(s) : take_sign(s);
}

const char *ph_rule_lua_fault(const char *text)
{
    scan s = past(skip_blanks(text));

    if (strlen(text) > PH_LUA_MAX_TEXT)
        return "longer than 1024 bytes";
    while (*s.at != '\0') {
        s = take_piece(s);
        if (s.at == NULL)
            return s.why;
        s.at = skip_blanks(s.at);
    }
    return NULL;
}

/* ---- what it asks for ---- */

static bool is_call(const char *at, size_t n, ph_against *ret)
{
    static const struct call {
        const char *name;
        ph_against when;
    } calls[] = {{"value", PH_AGAINST_NOTHING}, {"previous", PH_AGAINST_PREVIOUS}, {"year_ago", PH_AGAINST_YEAR_AGO}};

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (ph_span_is(ph_span_of(at, n), calls[i].name)) {
            *ret = calls[i].when;
            return true;
        }
    return false;
}

/* The text that a call is given: value("X"), or value "X". */
static const char *take_code(const char *at, ph_span *ret)
{
    at = skip_blanks(at);
    if (*at == '(')
        at = skip_blanks(at + 1);
    const char *end = *at == '"' || *at == '\'' ? skip_quoted(at) : NULL;
    if (end == NULL)
        return NULL;
    *ret = ph_span_of(at + 1, (size_t)(end - at) - 2);
    return end;
}

const char *ph_rule_lua_next_ask(const char *text, ph_lua_ask *ret)
{
    scan s = past(skip_blanks(text));
    ph_lua_ask ask;

    while (s.at != NULL && *s.at != '\0') {
        const char *word = s.at;
        s = take_piece(s);
        if (s.at == NULL)
            break;
        const char *end = is_call(word, (size_t)(s.at - word), &ask.when) ? take_code(s.at, &ask.code) : NULL;
        if (end != NULL) {
            *ret = ask;
            return end;
        }
        s.at = skip_blanks(s.at);
    }
    return NULL;
}
