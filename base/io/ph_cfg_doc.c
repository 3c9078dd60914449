/* ph_cfg_doc - the configuration table as a file, as JSON and as its reference.   Layer: base/io */
#include <string.h>

#include "ph_cfg_priv.h"
#include "ph_locale.h"

static const char *shown(const ph_cfg_key *key, const void *cfg, char *dst, size_t size)
{
    if ((key->flags & PH_CFG_SECRET) != 0)
        return "***";
    ph_cfg_value_print(key, cfg, dst, size);
    return dst;
}

/* YAML takes these for ends of lines and would fold them into a blank. */
static const struct {
    const char *utf8, *escaped;
} line_ends[] = {{"\xE2\x80\xA8", "\\u2028"}, {"\xE2\x80\xA9", "\\u2029"}};

static const char *put_character(ph_buf *dst, const char *p)
{
    for (size_t i = 0; i < sizeof line_ends / sizeof line_ends[0]; i++)
        if (strncmp(p, line_ends[i].utf8, strlen(line_ends[i].utf8)) == 0) {
            (void)ph_buf_put_str(dst, line_ends[i].escaped);
            return p + strlen(line_ends[i].utf8);
        }
    if (*p == '"' || *p == '\\')
        (void)ph_buf_put_byte(dst, '\\');
    (void)ph_buf_put_byte(dst, (uint8_t)*p);
    return p + 1;
}

/* In double quotes, as both YAML and JSON read it; values hold no control characters. */
static void put_quoted(ph_buf *dst, const char *text)
{
    (void)ph_buf_put_byte(dst, '"');
    while (*text != '\0')
        text = put_character(dst, text);
    (void)ph_buf_put_byte(dst, '"');
}

static void put_allowed(ph_buf *dst, const ph_cfg_key *key, ph_lang lang)
{
    char min[32], max[32];

    if (key->type == PH_CFG_BOOL)
        (void)ph_buf_put_str(dst, "true, false");
    for (size_t i = 0; key->type == PH_CFG_ENUM && key->names[i] != NULL; i++)
        (void)ph_buf_printf(dst, "%s%s", i == 0 ? "" : ", ", key->names[i]);
    if (key->type != PH_CFG_COUNT && key->type != PH_CFG_BYTES && key->type != PH_CFG_DURATION) {
        if (ph_cfg_is_text(key))
            (void)ph_buf_put_str(dst, ph_cfg_type_name(key->type, lang));
        return;
    }
    ph_cfg_bound_print(key, key->min, min, sizeof min);
    ph_cfg_bound_print(key, key->max, max, sizeof max);
    (void)ph_buf_printf(dst, "%s … %s", min, max);
}

ph_rc ph_cfg_print(const ph_cfg_schema *schema, const void *cfg, ph_lang lang, ph_buf *dst)
{
    char text[PH_CFG_MAX_VALUE_BYTES];

    (void)ph_buf_printf(dst, "# %s\n", schema->program);
    for (size_t i = 0; i < schema->n_keys; i++) {
        const ph_cfg_key *key = &schema->keys[i];
        (void)ph_buf_printf(dst, "\n# %s (", ph_tr(lang, key->vi, key->en));
        put_allowed(dst, key, lang);
        (void)ph_buf_printf(dst, ")%s\n%s: ",
                            (key->flags & PH_CFG_RELOAD) != 0
                                ? ph_tr(lang, ", đổi được khi đang chạy", ", may change while running")
                                : "",
                            key->name);
        const char *value = shown(key, cfg, text, sizeof text);
        if (ph_cfg_is_text(key))
            put_quoted(dst, value);
        else
            (void)ph_buf_put_str(dst, value);
        (void)ph_buf_put_byte(dst, '\n');
    }
    return dst->rc;
}

ph_rc ph_cfg_print_json(const ph_cfg_schema *schema, const void *cfg, ph_buf *dst)
{
    char text[PH_CFG_MAX_VALUE_BYTES];

    (void)ph_buf_put_byte(dst, '{');
    for (size_t i = 0; i < schema->n_keys; i++) {
        const ph_cfg_key *key = &schema->keys[i];
        (void)ph_buf_printf(dst, "%s\"%s\":", i == 0 ? "" : ",", key->name);
        put_quoted(dst, shown(key, cfg, text, sizeof text));
    }
    return ph_buf_put_str(dst, "}\n");
}

static void put_section(ph_buf *dst, const ph_cfg_key *key, ph_lang lang)
{
    (void)ph_buf_printf(dst, "\n### `%s`\n\n%s\n\n", key->name, ph_tr(lang, key->vi, key->en));
    (void)ph_buf_printf(dst, "- %s: %s\n- %s: ", ph_tr(lang, "kiểu", "type"), ph_cfg_type_name(key->type, lang),
                        ph_tr(lang, "cho phép", "allowed"));
    put_allowed(dst, key, lang);
    if (key->deflt == NULL)
        (void)ph_buf_printf(dst, "\n- %s\n", ph_tr(lang, "bắt buộc phải có", "required"));
    else
        (void)ph_buf_printf(dst, "\n- %s: `%s`\n", ph_tr(lang, "mặc định", "default"),
                            key->deflt[0] == '\0' ? "\"\"" : key->deflt);
    (void)ph_buf_printf(dst, "- %s\n",
                        (key->flags & PH_CFG_RELOAD) != 0
                            ? ph_tr(lang, "đổi được khi đang chạy (SIGHUP)", "may change while running (SIGHUP)")
                            : ph_tr(lang, "đổi thì phải khởi động lại", "a change needs a restart"));
}

ph_rc ph_cfg_reference(const ph_cfg_schema *schema, ph_lang lang, ph_buf *dst)
{
    (void)ph_buf_printf(dst, "## %s\n", schema->program);
    for (size_t i = 0; i < schema->n_keys; i++)
        put_section(dst, &schema->keys[i], lang);
    return dst->rc;
}
