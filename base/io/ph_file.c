/* ph_file - whole files, atomic writes and private folders.   Layer: base/io */
#include "ph_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ph_locale.h"

enum { CHUNK_BYTES = 16 * 1024 };

ph_rc ph_errno_rc(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return PH_NOT_FOUND;
    case EACCES:
    case EPERM:
    case ELOOP:
    case EROFS:
        return PH_FORBIDDEN;
    case ENOSPC:
    case EDQUOT:
        return PH_NO_SPACE;
    case EEXIST:
        return PH_EXISTS;
    case ENOMEM:
        return PH_NOMEM;
    case EFBIG:
        return PH_LIMIT;
    case EAGAIN:
    case EMFILE:
    case ENFILE:
        return PH_BUSY;
    default:
        return PH_IO;
    }
}

/* An error of the file @path from errno; codes are file.missing, file.forbidden, … by @rc. */
static ph_rc fail(ph_err *err, const char *path, const char *code, const char *doing)
{
    int saved = errno;
    ph_rc rc = ph_errno_rc(saved);

    (void)ph_err_set(err, rc, code, path, "%s: %s", doing, strerrordesc_np(saved));
    return rc;
}

static ph_rc fail_open(ph_err *err, const char *path)
{
    bool missing = errno == ENOENT;

    return fail(err, path, missing ? "file.missing" : "file.open", PH_T("không mở được tệp", "cannot open the file"));
}

/* Read to the end of @fd; what was there before stays when it fails. */
static ph_rc read_all(int fd, const char *path, ph_buf *dst, ph_err *err)
{
    uint8_t chunk[CHUNK_BYTES];
    size_t mark = dst->len;
    ph_rc rc = PH_OK;

    while (rc == PH_OK) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            rc = fail(err, path, "file.read", PH_T("không đọc được tệp", "cannot read the file"));
        else
            rc = ph_buf_put(dst, chunk, (size_t)n);
        if (rc == PH_LIMIT)
            (void)ph_err_set(err, rc, "file.large", path,
                             PH_T("tệp lớn hơn mức cho phép %zu byte", "the file is larger than the allowed %zu bytes"),
                             dst->max);
    }
    explicit_bzero(chunk, sizeof chunk);
    if (rc != PH_OK)
        dst->len = mark;
    return rc;
}

ph_rc ph_file_read(const char *path, ph_buf *dst, ph_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO in its place must not hang us */

    if (fd < 0)
        return fail_open(err, path);
    ph_rc rc = read_all(fd, path, dst, err);
    (void)close(fd);
    return rc;
}

/* ---- secrets ---- */

static ph_rc forbid(ph_err *err, const char *path, const char *code, const char *why, const char *command)
{
    (void)ph_err_set(err, PH_FORBIDDEN, code, path, "%s", why);
    ph_err_hint(err, "%s '%s'", command, path);
    return PH_FORBIDDEN;
}

static ph_rc check_private(const struct stat *st, const char *path, ph_err *err)
{
    if (!S_ISREG(st->st_mode))
        return forbid(err, path, "key.kind", PH_T("không phải tệp thường", "not a regular file"), "ls -l");
    if (st->st_uid != geteuid()) {
        (void)ph_err_set(err, PH_FORBIDDEN, "key.owner", path,
                         PH_T("tệp thuộc về người dùng %u, chương trình chạy với người dùng %u",
                              "the file belongs to user %u, the program runs as user %u"),
                         (unsigned)st->st_uid, (unsigned)geteuid());
        ph_err_hint(err, "chown %u '%s'", (unsigned)geteuid(), path);
        return PH_FORBIDDEN;
    }
    if ((st->st_mode & 077) != 0) {
        (void)ph_err_set(err, PH_FORBIDDEN, "key.mode", path,
                         PH_T("người khác đọc được tệp này (quyền %04o)", "others may read this file (mode %04o)"),
                         (unsigned)(st->st_mode & 07777));
        ph_err_hint(err, "chmod 600 '%s'", path);
        return PH_FORBIDDEN;
    }
    return PH_OK;
}

static ph_rc open_private(const char *path, int *ret_fd, ph_err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

    if (fd < 0 && errno == ELOOP)
        return forbid(
            err, path, "key.symlink",
            PH_T("là liên kết; khóa phải là chính tệp đó", "is a symbolic link; a key must be the file itself"),
            "readlink -f");
    if (fd < 0 && errno == ENOENT) {
        (void)ph_err_set(err, PH_NOT_FOUND, "key.missing", path, "%s",
                         PH_T("không có tệp khóa này", "there is no such key file"));
        return PH_NOT_FOUND;
    }
    if (fd < 0)
        return fail(err, path, "key.open", PH_T("không mở được tệp khóa", "cannot open the key file"));
    ph_rc rc = fstat(fd, &st) != 0 ? fail(err, path, "key.open", "fstat") : check_private(&st, path, err);
    if (rc != PH_OK)
        (void)close(fd);
    else
        *ret_fd = fd;
    return rc;
}

ph_rc ph_file_read_private(const char *path, ph_buf *dst, ph_err *err)
{
    struct stat st;
    int fd = -1;
    ph_rc rc = open_private(path, &fd, err);

    if (rc != PH_OK)
        return rc;
    /* Room at once: a buffer that grows leaves copies of the secret in freed memory. */
    if (fstat(fd, &st) == 0 && st.st_size > 0 && (size_t)st.st_size <= dst->max - dst->len)
        (void)ph_buf_reserve(dst, (size_t)st.st_size);
    rc = read_all(fd, path, dst, err);
    (void)close(fd);
    return rc;
}

/* ---- writing ---- */

static ph_rc write_all(int fd, ph_span bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ph_errno_rc(errno);
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return PH_OK;
}

