/* ph_registry_load - registry and roster documents from YAML, every error at once with its line.   Layer: domain/io
 * (libyaml) */
#ifndef PH_REGISTRY_LOAD_H
#define PH_REGISTRY_LOAD_H

#include "ph_buf.h"
#include "ph_err.h"
#include "ph_registry.h"
#include "ph_roster.h"

/* A registry is a directory of *.yaml files; its bundle is one byte string: for each file in byte order of names
 * "--- # file: NAME\n" and the file's bytes, and a line end if they have none. The ledger keeps bundles by their
 * SHA-256, so a registry can be loaded again years later. */
enum { PH_BUNDLE_MAX_BYTES = 8 * 1024 * 1024, PH_ROSTER_MAX_BYTES = 4 * 1024 * 1024, PH_CARD_MAX_BYTES = 16 * 1024 };

/** Read a directory into a bundle.   Errors: IO, NOT_FOUND, LIMIT, with @err. */
ph_rc ph_registry_read_dir(const char *path, ph_buf *ret_bundle, ph_err *err) PH_CHECKED;

/**
 * Build a registry from a bundle. Each error goes to @sink (file:line:column within its file, code, hint with
 * did-you-mean); loading goes on to the next so that all are told at once.   Owns: *ret by the caller.   Errors:
 * INVALID after at least one error was told; NOMEM.
 */
ph_rc ph_registry_load(ph_span bundle, ph_err_fn sink, void *arg, ph_registry **ret) PH_CHECKED;

/** The same for a bundle that the ledger keeps: it was in force, and figures rest on it. Checks that came after the
 * first ledgers were written do not take it back. */
ph_rc ph_registry_load_kept(ph_span bundle, ph_err_fn sink, void *arg, ph_registry **ret) PH_CHECKED;

/** Directory to registry in one go. @ret_bundle may be NULL. */
ph_rc ph_registry_load_dir(const char *path, ph_err_fn sink, void *arg, ph_buf *ret_bundle,
                           ph_registry **ret) PH_CHECKED;

/**
 * A roster source (YAML): serial, keys: [{unit, sign, curve, valid_from, valid_to?, status?, note?}], or `card: FILE`
 * instead of sign/curve. A signed roster is text: first line "phusa-roster 1 <root key id hex> <signature base64>",
 * then the exact YAML bytes that were signed (cards already written in). expand: resolve `card:` references (relative
 * to @base_dir) into a self-contained YAML document.
 */
ph_rc ph_roster_expand(ph_span source, const char *name, const char *base_dir, ph_err_fn sink, void *arg,
                       ph_buf *ret) PH_CHECKED;
ph_rc ph_roster_sign(ph_span document, const uint8_t root_secret[PH_SIGN_SECRET_BYTES], ph_buf *ret_signed,
                     ph_err *err) PH_CHECKED;
/** Verify with @root_public (NULL: only parse, e.g. for `roster show` of an unsigned source) and build.   Errors:
 * FORBIDDEN, INVALID, MALFORMED, NOMEM. */
ph_rc ph_roster_load(ph_span signed_document, const char *name, const uint8_t *root_public, ph_err_fn sink, void *arg,
                     ph_roster **ret) PH_CHECKED;

/* A card: what one machine hands to another, no secrets; YAML, signed by its own Ed25519 key so that a slip of copying
 * shows. */
typedef enum ph_card_kind { PH_CARD_PROVINCE, PH_CARD_AGGREGATOR } ph_card_kind;
typedef struct ph_card {
    ph_card_kind kind;
    char unit[PH_ID_BUFFER_BYTES];   /* province */
    char address[PH_MAX_TEXT_BYTES]; /* aggregator: tcp://host:port */
    uint8_t curve_public[PH_CURVE_PUBLIC_BYTES];
    uint8_t sign_public[PH_SIGN_PUBLIC_BYTES]; /* province: signing key; aggregator: receipt key */
    uint8_t root_public[PH_SIGN_PUBLIC_BYTES]; /* aggregator only */
} ph_card;
ph_rc ph_card_write(const ph_card *card, const uint8_t sign_secret[PH_SIGN_SECRET_BYTES], ph_buf *ret) PH_CHECKED;
ph_rc ph_card_load(ph_span text, const char *name, ph_card *ret, ph_err *err) PH_CHECKED; /* checks its own signature */
/** A short fingerprint for reading over the telephone: 8 groups of 4 hex digits over both keys; dst holds 40. */
void ph_card_fingerprint(const ph_card *card, char *dst);

#endif
