/* ph_locale - which language this process speaks to people.   Layer: base/io */
#include "ph_locale.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Set once at start, read by all. */
static ph_lang current = PH_LANG_EN;

/* Does the locale name (of @len bytes) begin with the language @code, as a whole word? "vi", "vi_VN.UTF-8", not "vie".
 */
static bool is_language(const char *name, size_t len, const char *code)
{
    size_t n = strlen(code);

    return len >= n && strncasecmp(name, code, n) == 0 && (len == n || strchr("_-.@", name[n]) != NULL);
}

static bool language_of(const char *name, size_t len, ph_lang *ret)
{
    if (is_language(name, len, "vi"))
        *ret = PH_LANG_VI;
    else if (is_language(name, len, "en"))
        *ret = PH_LANG_EN;
    else
        return false;
    return true;
}

/* The first known language of a list "vi:en"; LANGUAGE is one, the others are lists of one. */
static bool language_of_list(const char *list, ph_lang *ret)
{
    while (*list != '\0') {
        size_t n = strcspn(list, ":");
        if (language_of(list, n, ret))
            return true;
        list += n + (list[n] == ':');
    }
    return false;
}

static bool language_of_environment(ph_lang *ret)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && language_of_list(value, ret))
            return true;
    }
    return false;
}

ph_lang ph_lang_choose(const char *option, ph_lang fallback, bool *ret_known)
{
    bool given = option != NULL && option[0] != '\0';
    ph_lang lang = fallback;
    bool known = given && language_of(option, strlen(option), &lang);

    if (!known)
        (void)language_of_environment(&lang);
    if (ret_known != NULL)
        *ret_known = known || !given;
    current = lang;
    return lang;
}

void ph_lang_set(ph_lang lang)
{
    current = lang;
}

ph_lang ph_lang_current(void)
{
    return current;
}
