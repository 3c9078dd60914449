/* ph_locale - which language this process speaks to people.   Layer: base/io */
#ifndef PH_LOCALE_H
#define PH_LOCALE_H

#include <stdbool.h>

#include "ph_lang.h"

/**
 * The language: @option ("vi", "en", a locale name such as "vi_VN.UTF-8", NULL or "" = not given), else LANGUAGE,
 * LC_ALL, LC_MESSAGES, LANG, else @fallback. "C" and "POSIX" count as not given. Sets what ph_lang_current returns.
 * ret_known: false when @option was given and is neither language (the fallback chain is used then); may be NULL.
 * Errors: none.   Thread: call at start.   Source: gettext(3), the order of the variables.
 */
ph_lang ph_lang_choose(const char *option, ph_lang fallback, bool *ret_known);
void ph_lang_set(ph_lang lang);
ph_lang ph_lang_current(void);

/* A pair of texts in the language of this process; both are literals with the same conversions. */
#define PH_T(vi, en) ph_tr(ph_lang_current(), (vi), (en))

#endif
