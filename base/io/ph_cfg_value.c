/* ph_cfg_value - one value of the configuration: from text into its field and back.   Layer: base/io */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ph_cfg_priv.h"
#include "ph_locale.h"
#include "ph_suggest.h"
#include "ph_utf8.h"

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

/* Largest first: a value is printed in the largest that divides it. */
static const unit duration_units[] = {{"d", PH_CFG_DAY}, {"h", PH_CFG_HOUR}, {"min", PH_CFG_MIN},
                                      {"s", PH_CFG_S},   {"ms", PH_CFG_MS},  {"us", 1}};
static const unit byte_units[] = {{"GiB", PH_CFG_GIB}, {"MiB", PH_CFG_MIB}, {"KiB", PH_CFG_KIB}, {"B", 1},
                                  {"kB", 1000},        {"MB", 1000000},     {"GB", 1000000000}};

static void *field_of(const ph_cfg_key *key, void *cfg)
{
    return (char *)cfg + key->offset;
}

static const void *field_of_const(const ph_cfg_key *key, const void *cfg)
{
    return (const char *)cfg + key->offset;
}

bool ph_cfg_is_text(const ph_cfg_key *key)
{
    return key->type == PH_CFG_TEXT || key->type == PH_CFG_PATH || key->type == PH_CFG_ENDPOINT ||
           key->type == PH_CFG_ADDRESS || key->type == PH_CFG_LIST;
}

const char *ph_cfg_type_name(ph_cfg_type type, ph_lang lang)
{
    static const char *const names[][2] = {
        [PH_CFG_TEXT] = {"văn bản", "text"},
        [PH_CFG_BOOL] = {"true hoặc false", "true or false"},
        [PH_CFG_COUNT] = {"số đếm", "count"},
        [PH_CFG_BYTES] = {"dung lượng (KiB, MiB, GiB)", "size (KiB, MiB, GiB)"},
        [PH_CFG_DURATION] = {"khoảng thời gian (us, ms, s, min, h, d)", "duration (us, ms, s, min, h, d)"},
        [PH_CFG_PATH] = {"đường dẫn", "path"},
        [PH_CFG_ENDPOINT] = {"địa chỉ ZeroMQ", "ZeroMQ endpoint"},
        [PH_CFG_ADDRESS] = {"máy:cổng", "host:port"},
        [PH_CFG_ENUM] = {"một trong các tên", "one of the names"},
        [PH_CFG_LIST] = {"danh sách", "list"},
    };
    return names[type][lang == PH_LANG_VI ? 0 : 1];
}

/* ---- numbers ---- */

/* Digits with single underscores between them; *ret_rest is what follows. */
static ph_rc take_number(ph_span text, int64_t *ret, ph_span *ret_rest)
{
    int64_t v = 0;
    size_t i = 0;

    for (; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '_' && i > 0 && text.ptr[i - 1] != '_' && i + 1 < text.len && text.ptr[i + 1] >= '0' &&
            text.ptr[i + 1] <= '9')
            continue;
        if (c < '0' || c > '9')
            break;
        if (v > (INT64_MAX - (c - '0')) / 10)
            return PH_RANGE;
        v = v * 10 + (c - '0');
    }
    if (i == 0)
        return PH_MALFORMED;
    *ret = v;
    *ret_rest = ph_span_of(text.ptr + i, text.len - i);
    return PH_OK;
}

static ph_rc bad_number(const ph_cfg_key *key, ph_span text, const char *hint, ph_err *err)
{
    (void)ph_err_set(err, PH_MALFORMED, "cfg.value.type", "",
                     PH_T("%s: \"%.*s\" không phải là %s", "%s: \"%.*s\" is not a %s"), key->name, (int)text.len,
                     (const char *)text.ptr, ph_cfg_type_name(key->type, ph_lang_current()));
    if (hint != NULL)
        ph_err_hint(err, PH_T("viết như %s", "write it like %s"), hint);
    return PH_MALFORMED;
}

