/* ph_uint - one way to read a whole number, so that "12x", "-1" and 2^64 are never taken for one. */
#include "ph_uint.h"

ph_rc ph_uint_parse(ph_span text, uint64_t max, uint64_t *ret)
{
    uint64_t n = 0;
    ph_rc rc = PH_OK;
    if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0'))
        return PH_MALFORMED;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)text.ptr[i] - '0';
        if (digit > 9)
            return PH_MALFORMED; /* also behind a number that is too large: it is no number at all */
        if (n > (UINT64_MAX - digit) / 10)
            rc = PH_RANGE;
        n = n * 10 + digit;
    }
    if (rc == PH_OK && n > max)
        rc = PH_RANGE;
    if (rc == PH_OK)
        *ret = n;
    return rc;
}
