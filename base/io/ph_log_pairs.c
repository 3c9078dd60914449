/* ph_log_pairs - pairs as logfmt writes them: no value can forge a line or a key.   Layer: base/io */
#include "ph_log_priv.h"

#include "ph_digest.h"
#include "ph_utf8.h"

enum { TAIL_BYTES = 16 };

static bool is_bare(ph_span v)
{
    for (size_t i = 0; i < v.len; i++)
        if (v.ptr[i] <= ' ' || v.ptr[i] >= 0x7f || v.ptr[i] == '"' || v.ptr[i] == '=' || v.ptr[i] == '\\')
            return false;
    return v.len > 0;
}

/* The bytes that matter to logfmt are escaped here, the rest (bad UTF-8, bidi and other controls) by ph_utf8_escape. */
static void put_special(ph_buf *line, uint8_t c)
{
    if (c == '\n')
        (void)ph_buf_put_str(line, "\\n");
    else if (c == '\t')
        (void)ph_buf_put_str(line, "\\t");
    else if (c < ' ' || c == 0x7f)
        (void)ph_buf_printf(line, "\\x%02X", (unsigned)c);
    else
        (void)ph_buf_printf(line, "\\%c", (int)c);
}

static void put_quoted(ph_buf *line, ph_span v)
{
    size_t from = 0;

    (void)ph_buf_put_byte(line, '"');
    for (size_t i = 0; i <= v.len; i++) {
        bool special = i < v.len && (v.ptr[i] < ' ' || v.ptr[i] == 0x7f || v.ptr[i] == '"' || v.ptr[i] == '\\');
        if (i < v.len && !special)
            continue;
        (void)ph_utf8_escape(ph_span_of(v.ptr + from, i - from), line);
        if (special)
            put_special(line, v.ptr[i]);
        from = i + 1;
    }
    (void)ph_buf_put_byte(line, '"');
}

static void put_text(ph_buf *line, ph_span v)
{
    size_t len = v.len;

    if (len > PH_LOG_VALUE_BYTES) {
        len = PH_LOG_VALUE_BYTES;
        while (len > 0 && (v.ptr[len] & 0xC0) == 0x80) /* not inside a character */
            len--;
    }
    if (len == v.len && is_bare(v)) {
        (void)ph_buf_put_span(line, v);
        return;
    }
    put_quoted(line, ph_span_of(v.ptr, len));
    if (len < v.len) {
        line->len -= line->rc == PH_OK; /* the cut shows inside the quotes */
        (void)ph_buf_put_str(line, "…\"");
    }
}

static void put_hex(ph_buf *line, ph_span v)
{
    char text[2 * 64 + 1];

    ph_hex_print(v.ptr, v.len > 64 ? 64 : v.len, text);
    (void)ph_buf_put_str(line, text);
}

static void put_key(ph_buf *line, const char *key)
{
    (void)ph_buf_printf(line, " %s=", key);
}

static void put_err_text(ph_buf *line, const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    put_key(line, key);
    put_text(line, ph_span_str(text));
}

static void put_err(ph_buf *line, const ph_err *err)
{
    (void)ph_buf_printf(line, " rc=%s", ph_rc_name(err->rc));
    put_err_text(line, "code", err->code);
    put_err_text(line, "where", err->where);
    if (err->line > 0)
        (void)ph_buf_printf(line, " line=%d col=%d", err->line, err->col);
    put_err_text(line, "what", err->what);
    put_err_text(line, "means", err->means);
    put_err_text(line, "hint", err->hint);
}

static void put_pair(ph_buf *line, const ph_log_kv *kv)
{
    if (kv->kind == PH_LOG_KIND_ERR) {
        put_err(line, kv->v.err);
        return;
    }
    put_key(line, kv->key);
    switch (kv->kind) {
    case PH_LOG_KIND_TEXT:
        put_text(line, kv->v.bytes);
        break;
    case PH_LOG_KIND_HEX:
        put_hex(line, kv->v.bytes);
        break;
    case PH_LOG_KIND_INT:
        (void)ph_buf_printf(line, "%lld", (long long)kv->v.i);
        break;
    case PH_LOG_KIND_UINT:
        (void)ph_buf_printf(line, "%llu", (unsigned long long)kv->v.u);
        break;
    case PH_LOG_KIND_BOOL:
        (void)ph_buf_put_str(line, kv->v.i != 0 ? "true" : "false");
        break;
    case PH_LOG_KIND_RC:
        (void)ph_buf_put_str(line, ph_rc_name((ph_rc)kv->v.i));
        break;
    case PH_LOG_KIND_ERR:
    case PH_LOG_KIND_END:
        break;
    }
}

void ph_log_put_pairs(ph_buf *line, const ph_log_kv *kv)
{
    for (; kv != NULL && kv->kind != PH_LOG_KIND_END; kv++) {
        size_t mark = line->len;
        put_pair(line, kv);
        if (line->rc == PH_OK && line->len <= PH_LOG_LINE_BYTES - TAIL_BYTES)
            continue;
        line->len = mark;
        line->rc = PH_OK;
        (void)ph_buf_put_str(line, " cut=true");
        return;
    }
}
