/* phusa-bench - the aggregator under load, beside the bare limit of the same machine in the same run. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ph_bench_limit.h"
#include "ph_bench_stage.h"
#include "ph_daemon.h"
#include "ph_uint.h"

enum { WINDOW = 64, IDLE_SUBMISSIONS = 300, MAX_THREADS = 256, N_ROWS = 4 };

typedef struct row {
    const char *name;
    ph_bench_shape shape;
    ph_bench_result limit, load, idle, aged; /* aged: after a million observations more */
    double start_ms;
    long peak_kib;
} row;

typedef struct bench {
    char self[1024], bin[1024];
    unsigned threads;
    bool json;
    double scale; /* of the number of submissions */
    uint64_t seed;
} bench;

static double rate(const ph_bench_result *r)
{
    return r->seconds > 0 ? r->n_answered / r->seconds : 0;
}

/* Holds still when the machine does not: what the server itself spent. */
static double cpu_us(const ph_bench_result *r)
{
    return r->n_answered == 0 ? 0 : r->cpu_s * 1e6 / r->n_answered;
}

static ph_rc load_once(const ph_bench_stage *st, ph_bench_agent *agents, ph_bench_shape shape, bool is_bare,
                       ph_bench_result *ret)
{
    ph_bench_frames frames;
    ph_rc rc = ph_bench_frames_make(agents, &shape, &frames);
    if (rc != PH_OK)
        return rc;
    double before_s = ph_bench_stage_cpu_s(st);
    rc = ph_bench_run(st->endpoint, st->server_key, agents, &frames, &shape, is_bare, ret);
    ret->cpu_s = ph_bench_stage_cpu_s(st) - before_s;
    ph_bench_frames_done(&frames);
    return rc;
}

static ph_rc measure_limit(const bench *b, ph_bench_stage *st, row *r, ph_err *err)
{
    static ph_bench_agent agents[PH_BENCH_AGENTS];
    ph_bench_agents_make(agents, b->seed);
    ph_rc rc = ph_bench_stage_start_limit(st, b->self, agents, b->threads, err);
    if (rc == PH_OK)
        rc = load_once(st, agents, r->shape, true, &r->limit);
    ph_bench_stage_stop(st);
    return rc;
}

static ph_rc measure_system(const bench *b, ph_bench_stage *st, row *r, ph_bench_agent *agents, ph_err *err)
{
    ph_bench_shape idle = r->shape, aged = r->shape;
    ph_bench_result more;
    idle.n_submissions = IDLE_SUBMISSIONS;
    idle.window = 1;
    ph_rc rc = ph_bench_stage_start(st, err);
    r->start_ms = st->start_ms;
    if (rc == PH_OK)
        rc = load_once(st, agents, r->shape, false, &r->load);
    /* grow the ledger by a million observations, then measure again what was measured first */
    aged.n_submissions = (uint32_t)(1000000 * b->scale) / aged.n_observations;
    if (rc == PH_OK)
        rc = load_once(st, agents, aged, false, &more);
    if (rc == PH_OK)
        rc = load_once(st, agents, r->shape, false, &r->aged);
    if (rc == PH_OK)
        rc = load_once(st, agents, idle, false, &r->idle);
    ph_bench_stage_stop(st);
    r->peak_kib = st->peak_kib;
    return rc;
}

static ph_rc measure(const bench *b, row *r, ph_err *err)
{
    static ph_bench_agent agents[PH_BENCH_AGENTS];
    ph_bench_stage st, limit;
    r->shape.n_submissions = (uint32_t)(r->shape.n_submissions * b->scale);
    r->shape.window = WINDOW;
    ph_bench_agents_make(agents, b->seed);
    ph_rc rc = ph_bench_stage_make(&st, b->bin, agents, &r->shape, b->threads, err);
    limit = st;
    if (rc == PH_OK)
        rc = measure_limit(b, &limit, r, err);
    if (rc == PH_OK)
        rc = measure_system(b, &st, r, agents, err);
    if (rc == PH_OK && r->load.n_accepted != r->load.n_answered)
        rc = ph_err_set(err, PH_INVALID, "bench.rejected", r->name,
                        "%u of %u submissions were not accepted: this would measure something else",
                        r->load.n_answered - r->load.n_accepted, r->load.n_answered);
    if (rc == PH_OK)
        ph_bench_stage_remove(&st);
    else
        fprintf(stderr, "phusa-bench: files of the failed run: %s\n", st.dir);
    return rc;
}

