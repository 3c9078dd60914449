/* ph_bundle - see the header.   Layer: domain/io */
#include "ph_bundle.h"

static const ph_span mark = {.ptr = (const uint8_t *)PH_BUNDLE_MARK, .len = sizeof PH_BUNDLE_MARK - 1};

static bool is_name_byte(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

bool ph_bundle_is_name(ph_span name)
{
    if (name.len <= 5 || name.len > PH_BUNDLE_MAX_NAME || name.ptr[0] == '.')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.ptr[i]))
            return false;
    return memcmp(name.ptr + name.len - 5, ".yaml", 5) == 0;
}

static bool begins_with_mark(ph_span text)
{
    return text.len >= mark.len && memcmp(text.ptr, mark.ptr, mark.len) == 0;
}

/* Length of the line at the beginning of @text, its end included. */
static size_t line_length(ph_span text)
{
    const uint8_t *end = text.len == 0 ? NULL : memchr(text.ptr, '\n', text.len);

    return end == NULL ? text.len : (size_t)(end - text.ptr) + 1;
}

static ph_span behind(ph_span text, size_t n)
{
    return ph_span_of(n == 0 ? text.ptr : text.ptr + n, text.len - n);
}

/* Offset of the first line that is a mark, or the length of @text. */
static size_t find_mark(ph_span text)
{
    ph_span rest = text;

    while (rest.len > 0 && !begins_with_mark(rest))
        rest = behind(rest, line_length(rest));
    return text.len - rest.len;
}

ph_rc ph_bundle_add(ph_buf *bundle, ph_span name, ph_span text)
{
    if (find_mark(text) != text.len)
        return PH_INVALID;
    (void)ph_buf_put_span(bundle, mark);
    (void)ph_buf_put_span(bundle, name);
    (void)ph_buf_put_byte(bundle, '\n');
    (void)ph_buf_put_span(bundle, text);
    if (text.len > 0 && text.ptr[text.len - 1] != '\n')
        (void)ph_buf_put_byte(bundle, '\n');
    return bundle->rc;
}

ph_rc ph_bundle_next(ph_span *rest, ph_bundle_file *ret)
{
    size_t length = line_length(*rest);

    if (rest->len == 0)
        return PH_NOT_FOUND;
    if (!begins_with_mark(*rest) || rest->ptr[length - 1] != '\n')
        return PH_MALFORMED;
    ret->name = ph_span_of(rest->ptr + mark.len, length - 1 - mark.len);
    if (!ph_bundle_is_name(ret->name))
        return PH_MALFORMED;
    *rest = behind(*rest, length);
    length = find_mark(*rest);
    ret->text = ph_span_of(rest->ptr, length);
    *rest = behind(*rest, length);
    return PH_OK;
}