static ph_rc check_range(const ph_cfg_key *key, int64_t v, ph_err *err)
{
    char is[32], min[32], max[32];

    if (v >= key->min && v <= key->max)
        return PH_OK;
    ph_cfg_bound_print(key, v, is, sizeof is);
    ph_cfg_bound_print(key, key->min, min, sizeof min);
    ph_cfg_bound_print(key, key->max, max, sizeof max);
    (void)ph_err_set(err, PH_RANGE, "cfg.value.range", "",
                     PH_T("%s: %s nằm ngoài khoảng %s đến %s", "%s: %s lies outside %s to %s"), key->name, is, min,
                     max);
    return PH_RANGE;
}

static const unit *unit_of(ph_span name, const unit *units, size_t n)
{
    while (name.len > 0 && name.ptr[0] == ' ')
        name = ph_span_of(name.ptr + 1, name.len - 1);
    for (size_t i = 0; i < n; i++)
        if (ph_span_is(name, units[i].name))
            return &units[i];
    return NULL;
}

static ph_rc parse_scaled(const ph_cfg_key *key, ph_span text, const unit *units, size_t n, const char *example,
                          int64_t *ret, ph_err *err)
{
    static const unit one = {"", 1};
    ph_span rest;
    int64_t v = 0;

    ph_rc rc = take_number(text, &v, &rest);
    if (rc == PH_MALFORMED)
        return bad_number(key, text, example, err);
    const unit *u = rc == PH_OK ? unit_of(rest, units, n) : &one;
    if (rc == PH_OK && rest.len == 0 && (key->type == PH_CFG_BYTES || v == 0))
        u = &one;
    if (u == NULL) {
        (void)ph_err_set(err, PH_MALFORMED, "cfg.value.unit", "",
                         PH_T("%s: \"%.*s\" thiếu đơn vị hoặc đơn vị lạ", "%s: \"%.*s\" has no unit or an unknown one"),
                         key->name, (int)text.len, (const char *)text.ptr);
        ph_err_hint(err, PH_T("viết như %s", "write it like %s"), example);
        return PH_MALFORMED;
    }
    if (rc == PH_RANGE || v > INT64_MAX / u->factor)
        v = INT64_MAX;
    else
        v *= u->factor;
    rc = check_range(key, v, err);
    if (rc == PH_OK)
        *ret = v;
    return rc;
}

static ph_rc parse_count(const ph_cfg_key *key, ph_span text, int64_t *ret, ph_err *err)
{
    ph_span rest = {0};
    int64_t v = 0;
    ph_rc rc = take_number(text, &v, &rest);

    if (rc == PH_MALFORMED || rest.len > 0)
        return bad_number(key, text, "1000", err);
    if (rc == PH_RANGE)
        v = INT64_MAX;
    rc = check_range(key, v, err);
    if (rc == PH_OK)
        *ret = v;
    return rc;
}

/* ---- texts ---- */

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
    return take_number(text, &port, &rest) == PH_OK && rest.len == 0 && text.len <= 5 && port <= 65535 &&
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

