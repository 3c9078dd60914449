/* ph_col_names - what columns, settings and statuses are called, in Vietnamese and English.   Layer: collector/core
 * (pure) */
#include "ph_col_names.h"

#include <stdint.h>
#include <string.h>

#include "ph_submission.h"
#include "ph_utf8.h"

enum { FOLDED_BYTES = 128 };

typedef struct alias {
    const char *folded;
    int means;
} alias;

/* Besides the titles themselves, which are folded in columns_of_titles. */
static const alias column_aliases[] = {
    {"ma_chi_tieu", PH_COL_C_INDICATOR},
    {"chi_tieu", PH_COL_C_INDICATOR},
    {"ma", PH_COL_C_INDICATOR},
    {"ma_so", PH_COL_C_INDICATOR},
    {"indicator", PH_COL_C_INDICATOR},
    {"indicator_code", PH_COL_C_INDICATOR},
    {"code", PH_COL_C_INDICATOR},
    {"ten_chi_tieu", PH_COL_C_NAME},
    {"ten", PH_COL_C_NAME},
    {"name", PH_COL_C_NAME},
    {"indicator_name", PH_COL_C_NAME},
    {"don_vi_tinh", PH_COL_C_MEASURE},
    {"dvt", PH_COL_C_MEASURE},
    {"unit_of_measure", PH_COL_C_MEASURE},
    {"unit_measure", PH_COL_C_MEASURE},
    {"measure", PH_COL_C_MEASURE},
    {"bat_buoc", PH_COL_C_REQUIRED},
    {"required", PH_COL_C_REQUIRED},
    {"ky_truoc", PH_COL_C_PREVIOUS},
    {"lan_truoc", PH_COL_C_PREVIOUS},
    {"gia_tri_truoc", PH_COL_C_PREVIOUS},
    {"previous", PH_COL_C_PREVIOUS},
    {"last_value", PH_COL_C_PREVIOUS},
    {"printed", PH_COL_C_PREVIOUS},
    {"gia_tri", PH_COL_C_VALUE},
    {"so_lieu", PH_COL_C_VALUE},
    {"thuc_hien", PH_COL_C_VALUE},
    {"ket_qua", PH_COL_C_VALUE},
    {"value", PH_COL_C_VALUE},
    {"obs_value", PH_COL_C_VALUE},
    {"figure", PH_COL_C_VALUE},
    {"trang_thai", PH_COL_C_STATUS},
    {"tinh_trang", PH_COL_C_STATUS},
    {"status", PH_COL_C_STATUS},
    {"obs_status", PH_COL_C_STATUS},
    {"ghi_chu", PH_COL_C_NOTE},
    {"ly_do", PH_COL_C_NOTE},
    {"giai_trinh", PH_COL_C_NOTE},
    {"note", PH_COL_C_NOTE},
    {"notes", PH_COL_C_NOTE},
    {"comment", PH_COL_C_NOTE},
    {"reason", PH_COL_C_NOTE},
    {"obs_com", PH_COL_C_NOTE},
    {"don_vi", PH_COL_C_UNIT},
    {"don_vi_bao_cao", PH_COL_C_UNIT},
    {"tinh", PH_COL_C_UNIT},
    {"unit", PH_COL_C_UNIT},
    {"province", PH_COL_C_UNIT},
    {"ref_area", PH_COL_C_UNIT},
    {"cum", PH_COL_C_CLUSTER},
    {"cum_thi_dua", PH_COL_C_CLUSTER},
    {"cluster", PH_COL_C_CLUSTER},
    {"bieu_mau", PH_COL_C_FORM},
    {"bieu", PH_COL_C_FORM},
    {"form", PH_COL_C_FORM},
    {"ky_bao_cao", PH_COL_C_PERIOD},
    {"ky", PH_COL_C_PERIOD},
    {"period", PH_COL_C_PERIOD},
    {"time_period", PH_COL_C_PERIOD},
    {"ky_hieu_so", PH_COL_C_NOTATION},
    {"kieu_so", PH_COL_C_NOTATION},
    {"notation", PH_COL_C_NOTATION},
};

static const alias notation_aliases[] = {
    {"vi", PH_NOTATION_VI},         {"viet_nam", PH_NOTATION_VI},         {"tieng_viet", PH_NOTATION_VI},
    {"vietnamese", PH_NOTATION_VI}, {"plain", PH_NOTATION_PLAIN},         {"quoc_te", PH_NOTATION_PLAIN},
    {"en", PH_NOTATION_PLAIN},      {"international", PH_NOTATION_PLAIN},
};

