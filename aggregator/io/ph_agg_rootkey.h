/* ph_agg_rootkey - the public half of the root key as a small text file.   Layer: aggregator/io */
#ifndef PH_AGG_ROOTKEY_H
#define PH_AGG_ROOTKEY_H

#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"
#include "ph_sign.h"

enum { PH_ROOTKEY_MAX_BYTES = 4096 };

/**
 * Two lines, "phusa root public key 1" and 64 hex digits; lines that begin with # are for people. write never replaces
 * a file; read takes what write made.   Errors: write EXISTS, IO, NO_SPACE, DURABILITY; read NOT_FOUND, MALFORMED, IO,
 * LIMIT; codes "root.…" and "file.…".   Thread: any.
 */
ph_rc ph_rootkey_write(const char *path, const uint8_t public_key[PH_SIGN_PUBLIC_BYTES], ph_err *err) PH_CHECKED;
ph_rc ph_rootkey_read(const char *path, uint8_t ret[PH_SIGN_PUBLIC_BYTES], ph_err *err) PH_CHECKED;

#endif
