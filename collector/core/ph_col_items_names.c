/* ph_col_items_names - what the columns and kinds of narrative items are called.   Layer: collector/core (pure) */
#include "ph_col_items_names.h"

#include <stdio.h>
#include <string.h>

#include "ph_col_names.h"
#include "ph_suggest.h"

enum { FOLDED_BYTES = 64 };

/* Folded, as people write them. */
typedef struct word {
    const char *text;
    int means;
} word;

static const word titles[] = {
    {"loai", PH_COL_ITEM_KIND},
    {"loai_muc", PH_COL_ITEM_KIND},
    {"loai_noi_dung", PH_COL_ITEM_KIND},
    {"phan_loai", PH_COL_ITEM_KIND},
    {"kind", PH_COL_ITEM_KIND},
    {"type", PH_COL_ITEM_KIND},
    {"tieu_de", PH_COL_ITEM_TITLE},
    {"ten", PH_COL_ITEM_TITLE},
    {"ten_goi", PH_COL_ITEM_TITLE},
    {"ten_van_ban", PH_COL_ITEM_TITLE},
    {"ten_phong_trao", PH_COL_ITEM_TITLE},
    {"ten_mo_hinh", PH_COL_ITEM_TITLE},
    {"trich_yeu", PH_COL_ITEM_TITLE},
    {"title", PH_COL_ITEM_TITLE},
    {"name", PH_COL_ITEM_TITLE},
    {"noi_dung", PH_COL_ITEM_CONTENT},
    {"content", PH_COL_ITEM_CONTENT},
    {"so", PH_COL_ITEM_NUMBER},
    {"so_hieu", PH_COL_ITEM_NUMBER},
    {"so_ky_hieu", PH_COL_ITEM_NUMBER},
    {"so_van_ban", PH_COL_ITEM_NUMBER},
    {"so_hieu_van_ban", PH_COL_ITEM_NUMBER},
    {"number", PH_COL_ITEM_NUMBER},
    {"document_no", PH_COL_ITEM_NUMBER},
    {"document_number", PH_COL_ITEM_NUMBER},
    {"ngay", PH_COL_ITEM_DATE},
    {"ngay_thang", PH_COL_ITEM_DATE},
    {"ngay_ky", PH_COL_ITEM_DATE},
    {"ngay_ban_hanh", PH_COL_ITEM_DATE},
    {"ngay_van_ban", PH_COL_ITEM_DATE},
    {"date", PH_COL_ITEM_DATE},
    {"document_date", PH_COL_ITEM_DATE},
    {"issue_date", PH_COL_ITEM_DATE},
    {"date_of_issue", PH_COL_ITEM_DATE},
    {"issued", PH_COL_ITEM_DATE},
    {"chi_tiet", PH_COL_ITEM_DETAIL},
    {"noi_dung_chi_tiet", PH_COL_ITEM_DETAIL},
    {"dien_giai", PH_COL_ITEM_DETAIL},
    {"mo_ta", PH_COL_ITEM_DETAIL},
    {"ghi_chu", PH_COL_ITEM_DETAIL},
    {"detail", PH_COL_ITEM_DETAIL},
    {"details", PH_COL_ITEM_DETAIL},
    {"description", PH_COL_ITEM_DETAIL},
    {"note", PH_COL_ITEM_DETAIL},
    {"notes", PH_COL_ITEM_DETAIL},
    {"don_vi", PH_COL_ITEM_UNIT},
    {"tinh", PH_COL_ITEM_UNIT},
    {"unit", PH_COL_ITEM_UNIT},
    {"province", PH_COL_ITEM_UNIT},
    {"stt", PH_COL_ITEM_ORDER},
    {"tt", PH_COL_ITEM_ORDER},
    {"so_thu_tu", PH_COL_ITEM_ORDER},
};

static const word kinds[] = {
    {"movement", PH_NARRATIVE_MOVEMENT},
    {"phong_trao", PH_NARRATIVE_MOVEMENT},
    {"phong_trao_thi_dua", PH_NARRATIVE_MOVEMENT},
    {"directive", PH_NARRATIVE_DIRECTIVE},
    {"chi_thi", PH_NARRATIVE_DIRECTIVE},
    {"van_ban", PH_NARRATIVE_DIRECTIVE},
    {"van_ban_chi_dao", PH_NARRATIVE_DIRECTIVE},
    {"model", PH_NARRATIVE_MODEL},
    {"mo_hinh", PH_NARRATIVE_MODEL},
    {"dien_hinh", PH_NARRATIVE_MODEL},
    {"dien_hinh_tien_tien", PH_NARRATIVE_MODEL},
};
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct {
    const char *vi, *en;
} shown[] = {
#define PH_X(name, vi, en) {vi, en},
    PH_COL_ITEM_COLUMN_MAP(PH_X)
#undef PH_X
};

static int meaning(const word *words, size_t n, ph_span text, int unknown)
{
    char folded[FOLDED_BYTES];

    if (!ph_col_fold(text, folded, sizeof folded))
        return unknown;
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i].text, folded) == 0)
            return words[i].means;
    return unknown;
}

const char *ph_col_item_title(ph_col_item_column c, ph_lang lang)
{
    return c >= PH_COL_ITEM_COLUMNS ? "" : lang == PH_LANG_VI ? shown[c].vi : shown[c].en;
}

ph_col_item_column ph_col_item_column_find(ph_span title)
{
    return (ph_col_item_column)meaning(titles, COUNT(titles), title, PH_COL_ITEM_UNKNOWN);
}

static size_t put_pair(char *dst, size_t size, size_t at, ph_col_item_column c)
{
    int n = snprintf(dst + at, size - at, "%s%s / %s", at == 0 ? "" : ", ", shown[c].vi, shown[c].en);
    return n > 0 && (size_t)n < size - at ? at + (size_t)n : at;
}

bool ph_col_item_column_near(ph_span title, char *dst, size_t size)
{
    char folded[FOLDED_BYTES];
    const char *near = ph_col_fold(title, folded, sizeof folded)
                           ? ph_suggest_rows(ph_span_str(folded), &titles[0].text, sizeof titles[0], COUNT(titles))
                           : NULL;
    size_t at = 0;

    for (size_t i = 0; near != NULL && i < COUNT(titles); i++)
        if (titles[i].text == near && titles[i].means <= PH_COL_ITEM_CONTENT) {
            (void)put_pair(dst, size, 0,
                           titles[i].means == PH_COL_ITEM_CONTENT ? PH_COL_ITEM_TITLE
                                                                  : (ph_col_item_column)titles[i].means);
            return true;
        }
    for (int c = 0; c < PH_COL_ITEM_UNIT; c++)
        at = put_pair(dst, size, at, (ph_col_item_column)c);
    return false;
}

ph_narrative_kind ph_col_item_kind_find(ph_span text)
{
    return (ph_narrative_kind)meaning(kinds, COUNT(kinds), text, PH_NARRATIVE_KINDS);
}

const char *ph_col_item_kind_word(ph_narrative_kind kind, ph_lang lang)
{
    switch (kind) {
    case PH_NARRATIVE_MOVEMENT:
        return ph_tr(lang, "phong trào", "movement");
    case PH_NARRATIVE_DIRECTIVE:
        return ph_tr(lang, "văn bản", "directive");
    case PH_NARRATIVE_MODEL:
        return ph_tr(lang, "mô hình", "model");
    case PH_NARRATIVE_KINDS:
        break;
    }
    return "";
}
