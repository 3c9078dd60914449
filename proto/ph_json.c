/* ph_json - JSON as we send it: UTF-8, no blanks, keys sorted by construction.   Layer: proto (pure) */
#include "ph_json.h"

#include <assert.h>
#include <inttypes.h>

ph_json ph_json_over(ph_buf *out)
{
    return (ph_json){.out = out};
}

/* The comma before an item that is not the first and does not follow its key. */
static void separate(ph_json *j)
{
    if (j->after_key)
        j->after_key = false;
    else if (j->has_item[j->depth])
        (void)ph_buf_put_byte(j->out, ',');
    j->has_item[j->depth] = true;
}

static void begin(ph_json *j, uint8_t bracket)
{
    separate(j);
    assert(j->depth < PH_JSON_MAX_DEPTH);
    j->depth++;
    j->has_item[j->depth] = false;
    j->last_key[j->depth] = NULL;
    (void)ph_buf_put_byte(j->out, bracket);
}

static void end(ph_json *j, uint8_t bracket)
{
    assert(j->depth > 0 && !j->after_key);
    j->depth--;
    (void)ph_buf_put_byte(j->out, bracket);
}

void ph_json_begin_object(ph_json *j)
{
    begin(j, '{');
}

void ph_json_end_object(ph_json *j)
{
    end(j, '}');
}

void ph_json_begin_array(ph_json *j)
{
    begin(j, '[');
}

void ph_json_end_array(ph_json *j)
{
    end(j, ']');
}

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void put_escaped(ph_buf *out, uint8_t c)
{
    static const char short_forms[] = "b\bf\fn\nr\rt\t\"\"\\\\"; /* letter after the backslash, byte it stands for */

    for (const char *f = short_forms; *f != '\0'; f += 2) {
        if (c == (uint8_t)f[1]) {
            (void)ph_buf_put_byte(out, '\\');
            (void)ph_buf_put_byte(out, (uint8_t)f[0]);
            return;
        }
    }
    (void)ph_buf_printf(out, "\\u%04x", (unsigned)c);
}

/* Plain runs are copied whole. */
static void put_string(ph_buf *out, ph_span s)
{
    size_t from = 0;

    (void)ph_buf_put_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (is_plain(s.ptr[i]))
            continue;
        (void)ph_buf_put(out, s.ptr + from, i - from);
        put_escaped(out, s.ptr[i]);
        from = i + 1;
    }
    if (s.len > from)
        (void)ph_buf_put(out, s.ptr + from, s.len - from);
    (void)ph_buf_put_byte(out, '"');
}

void ph_json_key(ph_json *j, const char *key)
{
    const char *last = j->last_key[j->depth];

    assert(!j->after_key && (last == NULL || strcmp(last, key) < 0));
    separate(j);
    j->last_key[j->depth] = key;
    put_string(j->out, ph_span_str(key));
    (void)ph_buf_put_byte(j->out, ':');
    j->after_key = true;
}

void ph_json_text(ph_json *j, ph_span s)
{
    separate(j);
    put_string(j->out, s);
}

void ph_json_str(ph_json *j, const char *s)
{
    ph_json_text(j, ph_span_str(s));
}

void ph_json_uint(ph_json *j, uint64_t v)
{
    separate(j);
    (void)ph_buf_printf(j->out, "%" PRIu64, v);
}

void ph_json_bool(ph_json *j, bool v)
{
    separate(j);
    (void)ph_buf_put_str(j->out, v ? "true" : "false");
}

void ph_json_null(ph_json *j)
{
    separate(j);
    (void)ph_buf_put_str(j->out, "null");
}

void ph_json_decimal(ph_json *j, ph_decimal d)
{
    char text[PH_DECIMAL_TEXT_BYTES];

    ph_json_text(j, ph_span_of(text, ph_decimal_print(d, text)));
}

void ph_json_hex(ph_json *j, const ph_digest *d)
{
    char text[PH_DIGEST_TEXT_BYTES];

    ph_hex_print(d->bytes, sizeof d->bytes, text);
    ph_json_str(j, text);
}