static ph_rc sync_folder_of(const char *path, ph_err *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);

    if (!ph_span_copy(ph_span_of(slash == NULL ? "." : path, len), folder, sizeof folder))
        return ph_err_set(err, PH_LIMIT, "file.path", path, "%s", PH_T("đường dẫn quá dài", "the path is too long"));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0)
        (void)close(fd);
    if (done)
        return PH_OK;
    return ph_err_set(err, PH_DURABILITY, "file.sync", folder, "fsync: %s", strerrordesc_np(why));
}

/* The bytes in a file beside @path, on disk. A file of that name left by a crash is replaced. */
static ph_rc write_temporary(const char *tmp, ph_span bytes, mode_t mode, ph_err *err)
{
    (void)unlink(tmp);
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(err, tmp, "file.create", PH_T("không tạo được tệp", "cannot make the file"));
    ph_rc rc = write_all(fd, bytes);
    if (rc == PH_OK && fchmod(fd, mode) != 0)
        rc = ph_errno_rc(errno);
    if (rc != PH_OK)
        (void)fail(err, tmp, "file.write", PH_T("không ghi được tệp", "cannot write the file"));
    else if (fsync(fd) != 0)
        rc = ph_err_set(err, PH_DURABILITY, "file.sync", tmp, "fsync: %s", strerrordesc_np(errno));
    if (close(fd) != 0 && rc == PH_OK)
        rc = fail(err, tmp, "file.write", "close");
    if (rc != PH_OK)
        (void)unlink(tmp);
    return rc;
}

/* Give the temporary file its name: over whatever is there, or only where nothing is. */
static ph_rc put_in_place(const char *tmp, const char *path, bool must_be_new, ph_err *err)
{
    int failed = must_be_new ? link(tmp, path) : rename(tmp, path);

    if (failed != 0 && errno == EEXIST) {
        (void)ph_err_set(err, PH_EXISTS, "file.exists", path, "%s", PH_T("tệp đã có", "the file exists already"));
        ph_err_means(err, "%s", PH_T("tệp cũ được giữ nguyên", "the old file was left as it is"));
        (void)unlink(tmp);
        return PH_EXISTS;
    }
    if (failed != 0) {
        ph_rc rc = fail(err, path, "file.rename", PH_T("không đặt được tệp vào chỗ", "cannot put the file in place"));
        (void)unlink(tmp);
        return rc;
    }
    if (must_be_new)
        (void)unlink(tmp);
    return sync_folder_of(path, err);
}

static ph_rc write_file(const char *path, ph_span bytes, mode_t mode, bool must_be_new, ph_err *err)
{
    char tmp[PATH_MAX];
    int n = snprintf(tmp, sizeof tmp, "%s.tmp", path);

    if (n < 0 || (size_t)n >= sizeof tmp)
        return ph_err_set(err, PH_LIMIT, "file.path", path, "%s", PH_T("đường dẫn quá dài", "the path is too long"));
    ph_rc rc = write_temporary(tmp, bytes, mode, err);
    return rc == PH_OK ? put_in_place(tmp, path, must_be_new, err) : rc;
}

ph_rc ph_file_write(const char *path, ph_span bytes, mode_t mode, ph_err *err)
{
    return write_file(path, bytes, mode, false, err);
}

ph_rc ph_file_write_new(const char *path, ph_span bytes, mode_t mode, ph_err *err)
{
    return write_file(path, bytes, mode, true, err);
}

/* ---- folders ---- */

static ph_rc check_private_folder(const char *path, ph_err *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return fail(err, path, "file.folder", "stat");
    if (!S_ISDIR(st.st_mode))
        return ph_err_set(err, PH_EXISTS, "file.folder", path, "%s", PH_T("không phải thư mục", "not a folder"));
    if (st.st_uid != geteuid()) {
        (void)ph_err_set(err, PH_FORBIDDEN, "file.folder.owner", path,
                         PH_T("thư mục thuộc về người dùng %u", "the folder belongs to user %u"), (unsigned)st.st_uid);
        ph_err_hint(err, "chown %u '%s'", (unsigned)geteuid(), path);
        return PH_FORBIDDEN;
    }
    if ((st.st_mode & 077) != 0) {
        (void)ph_err_set(
            err, PH_FORBIDDEN, "file.folder.mode", path,
            PH_T("người khác vào được thư mục này (quyền %04o)", "others may enter this folder (mode %04o)"),
            (unsigned)(st.st_mode & 07777));
        ph_err_hint(err, "chmod 700 '%s'", path);
        return PH_FORBIDDEN;
    }
    return PH_OK;
}

ph_rc ph_file_mkdir_private(const char *path, ph_err *err)
{
    char part[PATH_MAX] = "";

    if (path[0] == '\0' || !ph_span_copy(ph_span_str(path), part, sizeof part))
        return ph_err_set(err, PH_LIMIT, "file.path", path, "%s", PH_T("đường dẫn quá dài", "the path is too long"));
    for (char *p = part + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return fail(err, part, "file.folder", PH_T("không tạo được thư mục", "cannot make the folder"));
        *p = '/';
    }
    if (mkdir(part, 0700) == 0)
        return sync_folder_of(part, err);
    if (errno != EEXIST)
        return fail(err, part, "file.folder", PH_T("không tạo được thư mục", "cannot make the folder"));
    return check_private_folder(part, err);
}

bool ph_file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

ph_rc ph_file_join(char *dst, size_t size, const char *folder, const char *name)
{
    size_t n = strlen(folder);
    const char *sep = n > 0 && folder[n - 1] != '/' ? "/" : "";
    int len = snprintf(dst, size, "%s%s%s", folder, sep, name);

    return len < 0 || (size_t)len >= size ? PH_LIMIT : PH_OK;
}
