/* app_fatal - what each FATAL code means here, and what to do.   Layer: aggregator (app) */
#include "ph_agg_app.h"

typedef struct fatal_text {
    ph_rc rc;
    const char *code, *means, *hint;
} fatal_text;

static const fatal_text texts[] = {
    {PH_DURABILITY, "agg.ledger.durability",
     "Nothing that got a receipt is in doubt; what had none is sent again by the agents. No receipt is given from now "
     "on.",
     "look at the disk (dmesg, SMART, free space), then start again: the ledger is checked before anything is "
     "answered"},
    {PH_CORRUPT, "agg.ledger.corrupt",
     "Stored data differs from what was written. Nothing more is written or answered.",
     "keep the file as it is; run `phusa-aggregator verify` on a copy; restore a backup if verify names flaws"},
    {PH_EPOCH, "agg.ledger.epoch", "The ledger belongs to another line of history.",
     "see which ledger this aggregator should hold, and restore the right one"},
    {PH_HISTORY, "agg.history.lost",
     "An agent holds a checkpoint, signed by this aggregator, of a log that is longer than this ledger or differs from "
     "it. Figures that were receipted are missing here.",
     "do not delete anything; find the newer ledger file, or restore the latest backup and record the restore"},
    {PH_CLOCK, "agg.clock.jumped",
     "Lateness and calendar follow the clock, so nothing is recorded with a time that cannot be believed. Nothing was "
     "lost.",
     "set the clock right (timedatectl); if the time is right, start once with --accept-time"},
    {PH_FENCED, "agg.ledger.fenced", "Another aggregator has taken over this ledger.", "stop one of the two"},
    {PH_BUG, "agg.bug", "A mistake of the program. Nothing that got a receipt is in doubt.",
     "start again; report this line with the log before it"},
};

ph_rc ph_agg_fatal(ph_err *err, ph_rc rc, const char *doing, const ph_err *cause)
{
    const fatal_text *t = &texts[sizeof texts / sizeof texts[0] - 1];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].rc == rc)
            t = &texts[i];
    const char *why = cause != NULL && cause->what[0] != '\0' ? cause->what : ph_rc_text(rc);
    (void)ph_err_set(err, rc, t->code, cause == NULL ? "" : cause->where, "%s: %s", doing, why);
    ph_err_means(err, "%s", t->means);
    ph_err_hint(err, "%s", t->hint);
    return rc;
}
