/* fuzz_col_input - any bytes as a file of figures: bounded, told, and what is read is fit to be sent.   Layer: tests */
#include <stdlib.h>
#include <string.h>

#include "ph_col_input.h"
#include "ph_col_revision.h"
#include "ph_col_unread.h"
#include "ph_registry_load.h"
#include "ph_submission.h"
#include "ph_utf8.h"

static const ph_registry *registry(void)
{
    static const char bundle[] =
        "--- # file: x.yaml\n"
        "registry: { version: fuzz }\n"
        "units:\n"
        "  - { id: alpha, name: { vi: A, en: A }, valid_from: 2000-01-01 }\n"
        "clusters:\n"
        "  - { id: c1, name: { vi: C, en: C }, cycles: [{ year: 2023, members: [{ unit: alpha, role: head }] }] }\n"
        "indicators:\n"
        "  - { code: G, name: { vi: Tăng trưởng, en: Growth }, unit: PT, unit_name: { vi: '%', en: '%' },\n"
        "      comparison: none, price_basis: n/a, decimals: 2, direction: higher_is_better, methods: [mean] }\n"
        "  - { code: S, name: { vi: Giá trị, en: Level }, unit: VND_BN, unit_name: { vi: tỷ đồng, en: billion dong },\n"
        "      comparison: none, price_basis: n/a, decimals: 1, direction: higher_is_better, methods: [sum] }\n"
        "forms:\n"
        "  - { id: f1, version: 1, name: { vi: F, en: F }, freq: S, valid_from: 2023-01-01,\n"
        "      items: [{ indicator: G, required: true }, { indicator: S }] }\n"
        "calendar:\n"
        "  - { cluster: c1, form: f1, period: 2023-S1, opens: 2023-06-01T00:00:00Z, due: 2023-07-01T00:00:00Z,\n"
        "      closes: 2023-08-01T00:00:00Z }\n";
    static ph_registry *reg;
    if (reg == NULL && ph_registry_load(ph_span_str(bundle), NULL, NULL, &reg) != PH_OK)
        abort();
    return reg;
}

static void check_problems(const ph_col_problems *ps)
{
    char words[1024];
    if (ps->n > PH_COL_MAX_PROBLEMS)
        abort();
    for (size_t i = 0; i < ps->n; i++)
        for (int lang = PH_LANG_VI; lang <= PH_LANG_EN; lang++) {
            size_t len = ph_col_problem_say(&ps->list[i], (ph_lang)lang, words, sizeof words);
            if (len == 0 || !ph_utf8_is_valid(ph_span_of(words, len)) || memchr(words, 0x1B, len) != NULL)
                abort();
        }
}

/* A file without errors makes a body that our own reader takes back unchanged. */
static void check_sendable(const ph_col_input *in)
{
    static ph_observation store[PH_MAX_OBSERVATIONS];
    static ph_col_revision r;
    ph_submission back;
    ph_buf body;
    if (ph_col_revision_make(in, NULL, ph_registry_form(registry(), 0), registry(), &r) != PH_OK)
        abort();
    if (r.n != in->n_cells || r.n_changes != r.n)
        abort();
    ph_submission sub = {.unit = ph_span_str("alpha"),
                         .cluster = ph_span_str("c1"),
                         .form = ph_span_str("f1"),
                         .period = {PH_FREQ_S, 2023, 1},
                         .revision = 1,
                         .n_observations = r.n,
                         .observations = r.cells};
    ph_buf_init(&body, 1 << 20);
    ph_submission_write(&sub, &body);
    if (body.rc != PH_OK || ph_submission_read(ph_buf_span(&body), store, &back, NULL, NULL) != PH_OK ||
        back.n_observations != r.n)
        abort();
    ph_buf_done(&body);
}

/* Of a file with errors the rules look at a part: never more than the file gave. */
static void check_part(const ph_col_input *in)
{
    static ph_col_revision r;
    uint64_t unread[PH_UNREAD_WORDS];
    ph_plan *plan;
    if (in->n_unread > PH_MAX_OBSERVATIONS ||
        ph_col_revision_make(in, NULL, ph_registry_form(registry(), 0), registry(), &r) != PH_OK || r.n > in->n_cells ||
        ph_plan_new(registry(), ph_registry_calendar(registry(), 0), &plan) != PH_OK)
        abort();
    ph_col_unread_columns(registry(), in, &r, plan, unread);
    for (size_t i = 0; i < in->n_cells; i++)
        if (in->cells[i].is_unread && in->n_unread == 0 && !in->has_unplaced)
            abort();
    ph_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The first byte chooses what the caller knows. */
    uint8_t choice = size > 0 ? data[0] : 0;
    ph_col_input_opts opts = {.registry = registry(),
                              .unit = choice & 1 ? "alpha" : NULL,
                              .form = choice & 2 ? "f1" : NULL,
                              .has_period = (choice & 4) != 0,
                              .period = {PH_FREQ_S, 2023, 1},
                              .notation = (ph_notation)((choice >> 3) % 3),
                              .withdraws = (choice & 0x80) != 0,
                              .reason = ph_span_str("why")};
    ph_col_input *in = NULL;
    ph_rc rc = ph_col_input_read(size > 0 ? ph_span_of(data + 1, size - 1) : ph_span_of(data, 0), &opts, &in);
    if (rc == PH_LIMIT || rc == PH_NOMEM)
        return 0;
    if (rc != PH_OK)
        abort();
    check_problems(&in->problems);
    if (in->problems.n_errors == 0)
        check_sendable(in);
    else
        check_part(in);
    ph_col_input_free(in);
    return 0;
}
