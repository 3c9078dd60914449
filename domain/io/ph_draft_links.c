/* ph_draft_links - what became of which territory.   Layer: domain/io */
#include "ph_draft.h"
#include "ph_locale.h"

ph_rc ph_draft_links(ph_draft *d)
{
    if (d->rows[PH_SECTION_LINKS].n > 0)
        ph_doc_tell(&d->doc, d->rows[PH_SECTION_LINKS].nodes[0], "section.unsupported",
                    PH_T("phần này chưa đọc được", "this section cannot be read yet"));
    return PH_OK;
}
