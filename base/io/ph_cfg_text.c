/* ph_cfg_text - texts, paths, endpoints, addresses and lists of the configuration.   Layer: base/io */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ph_cfg_priv.h"
#include "ph_locale.h"
#include "ph_utf8.h"

static ph_rc bad_text(const ph_cfg_key *key, const char *code, const char *why, const char *example, ph_err *err)
{
    (void)ph_err_set(err, PH_INVALID, code, "", "%s: %s", key->name, why);
    if (example != NULL)
        ph_err_hint(err, PH_T("viết như %s", "write it like %s"), example);
    return PH_INVALID;
}

static ph_rc check_text(const ph_cfg_key *key, ph_span text, ph_err *err)
{
    if (!ph_utf8_is_valid(text))
        return bad_text(key, "cfg.value.text", PH_T("không phải UTF-8", "not UTF-8"), NULL, err);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return bad_text(key, "cfg.value.text", PH_T("có ký tự điều khiển", "holds a control character"), NULL, err);
    return PH_OK;
}

static ph_rc check_length(const ph_cfg_key *key, size_t len, ph_err *err)
{
    size_t max = (size_t)key->max < key->size - 1 ? (size_t)key->max : key->size - 1;

    if (len >= (size_t)key->min && len <= max)
        return PH_OK;
    if (len == 0)
        return bad_text(key, "cfg.value.empty", PH_T("không được để trống", "must not be empty"), NULL, err);
    (void)ph_err_set(
        err, PH_LIMIT, "cfg.value.length", "",
        PH_T("%s: dài %zu byte, cho phép từ %" PRId64 " đến %zu", "%s: %zu bytes long, allowed are %" PRId64 " to %zu"),
        key->name, len, key->min, max);
    return PH_LIMIT;
}

static bool is_port(ph_span text, bool listen)
{
    int64_t port;
    ph_span rest;

    if (listen && ph_span_is(text, "*"))
        return true;
    return ph_cfg_take_number(text, &port, &rest) == PH_OK && rest.len == 0 && text.len <= 5 && port <= 65535 &&
           (port > 0 || listen);
}

static bool is_host(ph_span host, bool listen)
{
    if (host.len == 0)
        return false;
    if (ph_span_is(host, "*"))
        return listen;
    bool bracketed = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    for (size_t i = bracketed ? 1 : 0; i < host.len - (bracketed ? 1 : 0); i++) {
        uint8_t c = host.ptr[i];
        bool name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                    c == '-' || c == '_';
        if (!name && !(bracketed && (c == ':' || c == '%')))
            return false;
    }
    return true;
}

static bool is_host_port(ph_span text, bool listen)
{
    size_t colon = text.len;

    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    return colon > 1 && is_host(ph_span_of(text.ptr, colon - 1), listen) &&
           is_port(ph_span_of(text.ptr + colon, text.len - colon), listen);
}

static bool has_prefix(ph_span text, const char *prefix)
{
    size_t n = strlen(prefix);

    return text.len > n && memcmp(text.ptr, prefix, n) == 0;
}

static ph_rc check_endpoint(const ph_cfg_key *key, ph_span text, ph_err *err)
{
    bool listen = (key->flags & PH_CFG_LISTEN) != 0;
    const char *example = listen ? "tcp://*:7001" : "tcp://tonghop.example.vn:7001";

    if (text.len == 0 || has_prefix(text, "ipc://"))
        return PH_OK;
    if (!has_prefix(text, "tcp://"))
        return bad_text(key, "cfg.value.endpoint",
                        PH_T("phải bắt đầu bằng tcp:// hoặc ipc://", "must begin with tcp:// or ipc://"), example, err);
    if (!is_host_port(ph_span_of(text.ptr + 6, text.len - 6), listen))
        return bad_text(key, "cfg.value.endpoint",
                        PH_T("phần sau tcp:// phải là máy:cổng", "what follows tcp:// must be host:port"), example,
                        err);
    return PH_OK;
}

