/* ph_identity - secret keys in small private files.   Layer: base/io (libsodium) */
#include "ph_identity.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_time.h"

enum { MAX_FILE_BYTES = 2048, SECRET_TEXT_BYTES = 2 * PH_SIGN_SEED_BYTES + 1 };

static const char first_line[] = "phusa key 1";
static const char *const kind_names[] = {[PH_IDENTITY_CURVE] = "curve", [PH_IDENTITY_SIGN] = "ed25519"};

static bool is_name(ph_span name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '\0' || strchr(allowed, name.ptr[i]) == NULL)
            return false;
    return name.len > 0 && name.len < PH_IDENTITY_NAME_BYTES;
}

void ph_random(void *dst, size_t len)
{
    randombytes_buf(dst, len);
}

void ph_curve_keypair(uint8_t ret_public[PH_CURVE_KEY_BYTES], uint8_t ret_secret[PH_CURVE_KEY_BYTES])
{
    (void)crypto_box_keypair(ret_public, ret_secret); /* CURVE's keys are crypto_box keys */
}

static ph_identity *identity_new(void)
{
    /* Below it a guard page, in it no swapping, at its end wiped. */
    ph_identity *id = sodium_init() < 0 ? NULL : sodium_malloc(sizeof *id);

    if (id != NULL)
        sodium_memzero(id, sizeof *id);
    return id;
}

void ph_identity_free(ph_identity *id)
{
    sodium_free(id);
}

static void make_pair(ph_identity *id)
{
    if (id->kind == PH_IDENTITY_CURVE) {
        ph_curve_keypair(id->public_key, id->secret);
        return;
    }
    uint8_t seed[PH_SIGN_SEED_BYTES];
    ph_random(seed, sizeof seed);
    ph_sign_keypair(seed, id->public_key, id->secret);
    sodium_memzero(seed, sizeof seed);
}

/* ---- the file ---- */

static ph_rc put_file(const ph_identity *id, ph_buf *dst)
{
    char public_text[SECRET_TEXT_BYTES];
    char secret_text[SECRET_TEXT_BYTES];
    char created[PH_TIME_TEXT_BYTES];

    if (id->kind == PH_IDENTITY_CURVE) {
        ph_z85_print(id->public_key, public_text);
        ph_z85_print(id->secret, secret_text);
    } else {
        ph_hex_print(id->public_key, PH_SIGN_PUBLIC_BYTES, public_text);
        ph_hex_print(id->secret, PH_SIGN_SEED_BYTES, secret_text);
    }
    (void)ph_time_print_utc(id->created_us, created);
    (void)ph_buf_reserve(dst, MAX_FILE_BYTES / 2); /* one piece: growing would leave copies */
    (void)ph_buf_printf(
        dst,
        "%s\n# Khóa bí mật: không gửi, không chép cho ai.\n# Secret key: never send it, never copy it.\n"
        "kind: %s\nname: %s\ncreated: %s\npublic: %s\nsecret: %s\n",
        first_line, kind_names[id->kind], id->name, created, public_text, secret_text);
    sodium_memzero(secret_text, sizeof secret_text);
    return dst->rc;
}

static void wipe_buf(ph_buf *b)
{
    if (b->ptr != NULL)
        sodium_memzero(b->ptr, b->cap);
    ph_buf_done(b);
}

static ph_rc write_file(const ph_identity *id, const char *path, ph_err *err)
{
    ph_buf b;

    ph_buf_init(&b, MAX_FILE_BYTES);
    ph_rc rc = put_file(id, &b);
    if (rc == PH_OK)
        rc = ph_file_write_new(path, ph_buf_span(&b), 0600, err);
    else
        (void)ph_err_set(err, rc, "key.write", path, "%s", ph_rc_text(rc));
    if (rc == PH_EXISTS) {
        (void)ph_err_set(err, rc, "key.exists", path, "%s", PH_T("đã có khóa ở đây", "there is a key here already"));
        ph_err_means(err, "%s", PH_T("khóa cũ được giữ nguyên", "the old key was left as it is"));
        ph_err_hint(err,
                    PH_T("muốn khóa mới thì cất khóa cũ đi trước: mv '%s' '%s.old'",
                         "for a new key put the old one away first: mv '%s' '%s.old'"),
                    path, path);
    }
    wipe_buf(&b);
    return rc;
}

ph_rc ph_identity_create(const char *path, ph_identity_kind kind, const char *name, int64_t now_us, ph_identity **ret,
                         ph_err *err)
{
    if (!is_name(ph_span_str(name)))
        return ph_err_set(err, PH_INVALID, "key.name", path,
                          PH_T("tên khóa \"%s\" chỉ được gồm chữ cái, số và _ . -",
                               "the key's name \"%s\" may hold letters, digits and _ . - only"),
                          name);
    ph_identity *id = identity_new();
    if (id == NULL)
        return ph_err_set(err, PH_NOMEM, "key.memory", path, "%s", ph_rc_text(PH_NOMEM));
    id->kind = kind;
    id->created_us = now_us - now_us % PH_US_PER_S;
    (void)ph_span_copy(ph_span_str(name), id->name, sizeof id->name);
    make_pair(id);
    ph_rc rc = write_file(id, path, err);
    if (rc == PH_OK && ret != NULL)
        *ret = id;
    else
        ph_identity_free(id);
    return rc;
}

/* ---- reading ---- */

typedef struct fields {
    ph_span kind, name, created, public_text, secret_text;
} fields;

