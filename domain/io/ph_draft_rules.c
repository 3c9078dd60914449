/* ph_draft_rules - rules as data.   Layer: domain/io */
#include "ph_draft.h"
#include "ph_locale.h"

ph_rc ph_draft_rules(ph_draft *d)
{
    if (d->rows[PH_SECTION_RULES].n > 0)
        ph_doc_tell(&d->doc, d->rows[PH_SECTION_RULES].nodes[0], "section.unsupported",
                    PH_T("phần này chưa đọc được", "this section cannot be read yet"));
    return PH_OK;
}
