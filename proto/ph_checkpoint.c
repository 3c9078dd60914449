/* ph_checkpoint - leaves of the log, and the signed statement of a seal.   Layer: proto (pure) */
#include "ph_checkpoint.h"

#include <assert.h>

#include "ph_wire.h"
#include "ph_writer.h"

const char *ph_entry_kind_name(ph_entry_kind kind)
{
    switch (kind) {
#define PH_X(name, number, text) \
    case PH_ENTRY_##name:        \
        return text;
        PH_ENTRY_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

enum {
    LEAF_FIXED_BYTES = 8 + 8 + 1 + 1 + PH_UUID_BYTES + PH_DIGEST_BYTES + PH_KEY_ID_BYTES + 3 * PH_DIGEST_BYTES,
    CHECKPOINT_MAX_BYTES = 1024, /* 190 as written here; the rest is room for keys of later versions */
    SIGNED_MAX_BYTES = 128       /* array, bin 16, uint64, bin 32, uint64: 72 at most */
};

ph_digest ph_leaf_hash(const ph_leaf *leaf)
{
    uint8_t bytes[LEAF_FIXED_BYTES + PH_MAX_ID_TEXT];
    uint8_t *p = bytes;

    assert(leaf->unit.len <= PH_MAX_ID_TEXT);
    p = ph_put_be(p, leaf->seq, 8);
    p = ph_put_be(p, (uint64_t)leaf->received_at_us, 8);
    p = ph_put_be(p, leaf->kind, 1);
    p = ph_put_be(p, leaf->unit.len, 1);
    p = ph_put_bytes(p, leaf->unit.ptr, leaf->unit.len);
    p = ph_put_bytes(p, leaf->id.bytes, sizeof leaf->id.bytes);
    p = ph_put_bytes(p, leaf->body.bytes, sizeof leaf->body.bytes);
    p = ph_put_bytes(p, leaf->key_id.bytes, sizeof leaf->key_id.bytes);
    p = ph_put_bytes(p, leaf->signature.bytes, sizeof leaf->signature.bytes);
    p = ph_put_bytes(p, leaf->registry.bytes, sizeof leaf->registry.bytes);
    p = ph_put_bytes(p, leaf->verdict.bytes, sizeof leaf->verdict.bytes);
    return ph_merkle_leaf(ph_span_of(bytes, (size_t)(p - bytes)));
}

void ph_checkpoint_signed_bytes(const ph_checkpoint *c, ph_buf *dst)
{
    ph_write_array(dst, 4);
    ph_write_uuid(dst, &c->epoch);
    ph_write_uint(dst, c->size);
    ph_write_digest(dst, &c->root);
    ph_write_int(dst, c->sealed_at_us);
}

ph_rc ph_checkpoint_sign(ph_checkpoint *c, const uint8_t secret[PH_SIGN_SECRET_BYTES])
{
    ph_buf b;

    ph_buf_init(&b, SIGNED_MAX_BYTES);
    ph_checkpoint_signed_bytes(c, &b);
    ph_rc rc = b.rc;
    if (rc == PH_OK)
        rc = ph_sign_make(PH_SIGN_CHECKPOINT, secret, ph_buf_span(&b), &c->signature);
    ph_buf_done(&b);
    return rc;
}

ph_rc ph_checkpoint_verify(const ph_checkpoint *c, const uint8_t public_key[PH_SIGN_PUBLIC_BYTES])
{
    ph_key_id id = ph_key_id_of(public_key);
    ph_buf b;

    if (!ph_key_id_eq(&id, &c->key_id))
        return PH_FORBIDDEN;
    ph_buf_init(&b, SIGNED_MAX_BYTES);
    ph_checkpoint_signed_bytes(c, &b);
    ph_rc rc = b.rc;
    if (rc == PH_OK)
        rc = ph_sign_verify(PH_SIGN_CHECKPOINT, public_key, ph_buf_span(&b), &c->signature);
    ph_buf_done(&b);
    return rc;
}

static const char *const keys[] = {"e", "n", "r", "t", "k", "s"};
enum { KEY_E, KEY_N, KEY_R, KEY_T, KEY_K, KEY_S, N_KEYS };

void ph_checkpoint_write(const ph_checkpoint *c, ph_buf *dst)
{
    ph_write_map(dst, N_KEYS);
    ph_write_str(dst, keys[KEY_E]);
    ph_write_uuid(dst, &c->epoch);
    ph_write_str(dst, keys[KEY_N]);
    ph_write_uint(dst, c->size);
    ph_write_str(dst, keys[KEY_R]);
    ph_write_digest(dst, &c->root);
    ph_write_str(dst, keys[KEY_T]);
    ph_write_int(dst, c->sealed_at_us);
    ph_write_str(dst, keys[KEY_K]);
    ph_write_key_id(dst, &c->key_id);
    ph_write_str(dst, keys[KEY_S]);
    ph_write_bin(dst, c->signature.bytes, sizeof c->signature.bytes);
}

static void read_value(ph_reader *r, int key, ph_checkpoint *c)
{
    switch (key) {
    case KEY_E:
        c->epoch = ph_read_uuid(r);
        break;
    case KEY_N:
        c->size = ph_read_uint(r, PH_WIRE_MAX_SEQ);
        break;
    case KEY_R:
        c->root = ph_read_digest(r);
        break;
    case KEY_T:
        c->sealed_at_us = ph_read_time(r);
        break;
    case KEY_K:
        c->key_id = ph_read_key_id(r);
        break;
    default: /* KEY_S */
        ph_read_bin_exact(r, c->signature.bytes, sizeof c->signature.bytes);
        break;
    }
}

ph_rc ph_checkpoint_read(ph_span bytes, ph_checkpoint *ret)
{
    ph_reader r = ph_reader_over(bytes);
    ph_checkpoint c = {0};
    ph_map m = ph_map_enter(&r, keys, N_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_value(&r, key, &c);
    ph_map_require(&r, &m, (1U << N_KEYS) - 1);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = c;
    return rc;
}

void ph_checkpoint_put(const ph_checkpoint *c, ph_buf *dst)
{
    ph_buf b;

    ph_buf_init(&b, CHECKPOINT_MAX_BYTES);
    ph_checkpoint_write(c, &b);
    if (b.rc == PH_OK)
        ph_write_bin(dst, b.ptr, b.len);
    else if (dst->rc == PH_OK)
        dst->rc = b.rc;
    ph_buf_done(&b);
}

ph_checkpoint ph_checkpoint_take(ph_reader *r)
{
    const uint8_t *start = r->at;
    ph_checkpoint c = {0};
    ph_span bytes = ph_read_bin(r, CHECKPOINT_MAX_BYTES);

    if (r->rc != PH_OK)
        return c;
    ph_rc rc = ph_checkpoint_read(bytes, &c);
    if (rc != PH_OK) {
        r->at = start;
        ph_read_fail(r, rc, "not a checkpoint");
    }
    return c;
}
