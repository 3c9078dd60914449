/* ph_lock - one process at a time, and who it is.   Layer: base/io */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "ph_file.h"
#include "ph_locale.h"

static long holder_of(int fd)
{
    char text[32] = {0};
    ssize_t n = pread(fd, text, sizeof text - 1, 0);

    return n > 0 ? (long)strtoll(text, NULL, 10) : 0;
}

static ph_rc tell_held(int fd, const char *path, ph_err *err)
{
    long pid = holder_of(fd);

    (void)ph_err_set(err, PH_BUSY, "lock.held", path,
                     PH_T("tiến trình %ld đang giữ khóa này", "process %ld holds this lock"), pid);
    ph_err_means(err, "%s", PH_T("không có gì bị thay đổi", "nothing was changed"));
    ph_err_hint(err, PH_T("chờ hoặc dừng tiến trình đó: ps -p %ld", "wait for it or stop it: ps -p %ld"), pid);
    return PH_BUSY;
}

static ph_rc write_pid(int fd, const char *path, ph_err *err)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        return ph_err_set(err, ph_errno_rc(errno), "lock.write", path, "%s", strerrordesc_np(errno));
    return PH_OK;
}

ph_rc ph_lock_take(const char *path, ph_lock *ret, ph_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return ph_err_set(err, ph_errno_rc(errno), "lock.open", path, "%s", strerrordesc_np(errno));
    ph_rc rc = PH_OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        rc = errno == EWOULDBLOCK ? tell_held(fd, path, err)
                                  : ph_err_set(err, PH_IO, "lock.take", path, "flock: %s", strerrordesc_np(errno));
    if (rc == PH_OK)
        rc = write_pid(fd, path, err);
    if (rc != PH_OK) {
        (void)close(fd);
        return rc;
    }
    ret->fd_plus_1 = fd + 1;
    return PH_OK;
}

void ph_lock_release(ph_lock *lock)
{
    if (lock->fd_plus_1 > 0)
        (void)close(lock->fd_plus_1 - 1);
    lock->fd_plus_1 = 0;
}
