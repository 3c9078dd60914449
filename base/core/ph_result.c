/* ph_result - one table for result codes, their class and their text.   Layer: base/core (pure) */
#include "ph_result.h"

typedef struct row {
    const char *name;
    const char *text;
    ph_class cls;
} row;

static const row rows[PH_RC_COUNT] = {
#define PH_X(rc, rc_class, rc_text) [PH_##rc] = {.name = #rc, .text = (rc_text), .cls = PH_CLASS_##rc_class},
    PH_RC_MAP(PH_X)
#undef PH_X
};

/* A number that no code has can only come from a mistake of our own. */
static const row *row_of(ph_rc rc)
{
    return &rows[(unsigned)rc < PH_RC_COUNT ? rc : PH_BUG];
}

ph_class ph_rc_class(ph_rc rc)
{
    return row_of(rc)->cls;
}

const char *ph_rc_name(ph_rc rc)
{
    return row_of(rc)->name;
}

const char *ph_rc_text(ph_rc rc)
{
    return row_of(rc)->text;
}
