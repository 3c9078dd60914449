/* test_io_metrics - series, escaping, histograms; threads may count at once.   Layer: tests */
#include "ph_metrics.h"

#include <pthread.h>

#include "ph_scratch.h"

static ph_metrics *m;

static int open_metrics(void **state)
{
    (void)state;
    return ph_metrics_open("test", &m) == PH_OK ? 0 : -1;
}

static int close_metrics(void **state)
{
    (void)state;
    ph_metrics_close(m);
    return 0;
}

static const char *exposed(void)
{
    static char text[1 << 20];
    ph_buf b;

    ph_buf_init(&b, sizeof text);
    assert_int_equal(ph_metrics_write(m, &b), PH_OK);
    assert_true(ph_span_copy(ph_buf_span(&b), text, sizeof text));
    ph_buf_done(&b);
    return text;
}

static void series_are_made_once_and_written_together(void **state)
{
    (void)state;
    ph_metric *a = ph_metrics_counter(m, "submissions_total", "Submissions.",
                                      PH_LABELS({"verdict", "accepted"}, {"unit", "PROV_07"}));
    ph_metric *g = ph_metrics_gauge(m, "queue_bytes", "Bytes.", PH_NO_LABELS);
    ph_metric *b = ph_metrics_counter(m, "submissions_total", "Submissions.",
                                      PH_LABELS({"verdict", "held"}, {"unit", "a\"b\\c\nd"}));

    assert_ptr_equal(a, ph_metrics_counter(m, "submissions_total", "Submissions.",
                                           PH_LABELS({"verdict", "accepted"}, {"unit", "PROV_07"})));
    ph_metric_add(a, 2);
    ph_metric_add(a, 3);
    ph_metric_set_total(b, 18446744073709551615u);
    ph_metric_set(g, -1.5);
    assert_true(ph_metric_value(a) == 5);
    const char *text = exposed();
    assert_ptr_equal(
        strstr(
            text,
            "# HELP phusa_test_submissions_total Submissions.\n# TYPE phusa_test_submissions_total counter\n"
            "phusa_test_submissions_total{verdict=\"accepted\",unit=\"PROV_07\"} 5\n"
            "phusa_test_submissions_total{verdict=\"held\",unit=\"a\\\"b\\\\c\\nd\"} 18446744073709551615\n"
            "# HELP phusa_test_queue_bytes Bytes.\n# TYPE phusa_test_queue_bytes gauge\nphusa_test_queue_bytes -1.5\n"),
        text);
}

static void histograms_cumulate(void **state)
{
    (void)state;
    static const double bounds[] = {0.001, 0.5, 10};
    ph_metric *h = ph_metrics_histogram(m, "wait_seconds", "Wait.", bounds, 3, PH_LABELS({"kind", "x"}));

    for (int i = 0; i < 4; i++)
        ph_metric_observe(h, (double[]){0.001, 0.25, 2, 100}[i]);
    assert_non_null(strstr(exposed(), "# TYPE phusa_test_wait_seconds histogram\n"
                                      "phusa_test_wait_seconds_bucket{kind=\"x\",le=\"0.001\"} 1\n"
                                      "phusa_test_wait_seconds_bucket{kind=\"x\",le=\"0.5\"} 2\n"
                                      "phusa_test_wait_seconds_bucket{kind=\"x\",le=\"10\"} 3\n"
                                      "phusa_test_wait_seconds_bucket{kind=\"x\",le=\"+Inf\"} 4\n"
                                      "phusa_test_wait_seconds_sum{kind=\"x\"} 102.251\n"
                                      "phusa_test_wait_seconds_count{kind=\"x\"} 4\n"));
    assert_true(ph_metrics_n_latency_buckets <= PH_METRICS_MAX_BUCKETS);
    for (size_t i = 1; i < ph_metrics_n_latency_buckets; i++)
        assert_true(ph_metrics_latency_buckets[i - 1] < ph_metrics_latency_buckets[i]);
}