static ph_span take_line(ph_span *rest)
{
    const uint8_t *end = rest->len == 0 ? NULL : memchr(rest->ptr, '\n', rest->len);
    size_t len = end == NULL ? rest->len : (size_t)(end - rest->ptr);
    ph_span line = ph_span_of(rest->ptr, len);
    size_t skip = len + (end != NULL);

    *rest = ph_span_of(rest->ptr + skip, rest->len - skip);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* "name: value" into the field of that name; each exactly once. */
static bool take_field(fields *f, ph_span line)
{
    const struct {
        const char *name;
        ph_span *field;
    } known[] = {{"kind: ", &f->kind},
                 {"name: ", &f->name},
                 {"created: ", &f->created},
                 {"public: ", &f->public_text},
                 {"secret: ", &f->secret_text}};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(known[i].name);
        if (line.len < n || memcmp(line.ptr, known[i].name, n) != 0 || known[i].field->len != 0)
            continue;
        *known[i].field = ph_span_of(line.ptr + n, line.len - n);
        return known[i].field->len != 0;
    }
    return false;
}

static ph_rc malformed(const char *path, int line, ph_err *err)
{
    (void)ph_err_at(err, PH_MALFORMED, "key.malformed", path, line, line > 0 ? 1 : 0, "%s",
                    PH_T("không phải tệp khóa của phusa, hoặc đã hỏng", "not a key file of phusa, or damaged"));
    ph_err_hint(err, "%s",
                PH_T("lấy lại từ bản sao lưu, hoặc tạo khóa mới và đăng ký lại",
                     "take it from a backup, or make a new key and enrol it"));
    return PH_MALFORMED;
}

static ph_rc split_file(ph_span text, const char *path, fields *f, ph_err *err)
{
    if (!ph_span_is(take_line(&text), first_line))
        return malformed(path, 1, err);
    for (int number = 2; text.len > 0; number++) {
        ph_span line = take_line(&text);
        if (line.len != 0 && line.ptr[0] != '#' && !take_field(f, line))
            return malformed(path, number, err);
    }
    return f->secret_text.len == 0 || f->public_text.len == 0 ? malformed(path, 0, err) : PH_OK;
}

/* Fill the keys and check that the public one belongs to the secret one. */
static ph_rc read_pair(const fields *f, ph_identity *id)
{
    uint8_t declared[32], seed[PH_SIGN_SEED_BYTES];
    ph_rc rc;

    if (id->kind == PH_IDENTITY_CURVE) {
        rc = ph_z85_parse(f->public_text, declared);
        if (rc == PH_OK)
            rc = ph_z85_parse(f->secret_text, id->secret);
        if (rc == PH_OK && crypto_scalarmult_base(id->public_key, id->secret) != 0)
            rc = PH_INVALID;
    } else {
        rc = ph_hex_parse(f->public_text, declared, sizeof declared);
        if (rc == PH_OK)
            rc = ph_hex_parse(f->secret_text, seed, sizeof seed);
        if (rc == PH_OK)
            ph_sign_keypair(seed, id->public_key, id->secret);
        sodium_memzero(seed, sizeof seed);
    }
    if (rc == PH_OK && memcmp(declared, id->public_key, sizeof declared) != 0)
        rc = PH_INVALID;
    return rc;
}

static ph_rc check_kind(const fields *f, const char *path, ph_identity_kind kind, ph_err *err)
{
    if (ph_span_is(f->kind, kind_names[kind]))
        return PH_OK;
    return ph_err_set(
        err, PH_INVALID, "key.kind", path,
        PH_T("là khóa loại \"%.*s\", ở đây cần loại \"%s\"", "is a key of kind \"%.*s\", here it must be \"%s\""),
        (int)f->kind.len, (const char *)f->kind.ptr, kind_names[kind]);
}

static ph_rc read_identity(ph_span text, const char *path, ph_identity *id, ph_err *err)
{
    fields f = {0};
    ph_rc rc = split_file(text, path, &f, err);

    if (rc == PH_OK)
        rc = check_kind(&f, path, id->kind, err);
    if (rc != PH_OK)
        return rc;
    if (!is_name(f.name) || !ph_span_copy(f.name, id->name, sizeof id->name) ||
        ph_time_parse(f.created, &id->created_us) != PH_OK)
        return malformed(path, 0, err);
    rc = read_pair(&f, id);
    if (rc == PH_MALFORMED)
        return malformed(path, 0, err);
    if (rc == PH_INVALID)
        (void)ph_err_set(
            err, rc, "key.mismatch", path, "%s",
            PH_T("phần công khai không thuộc về phần bí mật", "the public part does not belong to the secret part"));
    return rc;
}

ph_rc ph_identity_load(const char *path, ph_identity_kind kind, ph_identity **ret, ph_err *err)
{
    ph_buf b;
    ph_identity *id = identity_new();
    ph_rc rc;

    if (id == NULL)
        return ph_err_set(err, PH_NOMEM, "key.memory", path, "%s", ph_rc_text(PH_NOMEM));
    ph_buf_init(&b, MAX_FILE_BYTES);
    id->kind = kind;
    rc = ph_file_read_private(path, &b, err);
    if (rc == PH_LIMIT)
        rc = malformed(path, 0, err);
    if (rc == PH_OK)
        rc = read_identity(ph_buf_span(&b), path, id, err);
    wipe_buf(&b);
    if (rc == PH_OK)
        *ret = id;
    else
        ph_identity_free(id);
    return rc;
}
