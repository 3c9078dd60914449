/* ph_metrics - counters, gauges, histograms; text exposition for Prometheus.   Layer: base/io */
#include "ph_metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_log.h"
#include "ph_metrics_process.h"
#include "ph_span.h"

enum { MAX_REFRESH = 16, MAX_NAME_BYTES = 128, MAX_LABELS_BYTES = 512 };

typedef enum kind { KIND_COUNTER, KIND_GAUGE, KIND_HISTOGRAM } kind;

typedef struct family family;

struct ph_metric {
    ph_metric *next;
    const family *of;
    char *labels;                    /* `unit="PROV_07",verdict="accepted"`, escaped; "" for none */
    atomic_uint_least64_t count;     /* counters; histograms: observations */
    atomic_uint_least64_t bits;      /* gauges; histograms: sum. A double. */
    atomic_uint_least64_t buckets[]; /* one per bound, not cumulated */
};

struct family {
    family *next;
    char name[MAX_NAME_BYTES];
    const char *help;
    kind kind;
    const double *bounds;
    size_t n_bounds;
    ph_metric *series;
    ph_metric **end;
};

struct ph_metrics {
    pthread_mutex_t lock; /* of the lists; values are atomic */
    char component[32];
    family *families;
    family **end;
    size_t n_series;
    uint64_t n_dropped;
    struct {
        ph_metrics_refresh_fn fn;
        void *arg;
    } refresh[MAX_REFRESH];
    size_t n_refresh;
    ph_process process;
};

const double ph_metrics_latency_buckets[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                             0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30};
const size_t ph_metrics_n_latency_buckets = sizeof ph_metrics_latency_buckets / sizeof ph_metrics_latency_buckets[0];

/* ---- life ---- */

ph_rc ph_metrics_open(const char *component, ph_metrics **ret)
{
    ph_metrics *m = calloc(1, sizeof *m);

    if (m == NULL)
        return PH_NOMEM;
    if (pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        return PH_NOMEM;
    }
    (void)ph_span_copy(ph_span_str(component), m->component, sizeof m->component);
    m->end = &m->families;
    ph_process_begin(&m->process);
    *ret = m;
    return PH_OK;
}

static void free_family(family *f)
{
    for (ph_metric *s = f->series, *next; s != NULL; s = next) {
        next = s->next;
        free(s->labels);
        free(s);
    }
    free(f);
}

void ph_metrics_close(ph_metrics *m)
{
    if (m == NULL)
        return;
    for (family *f = m->families, *next; f != NULL; f = next) {
        next = f->next;
        free_family(f);
    }
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}

/* ---- registering ---- */

static void put_escaped(ph_buf *dst, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\' || *p == '"')
            (void)ph_buf_put_byte(dst, '\\');
        if (*p == '\n')
            (void)ph_buf_put_str(dst, "\\n");
        else
            (void)ph_buf_put_byte(dst, (uint8_t)*p);
    }
}

/* The labels as they are written; NULL when they are too long or memory is out. */
static char *labels_text(const ph_label *labels, size_t n)
{
    ph_buf b;
    char *text = NULL;

    ph_buf_init(&b, MAX_LABELS_BYTES);
    for (size_t i = 0; i < n && i < PH_METRICS_MAX_LABELS; i++) {
        (void)ph_buf_printf(&b, "%s%s=\"", i == 0 ? "" : ",", labels[i].name);
        put_escaped(&b, labels[i].value);
        (void)ph_buf_put_byte(&b, '"');
    }
    if (ph_buf_put_byte(&b, '\0') == PH_OK)
        text = strdup((const char *)b.ptr);
    ph_buf_done(&b);
    return text;
}

