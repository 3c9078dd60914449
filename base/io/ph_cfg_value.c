/* ph_cfg_value - one value of the configuration: from text into its field and back.   Layer: base/io */
#include <stdio.h>
#include <string.h>

#include "ph_cfg_priv.h"
#include "ph_locale.h"
#include "ph_suggest.h"

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

/* ---- names ---- */

static ph_rc parse_bool(const ph_cfg_key *key, ph_span text, bool *ret, ph_err *err)
{
    bool yes = ph_span_is(text, "true");

    if (!yes && !ph_span_is(text, "false"))
        return ph_cfg_bad_value(key, text, "true", err);
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
    case PH_CFG_BYTES:
    case PH_CFG_DURATION:
        return ph_cfg_number_parse(key, text, field, err);
    case PH_CFG_TEXT:
    case PH_CFG_PATH:
    case PH_CFG_ENDPOINT:
    case PH_CFG_ADDRESS:
    case PH_CFG_LIST:
        break;
    }
    return ph_cfg_text_parse(key, text, folder, field, err);
}

/* ---- printing ---- */

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
        ph_cfg_number_print(key, *(const int64_t *)field, dst, size);
}
