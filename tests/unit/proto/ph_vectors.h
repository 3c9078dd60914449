/* ph_vectors - the files of proto/vectors for C tests: loaded from the source tree, walked row by row.   Layer: tests
 */
#ifndef PH_VECTORS_H
#define PH_VECTORS_H

#include <jansson.h>

#include "ph_buf.h"

/** Call @check for each vector of proto/vectors/@file.json; fails the test when there is none.   Owns: a vector is
 * valid during the call. */
void ph_vectors_each(const char *file, void (*check)(const json_t *v, void *arg), void *arg);

/** A text, a number, and hex as bytes of @v; each fails the test when it is not there. bytes: init's @ret, the caller
 * ends it. */
const char *ph_vector_text(const json_t *v, const char *key);
uint64_t ph_vector_uint(const json_t *v, const char *key);
void ph_vector_bytes(const json_t *v, const char *key, ph_buf *ret);
/** Hex of exactly @len bytes. */
void ph_vector_exact(const json_t *v, const char *key, uint8_t *ret, size_t len);

#endif