static family *find_family(ph_metrics *m, const char *name)
{
    for (family *f = m->families; f != NULL; f = f->next)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static family *family_of(ph_metrics *m, const char *name, const family *as)
{
    char full[MAX_NAME_BYTES];

    (void)snprintf(full, sizeof full, "phusa_%s_%s", m->component, name);
    family *f = find_family(m, full);
    if (f != NULL) {
        assert(f->kind == as->kind); /* one name, two kinds */
        return f;
    }
    f = calloc(1, sizeof *f);
    if (f == NULL)
        return NULL;
    *f = *as;
    memcpy(f->name, full, sizeof full);
    f->end = &f->series;
    *m->end = f;
    m->end = &f->next;
    return f;
}

/* Takes @labels over. */
static ph_metric *series_of(ph_metrics *m, family *f, char *labels)
{
    for (ph_metric *s = f->series; s != NULL; s = s->next)
        if (strcmp(s->labels, labels) == 0) {
            free(labels);
            return s;
        }
    ph_metric *s =
        m->n_series == PH_METRICS_MAX_SERIES ? NULL : calloc(1, sizeof *s + f->n_bounds * sizeof s->buckets[0]);
    if (s == NULL) {
        free(labels);
        return NULL;
    }
    s->of = f;
    s->labels = labels;
    *f->end = s;
    f->end = &s->next;
    m->n_series++;
    return s;
}

static ph_metric *get(ph_metrics *m, const char *name, const family *as, const ph_label *labels, size_t n)
{
    ph_metric *s = NULL;

    if (m == NULL)
        return NULL;
    char *text = labels_text(labels, n);
    (void)pthread_mutex_lock(&m->lock);
    family *f = text == NULL ? NULL : family_of(m, name, as);
    if (f != NULL)
        s = series_of(m, f, text);
    else
        free(text);
    m->n_dropped += s == NULL;
    (void)pthread_mutex_unlock(&m->lock);
    return s;
}

ph_metric *ph_metrics_counter(ph_metrics *m, const char *name, const char *help, const ph_label *labels, size_t n)
{
    return get(m, name, &(family){.help = help, .kind = KIND_COUNTER}, labels, n);
}

ph_metric *ph_metrics_gauge(ph_metrics *m, const char *name, const char *help, const ph_label *labels, size_t n)
{
    return get(m, name, &(family){.help = help, .kind = KIND_GAUGE}, labels, n);
}

ph_metric *ph_metrics_histogram(ph_metrics *m, const char *name, const char *help, const double *buckets,
                                size_t n_buckets, const ph_label *labels, size_t n)
{
    assert(n_buckets <= PH_METRICS_MAX_BUCKETS);
    return get(m, name, &(family){.help = help, .kind = KIND_HISTOGRAM, .bounds = buckets, .n_bounds = n_buckets},
               labels, n);
}

ph_rc ph_metrics_on_scrape(ph_metrics *m, ph_metrics_refresh_fn fn, void *arg)
{
    if (m == NULL)
        return PH_OK;
    if (m->n_refresh == MAX_REFRESH)
        return PH_LIMIT;
    m->refresh[m->n_refresh].fn = fn;
    m->refresh[m->n_refresh++].arg = arg;
    return PH_OK;
}

/* ---- values ---- */

static uint64_t to_bits(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits)
{
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

void ph_metric_add(ph_metric *s, uint64_t n)
{
    if (s != NULL)
        (void)atomic_fetch_add_explicit(&s->count, n, memory_order_relaxed);
}

void ph_metric_set_total(ph_metric *s, uint64_t total)
{
    if (s != NULL)
        atomic_store_explicit(&s->count, total, memory_order_relaxed);
}

void ph_metric_set(ph_metric *s, double value)
{
    if (s != NULL)
        atomic_store_explicit(&s->bits, to_bits(value), memory_order_relaxed);
}

void ph_metric_observe(ph_metric *s, double value)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->of->n_bounds; i++)
        if (value <= s->of->bounds[i]) {
            (void)atomic_fetch_add_explicit(&s->buckets[i], 1, memory_order_relaxed);
            break;
        }
    uint_least64_t was = atomic_load_explicit(&s->bits, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&s->bits, &was, to_bits(of_bits(was) + value), memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
    (void)atomic_fetch_add_explicit(&s->count, 1, memory_order_relaxed);
}

double ph_metric_value(const ph_metric *s)
{
    if (s == NULL)
        return 0;
    if (s->of->kind == KIND_GAUGE)
        return of_bits(atomic_load_explicit(&s->bits, memory_order_relaxed));
    return (double)atomic_load_explicit(&s->count, memory_order_relaxed);
}

/* ---- exposition ---- */

static void put_number(ph_buf *dst, double v)
{
    if (isnan(v))
        (void)ph_buf_put_str(dst, "NaN");
    else if (isinf(v))
        (void)ph_buf_put_str(dst, v > 0 ? "+Inf" : "-Inf");
    else
        (void)ph_buf_printf(dst, "%.15g", v);
}

static void put_name(ph_buf *dst, const ph_metric *s, const char *suffix)
{
    bool labelled = s->labels[0] != '\0';

    (void)ph_buf_printf(dst, "%s%s%s%s%s ", s->of->name, suffix, labelled ? "{" : "", s->labels, labelled ? "}" : "");
}

static void put_bucket(ph_buf *dst, const ph_metric *s, double bound, uint64_t n)
{
    (void)ph_buf_printf(dst, "%s_bucket{%s%sle=\"", s->of->name, s->labels, s->labels[0] == '\0' ? "" : ",");
    put_number(dst, bound);
    (void)ph_buf_printf(dst, "\"} %" PRIu64 "\n", n);
}

/* The count is read last and never below the buckets' sum, so that +Inf holds them all while others observe. */
static void put_histogram(ph_buf *dst, const ph_metric *s)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < s->of->n_bounds; i++) {
        sum += atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
        put_bucket(dst, s, s->of->bounds[i], sum);
    }
    uint64_t count = atomic_load_explicit(&s->count, memory_order_relaxed);
    count = count < sum ? sum : count;
    put_bucket(dst, s, INFINITY, count);
    put_name(dst, s, "_sum");
    put_number(dst, of_bits(atomic_load_explicit(&s->bits, memory_order_relaxed)));
    (void)ph_buf_put_byte(dst, '\n');
    put_name(dst, s, "_count");
    (void)ph_buf_printf(dst, "%" PRIu64 "\n", count);
}

