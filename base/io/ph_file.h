/* ph_file - whole files, atomic writes, locks and private folders.   Layer: base/io */
#ifndef PH_FILE_H
#define PH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ph_buf.h"
#include "ph_err.h"
#include "ph_result.h"
#include "ph_span.h"

/**
 * Our code for an errno value: ENOENT NOT_FOUND, EACCES FORBIDDEN, ENOSPC NO_SPACE …; else IO.
 * Errors: none.   Thread: any.
 */
ph_rc ph_errno_rc(int error);

/**
 * Append the whole file to @dst, up to dst->max.
 * Errors: NOT_FOUND, LIMIT (nothing is kept), FORBIDDEN, IO, NOMEM. Codes "file.…".
 */
ph_rc ph_file_read(const char *path, ph_buf *dst, ph_err *err) PH_CHECKED;

/**
 * The same for a secret: O_NOFOLLOW, a regular file of ours, no group or world bits.
 * Errors: as read, FORBIDDEN with the command that mends it. Codes "key.…".
 */
ph_rc ph_file_read_private(const char *path, ph_buf *dst, ph_err *err) PH_CHECKED;

/**
 * Replace @path by @bytes as one step that survives a power cut: temporary file beside it, write, fsync, rename,
 * fsync of the folder.
 * Errors: NO_SPACE, IO (nothing changed), DURABILITY (an fsync failed: the outcome is not known).
 */
ph_rc ph_file_write(const char *path, ph_span bytes, mode_t mode, ph_err *err) PH_CHECKED;
/** The same, but the file must not exist yet.   Errors: EXISTS besides. */
ph_rc ph_file_write_new(const char *path, ph_span bytes, mode_t mode, ph_err *err) PH_CHECKED;

/**
 * Make the folder and its parents, 0700; one that exists must be ours and closed to others.
 * Errors: FORBIDDEN with the command, IO.
 */
ph_rc ph_file_mkdir_private(const char *path, ph_err *err) PH_CHECKED;
bool ph_file_exists(const char *path);
/** @folder/@name into @dst.   Errors: LIMIT. */
ph_rc ph_file_join(char *dst, size_t size, const char *folder, const char *name) PH_CHECKED;

/* An exclusive lock that ends with the process. The zero value holds nothing: the fd is kept plus one. */
typedef struct ph_lock {
    int fd_plus_1;
} ph_lock;

/**
 * Take the lock file (made if missing, 0600), write our pid into it.
 * Errors: BUSY naming the pid that holds it ("lock.held"), IO.
 */
ph_rc ph_lock_take(const char *path, ph_lock *ret, ph_err *err) PH_CHECKED;
/** Let go; the file stays. Harmless on the zero value. */
void ph_lock_release(ph_lock *lock);

#endif
