/* ph_col_cmd_setup - keygen, card, --check, --print-config: a machine is made ready.   Layer: collector/app */
#include <stdio.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_col_cmds.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_json.h"
#include "ph_locale.h"
#include "ph_term.h"

enum { TEXT_BYTES = 64 * 1024, CARD_MODE = 0644, CONFIG_MODE = 0644 };

/* ---- keygen ---- */

static void put_setting(ph_buf *dst, const char *key, const char *value)
{
    ph_json j = ph_json_over(dst);
    if (value == NULL)
        return;
    (void)ph_buf_printf(dst, "%s: ", key);
    ph_json_str(&j, value); /* a JSON text is a YAML text */
    (void)ph_buf_put_byte(dst, '\n');
}

static ph_rc write_config(ph_col_app *app, const char *path, ph_err *err)
{
    ph_buf text;
    ph_buf_init(&text, TEXT_BYTES);
    (void)ph_buf_printf(
        &text, "# %s\n",
        PH_T("phusa-collector: cấu hình của đơn vị này. Mọi khóa khác: phusa-collector --print-config",
             "phusa-collector: configuration of this unit. All other keys: phusa-collector --print-config"));
    put_setting(&text, "unit", ph_args_get(app->args, PH_COL_OPT_UNIT));
    put_setting(&text, "registry", ph_args_get(app->args, PH_COL_OPT_REGISTRY));
    put_setting(&text, "aggregator_card", ph_args_get(app->args, PH_COL_OPT_CARD));
    ph_rc rc = text.rc == PH_OK ? ph_file_write_new(path, ph_buf_span(&text), CONFIG_MODE, err) : text.rc;
    ph_buf_done(&text);
    if (rc == PH_OK)
        (void)fprintf(stderr, PH_T("Đã tạo cấu hình %s\n", "Made the configuration %s\n"), path);
    return rc;
}

/* The registry may come later; where it is here already, a mistyped unit is told before anything is made. */
static ph_rc check_unit(ph_col_app *app, const char *unit, ph_err *err)
{
    const char *folder = ph_args_get(app->args, PH_COL_OPT_REGISTRY);
    if (folder == NULL || ph_registry_load_dir(folder, NULL, NULL, NULL, &app->registry) != PH_OK ||
        ph_registry_find_unit(app->registry, ph_span_str(unit)) != PH_NO_INDEX)
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "args.unit", unit, "%s",
                     PH_T("không có đơn vị này trong danh mục", "the registry knows no such unit"));
    ph_err_means(err, "%s", PH_T("chưa tạo gì", "nothing was made"));
    const char *near = ph_col_app_near_unit(app->registry, unit);
    if (near != NULL)
        ph_err_hint(err, PH_T("có phải ý bạn là --unit %s?", "did you mean --unit %s?"), near);
    else
        ph_err_hint(err, PH_T("xem các mã trong %s/units.yaml", "see the ids in %s/units.yaml"), folder);
    return PH_USAGE;
}

static ph_rc first_config(ph_col_app *app, ph_err *err)
{
    const char *unit = ph_args_get(app->args, PH_COL_OPT_UNIT);
    const char *path = app->args->config.file;
    if (ph_file_exists(path))
        return PH_OK;
    if (unit == NULL) {
        (void)ph_err_set(err, PH_USAGE, "args.unit", "", "%s", PH_T("cần mã đơn vị", "the unit is needed"));
        ph_err_hint(err, "phusa-collector keygen --unit thaibinh");
        return PH_USAGE;
    }
    ph_rc rc = check_unit(app, unit, err);
    return rc == PH_OK ? write_config(app, path, err) : rc;
}

static ph_rc unit_must_fit(const ph_col_app *app, ph_err *err)
{
    const char *unit = ph_args_get(app->args, PH_COL_OPT_UNIT);
    if (unit == NULL || strcmp(unit, app->cfg.unit) == 0)
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "args.unit", unit,
                     PH_T("cấu hình đã ghi đơn vị %s", "the configuration says unit %s"), app->cfg.unit);
    ph_err_means(err, "%s", PH_T("chưa tạo khóa nào", "no key was made"));
    ph_err_hint(err, "%s",
                PH_T("sửa unit: trong tệp cấu hình, hoặc dùng --config khác",
                     "correct unit: in the configuration, or use another --config"));
    return PH_USAGE;
}

static ph_rc make_key(const ph_col_app *app, const char *name, ph_identity_kind kind, bool *made, ph_err *err)
{
    char path[2 * PH_COL_PATH_BYTES];
    ph_rc rc = ph_file_join(path, sizeof path, app->cfg.key_dir, name);
    if (rc != PH_OK || ph_file_exists(path))
        return rc;
    rc = ph_identity_create(path, kind, app->cfg.unit, ph_clock_now_us(), NULL, err);
    *made = *made || rc == PH_OK;
    if (rc == PH_OK)
        (void)fprintf(stderr, PH_T("Đã tạo khóa %s\n", "Made the key %s\n"), path);
    return rc;
}

static void print_fingerprint(const ph_col_app *app)
{
    ph_card card;
    char fingerprint[48];
    ph_col_app_own_card(app, &card);
    ph_card_fingerprint(&card, fingerprint);
    (void)fprintf(stderr, PH_T("Dấu vân tay của %s: %s\n", "Fingerprint of %s: %s\n"), app->cfg.unit, fingerprint);
}

