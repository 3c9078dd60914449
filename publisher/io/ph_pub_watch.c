/* ph_pub_watch - the folder is watched, not the WAL: a checkpoint at the writer's end deletes that, its start makes it
 * anew. */
#include "ph_pub_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "ph_file.h"
#include "ph_span.h"

struct ph_pub_watch {
    int fd;
    char name[256]; /* of the ledger in its folder */
};

static ph_rc fail(ph_pub_watch *w, const char *path, ph_err *err)
{
    ph_rc rc = ph_err_set(err, errno == EMFILE ? PH_LIMIT : ph_errno_rc(errno), "pub.watch.failed", path, "inotify: %s",
                          strerrordesc_np(errno));
    ph_err_means(err, "records are published all the same, up to one `poll` interval later");
    ph_err_hint(err, "raise fs.inotify.max_user_instances");
    ph_pub_watch_close(w);
    return rc;
}

ph_rc ph_pub_watch_open(const char *path, ph_pub_watch **ret, ph_err *err)
{
    char folder[1024] = ".";
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    ph_pub_watch *w = calloc(1, sizeof *w);
    if (w == NULL)
        return PH_NOMEM;
    w->fd = -1;
    if (!ph_span_copy(ph_span_str(name), w->name, sizeof w->name) ||
        (slash != NULL &&
         !ph_span_copy(ph_span_of(path, slash == path ? 1 : (size_t)(slash - path)), folder, sizeof folder))) {
        ph_pub_watch_close(w);
        return PH_LIMIT;
    }
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0 || inotify_add_watch(w->fd, folder, IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0)
        return fail(w, path, err);
    *ret = w;
    return PH_OK;
}

void ph_pub_watch_close(ph_pub_watch *w)
{
    if (w != NULL && w->fd >= 0)
        close(w->fd);
    free(w);
}

int ph_pub_watch_fd(const ph_pub_watch *w)
{
    return w == NULL ? -1 : w->fd;
}

static bool is_ours(const ph_pub_watch *w, const struct inotify_event *e)
{
    size_t n = strlen(w->name);
    return (e->mask & IN_Q_OVERFLOW) != 0 || (e->len > 0 && strncmp(e->name, w->name, n) == 0 &&
                                              (e->name[n] == '\0' || strcmp(e->name + n, "-wal") == 0));
}

bool ph_pub_watch_drain(ph_pub_watch *w)
{
    _Alignas(struct inotify_event) char buf[4096];
    bool is_hit = false;
    ssize_t n = 0;
    while (w != NULL && (n = read(w->fd, buf, sizeof buf)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *e = (const struct inotify_event *)(const void *)(buf + at);
            is_hit = is_ours(w, e) || is_hit;
            at += (ssize_t)(sizeof *e + e->len);
        }
    return is_hit;
}
