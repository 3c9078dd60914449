/* ph_roster_load - rosters: expanded, signed, verified, built.   Layer: domain/io */
#include <stdlib.h>

#include "ph_emit.h"
#include "ph_locale.h"
#include "ph_registry_load.h"
#include "ph_roster_read.h"

#define HEAD "phusa-roster 1 "
enum { KEY_ID_DIGITS = 2 * PH_KEY_ID_BYTES, HEAD_BYTES = sizeof HEAD - 1 };

/* ---- expand ---- */

static void emit_time(ph_buf *dst, const char *key, int64_t us)
{
    char text[PH_TIME_TEXT_BYTES];

    (void)ph_time_print_utc(us, text);
    ph_emit_text(dst, "    ", key, text);
}

static void emit_entry(const ph_roster_entry *e, ph_buf *dst)
{
    ph_emit_text(dst, "  - ", "unit", e->unit);
    ph_emit_hex(dst, "    ", "sign", e->sign_public, sizeof e->sign_public);
    ph_emit_curve(dst, "    ", "curve", e->curve_public);
    emit_time(dst, "valid_from", e->valid_from_us);
    if (e->valid_to_us != INT64_MAX)
        emit_time(dst, "valid_to", e->valid_to_us);
    ph_emit_text(dst, "    ", "status", e->status == PH_KEY_ACTIVE ? "active" : "revoked");
    if (e->note[0] != '\0')
        ph_emit_text(dst, "    ", "note", e->note);
}

ph_rc ph_roster_expand(ph_span source, const char *name, const char *base_dir, ph_err_fn sink, void *arg, ph_buf *ret)
{
    ph_arena arena = {0};
    ph_doc d = {.area = "roster", .arena = &arena, .sink = sink, .arg = arg};
    ph_roster_rows rows = {0};
    ph_rc rc = ph_roster_read(&d, source, name, base_dir == NULL ? "." : base_dir, &rows);

    if (rc == PH_OK) {
        (void)ph_buf_printf(ret, "# phusa roster: who may speak for which unit. Public keys only.\nserial: %llu\n%s",
                            (unsigned long long)rows.serial, rows.n == 0 ? "keys: []\n" : "keys:\n");
        for (size_t i = 0; i < rows.n; i++)
            emit_entry(&rows.entries[i], ret);
        rc = ret->rc;
    }
    free(rows.entries);
    ph_arena_done(&arena);
    return rc;
}

/* ---- sign ---- */

/* Only what would load again is signed. */
static ph_rc check_document(ph_span document, ph_err *err)
{
    ph_first_err first = {.err = err};
    ph_roster *roster = NULL;
    ph_rc rc = ph_roster_load(document, "roster", NULL, ph_first_err_take, &first, &roster);

    ph_roster_free(roster);
    return rc;
}

ph_rc ph_roster_sign(ph_span document, const uint8_t root_secret[PH_SIGN_SECRET_BYTES], ph_buf *ret_signed, ph_err *err)
{
    char signature[PH_BASE64_SIGNATURE_BYTES], key_id[KEY_ID_DIGITS + 1];
    ph_signature sig;

    if (document.len >= HEAD_BYTES && memcmp(document.ptr, HEAD, HEAD_BYTES) == 0)
        return ph_err_set(err, PH_INVALID, "roster.signed", "roster",
                          PH_T("danh sách khóa này đã được ký", "this roster is signed already"));
    ph_rc rc = check_document(document, err);
    if (rc == PH_OK)
        rc = ph_sign_make(PH_SIGN_ROSTER, root_secret, document, &sig);
    if (rc != PH_OK)
        return rc;
    /* libsodium keeps the public key behind the seed */
    ph_key_id id = ph_key_id_of(root_secret + PH_SIGN_SECRET_BYTES - PH_SIGN_PUBLIC_BYTES);
    ph_hex_print(id.bytes, sizeof id.bytes, key_id);
    ph_signature_print(&sig, signature);
    (void)ph_buf_printf(ret_signed, HEAD "%s %s\n", key_id, signature);
    (void)ph_buf_put_span(ret_signed, document);
    return ret_signed->rc;
}

/* ---- load ---- */

typedef struct signed_head {
    ph_key_id key_id;
    ph_signature signature;
    ph_span document;
} signed_head;