static void print_row(const row *r)
{
    printf("\n%s: %u observations a submission, %u sheets, %u submissions\n", r->name, r->shape.n_observations,
           r->shape.n_clusters * r->shape.n_periods, r->shape.n_submissions);
    printf("  bare limit      %8.0f submissions/s  p50 %7.2f ms  p99 %7.2f ms\n", rate(&r->limit), r->limit.p50_ms,
           r->limit.p99_ms);
    printf("  aggregator      %8.0f submissions/s  p50 %7.2f ms  p99 %7.2f ms  %9.0f observations/s\n", rate(&r->load),
           r->load.p50_ms, r->load.p99_ms, rate(&r->load) * r->shape.n_observations);
    printf("  with 1 M more   %8.0f submissions/s  p50 %7.2f ms  p99 %7.2f ms\n", rate(&r->aged), r->aged.p50_ms,
           r->aged.p99_ms);
    printf("  one at a time                          p50 %7.2f ms  p99 %7.2f ms\n", r->idle.p50_ms, r->idle.p99_ms);
    printf("  start-up %.0f ms, peak memory %.1f MiB\n", r->start_ms, (double)r->peak_kib / 1024);
    printf("  processor time a submission: limit %.0f us, aggregator %.0f us; ratio %.2f\n", cpu_us(&r->limit),
           cpu_us(&r->load), cpu_us(&r->limit) / cpu_us(&r->load));
    printf("  ratio to the bare limit: %.2f  (with 1 M more: %.2f)\n", rate(&r->load) / rate(&r->limit),
           rate(&r->aged) / rate(&r->limit));
}

static void print_result(const char *name, const ph_bench_result *r, const char *end)
{
    printf("\"%s\":{\"submissions_per_s\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_us\":%.1f}%s", name, rate(r),
           r->p50_ms, r->p99_ms, cpu_us(r), end);
}

static void print_row_json(const row *r, const char *end)
{
    printf("{\"name\":\"%s\",\"observations\":%u,\"sheets\":%u,\"submissions\":%u,", r->name, r->shape.n_observations,
           r->shape.n_clusters * r->shape.n_periods, r->shape.n_submissions);
    print_result("limit", &r->limit, ",");
    print_result("aggregator", &r->load, ",");
    print_result("aged", &r->aged, ",");
    print_result("idle", &r->idle, ",");
    printf("\"start_ms\":%.1f,\"peak_kib\":%ld,\"ratio\":%.3f,\"ratio_aged\":%.3f}%s", r->start_ms, r->peak_kib,
           rate(&r->load) / rate(&r->limit), rate(&r->aged) / rate(&r->limit), end);
}

static void print_machine(const bench *b)
{
    struct utsname u;
    const char *commit = getenv("PHUSA_COMMIT");
    (void)uname(&u);
    if (b->json)
        printf("{\"version\":\"%s\",\"commit\":\"%s\",\"kernel\":\"%s\",\"cpus\":%ld,\"verify_threads\":%u,\"seed\":"
               "%" PRIu64 ",\"rows\":[",
               PH_VERSION, commit == NULL ? "" : commit, u.release, sysconf(_SC_NPROCESSORS_ONLN), b->threads, b->seed);
    else
        printf(
            "phusa %s %s, Linux %s, %ld processors, %u verifying threads, generator on the same machine, seed %" PRIu64
            "\n",
            PH_VERSION, commit == NULL ? "" : commit, u.release, sysconf(_SC_NPROCESSORS_ONLN), b->threads, b->seed);
}