static void put_series(ph_buf *dst, const ph_metric *s)
{
    if (s->of->kind == KIND_HISTOGRAM) {
        put_histogram(dst, s);
        return;
    }
    put_name(dst, s, "");
    if (s->of->kind == KIND_COUNTER)
        (void)ph_buf_printf(dst, "%" PRIu64, (uint64_t)atomic_load_explicit(&s->count, memory_order_relaxed));
    else
        put_number(dst, ph_metric_value(s));
    (void)ph_buf_put_byte(dst, '\n');
}

static void put_family(ph_buf *dst, const family *f)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};

    (void)ph_buf_printf(dst, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, kinds[f->kind]);
    for (const ph_metric *s = f->series; s != NULL; s = s->next)
        put_series(dst, s);
}

/* What is counted elsewhere, under names of its own. */
static void put_own(ph_metrics *m, ph_buf *dst)
{
    ph_process_put(&m->process, m->component, dst);
    (void)ph_buf_printf(dst,
                        "# HELP phusa_%s_build_info Which program this is.\n# TYPE phusa_%s_build_info gauge\n"
                        "phusa_%s_build_info{version=\"%s\"} 1\n",
                        m->component, m->component, m->component, PH_VERSION);
    const struct {
        const char *name, *help;
        uint64_t value;
    } counts[] = {{"log_dropped_total", "Log lines that stderr did not take.", ph_log_dropped()},
                  {"log_suppressed_total", "Log lines held back by the rate limit.", ph_log_suppressed()},
                  {"metrics_dropped_total", "Metric series for which there was no room.", m->n_dropped}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        (void)ph_buf_printf(dst, "# HELP phusa_%s_%s %s\n# TYPE phusa_%s_%s counter\nphusa_%s_%s %" PRIu64 "\n",
                            m->component, counts[i].name, counts[i].help, m->component, counts[i].name, m->component,
                            counts[i].name, counts[i].value);
}

ph_rc ph_metrics_write(ph_metrics *m, ph_buf *dst)
{
    for (size_t i = 0; i < m->n_refresh; i++)
        m->refresh[i].fn(m->refresh[i].arg);
    (void)pthread_mutex_lock(&m->lock);
    for (const family *f = m->families; f != NULL; f = f->next)
        put_family(dst, f);
    put_own(m, dst);
    (void)pthread_mutex_unlock(&m->lock);
    return dst->rc;
}
