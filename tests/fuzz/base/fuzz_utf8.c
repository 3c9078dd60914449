/* fuzz_utf8 - any bytes as text: valid as utf8proc sees it, NFC as utf8proc makes it, escapes harmless.   Layer:
 * tests/fuzz */
#include <stdlib.h>
#include <utf8proc.h>

#include "ph_utf8.h"

enum { MAX_BYTES = 8192 };

static void expect(bool truth)
{
    if (!truth)
        abort();
}

/* The library's own reader, character by character. */
static bool is_valid_to_library(ph_span text)
{
    for (size_t at = 0; at < text.len;) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t n = utf8proc_iterate(text.ptr + at, (utf8proc_ssize_t)(text.len - at), &c);
        if (n <= 0)
            return false;
        at += (size_t)n;
    }
    return true;
}

static void nfc(ph_span text)
{
    utf8proc_uint8_t *want = NULL;
    ph_buf b;

    ph_buf_init(&b, (size_t)4 * MAX_BYTES);
    ph_rc rc = ph_utf8_nfc(text, &b);
    if (rc == PH_OK) {
        utf8proc_ssize_t len = utf8proc_map(text.ptr, (utf8proc_ssize_t)text.len, &want,
                                            (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
        expect(len >= 0 && ph_span_eq(ph_buf_span(&b), ph_span_of(want, (size_t)len)));
        expect(!ph_utf8_is_clean_nfc(text) || ph_span_eq(text, ph_buf_span(&b)));
    } else {
        expect(rc == PH_LIMIT || (rc == PH_MALFORMED && !ph_utf8_is_valid(text)));
        expect(!ph_utf8_is_clean_nfc(text));
    }
    free(want);
    ph_buf_done(&b);
}

/* A key folds to itself. */
static void fold(ph_span text)
{
    ph_buf once;
    ph_buf twice;

    ph_buf_init(&once, (size_t)8 * MAX_BYTES);
    ph_buf_init(&twice, (size_t)8 * MAX_BYTES);
    if (ph_utf8_fold(text, &once) == PH_OK) {
        expect(ph_utf8_fold(ph_buf_span(&once), &twice) == PH_OK);
        expect(ph_span_eq(ph_buf_span(&once), ph_buf_span(&twice)));
    } else {
        expect(!ph_utf8_is_valid(text));
    }
    ph_buf_done(&once);
    ph_buf_done(&twice);
}

static void escape(ph_span text)
{
    ph_buf once;
    ph_buf twice;

    ph_buf_init(&once, (size_t)16 * MAX_BYTES);
    ph_buf_init(&twice, (size_t)16 * MAX_BYTES);
    expect(ph_utf8_escape(text, &once) == PH_OK && ph_utf8_is_valid(ph_buf_span(&once)));
    expect(ph_utf8_escape(ph_buf_span(&once), &twice) == PH_OK);
    expect(ph_span_eq(ph_buf_span(&once), ph_buf_span(&twice)));
    expect(ph_utf8_columns(text) <= 2 * text.len);
    ph_buf_done(&once);
    ph_buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_span text = ph_span_of(data, size < MAX_BYTES ? size : MAX_BYTES);

    expect(ph_utf8_is_valid(text) == is_valid_to_library(text));
    nfc(text);
    fold(text);
    escape(text);
    return 0;
}