ph_rc ph_col_cmd_keygen(ph_col_app *app, ph_err *err)
{
    bool made = false;
    ph_rc rc = first_config(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_config(app, err);
    if (rc == PH_OK)
        rc = unit_must_fit(app, err);
    if (rc == PH_OK)
        rc = ph_file_mkdir_private(app->cfg.key_dir, err);
    if (rc == PH_OK)
        rc = make_key(app, "curve.key", PH_IDENTITY_CURVE, &made, err);
    if (rc == PH_OK)
        rc = make_key(app, "sign.key", PH_IDENTITY_SIGN, &made, err);
    if (rc == PH_OK)
        rc = ph_col_app_keys(app, err);
    if (rc == PH_OK && !made) {
        rc = ph_err_set(err, PH_EXISTS, "key.exists", app->cfg.key_dir, "%s",
                        PH_T("khóa đã có, không tạo lại", "the keys are there already, none were made"));
        ph_err_hint(err, "%s",
                    PH_T("muốn khóa mới: chuyển thư mục khóa cũ đi nơi khác trước",
                         "for new keys move the old folder elsewhere first"));
    }
    if (rc != PH_OK)
        return rc;
    print_fingerprint(app);
    (void)fprintf(
        stderr, "%s\n",
        PH_T("Tiếp theo: phusa-collector card -o THẺ, giao thẻ đó cho người ký danh sách của cụm.",
             "Next: phusa-collector card -o CARD, and hand that card to whoever signs the cluster's roster."));
    return PH_OK;
}

/* ---- card ---- */

static void put_card_json(const ph_col_app *app, const ph_card *card, ph_buf *dst)
{
    char fingerprint[48], z85[PH_Z85_TEXT_BYTES], hex[2 * PH_SIGN_PUBLIC_BYTES + 1];
    ph_json j = ph_json_over(dst);
    ph_card_fingerprint(card, fingerprint);
    ph_z85_print(card->curve_public, z85);
    ph_hex_print(card->sign_public, sizeof card->sign_public, hex);
    ph_json_begin_object(&j);
    ph_json_key(&j, "curve");
    ph_json_str(&j, z85);
    ph_json_key(&j, "fingerprint");
    ph_json_str(&j, fingerprint);
    ph_json_key(&j, "sign");
    ph_json_str(&j, hex);
    ph_json_key(&j, "unit");
    ph_json_str(&j, app->cfg.unit);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(dst, '\n');
}

ph_rc ph_col_cmd_card(ph_col_app *app, ph_err *err)
{
    const char *output = ph_args_get(app->args, PH_COL_OPT_OUTPUT);
    ph_card card;
    ph_buf text;
    ph_rc rc = ph_col_app_config(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_keys(app, err);
    if (rc != PH_OK)
        return rc;
    ph_buf_init(&text, TEXT_BYTES);
    ph_col_app_own_card(app, &card);
    if (app->args->json)
        put_card_json(app, &card, &text);
    else
        rc = ph_card_write(&card, app->sign->secret, &text);
    if (rc == PH_OK)
        rc = text.rc;
    if (rc == PH_OK)
        rc = output != NULL ? ph_file_write(output, ph_buf_span(&text), CARD_MODE, err)
                            : ph_term_write_buf(stdout, &text);
    ph_buf_done(&text);
    if (rc == PH_OK)
        print_fingerprint(app);
    return rc;
}

/* ---- configuration ---- */

ph_rc ph_col_cmd_check_config(ph_col_app *app, ph_err *err)
{
    ph_rc (*const parts[])(ph_col_app *, ph_err *) = {ph_col_app_registry, ph_col_app_keys, ph_col_app_card};
    ph_rc worst = PH_OK, rc = ph_col_app_config(app, err);
    if (rc != PH_OK)
        return rc;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        ph_err one = {0};
        rc = parts[i](app, &one);
        if (rc == PH_OK)
            continue;
        if (worst != PH_OK)
            ph_daemon_print_err(NULL, err); /* the last one is told by the caller */
        *err = one;
        worst = rc;
    }
    if (worst == PH_OK)
        (void)fprintf(
            stderr, "%s\n",
            PH_T("Cấu hình, danh mục, khóa và thẻ đều tốt.", "Configuration, registry, keys and card are good."));
    return worst;
}

ph_rc ph_col_cmd_print_config(ph_col_app *app, ph_err *err)
{
    ph_buf text;
    ph_rc rc = ph_col_app_config(app, err);
    if (rc != PH_OK)
        return rc;
    ph_buf_init(&text, 4 * TEXT_BYTES);
    rc = app->args->json ? ph_cfg_print_json(&ph_col_cfg_schema, &app->cfg, &text)
                         : ph_cfg_print(&ph_col_cfg_schema, &app->cfg, app->lang, &text);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &text);
    ph_buf_done(&text);
    return rc;
}

/* docs/CONFIG-collector.md: of the keys alone, so no file is read. */
ph_rc ph_col_cmd_reference(ph_col_app *app, ph_err *err)
{
    ph_buf text;
    ph_buf_init(&text, 4 * TEXT_BYTES);
    ph_rc rc = ph_cfg_reference(&ph_col_cfg_schema, app->lang, &text);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &text);
    ph_buf_done(&text);
    return rc == PH_OK ? rc : ph_err_set(err, rc, "args.output", "", "%s", ph_rc_text(rc));
}
