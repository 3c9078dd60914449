/* ph_emit - see the header.   Layer: domain/io (libsodium for base64) */
#include "ph_emit.h"

#include <sodium.h>

#include "ph_identity.h"
#include "ph_locale.h"

void ph_emit_text(ph_buf *dst, const char *lead, const char *key, const char *value)
{
    (void)ph_buf_printf(dst, "%s%s: \"", lead, key);
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            (void)ph_buf_put_byte(dst, '\\');
        (void)ph_buf_put_byte(dst, (uint8_t)*c);
    }
    (void)ph_buf_put_str(dst, "\"\n");
}

void ph_emit_curve(ph_buf *dst, const char *lead, const char *key, const uint8_t *key32)
{
    char text[PH_Z85_TEXT_BYTES];

    ph_z85_print(key32, text);
    ph_emit_text(dst, lead, key, text);
}

void ph_emit_hex(ph_buf *dst, const char *lead, const char *key, const uint8_t *bytes, size_t len)
{
    char text[2 * PH_SIGNATURE_BYTES + 1];

    ph_hex_print(bytes, len, text);
    ph_emit_text(dst, lead, key, text);
}

void ph_signature_print(const ph_signature *sig, char *dst)
{
    (void)sodium_bin2base64(dst, PH_BASE64_SIGNATURE_BYTES, sig->bytes, sizeof sig->bytes,
                            sodium_base64_VARIANT_ORIGINAL);
}

ph_rc ph_signature_parse(ph_span text, ph_signature *ret)
{
    size_t len = 0;
    const char *end = NULL;

    if (text.len != PH_BASE64_SIGNATURE_BYTES - 1)
        return PH_MALFORMED;
    if (sodium_base642bin(ret->bytes, sizeof ret->bytes, (const char *)text.ptr, text.len, NULL, &len, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        len != sizeof ret->bytes || end != (const char *)text.ptr + text.len)
        return PH_MALFORMED;
    return PH_OK;
}

static bool is_zero(const uint8_t *key)
{
    uint8_t any = 0;

    for (size_t i = 0; i < 32; i++)
        any |= key[i];
    return any == 0;
}

bool ph_doc_curve(ph_doc *d, const ph_yaml *node, uint8_t ret[32])
{
    if (*ph_doc_text(d, node, PH_MAX_TEXT_BYTES) == '\0')
        return false;
    if (ph_z85_parse(node->text, ret) == PH_OK && !is_zero(ret))
        return true;
    ph_doc_tell(d, node, "key.curve",
                PH_T("đây không phải khóa CURVE: 40 ký tự Z85", "this is not a CURVE key: 40 characters of Z85"));
    return false;
}

bool ph_doc_hex_key(ph_doc *d, const ph_yaml *node, uint8_t ret[PH_SIGN_PUBLIC_BYTES])
{
    if (*ph_doc_text(d, node, PH_MAX_TEXT_BYTES) == '\0')
        return false;
    if (ph_hex_parse(node->text, ret, PH_SIGN_PUBLIC_BYTES) == PH_OK && !is_zero(ret))
        return true;
    ph_doc_tell(d, node, "key.sign",
                PH_T("đây không phải khóa Ed25519: 64 chữ số hex", "this is not an Ed25519 key: 64 hex digits"));
    return false;
}

void ph_first_err_take(void *first, const ph_err *err)
{
    ph_first_err *f = first;

    if (f->err != NULL && !f->is_taken)
        *f->err = *err;
    f->is_taken = true;
}
