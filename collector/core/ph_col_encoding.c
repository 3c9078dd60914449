/* ph_col_encoding - is this clean UTF-8 text, and if not, what is it?   Layer: collector/core (pure) */
#include "ph_col_encoding.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ph_utf8.h"

static bool begins(ph_span s, const char *magic, size_t n)
{
    return s.len >= n && memcmp(s.ptr, magic, n) == 0;
}

static const char *foreign_file(ph_span s)
{
    if (begins(s, "PK\x03\x04", 4))
        return "Excel (.xlsx)";
    if (begins(s, "\xD0\xCF\x11\xE0", 4))
        return "Excel (.xls)";
    return begins(s, "%PDF", 4) ? "PDF" : NULL;
}

/* By its mark, or because every second byte of the beginning is NUL. */
static bool is_utf16(ph_span s)
{
    if (begins(s, "\xFF\xFE", 2) || begins(s, "\xFE\xFF", 2))
        return true;
    size_t look = s.len < 512 ? s.len : 512, odd = 0, even = 0;
    for (size_t i = 0; i < look; i++)
        if (s.ptr[i] == 0)
            (*(i % 2 == 0 ? &even : &odd))++;
    return look >= 8 && (odd > look / 4 || even > look / 4);
}

/* Bytes that each eight-bit encoding uses for Vietnamese letters; 1258 writes the tone as a byte behind the vowel. */
static bool is_vowel(uint8_t c)
{
    return c < 0x80 ? strchr("aeiouyAEIOUY", c) != NULL && c != 0
                    : strchr("\xE2\xE3\xEA\xF4\xF5\xFD\xC2\xC3\xCA\xD4\xD5\xDD", c) != NULL;
}

static ph_col_problem_id guess_eight_bit(ph_span s)
{
    size_t tcvn3 = 0, cp1258 = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if ((c >= 0xA8 && c <= 0xAE) || (c >= 0xB5 && c <= 0xB9))
            tcvn3++;
        if (c != 0 && strchr("\xCC\xD2\xDE\xEC\xF2", c) != NULL && i > 0 && is_vowel(s.ptr[i - 1]))
            cp1258++;
    }
    if (tcvn3 == 0 && cp1258 == 0)
        return PH_COL_P_NOT_UTF8;
    return tcvn3 >= cp1258 ? PH_COL_P_TCVN3 : PH_COL_P_CP1258;
}

static size_t character_bytes(ph_span s)
{
    for (size_t n = 1; n <= 4 && n <= s.len; n++)
        if (ph_utf8_is_valid(ph_span_of(s.ptr, n)))
            return n;
    return 0;
}

/* Tell the first line that holds what may not be there: bad UTF-8 or a control character. */
static ph_rc check_bytes(ph_span text, ph_col_problems *problems)
{
    uint32_t row = 1;
    for (size_t i = 0; i < text.len;) {
        uint8_t c = text.ptr[i];
        size_t n = c < 0x80 ? 1 : character_bytes(ph_span_of(text.ptr + i, text.len - i));
        bool control = (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
        if (n == 0 || control) {
            char what[8];
            snprintf(what, sizeof what, "0x%02X", c);
            ph_col_problem_id id = n > 0 ? PH_COL_P_CONTROL : guess_eight_bit(text);
            ph_col_problems_add(problems, id, row, 0, ph_span_str(what), ph_span_str(""));
            return PH_INVALID;
        }
        row += c == '\n' ? 1 : 0;
        i += n;
    }
    return PH_OK;
}

ph_rc ph_col_encoding_check(ph_span *text, bool *ret_bom, ph_col_problems *problems)
{
    const char *foreign = foreign_file(*text);
    ph_col_problem_id id = foreign != NULL ? PH_COL_P_EXCEL : is_utf16(*text) ? PH_COL_P_UTF16 : PH_COL_P_EMPTY;
    if (foreign != NULL || id == PH_COL_P_UTF16 || text->len == 0) {
        ph_col_problems_add(problems, id, 0, 0, ph_span_str(foreign), ph_span_str(""));
        return PH_INVALID;
    }
    *ret_bom = begins(*text, "\xEF\xBB\xBF", 3);
    if (*ret_bom)
        *text = ph_span_of(text->ptr + 3, text->len - 3);
    return check_bytes(*text, problems);
}

bool ph_col_encoding_is_tcvn3_as_latin1(ph_span text)
{
    size_t hits = 0;
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.ptr[i] == 0xC2 && ((text.ptr[i + 1] >= 0xA8 && text.ptr[i + 1] <= 0xAE) ||
                                    (text.ptr[i + 1] >= 0xB5 && text.ptr[i + 1] <= 0xB9)))
            hits++;
    return hits > 0;
}
