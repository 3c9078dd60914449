/* ph_col_problem - what is wrong with a file of figures: told all at once, by row and column.   Layer: collector/core
 * (pure) */
#include "ph_col_problem.h"

#include <stdio.h>
#include <string.h>

#include "ph_utf8.h"

typedef struct problem_kind {
    const char *code;
    ph_col_level level;
    const char *vi, *en;
} problem_kind;

static const problem_kind kinds[] = {
#define PH_X(name, code, level, vi, en) {code, PH_COL_##level, vi, en},
    PH_COL_PROBLEM_MAP(PH_X)
#undef PH_X
};

const char *ph_col_problem_code(ph_col_problem_id id)
{
    return kinds[id].code;
}

ph_col_level ph_col_problem_level(ph_col_problem_id id)
{
    return kinds[id].level;
}

/* Cut before a byte that continues a character. */
static size_t cut_at_character(const uint8_t *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && (text[max] & 0xC0) == 0x80)
        max--;
    return max;
}

static void keep_text(ph_span text, char dst[PH_COL_PROBLEM_TEXT])
{
    ph_buf shown;
    ph_buf_init(&shown, 16 * PH_COL_PROBLEM_TEXT);
    ph_span head = ph_span_of(text.ptr, cut_at_character(text.ptr, text.len, PH_COL_PROBLEM_TEXT));
    dst[0] = '\0';
    if (ph_utf8_escape(head, &shown) == PH_OK) {
        size_t n = cut_at_character(shown.ptr, shown.len, PH_COL_PROBLEM_TEXT - 4);
        if (n > 0)
            memcpy(dst, shown.ptr, n);
        dst[n] = '\0';
        if (n < shown.len || head.len < text.len)
            memcpy(dst + n, "…", sizeof "…");
    }
    ph_buf_done(&shown);
}

void ph_col_problems_add(ph_col_problems *ps, ph_col_problem_id id, uint32_t row, uint32_t column, ph_span text1,
                         ph_span text2)
{
    if (kinds[id].level == PH_COL_ERROR)
        ps->n_errors++;
    if (ps->n == PH_COL_MAX_PROBLEMS) {
        ps->n_left_out++;
        return;
    }
    ph_col_problem *p = &ps->list[ps->n++];
    p->id = id;
    p->row = row;
    p->column = column;
    keep_text(text1, p->text1);
    keep_text(text2, p->text2);
}

size_t ph_col_problem_say(const ph_col_problem *p, ph_lang lang, char *dst, size_t size)
{
    const char *words = lang == PH_LANG_VI ? kinds[p->id].vi : kinds[p->id].en;
    size_t len = 0;
    for (; *words != '\0'; words++) {
        const char *piece = words;
        size_t n = 1;
        if (*words == '%' && (words[1] == '1' || words[1] == '2')) {
            piece = words[1] == '1' ? p->text1 : p->text2;
            n = strlen(piece);
            words++;
        }
        if (len + n >= size)
            break;
        memcpy(dst + len, piece, n);
        len += n;
    }
    dst[len] = '\0';
    return len;
}

void ph_col_column_name(uint32_t column, char *dst)
{
    char back[8];
    size_t n = 0;
    for (; column > 0 && n < sizeof back - 1; column = (column - 1) / 26)
        back[n++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < n; i++)
        dst[i] = back[n - 1 - i];
    dst[n] = '\0';
}