static ph_rc check_address(const ph_cfg_key *key, ph_span text, ph_err *err)
{
    if (text.len == 0 || is_host_port(text, (key->flags & PH_CFG_LISTEN) != 0))
        return PH_OK;
    return bad_text(key, "cfg.value.address", PH_T("phải là máy:cổng", "must be host:port"), "127.0.0.1:9464", err);
}

static ph_span trim(ph_span s)
{
    while (s.len > 0 && s.ptr[0] == ' ')
        s = ph_span_of(s.ptr + 1, s.len - 1);
    while (s.len > 0 && s.ptr[s.len - 1] == ' ')
        s.len--;
    return s;
}

/* The item before the next comma; *ret_more: a comma followed, so there must be another. */
static ph_span take_item(ph_span *rest, bool *ret_more)
{
    const uint8_t *comma = memchr(rest->ptr, ',', rest->len);
    size_t len = comma == NULL ? rest->len : (size_t)(comma - rest->ptr);
    ph_span item = ph_span_of(rest->ptr, len);

    *ret_more = comma != NULL;
    *rest = ph_span_of(rest->ptr + len + *ret_more, rest->len - len - *ret_more);
    return trim(item);
}

static ph_rc check_count(const ph_cfg_key *key, size_t n, ph_err *err)
{
    char is[32];

    if ((int64_t)n >= key->min && (int64_t)n <= key->max)
        return PH_OK;
    (void)snprintf(is, sizeof is, PH_T("%zu mục", "%zu items"), n);
    return ph_cfg_out_of_range(key, is, err);
}

/* Items without the blanks around them, joined by single commas; none may be empty. */
static ph_rc parse_list(const ph_cfg_key *key, ph_span text, char *dst, ph_err *err)
{
    char joined[PH_CFG_MAX_VALUE_BYTES] = "";
    size_t len = 0, n = 0;
    bool more = text.len > 0;

    while (more) {
        ph_span item = text.len == 0 ? text : take_item(&text, &more);
        if (item.len == 0)
            return bad_text(key, "cfg.value.list", PH_T("có mục trống", "holds an empty item"), "[a, b]", err);
        if (len + item.len + 1 >= sizeof joined)
            return check_length(key, sizeof joined, err);
        if (n++ > 0)
            joined[len++] = ',';
        memcpy(joined + len, item.ptr, item.len);
        len += item.len;
    }
    ph_rc rc = check_count(key, n, err);
    if (rc == PH_OK && !ph_span_copy(ph_span_of(joined, len), dst, key->size))
        rc = bad_text(key, "cfg.value.length", PH_T("danh sách quá dài", "the list is too long"), NULL, err);
    return rc;
}

static ph_rc parse_path(const ph_cfg_key *key, ph_span text, const char *folder, char *dst, ph_err *err)
{
    bool relative =
        text.len > 0 && text.ptr[0] != '/' && folder != NULL && folder[0] != '\0' && strcmp(folder, ".") != 0;
    int n = relative ? snprintf(dst, key->size, "%s/%.*s", folder, (int)text.len, (const char *)text.ptr)
                     : snprintf(dst, key->size, "%.*s", (int)text.len, (const char *)text.ptr);

    if (n < 0 || (size_t)n >= key->size)
        return bad_text(key, "cfg.value.length", PH_T("đường dẫn quá dài", "the path is too long"), NULL, err);
    return PH_OK;
}

ph_rc ph_cfg_text_parse(const ph_cfg_key *key, ph_span text, const char *folder, char *dst, ph_err *err)
{
    ph_rc rc = check_text(key, text, err);

    if (rc == PH_OK && key->type == PH_CFG_LIST)
        return parse_list(key, text, dst, err);
    if (rc == PH_OK)
        rc = check_length(key, text.len, err);
    if (rc == PH_OK && key->type == PH_CFG_ENDPOINT)
        rc = check_endpoint(key, text, err);
    if (rc == PH_OK && key->type == PH_CFG_ADDRESS)
        rc = check_address(key, text, err);
    if (rc == PH_OK && key->type == PH_CFG_PATH)
        return parse_path(key, text, folder, dst, err);
    if (rc == PH_OK)
        (void)ph_span_copy(text, dst, key->size);
    return rc;
}