static int usage(int code)
{
    fprintf(code == 0 ? stdout : stderr,
            "examples:\n  ./dev bench                 all rows\n  ./dev bench --quick          a tenth of the load\n  "
            "./dev bench --json --row 1\n\n"
            "usage: phusa-bench [--json] [--quick] [--threads N] [--row N] [--seed N]\n"
            "  rows: 1 = 100 observations, 10 sheets; 2 = 20 observations; 3 = one sheet; 4 = 100 sheets\n"
            "Ratios are of one run on one machine; absolute figures say little elsewhere.\n");
    return code;
}

static bool parse_number(const char *text, uint64_t max, uint64_t *ret)
{
    return ph_uint_parse(ph_span_str(text), max, ret) == PH_OK;
}

static int serve_limit(char **argv)
{
    uint64_t threads = 0;
    if (!parse_number(argv[6], MAX_THREADS, &threads))
        return 2;
    ph_bench_limit_options o = {.endpoint = argv[2],
                                .curve_secret_z85 = argv[3],
                                .keys_path = argv[4],
                                .db_path = argv[5],
                                .n_threads = (unsigned)threads};
    return ph_bench_limit_serve(&o) == PH_OK ? 0 : 1;
}

static bool parse(int argc, char **argv, bench *b, int *ret_row)
{
    uint64_t n = 0;
    for (int i = 1; i < argc; i++) {
        bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--json") == 0)
            b->json = true;
        else if (strcmp(argv[i], "--quick") == 0)
            b->scale = 0.1;
        else if (strcmp(argv[i], "--threads") == 0 && has_value && parse_number(argv[++i], MAX_THREADS, &n))
            b->threads = (unsigned)n;
        else if (strcmp(argv[i], "--row") == 0 && has_value && parse_number(argv[++i], N_ROWS, &n))
            *ret_row = (int)n;
        else if (strcmp(argv[i], "--seed") == 0 && has_value && parse_number(argv[++i], UINT64_MAX, &n))
            b->seed = n;
        else
            return false;
    }
    return b->threads >= 1;
}

static bool find_self(bench *b)
{
    ssize_t n = readlink("/proc/self/exe", b->self, sizeof b->self - 1);
    if (n <= 0)
        return false;
    b->self[n] = '\0';
    memcpy(b->bin, b->self, sizeof b->bin);
    char *slash = strrchr(b->bin, '/');
    if (slash != NULL)
        *slash = '\0';
    return slash != NULL;
}

int main(int argc, char **argv)
{
    static row rows[] = {
        {.name = "main", .shape = {.n_observations = 100, .n_clusters = 2, .n_periods = 5, .n_submissions = 30000}},
        {.name = "small", .shape = {.n_observations = 20, .n_clusters = 2, .n_periods = 5, .n_submissions = 30000}},
        {.name = "one sheet",
         .shape = {.n_observations = 100, .n_clusters = 1, .n_periods = 1, .n_submissions = 20000}},
        {.name = "many sheets",
         .shape = {.n_observations = 100, .n_clusters = 4, .n_periods = 25, .n_submissions = 20000}}};
    ph_err err = {0};
    bench b = {.threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN), .scale = 1, .seed = 20230726};
    int only = 0;
    ph_rc rc = ph_program_begin("bench", &err);

    if (rc == PH_OK && argc == 7 && strcmp(argv[1], "limit-server") == 0)
        return serve_limit(argv);
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(0);
    if (!find_self(&b) || !parse(argc, argv, &b, &only))
        return usage(2);
    print_machine(&b);
    bool is_first = true;
    for (int i = 0; rc == PH_OK && i < (int)(sizeof rows / sizeof rows[0]); i++) {
        if (only != 0 && only != i + 1)
            continue;
        rc = measure(&b, &rows[i], &err);
        if (rc == PH_OK && b.json) {
            fputs(is_first ? "" : ",", stdout);
            print_row_json(&rows[i], "");
        } else if (rc == PH_OK) {
            print_row(&rows[i]);
        }
        is_first = false;
        fflush(stdout);
    }
    if (b.json)
        printf("]}\n");
    return ph_program_exit(rc, &err);
}
