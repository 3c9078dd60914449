/* ph_col_items_template - the file of narrative items that a clerk fills in.   Layer: collector/core (pure) */
#include <stdio.h>

#include "ph_col_csv.h"
#include "ph_col_items.h"
#include "ph_col_items_names.h"
#include "ph_time.h"

enum { N_WRITTEN = PH_COL_ITEM_UNIT }; /* the unit's own file needs no column of units */

/* Neither ; nor , in them: so that a spreadsheet shows each in one cell. */
static const char *const comments[][2] = {
    {"# Phong trào - văn bản chỉ đạo - mô hình của kỳ này: mỗi dòng một mục. Gửi kèm số liệu bằng --items",
     "# Movements - directives - models of this period: one a row. Sent with the figures by --items"},
    {"# Tệp này thay toàn bộ các mục đã gửi: giữ lại những dòng vẫn còn đúng",
     "# The file takes the place of all items sent before: keep the rows that still hold"},
    {"# loại: phong trào (phong trào thi đua) | văn bản (chỉ thị và văn bản chỉ đạo) | mô hình (mô hình và điển hình)",
     "# kind: movement (an emulation movement) | directive (a directive document) | model (a model or an example)"},
    {"# loại và tiêu đề phải có - ngày văn bản ghi như 31/3/2023 - các cột khác có thể để trống - tối đa 32 mục",
     "# kind and title are needed - a date is written 2023-03-31 or 31/3/2023 - the others may be empty - 32 items at "
     "most"},
};

typedef struct writing {
    ph_lang lang;
    bool for_excel;
    ph_buf *dst;
} writing;

static void end_row(const writing *w)
{
    (void)ph_buf_put_str(w->dst, w->for_excel ? "\r\n" : "\n");
}

static void put_cell(const writing *w, bool is_first, ph_span text)
{
    char separator = w->for_excel ? ';' : ',';

    if (!is_first)
        (void)ph_buf_put_byte(w->dst, (uint8_t)separator);
    ph_col_csv_write_cell(w->dst, text, separator);
}

/* As a Vietnamese reader writes it, and as a spreadsheet of that language takes it for a day. */
static ph_span show_date(const writing *w, ph_span iso, char dst[PH_DATE_TEXT_BYTES + 1])
{
    ph_date date;

    if (w->lang != PH_LANG_VI || iso.len != 10 || ph_date_parse(iso, &date) != PH_OK)
        return iso;
    int n = snprintf(dst, PH_DATE_TEXT_BYTES + 1, "%.2s/%.2s/%.4s", (const char *)iso.ptr + 8,
                     (const char *)iso.ptr + 5, (const char *)iso.ptr);
    return ph_span_of(dst, (size_t)n);
}

static void put_item(const writing *w, const ph_narrative *n)
{
    char date[PH_DATE_TEXT_BYTES + 1];
    ph_narrative_kind kind = ph_narrative_kind_find(n->kind);

    put_cell(w, true, kind == PH_NARRATIVE_KINDS ? n->kind : ph_span_str(ph_col_item_kind_word(kind, w->lang)));
    put_cell(w, false, n->title);
    put_cell(w, false, n->document_no);
    put_cell(w, false, show_date(w, n->document_date, date));
    put_cell(w, false, n->detail);
    end_row(w);
}

void ph_col_items_template(const ph_narrative *items, size_t n, ph_lang lang, bool for_excel, ph_buf *dst)
{
    const writing w = {.lang = lang, .for_excel = for_excel, .dst = dst};

    if (for_excel)
        (void)ph_buf_put_str(dst, "\xEF\xBB\xBF");
    for (size_t i = 0; i < sizeof comments / sizeof comments[0]; i++) {
        (void)ph_buf_put_str(dst, comments[i][lang == PH_LANG_VI ? 0 : 1]);
        end_row(&w);
    }
    for (int c = 0; c < N_WRITTEN; c++)
        put_cell(&w, c == 0, ph_span_str(ph_col_item_title((ph_col_item_column)c, lang)));
    end_row(&w);
    for (size_t i = 0; i < n; i++)
        put_item(&w, &items[i]);
}