static void the_process_tells_of_itself(void **state)
{
    (void)state;
    static const char *const names[] = {
        "process_start_time_seconds", "process_resident_memory_bytes", "process_open_fds",  "process_max_fds",
        "process_cpu_seconds_total",  "build_info{version=",           "log_dropped_total", "log_suppressed_total",
        "metrics_dropped_total 0"};
    const char *text = exposed();

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[128];
        (void)snprintf(line, sizeof line, "\nphusa_test_%s", names[i]);
        assert_non_null(strstr(text, line));
    }
    assert_null(strstr(text, "resident_memory_bytes 0\n"));
}

static void there_is_a_ceiling_and_what_is_beyond_is_counted(void **state)
{
    (void)state;
    char value[16];

    for (int i = 0; i < PH_METRICS_MAX_SERIES + 3; i++) {
        (void)snprintf(value, sizeof value, "%d", i);
        ph_metric *s = ph_metrics_counter(m, "many_total", "Many.", PH_LABELS({"n", value}));
        assert_true((s != NULL) == (i < PH_METRICS_MAX_SERIES));
        ph_metric_add(s, 1); /* NULL is harmless */
    }
    assert_non_null(strstr(exposed(), "phusa_test_metrics_dropped_total 3\n"));
    ph_metric_set(NULL, 1);
    ph_metric_observe(NULL, 1);
    assert_true(ph_metric_value(NULL) == 0);
    assert_null(ph_metrics_gauge(NULL, "x", "x", PH_NO_LABELS));
}

static void refresh(void *arg)
{
    ph_metric_set(arg, 7);
}

static void gauges_can_be_refreshed_before_each_exposition(void **state)
{
    (void)state;
    ph_metric *g = ph_metrics_gauge(m, "depth", "Depth.", PH_NO_LABELS);

    assert_int_equal(ph_metrics_on_scrape(m, refresh, g), PH_OK);
    assert_non_null(strstr(exposed(), "phusa_test_depth 7\n"));
    for (int i = 1; i < 16; i++)
        assert_int_equal(ph_metrics_on_scrape(m, refresh, g), PH_OK);
    assert_int_equal(ph_metrics_on_scrape(m, refresh, g), PH_LIMIT);
}

enum { ROUNDS = 20000 };

static void *count_up(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        ph_metric_add(ph_metrics_counter(m, "shared_total", "Shared.", PH_LABELS({"n", i % 2 == 0 ? "0" : "1"})), 1);
        ph_metric_observe(ph_metrics_histogram(m, "shared_seconds", "Shared.", ph_metrics_latency_buckets,
                                               ph_metrics_n_latency_buckets, PH_NO_LABELS),
                          1);
    }
    return NULL;
}

static void threads_lose_no_count(void **state)
{
    (void)state;
    pthread_t threads[3];

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, NULL), 0);
    for (int i = 0; i < 20; i++)
        (void)exposed();
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    const char *text = exposed();
    assert_non_null(strstr(text, "phusa_test_shared_total{n=\"0\"} 30000\n"));
    assert_non_null(strstr(text, "phusa_test_shared_total{n=\"1\"} 30000\n"));
    assert_non_null(strstr(text, "phusa_test_shared_seconds_sum 60000\n"));
    assert_non_null(strstr(text, "phusa_test_shared_seconds_bucket{le=\"1\"} 60000\n"));
}

#define WITH_METRICS(f) cmocka_unit_test_setup_teardown(f, open_metrics, close_metrics)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_METRICS(series_are_made_once_and_written_together),
        WITH_METRICS(histograms_cumulate),
        WITH_METRICS(the_process_tells_of_itself),
        WITH_METRICS(there_is_a_ceiling_and_what_is_beyond_is_counted),
        WITH_METRICS(gauges_can_be_refreshed_before_each_exposition),
        WITH_METRICS(threads_lose_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
