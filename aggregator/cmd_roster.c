/* cmd_roster - rosters signed and shown.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "ph_agg_rootkey.h"
#include "ph_clock.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_json.h"
#include "ph_locale.h"
#include "ph_registry_load.h"
#include "ph_term.h"

static ph_rc folder_of(const char *path, char *dst, size_t size, ph_err *err)
{
    if (!ph_span_copy(ph_span_str(path), dst, size))
        return ph_err_set(err, PH_LIMIT, "agg.roster.path", path, "the path is too long");
    char *folder = dirname(dst);
    memmove(dst, folder, strlen(folder) + 1);
    return PH_OK;
}

static ph_rc sign(const char *source, const ph_identity *root, ph_buf *ret, ph_err *err)
{
    char folder[PH_AGG_PATH_BYTES];
    ph_buf text, document;
    ph_buf_init(&text, PH_ROSTER_MAX_BYTES);
    ph_buf_init(&document, PH_ROSTER_MAX_BYTES);
    ph_rc rc = folder_of(source, folder, sizeof folder, err);
    if (rc == PH_OK)
        rc = ph_file_read(source, &text, err);
    if (rc == PH_OK) {
        rc = ph_roster_expand(ph_buf_span(&text), source, folder, ph_daemon_print_err, NULL, &document);
        if (rc != PH_OK)
            rc = ph_err_set(err, rc, "agg.roster.invalid", source, "not signed: %s", ph_rc_text(rc));
    }
    if (rc == PH_OK)
        rc = ph_roster_sign(ph_buf_span(&document), root->secret, ret, err);
    ph_buf_done(&document);
    ph_buf_done(&text);
    return rc;
}

ph_rc ph_agg_cmd_roster_sign(const ph_args *args, ph_err *err)
{
    const char *key = ph_args_get(args, PH_AGG_OPT_ROOT_KEY), *out = ph_args_get(args, PH_AGG_OPT_OUT);
    ph_identity *root = NULL;
    ph_buf text;
    if (key == NULL) {
        (void)ph_err_set(err, PH_USAGE, "usage.option", "roster sign", "%s",
                         PH_T("thiếu --root-key FILE", "--root-key FILE is missing"));
        ph_err_hint(err, "phusa-aggregator roster sign --help");
        return PH_USAGE;
    }
    ph_buf_init(&text, PH_ROSTER_MAX_BYTES);
    ph_rc rc = ph_identity_load(key, PH_IDENTITY_SIGN, &root, err);
    if (rc == PH_OK)
        rc = sign(args->operands[0], root, &text, err);
    if (rc == PH_OK)
        rc = out == NULL ? ph_agg_cmd_print(&text, err) : ph_file_write(out, ph_buf_span(&text), 0644, err);
    if (rc == PH_OK && out != NULL)
        (void)fprintf(stderr, PH_T("đã ký: %s\n", "signed: %s\n"), out);
    ph_identity_free(root);
    ph_buf_done(&text);
    return rc;
}

static const char *standing(const ph_roster_entry *e, int64_t now)
{
    if (e->status == PH_KEY_REVOKED)
        return PH_T("đã thu hồi", "revoked");
    if (now < e->valid_from_us)
        return PH_T("chưa hiệu lực", "not yet valid");
    return now >= e->valid_to_us ? PH_T("hết hiệu lực", "expired") : PH_T("đang dùng", "active");
}

static const char *standing_code(const ph_roster_entry *e, int64_t now)
{
    if (e->status == PH_KEY_REVOKED)
        return "revoked";
    return now < e->valid_from_us ? "early" : now >= e->valid_to_us ? "expired" : "active";
}

static ph_rc show_table(const ph_roster *r, bool is_verified, ph_err *err)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_LEFT,
                                      PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_LEFT};
    int64_t now = ph_clock_now_us();
    ph_table *t = NULL;
    ph_rc rc = ph_table_new(aligns, 6, &t);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.memory", "", "%s", ph_rc_text(rc));
    ph_table_cell(t, PH_T("đơn vị", "unit"));
    ph_table_cell(t, PH_T("mã khóa", "key id"));
    ph_table_cell(t, PH_T("từ", "from"));
    ph_table_cell(t, PH_T("đến", "until"));
    ph_table_cell(t, PH_T("tình trạng", "standing"));
    ph_table_cell(t, PH_T("ghi chú", "note"));
    ph_table_row(t);
    ph_table_rule(t);
    for (size_t i = 0; i < ph_roster_n(r); i++) {
        const ph_roster_entry *e = ph_roster_at(r, i);
        char id[2 * PH_KEY_ID_BYTES + 1], from[PH_TIME_TEXT_BYTES], to[PH_TIME_TEXT_BYTES] = "";
        ph_hex_print(e->key_id.bytes, sizeof e->key_id.bytes, id);
        (void)ph_time_print_local(e->valid_from_us, from);
        if (e->valid_to_us != INT64_MAX)
            (void)ph_time_print_local(e->valid_to_us, to);
        ph_table_cell(t, e->unit);
        ph_table_cell(t, id);
        ph_table_cell(t, from);
        ph_table_cell(t, to);
        ph_table_cell(t, standing(e, now));
        ph_table_cell(t, e->note);
        ph_table_row(t);
    }
    (void)fprintf(stderr, PH_T("số hiệu %llu, chữ ký: %s\n", "serial %llu, signature: %s\n"),
                  (unsigned long long)ph_roster_serial(r),
                  is_verified ? PH_T("đúng", "right")
                              : PH_T("chưa kiểm tra (dùng --root)", "not checked (use --root)"));
    rc = ph_table_write(t, stdout);
    ph_table_free(t);
    return rc == PH_OK ? rc : ph_err_set(err, rc, "agg.output", "stdout", "%s", ph_rc_text(rc));
}

static void show_entry_json(ph_json *j, const ph_roster_entry *e, int64_t now)
{
    char id[2 * PH_KEY_ID_BYTES + 1], curve[PH_Z85_TEXT_BYTES], text[PH_TIME_TEXT_BYTES];
    ph_hex_print(e->key_id.bytes, sizeof e->key_id.bytes, id);
    ph_z85_print(e->curve_public, curve);
    ph_json_begin_object(j);
    ph_json_key(j, "curve");
    ph_json_str(j, curve);
    ph_json_key(j, "key_id");
    ph_json_str(j, id);
    ph_json_key(j, "note");
    ph_json_str(j, e->note);
    ph_json_key(j, "standing");
    ph_json_str(j, standing_code(e, now));
    ph_json_key(j, "unit");
    ph_json_str(j, e->unit);
    (void)ph_time_print_utc(e->valid_from_us, text);
    ph_json_key(j, "valid_from");
    ph_json_str(j, text);
    ph_json_key(j, "valid_to");
    if (e->valid_to_us == INT64_MAX) {
        ph_json_null(j);
    } else {
        (void)ph_time_print_utc(e->valid_to_us, text);
        ph_json_str(j, text);
    }
    ph_json_end_object(j);
}

static ph_rc show_json(const ph_roster *r, bool is_verified, ph_err *err)
{
    int64_t now = ph_clock_now_us();
    ph_buf text;
    ph_buf_init(&text, 2 * PH_ROSTER_MAX_BYTES);
    ph_json j = ph_json_over(&text);
    ph_json_begin_object(&j);
    ph_json_key(&j, "digest");
    ph_json_hex(&j, ph_roster_digest(r));
    ph_json_key(&j, "keys");
    ph_json_begin_array(&j);
    for (size_t i = 0; i < ph_roster_n(r); i++)
        show_entry_json(&j, ph_roster_at(r, i), now);
    ph_json_end_array(&j);
    ph_json_key(&j, "serial");
    ph_json_uint(&j, ph_roster_serial(r));
    ph_json_key(&j, "verified");
    ph_json_bool(&j, is_verified);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(&text, '\n');
    ph_rc rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&text);
    return rc;
}

ph_rc ph_agg_cmd_roster_show(const ph_args *args, ph_err *err)
{
    const char *root_file = ph_args_get(args, PH_AGG_OPT_ROOT), *file = args->operands[0];
    uint8_t root[PH_SIGN_PUBLIC_BYTES];
    ph_roster *roster = NULL;
    ph_buf text;
    ph_buf_init(&text, PH_ROSTER_MAX_BYTES);
    ph_rc rc = root_file == NULL ? PH_OK : ph_rootkey_read(root_file, root, err);
    if (rc == PH_OK)
        rc = ph_file_read(file, &text, err);
    if (rc == PH_OK) {
        rc = ph_roster_load(ph_buf_span(&text), file, root_file == NULL ? NULL : root, ph_daemon_print_err, NULL,
                            &roster);
        if (rc != PH_OK)
            rc = ph_err_set(err, rc, "agg.roster.invalid", file, "%s", ph_rc_text(rc));
    }
    if (rc == PH_OK)
        rc = args->json ? show_json(roster, root_file != NULL, err) : show_table(roster, root_file != NULL, err);
    ph_roster_free(roster);
    ph_buf_done(&text);
    return rc;
}
