/* ph_draft_days_off - holidays and working Saturdays.   Layer: domain/io */
#include "ph_draft.h"
#include "ph_locale.h"

ph_rc ph_draft_days_off(ph_draft *d)
{
    if (d->rows[PH_SECTION_DAYS_OFF].n > 0)
        ph_doc_tell(&d->doc, d->rows[PH_SECTION_DAYS_OFF].nodes[0], "section.unsupported",
                    PH_T("phần này chưa đọc được", "this section cannot be read yet"));
    return PH_OK;
}
