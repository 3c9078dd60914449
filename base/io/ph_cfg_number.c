/* ph_cfg_number - counts, sizes and durations of the configuration.   Layer: base/io */
#include <inttypes.h>
#include <stdio.h>

#include "ph_cfg_priv.h"
#include "ph_locale.h"

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

/* Largest first: a value is printed in the largest that divides it. */
static const unit duration_units[] = {{"d", PH_CFG_DAY}, {"h", PH_CFG_HOUR}, {"min", PH_CFG_MIN},
                                      {"s", PH_CFG_S},   {"ms", PH_CFG_MS},  {"us", 1}};
static const unit byte_units[] = {{"GiB", PH_CFG_GIB}, {"MiB", PH_CFG_MIB}, {"KiB", PH_CFG_KIB}, {"B", 1},
                                  {"kB", 1000},        {"MB", 1000000},     {"GB", 1000000000}};

/* Digits with single underscores between them; *ret_rest is what follows. */
ph_rc ph_cfg_take_number(ph_span text, int64_t *ret, ph_span *ret_rest)
{
    int64_t v = 0;
    size_t i = 0;

    for (; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '_' && i > 0 && i + 1 < text.len && text.ptr[i + 1] >= '0' && text.ptr[i + 1] <= '9')
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

ph_rc ph_cfg_bad_value(const ph_cfg_key *key, ph_span text, const char *hint, ph_err *err)
{
    (void)ph_err_set(err, PH_MALFORMED, "cfg.value.type", "",
                     PH_T("%s: \"%.*s\" không phải là %s", "%s: \"%.*s\" is not a %s"), key->name, (int)text.len,
                     (const char *)text.ptr, ph_cfg_type_name(key->type, ph_lang_current()));
    if (hint != NULL)
        ph_err_hint(err, PH_T("viết như %s", "write it like %s"), hint);
    return PH_MALFORMED;
}

ph_rc ph_cfg_out_of_range(const ph_cfg_key *key, const char *is, ph_err *err)
{
    char min[32], max[32];

    ph_cfg_bound_print(key, key->min, min, sizeof min);
    ph_cfg_bound_print(key, key->max, max, sizeof max);
    (void)ph_err_set(err, PH_RANGE, "cfg.value.range", "",
                     PH_T("%s: %s nằm ngoài khoảng %s đến %s", "%s: %s lies outside %s to %s"), key->name, is, min,
                     max);
    return PH_RANGE;
}

/* @overflow: the number as written is larger than any that we hold. */
static ph_rc keep_in_range(const ph_cfg_key *key, ph_span text, int64_t v, bool overflow, int64_t *ret, ph_err *err)
{
    char is[64];

    if (!overflow && v >= key->min && v <= key->max) {
        *ret = v;
        return PH_OK;
    }
    (void)snprintf(is, sizeof is, "%.*s", (int)(text.len < 60 ? text.len : 60), (const char *)text.ptr);
    return ph_cfg_out_of_range(key, is, err);
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

    ph_rc rc = ph_cfg_take_number(text, &v, &rest);
    if (rc == PH_MALFORMED)
        return ph_cfg_bad_value(key, text, example, err);
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
    bool overflow = rc == PH_RANGE || v > INT64_MAX / u->factor;
    return keep_in_range(key, text, overflow ? 0 : v * u->factor, overflow, ret, err);
}

static ph_rc parse_count(const ph_cfg_key *key, ph_span text, int64_t *ret, ph_err *err)
{
    ph_span rest = {0};
    int64_t v = 0;
    ph_rc rc = ph_cfg_take_number(text, &v, &rest);

    if (rc == PH_MALFORMED || rest.len > 0)
        return ph_cfg_bad_value(key, text, "1000", err);
    return keep_in_range(key, text, v, rc == PH_RANGE, ret, err);
}

ph_rc ph_cfg_number_parse(const ph_cfg_key *key, ph_span text, int64_t *ret, ph_err *err)
{
    if (key->type == PH_CFG_COUNT)
        return parse_count(key, text, ret, err);
    if (key->type == PH_CFG_BYTES)
        return parse_scaled(key, text, byte_units, sizeof byte_units / sizeof byte_units[0], "64 KiB, 1 MiB", ret, err);
    return parse_scaled(key, text, duration_units, sizeof duration_units / sizeof duration_units[0], "20ms, 5s, 2min",
                        ret, err);
}

static void print_scaled(int64_t v, const unit *units, size_t n, const char *gap, char *dst, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if (units[i].factor == 1 || (v != 0 && v % units[i].factor == 0)) {
            (void)snprintf(dst, size, "%" PRId64 "%s%s", v / units[i].factor, gap, units[i].name);
            return;
        }
}

void ph_cfg_number_print(const ph_cfg_key *key, int64_t bound, char *dst, size_t size)
{
    if (key->type == PH_CFG_DURATION)
        print_scaled(bound, duration_units, sizeof duration_units / sizeof duration_units[0], "", dst, size);
    else if (key->type == PH_CFG_BYTES)
        print_scaled(bound, byte_units, sizeof byte_units / sizeof byte_units[0], " ", dst, size);
    else
        (void)snprintf(dst, size, "%" PRId64, bound);
}

void ph_cfg_bound_print(const ph_cfg_key *key, int64_t bound, char *dst, size_t size)
{
    if (bound == INT64_MAX)
        (void)snprintf(dst, size, "∞");
    else
        ph_cfg_number_print(key, bound, dst, size);
}
