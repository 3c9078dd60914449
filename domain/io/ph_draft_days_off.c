/* ph_draft_days_off - holidays and working Saturdays.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

static void check_day(ph_draft *d, const ph_yaml *at, size_t i)
{
    const ph_day_off *days = d->parts.days_off;

    for (size_t k = 0; k < i; k++)
        if (days[k].day == days[i].day) {
            ph_doc_tell(&d->doc, at, "day.repeated", PH_T("ngày này xuất hiện hai lần", "this day stands twice"));
            return;
        }
    if (days[i].is_working && ph_is_working_day(NULL, 0, days[i].day))
        ph_doc_tell(&d->doc, at, "day.working",
                    PH_T("ngày này vốn là ngày làm việc: working chỉ dành cho thứ bảy, chủ nhật làm bù",
                         "offices work on this day anyhow: working is for Saturdays and Sundays"));
}

static void read_day(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {{.key = "day", .is_required = true}, {.key = "name", .is_required = true}, {.key = "working"}};
    ph_day_off *day = &d->parts.days_off[i];

    *day = (ph_day_off){.name = {.vi = "", .en = ""}};
    if (!ph_doc_open(&d->doc, d->rows[PH_SECTION_DAYS_OFF].nodes[i], f, 3))
        return;
    day->day = ph_doc_date(&d->doc, f[0].node, 0);
    day->name = ph_doc_name(&d->doc, f[1].node);
    day->is_working = ph_doc_bool(&d->doc, f[2].node, false);
    if (day->day != 0)
        check_day(d, f[0].node, i);
}

ph_rc ph_draft_days_off(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_DAYS_OFF].n;

    d->parts.days_off = calloc(n + 1, sizeof *d->parts.days_off);
    if (d->parts.days_off == NULL)
        return PH_NOMEM;
    d->parts.n_days_off = n;
    for (size_t i = 0; i < n; i++)
        read_day(d, i);
    return PH_OK;
}
