/* cmd_summary_rulings - below the table of a summary: why values that were held count.   Layer: aggregator (app) */
#include "ph_agg_summary_print.h"

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

static void put_text(const char *label, ph_span text, uint64_t entry, const ph_summary_page *p, ph_buf *dst)
{
    if (text.len > 0)
        (void)ph_buf_printf(dst, "%s “%.*s”", label, (int)text.len, (const char *)text.ptr);
    (void)ph_buf_printf(dst, TR(" (mục %llu)", " (entry %llu)"), (unsigned long long)entry);
}

/* "GRDP_GROWTH, Hải Dương: cụm trưởng cho qua (Thái Bình): “…” (mục 54); đơn vị giải trình: “…” (mục 50)" */
static void put_one(const ph_summary_page *p, const ph_summary_row *row, const ph_ruling *r, ph_buf *dst)
{
    bool is_override = r->kind == PH_DECISION_OVERRIDE;

    (void)ph_buf_printf(dst, "%.*s, %s: %s (%s)", (int)row->figure->indicator.len,
                        (const char *)row->figure->indicator.ptr,
                        ph_summary_unit(p->s, row->issue->members[r->member], p->lang),
                        is_override ? TR("cụm trưởng cho qua", "let pass by the head")
                                    : TR("cụm trưởng xác nhận", "confirmed by the head"),
                        ph_summary_unit(p->s, r->unit, p->lang));
    put_text(":", r->reason, r->decision, p, dst);
    if (r->explanation != 0)
        put_text(TR("; đơn vị giải trình:", "; explained by the unit:"), r->text, r->explanation, p, dst);
    (void)ph_buf_put_byte(dst, '\n');
}

void ph_summary_put_rulings(const ph_summary_page *p, const ph_summary_row *row, ph_buf *dst)
{
    ph_ruling rulings[PH_MAX_MEMBERS];
    size_t n = ph_figure_rulings(row->figure, rulings);

    for (size_t i = 0; i < n; i++)
        put_one(p, row, &rulings[i], dst);
}
