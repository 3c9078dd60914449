/* ph_agg_own - the bytes of the log's own entries.   Layer: aggregator/core (pure) */
#include "ph_agg_own.h"

#include "ph_agg_fold.h"
#include "ph_reader.h"
#include "ph_writer.h"

/* Every kind reads through one struct: a kind is the set of keys it has, all of them required. */
typedef struct fields {
    ph_uuid epoch;
    ph_digest registry, roster;
    uint64_t serial, version;
    int64_t sealed_at_us, through_us;
} fields;

static const char *const keys[] = {"e", "g", "r", "s", "t", "u", "v"};
enum { KEY_E = 1, KEY_G = 2, KEY_R = 4, KEY_S = 8, KEY_T = 16, KEY_U = 32, KEY_V = 64 };

static void read_field(ph_reader *r, int key, fields *ret)
{
    switch (key) {
    case 0:
        ph_read_bin_exact(r, ret->epoch.bytes, PH_UUID_BYTES);
        break;
    case 1:
        ph_read_bin_exact(r, ret->registry.bytes, PH_DIGEST_BYTES);
        break;
    case 2:
        ph_read_bin_exact(r, ret->roster.bytes, PH_DIGEST_BYTES);
        break;
    case 3:
        ret->serial = ph_read_uint(r, INT64_MAX);
        break;
    case 4:
        ret->sealed_at_us = ph_read_int(r, 0, INT64_MAX);
        break;
    case 5:
        ret->through_us = ph_read_int(r, 0, INT64_MAX);
        break;
    case 6:
        ret->version = ph_read_uint(r, UINT32_MAX);
        break;
    default:
        ph_read_fail(r, PH_MALFORMED, "a key that this kind does not have");
    }
}

static ph_rc read_fields(ph_span bytes, uint32_t wanted, fields *ret)
{
    ph_reader r = ph_reader_over(bytes);
    ph_key_set set = {.keys = keys, .n = sizeof keys / sizeof keys[0]};
    size_t n = ph_read_map(&r, sizeof keys / sizeof keys[0]);

    for (size_t i = 0; i < n && r.rc == PH_OK; i++)
        read_field(&r, ph_read_key(&r, &set), ret);
    ph_read_leave(&r);
    if (r.rc == PH_OK && set.seen != wanted)
        ph_read_fail(&r, PH_MALFORMED, "not the keys of this kind");
    return ph_read_end(&r);
}

static void write_bin(ph_buf *dst, const char *key, const void *bytes, size_t len)
{
    ph_write_str(dst, key);
    ph_write_bin(dst, bytes, len);
}

static void write_number(ph_buf *dst, const char *key, int64_t v)
{
    ph_write_str(dst, key);
    ph_write_int(dst, v);
}

void ph_genesis_write(const ph_genesis *g, ph_buf *dst)
{
    ph_write_map(dst, 5);
    write_bin(dst, "e", g->epoch.bytes, PH_UUID_BYTES);
    write_bin(dst, "g", g->registry.bytes, PH_DIGEST_BYTES);
    write_bin(dst, "r", g->roster.bytes, PH_DIGEST_BYTES);
    write_number(dst, "s", (int64_t)g->roster_serial);
    write_number(dst, "v", g->fold_version);
}

ph_rc ph_genesis_read(ph_span bytes, ph_genesis *ret)
{
    fields f = {0};
    ph_rc rc = read_fields(bytes, KEY_E | KEY_G | KEY_R | KEY_S | KEY_V, &f);

    if (rc == PH_OK)
        *ret = (ph_genesis){.epoch = f.epoch,
                            .registry = f.registry,
                            .roster = f.roster,
                            .roster_serial = f.serial,
                            .fold_version = (uint32_t)f.version};
    return rc;
}

void ph_own_registry_write(const ph_digest *registry, ph_buf *dst)
{
    ph_write_map(dst, 1);
    write_bin(dst, "g", registry->bytes, PH_DIGEST_BYTES);
}

ph_rc ph_own_registry_read(ph_span bytes, ph_digest *ret)
{
    fields f = {0};
    ph_rc rc = read_fields(bytes, KEY_G, &f);

    if (rc == PH_OK)
        *ret = f.registry;
    return rc;
}

void ph_own_roster_write(const ph_digest *roster, uint64_t serial, ph_buf *dst)
{
    ph_write_map(dst, 2);
    write_bin(dst, "r", roster->bytes, PH_DIGEST_BYTES);
    write_number(dst, "s", (int64_t)serial);
}

ph_rc ph_own_roster_read(ph_span bytes, ph_digest *ret, uint64_t *ret_serial)
{
    fields f = {0};
    ph_rc rc = read_fields(bytes, KEY_R | KEY_S, &f);

    if (rc == PH_OK) {
        *ret = f.roster;
        *ret_serial = f.serial;
    }
    return rc;
}

void ph_own_seal_write(int64_t sealed_at_us, ph_buf *dst)
{
    ph_write_map(dst, 2);
    write_number(dst, "t", sealed_at_us);
    write_number(dst, "v", PH_FOLD_VERSION);
}

ph_rc ph_own_seal_read(ph_span bytes, int64_t *ret_sealed_at_us, uint32_t *ret_version)
{
    fields f = {0};
    ph_rc rc = read_fields(bytes, KEY_T | KEY_V, &f);

    if (rc == PH_OK) {
        *ret_sealed_at_us = f.sealed_at_us;
        *ret_version = (uint32_t)f.version;
    }
    return rc;
}

void ph_figure_seal_write(int64_t sealed_at_us, int64_t through_us, ph_buf *dst)
{
    ph_write_map(dst, 3);
    write_number(dst, "t", sealed_at_us);
    write_number(dst, "u", through_us);
    write_number(dst, "v", PH_FOLD_VERSION);
}

ph_rc ph_figure_seal_read(ph_span bytes, int64_t *ret_sealed_at_us, int64_t *ret_through_us, uint32_t *ret_version)
{
    fields f = {0};
    ph_rc rc = read_fields(bytes, KEY_T | KEY_U | KEY_V, &f);

    if (rc == PH_OK) {
        *ret_sealed_at_us = f.sealed_at_us;
        *ret_through_us = f.through_us;
        *ret_version = (uint32_t)f.version;
    }
    return rc;
}
