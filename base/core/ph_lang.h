/* ph_lang - people-facing texts in pairs: both languages stand beside each other, so none can be missing.   Layer:
 * base/core (pure) */
#ifndef PH_LANG_H
#define PH_LANG_H

typedef enum ph_lang { PH_LANG_VI, PH_LANG_EN } ph_lang;

/* The text in @lang. Both must be literals with the same conversions, in the same order; the compiler checks each as a
 * format. */
static inline __attribute__((format_arg(2), format_arg(3))) const char *ph_tr(ph_lang lang, const char *vi,
                                                                              const char *en)
{
    return lang == PH_LANG_VI ? vi : en;
}

#endif
