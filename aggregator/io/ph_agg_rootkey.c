/* ph_agg_rootkey - write and read two lines.   Layer: aggregator/io */
#include "ph_agg_rootkey.h"

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_file.h"

#define FIRST_LINE "phusa root public key 1"

ph_rc ph_rootkey_write(const char *path, const uint8_t public_key[PH_SIGN_PUBLIC_BYTES], ph_err *err)
{
    char hex[2 * PH_SIGN_PUBLIC_BYTES + 1];
    ph_buf b;
    ph_buf_init(&b, PH_ROOTKEY_MAX_BYTES);
    ph_hex_print(public_key, PH_SIGN_PUBLIC_BYTES, hex);
    (void)ph_buf_printf(&b, FIRST_LINE "\n%s\n", hex);
    ph_rc rc = b.rc == PH_OK ? ph_file_write_new(path, ph_buf_span(&b), 0644, err)
                             : ph_err_set(err, b.rc, "root.memory", path, "%s", ph_rc_text(b.rc));
    ph_buf_done(&b);
    return rc;
}

/* The next line that is not a comment; false at the end. */
static bool next_line(ph_span *rest, ph_span *ret)
{
    while (rest->len > 0) {
        const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
        size_t len = end == NULL ? rest->len : (size_t)(end - rest->ptr);
        *ret = ph_span_of(rest->ptr, len);
        size_t used = end == NULL ? len : len + 1;
        *rest = ph_span_of(rest->ptr + used, rest->len - used);
        if (len > 0 && ret->ptr[0] != '#')
            return true;
    }
    return false;
}

ph_rc ph_rootkey_read(const char *path, uint8_t ret[PH_SIGN_PUBLIC_BYTES], ph_err *err)
{
    ph_buf b;
    ph_buf_init(&b, PH_ROOTKEY_MAX_BYTES);
    ph_rc rc = ph_file_read(path, &b, err);
    if (rc == PH_OK) {
        ph_span rest = ph_buf_span(&b), first, second, more;
        if (!next_line(&rest, &first) || !ph_span_is(first, FIRST_LINE) || !next_line(&rest, &second) ||
            ph_hex_parse(second, ret, PH_SIGN_PUBLIC_BYTES) != PH_OK || next_line(&rest, &more)) {
            rc = ph_err_set(err, PH_MALFORMED, "root.malformed", path,
                            "not a root public key: two lines were expected, \"" FIRST_LINE "\" and 64 hex digits");
            ph_err_hint(err, "take the file that `phusa-aggregator root keygen` wrote beside the secret key");
        }
    }
    ph_buf_done(&b);
    return rc;
}
