/* ph_pub_progress - the progress record as JSON, and the memory file that holds the last one.   Layer: publisher/io
 * (jansson) */
#ifndef PH_PUB_PROGRESS_H
#define PH_PUB_PROGRESS_H

#include "ph_pub_ports.h"

enum { PH_PROGRESS_MAX_BYTES = 32 * 1024 };

/** JSON with sorted keys {"chain","ends":{"topic/partition":offset},"epoch","last_record","shard","time","writer"} and
 * back. Errors: NOMEM, LIMIT; MALFORMED. */
ph_rc ph_pub_progress_write(const ph_pub_progress *p, const char *shard, ph_buf *dst) PH_CHECKED;
ph_rc ph_pub_progress_read(ph_span json, ph_pub_progress *ret) PH_CHECKED;

/** The port over one file, replaced atomically at each store.   Owns: *ret by the caller (ph_pub_memory_free); borrows
 * nothing.   Errors: NOMEM, LIMIT. */
ph_rc ph_pub_memory_file(const char *path, const char *shard, ph_pub_memory **ret) PH_CHECKED;
void ph_pub_memory_free(ph_pub_memory *m);

#endif
