/* ph_exit - exit codes: one table, stable, documented.   Layer: base/io */
#include "ph_exit.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct {
    int number;
    const char *vi;
    const char *en;
} table[] = {
#define PH_X(name, number_, vi_, en_) {.number = (number_), .vi = (vi_), .en = (en_)},
    PH_EXIT_MAP(PH_X)
#undef PH_X
};

static bool has_code(const ph_err *err, const char *prefix)
{
    return err != NULL && strncmp(err->code, prefix, strlen(prefix)) == 0;
}

static ph_exit exit_of_fatal(ph_rc rc)
{
    if (rc == PH_DURABILITY || rc == PH_CORRUPT)
        return PH_EXIT_DURABILITY;
    return rc == PH_BUG ? PH_EXIT_BUG : PH_EXIT_STOPPED;
}

static ph_exit exit_of_reject(ph_rc rc)
{
    if (rc == PH_USAGE)
        return PH_EXIT_USAGE;
    return rc == PH_FORBIDDEN || rc == PH_UNSUPPORTED ? PH_EXIT_REFUSED : PH_EXIT_FINDINGS;
}

/* Another process holds it: "lock.held", "ledger.held". */
static bool is_held(const ph_err *err)
{
    const char *dot = err == NULL ? NULL : strrchr(err->code, '.');

    return dot != NULL && strcmp(dot, ".held") == 0;
}

ph_exit ph_exit_of(ph_rc rc, const ph_err *err)
{
    ph_class cls = ph_rc_class(rc);

    if (cls == PH_CLASS_OK)
        return PH_EXIT_OK;
    if (cls == PH_CLASS_FATAL)
        return exit_of_fatal(rc);
    if (has_code(err, "cfg."))
        return PH_EXIT_CONFIG;
    if (has_code(err, "key.") || has_code(err, "lock.") || is_held(err))
        return PH_EXIT_REFUSED;
    return cls == PH_CLASS_RETRY ? PH_EXIT_AGAIN : exit_of_reject(rc);
}

const char *ph_exit_text(ph_exit code, ph_lang lang)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].number == (int)code)
            return ph_tr(lang, table[i].vi, table[i].en);
    return "";
}

ph_rc ph_exit_table(ph_lang lang, ph_buf *dst)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        (void)ph_buf_printf(dst, "  %2d  %s\n", table[i].number, ph_tr(lang, table[i].vi, table[i].en));
    return dst->rc;
}