static const alias status_aliases[] = {
    {"binh_thuong", 'A'},
    {"chinh_thuc", 'A'},
    {"normal", 'A'},
    {"official", 'A'},
    {"so_bo", 'P'},
    {"provisional", 'P'},
    {"preliminary", 'P'},
    {"uoc_tinh", 'E'},
    {"uoc", 'E'},
    {"estimate", 'E'},
    {"estimated", 'E'},
    {"du_bao", 'F'},
    {"forecast", 'F'},
    {"gian_doan_chuoi", 'B'},
    {"break", 'B'},
    {"khac_dinh_nghia", 'D'},
    {"definition_differs", 'D'},
    {"khong_ap_dung", 'M'},
    {"not_applicable", 'M'},
    {"chua_thu_thap", 'L'},
    {"not_collected", 'L'},
    {"thieu", 'O'},
    {"missing", 'O'},
    {"bao_mat", 'Q'},
    {"suppressed", 'Q'},
    {"do_tin_cay_thap", 'U'},
    {"low_reliability", 'U'},
};

static const alias totals[] = {
    {"tong", 1},      {"tong_cong", 1},       {"tong_so", 1},    {"cong", 1},        {"toan_cum", 1},
    {"binh_quan", 1}, {"binh_quan_chung", 1}, {"trung_binh", 1}, {"total", 1},       {"totals", 1},
    {"sum", 1},       {"average", 1},         {"mean", 1},       {"grand_total", 1},
};

const char *ph_col_column_title(ph_col_column c, ph_lang lang)
{
    switch (c) {
#define PH_X(name, vi, en) \
    case PH_COL_C_##name:  \
        return lang == PH_LANG_VI ? vi : en;
        PH_COL_COLUMN_MAP(PH_X)
#undef PH_X
    case PH_COL_COLUMN_COUNT:
        break;
    }
    return "";
}

bool ph_col_fold(ph_span text, char *dst, size_t size)
{
    ph_buf folded;
    ph_buf_init(&folded, 16 * 1024);
    bool ok = ph_utf8_fold(text, &folded) == PH_OK;
    ph_span s = ph_buf_span(&folded);
    size_t n = ok && s.len < size ? s.len : 0;
    if (n > 0)
        memcpy(dst, s.ptr, n);
    dst[n] = '\0';
    ph_buf_done(&folded);
    return ok;
}

static int find(const alias *table, size_t n, ph_span text, int unknown)
{
    char folded[FOLDED_BYTES];
    if (text.len == 0 || !ph_col_fold(text, folded, sizeof folded))
        return unknown;
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].folded, folded) == 0)
            return table[i].means;
    return unknown;
}

#define FIND(table, text, unknown) find(table, sizeof(table) / sizeof(table)[0], text, unknown)

ph_col_column ph_col_column_find(ph_span title)
{
    return (ph_col_column)FIND(column_aliases, title, PH_COL_COLUMN_COUNT);
}

bool ph_col_notation_find(ph_span text, ph_notation *ret)
{
    int means = FIND(notation_aliases, text, PH_NOTATION_UNSAID);
    if (means == PH_NOTATION_UNSAID)
        return false;
    *ret = (ph_notation)means;
    return true;
}

const char *ph_col_notation_name(ph_notation n)
{
    switch (n) {
    case PH_NOTATION_PLAIN:
        return "plain";
    case PH_NOTATION_VI:
        return "vi";
    case PH_NOTATION_UNSAID:
        break;
    }
    return "";
}

char ph_col_status_find(ph_span text)
{
    if (text.len == 1) {
        char c = (char)text.ptr[0];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        return c != '\0' && strchr(PH_OBS_STATUSES, c) != NULL ? c : '\0';
    }
    return (char)FIND(status_aliases, text, 0);
}

const char *ph_col_status_word(char status, ph_lang lang)
{
    static const struct {
        char status;
        const char *vi, *en;
    } words[] = {
        {'A', "bình thường", "normal"},
        {'P', "sơ bộ", "provisional"},
        {'E', "ước tính", "estimated"},
        {'F', "dự báo", "forecast"},
        {'B', "gián đoạn chuỗi", "break"},
        {'D', "khác định nghĩa", "definition differs"},
        {'M', "không áp dụng", "not applicable"},
        {'L', "chưa thu thập", "not collected"},
        {'O', "thiếu", "missing"},
        {'Q', "bảo mật", "suppressed"},
        {'U', "độ tin cậy thấp", "low reliability"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].status == status)
            return lang == PH_LANG_VI ? words[i].vi : words[i].en;
    return "";
}

bool ph_col_is_totals(ph_span text)
{
    return FIND(totals, text, 0) != 0;
}