/* "phusa-roster 1 <32 hex digits> <88 characters of base64>\n" and the document. */
static ph_rc split_head(ph_span text, signed_head *ret)
{
    const size_t at_signature = HEAD_BYTES + KEY_ID_DIGITS + 1;
    const size_t at_end = at_signature + PH_BASE64_SIGNATURE_BYTES - 1;

    if (text.len <= at_end || memcmp(text.ptr, HEAD, HEAD_BYTES) != 0 || text.ptr[at_signature - 1] != ' ' ||
        text.ptr[at_end] != '\n')
        return PH_MALFORMED;
    ret->document = ph_span_of(text.ptr + at_end + 1, text.len - at_end - 1);
    ph_rc rc = ph_hex_parse(ph_span_of(text.ptr + HEAD_BYTES, KEY_ID_DIGITS), ret->key_id.bytes, PH_KEY_ID_BYTES);
    if (rc == PH_OK)
        rc = ph_signature_parse(ph_span_of(text.ptr + at_signature, PH_BASE64_SIGNATURE_BYTES - 1), &ret->signature);
    return rc;
}

static ph_rc refuse(ph_doc *d, const char *name, ph_rc rc, const char *code, const char *what)
{
    ph_err err;

    (void)ph_err_at(&err, rc, code, name, 1, 1, "%s", what);
    ph_err_means(
        &err, "%s",
        PH_T("danh sách khóa hợp lệ gần nhất vẫn có hiệu lực", "the keys of the last good roster stay in force"));
    ph_doc_pass_on(d, &err);
    return rc;
}

static ph_rc verify(ph_doc *d, const char *name, const signed_head *head, const uint8_t *root_public)
{
    ph_key_id root = ph_key_id_of(root_public);

    if (!ph_key_id_eq(&root, &head->key_id))
        return refuse(d, name, PH_FORBIDDEN, "roster.root",
                      PH_T("được ký bằng khóa gốc khác với khóa đã cấu hình",
                           "signed by another root key than the one configured"));
    ph_rc rc = ph_sign_verify(PH_SIGN_ROSTER, root_public, head->document, &head->signature);
    if (rc == PH_FORBIDDEN)
        return refuse(
            d, name, rc, "roster.signature",
            PH_T("chữ ký không khớp: văn bản đã bị thay đổi", "the signature does not fit: the document was changed"));
    return rc;
}

static ph_rc open_document(ph_doc *d, ph_span text, const char *name, const uint8_t *root_public, ph_span *ret)
{
    signed_head head;
    bool is_signed = text.len >= HEAD_BYTES && memcmp(text.ptr, HEAD, HEAD_BYTES) == 0;

    *ret = text;
    if (!is_signed && root_public != NULL)
        return refuse(d, name, PH_MALFORMED, "roster.unsigned",
                      PH_T("danh sách khóa chưa được ký", "the roster is not signed"));
    if (!is_signed)
        return PH_OK;
    if (split_head(text, &head) != PH_OK)
        return refuse(d, name, PH_MALFORMED, "roster.head",
                      PH_T("dòng đầu phải là: phusa-roster 1, mã khóa, chữ ký",
                           "the first line must be: phusa-roster 1, key id, signature"));
    *ret = head.document;
    return root_public == NULL ? PH_OK : verify(d, name, &head, root_public);
}

ph_rc ph_roster_load(ph_span signed_document, const char *name, const uint8_t *root_public, ph_err_fn sink, void *arg,
                     ph_roster **ret)
{
    ph_arena arena = {0};
    ph_doc d = {.area = "roster", .arena = &arena, .sink = sink, .arg = arg};
    ph_roster_rows rows = {0};
    ph_span document;
    ph_digest digest;
    ph_rc rc = signed_document.len <= PH_ROSTER_MAX_BYTES
                   ? open_document(&d, signed_document, name, root_public, &document)
                   : refuse(&d, name, PH_INVALID, "roster.size",
                            PH_T("lớn hơn mức cho phép của danh sách khóa", "larger than a roster may be"));

    if (rc == PH_OK)
        rc = ph_roster_read(&d, document, name, NULL, &rows);
    if (rc == PH_OK) {
        digest = ph_digest_of_span(signed_document);
        rc = ph_roster_build(rows.serial, rows.entries, rows.n, &digest, ret);
    }
    free(rows.entries);
    ph_arena_done(&arena);
    return rc;
}