/* Items without the blanks around them, joined by single commas; none may be empty. */
static ph_rc parse_list(const ph_cfg_key *key, ph_span text, char *dst, ph_err *err)
{
    size_t len = 0, n = 0;
    char joined[PH_CFG_MAX_VALUE_BYTES];
    ph_span rest = text;

    while (rest.len > 0) {
        const uint8_t *comma = memchr(rest.ptr, ',', rest.len);
        ph_span item = ph_span_of(rest.ptr, comma == NULL ? rest.len : (size_t)(comma - rest.ptr));
        rest = comma == NULL ? ph_span_of(NULL, 0) : ph_span_of(comma + 1, rest.len - item.len - 1);
        while (item.len > 0 && item.ptr[0] == ' ')
            item = ph_span_of(item.ptr + 1, item.len - 1);
        while (item.len > 0 && item.ptr[item.len - 1] == ' ')
            item.len--;
        if (item.len == 0 || (comma != NULL && rest.len == 0))
            return bad_text(key, "cfg.value.list", PH_T("có mục trống", "holds an empty item"), "[a, b]", err);
        if (len + item.len + 1 >= sizeof joined)
            return check_length(key, sizeof joined, err);
        if (n++ > 0)
            joined[len++] = ',';
        memcpy(joined + len, item.ptr, item.len);
        len += item.len;
    }
    ph_rc rc = check_range(key, (int64_t)n, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_span_copy(ph_span_of(joined, len), dst, key->size))
        return bad_text(key, "cfg.value.length", PH_T("danh sách quá dài", "the list is too long"), NULL, err);
    return PH_OK;
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

static ph_rc parse_text(const ph_cfg_key *key, ph_span text, const char *folder, char *dst, ph_err *err)
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

/* ---- names ---- */

static ph_rc parse_bool(const ph_cfg_key *key, ph_span text, bool *ret, ph_err *err)
{
    bool yes = ph_span_is(text, "true");

    if (!yes && !ph_span_is(text, "false"))
        return bad_number(key, text, "true", err);
    *ret = yes;
    return PH_OK;
}

static ph_rc parse_enum(const ph_cfg_key *key, ph_span text, int *ret, ph_err *err)
{
    char known[200] = "";
    size_t n = 0, len = 0;

    for (; key->names[n] != NULL; n++) {
        if (ph_span_is(text, key->names[n])) {
            *ret = (int)n;
            return PH_OK;
        }
        int w = snprintf(known + len, sizeof known - len, "%s%s", n == 0 ? "" : ", ", key->names[n]);
        len = w < 0 || (size_t)w >= sizeof known - len ? len : len + (size_t)w;
    }
    (void)ph_err_set(err, PH_INVALID, "cfg.value.enum", "",
                     PH_T("%s: không có giá trị \"%.*s\"; có: %s", "%s: there is no value \"%.*s\"; there are: %s"),
                     key->name, (int)text.len, (const char *)text.ptr, known);
    const char *near = ph_suggest(text, key->names, n);
    if (near != NULL)
        ph_err_hint(err, PH_T("có phải \"%s\"?", "did you mean \"%s\"?"), near);
    return PH_INVALID;
}

ph_rc ph_cfg_value_parse(const ph_cfg_key *key, ph_span text, const char *folder, void *cfg, ph_err *err)
{
    void *field = field_of(key, cfg);

    switch (key->type) {
    case PH_CFG_BOOL:
        return parse_bool(key, text, field, err);
    case PH_CFG_ENUM:
        return parse_enum(key, text, field, err);
    case PH_CFG_COUNT:
        return parse_count(key, text, field, err);
    case PH_CFG_BYTES:
        return parse_scaled(key, text, byte_units, sizeof byte_units / sizeof byte_units[0], "64 KiB, 1 MiB", field,
                            err);
    case PH_CFG_DURATION:
        return parse_scaled(key, text, duration_units, sizeof duration_units / sizeof duration_units[0],
                            "20ms, 5s, 2min", field, err);
    case PH_CFG_TEXT:
    case PH_CFG_PATH:
    case PH_CFG_ENDPOINT:
    case PH_CFG_ADDRESS:
    case PH_CFG_LIST:
        break;
    }
    return parse_text(key, text, folder, field, err);
}

/* ---- printing ---- */

static void print_scaled(int64_t v, const unit *units, size_t n, const char *gap, char *dst, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if (units[i].factor == 1 || (v != 0 && v % units[i].factor == 0)) {
            (void)snprintf(dst, size, "%" PRId64 "%s%s", v / units[i].factor, gap, units[i].name);
            return;
        }
}

void ph_cfg_bound_print(const ph_cfg_key *key, int64_t bound, char *dst, size_t size)
{
    if (bound == INT64_MAX)
        (void)snprintf(dst, size, "∞");
    else if (key->type == PH_CFG_DURATION)
        print_scaled(bound, duration_units, sizeof duration_units / sizeof duration_units[0], "", dst, size);
    else if (key->type == PH_CFG_BYTES)
        print_scaled(bound, byte_units, sizeof byte_units / sizeof byte_units[0], " ", dst, size);
    else
        (void)snprintf(dst, size, "%" PRId64, bound);
}

void ph_cfg_value_print(const ph_cfg_key *key, const void *cfg, char *dst, size_t size)
{
    const void *field = field_of_const(key, cfg);

    if (ph_cfg_is_text(key))
        (void)snprintf(dst, size, "%s", (const char *)field);
    else if (key->type == PH_CFG_BOOL)
        (void)snprintf(dst, size, "%s", *(const bool *)field ? "true" : "false");
    else if (key->type == PH_CFG_ENUM)
        (void)snprintf(dst, size, "%s", key->names[*(const int *)field]);
    else
        ph_cfg_bound_print(key, *(const int64_t *)field, dst, size);
}
