/* ph_metrics_process - what the kernel says of our own process, as metrics.   Layer: base/io */
#include "ph_metrics_process.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ph_clock.h"
#include "ph_file.h"

void ph_process_begin(ph_process *p)
{
    p->started_us = ph_clock_now_us();
}

static void put(ph_buf *dst, const char *component, const char *name, const char *kind, const char *help, double value)
{
    (void)ph_buf_printf(dst,
                        "# HELP phusa_%s_process_%s %s\n# TYPE phusa_%s_process_%s %s\nphusa_%s_process_%s %.15g\n",
                        component, name, help, component, name, kind, component, name, value);
}

/* Second number of /proc/self/statm, in pages; -1 when it cannot be read. */
static double resident_bytes(void)
{
    ph_buf b;
    double bytes = -1;

    ph_buf_init(&b, 256);
    if (ph_file_read("/proc/self/statm", &b, NULL) == PH_OK && ph_buf_put_byte(&b, '\0') == PH_OK) {
        const char *second = strchr((const char *)b.ptr, ' ');
        if (second != NULL)
            bytes = (double)strtoull(second, NULL, 10) * (double)sysconf(_SC_PAGESIZE);
    }
    ph_buf_done(&b);
    return bytes;
}

static double open_fds(void)
{
    DIR *d = opendir("/proc/self/fd");
    double n = 0;

    if (d == NULL)
        return -1;
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n - 1; /* the folder's own */
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void ph_process_put(const ph_process *p, const char *component, ph_buf *dst)
{
    struct rusage usage;
    struct rlimit fds;
    double rss = resident_bytes(), n_fds = open_fds();

    put(dst, component, "start_time_seconds", "gauge", "When this process started, seconds since 1970.",
        (double)p->started_us / 1e6);
    if (rss >= 0)
        put(dst, component, "resident_memory_bytes", "gauge", "Resident memory.", rss);
    if (n_fds >= 0)
        put(dst, component, "open_fds", "gauge", "Open file descriptors.", n_fds);
    if (getrlimit(RLIMIT_NOFILE, &fds) == 0)
        put(dst, component, "max_fds", "gauge", "Most file descriptors that may be open.", (double)fds.rlim_cur);
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        put(dst, component, "cpu_seconds_total", "counter", "CPU time, user and system.",
            seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
}
