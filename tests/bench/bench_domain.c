/* phusa-bench-domain - what judging and folding a submission costs, form by form, with the shipped registry and all its
 * rules. `./dev bench domain` runs it by the clock and under callgrind. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_agg_judge.h"
#include "ph_clock.h"
#include "ph_consolidate.h"
#include "ph_daemon.h"
#include "ph_registry_load.h"
#include "ph_uint.h"

enum { MAX_ROUNDS = 100000000 };

/* One form's sheet, and a good submission of each member. */
typedef struct stage {
    const ph_registry *reg;
    ph_calendar_item duty;
    ph_cached_sheet cs;
    ph_cell earlier[PH_MAX_OBSERVATIONS];
    ph_observation rows[PH_MAX_OBSERVATIONS];
    ph_evidence evidence;
    ph_judge judge;
    ph_submission subs[PH_MAX_MEMBERS];
    uint16_t units[PH_MAX_MEMBERS];
    uint64_t seq, n_findings;
} stage;

static void say(void *arg, const ph_err *err)
{
    (void)arg;
    fprintf(stderr, "%s: %s\n", err->where, err->what);
}

/* A value inside the limits that differs from its neighbours' and from the five percent by which levels have grown, so
 * that no rule speaks: parts stand behind their wholes on the forms, so levels fall. */
static int64_t good_mantissa(const ph_indicator *ind, ph_period period, uint16_t column)
{
    const ph_bounds *soft = ph_indicator_soft(ind, period);
    int64_t unit = ph_pow10(ind->decimals), value = 1000 * unit - column * unit;
    ph_decimal at;

    if (soft->has_min && soft->has_max && ph_decimal_rescale(soft->min, ind->decimals, &at) == PH_OK) {
        ph_decimal top = at;
        if (ph_decimal_rescale(soft->max, ind->decimals, &top) == PH_OK)
            return at.mantissa + (top.mantissa - at.mantissa) / 2 + 10 * (column + 1);
    }
    if (ind->hard.has_max && ph_decimal_rescale(ind->hard.max, ind->decimals, &at) == PH_OK && at.mantissa < value)
        return at.mantissa / 2;
    return value;
}

static ph_observation *row_of(stage *s, const char *code)
{
    uint16_t column = ph_plan_column(s->cs.plan, ph_span_str(code));

    return column == PH_NO_INDEX ? NULL : &s->rows[column];
}

static ph_observation *row_of_indicator(stage *s, uint16_t indicator)
{
    return row_of(s, ph_registry_indicator(s->reg, indicator)->code);
}

static bool divide(ph_wide num, uint8_t scale, ph_wide den, ph_decimal *ret)
{
    return ph_decimal_divide(num, scale, den, ret->scale, ret) == PH_OK;
}

/* A rate in the middle of its limits, its numerator what follows, and then the rate what the two numbers say. */
static void agree(stage *s, ph_decimal *rate, const ph_indicator *ind)
{
    const ph_observation *whole = row_of_indicator(s, ind->denominator);
    ph_decimal *part = &row_of_indicator(s, ind->numerator)->value;

    if (!divide((ph_wide)rate->mantissa * whole->value.mantissa, (uint8_t)(rate->scale + whole->value.scale),
                ind->times, part) ||
        !divide((ph_wide)part->mantissa * ind->times * ph_pow10(whole->value.scale), part->scale, whole->value.mantissa,
                rate))
        fprintf(stderr, "phusa-bench-domain: %s cannot be made to agree with its numbers\n", ind->code);
}

static void agree_all(stage *s)
{
    static const char *const among_few[] = {"BUD_DOM", "NTM_NC", "NTM_KM"}; /* parts of what is a part itself */

    for (uint16_t i = 0; i < ph_plan_n_columns(s->cs.plan); i++) {
        const ph_indicator *ind = ph_plan_indicator(s->cs.plan, i);
        if (ph_indicator_has(ind, PH_METHOD_RATIO))
            agree(s, &s->rows[i].value, ind);
    }
    for (size_t i = 0; i < sizeof among_few / sizeof among_few[0]; i++) {
        ph_observation *row = row_of(s, among_few[i]);
        if (row != NULL)
            row->value.mantissa /= 100;
    }
    ph_observation *current = row_of(s, "GRDP_CUR"), *constant = row_of(s, "GRDP_CONST");
    if (current != NULL && constant != NULL)
        constant->value.mantissa = current->value.mantissa * 10 / 17; /* both have one decimal */
}

static void fill(stage *s)
{
    for (uint16_t i = 0; i < ph_plan_n_columns(s->cs.plan); i++) {
        const ph_indicator *ind = ph_plan_indicator(s->cs.plan, i);
        int64_t mantissa = good_mantissa(ind, s->duty.period, i);
        s->rows[i] = (ph_observation){.indicator = ph_span_str(ind->code),
                                      .value = {.mantissa = mantissa, .scale = ind->decimals},
                                      .status = 'A'};
    }
    agree_all(s);
    for (uint16_t i = 0; i < ph_plan_n_columns(s->cs.plan); i++) /* the growth in the middle of its limits is 5 */
        s->earlier[i] =
            (ph_cell){.mantissa = s->rows[i].value.mantissa * 100 / 105, .state = PH_CELL_GIVEN, .status = 'A'};
    s->evidence = (ph_evidence){.unit = 0,
                                .known_on = 0, /* references are looked up, and were not known yet */
                                .has_earlier = true,
                                .previous = {.is_there = true, .cells = s->earlier},
                                .year_ago = {.is_there = true, .cells = s->earlier}};
}

/* What does not change from one submission of a member to its next is made once: the harness should not be measured. */
static void prepare(stage *s)
{
    for (uint16_t row = 0; row < s->cs.sheet->n_rows; row++) {
        s->units[row] = ph_registry_find_unit(s->reg, ph_span_str(s->cs.sheet->rows[row].unit));
        s->subs[row] = (ph_submission){.unit = ph_span_str(s->cs.sheet->rows[row].unit),
                                       .cluster = ph_span_str(s->cs.sheet->cluster),
                                       .form = ph_span_str(s->cs.sheet->form),
                                       .period = s->duty.period,
                                       .reason = ph_span_str("bench"),
                                       .n_observations = ph_plan_n_columns(s->cs.plan),
                                       .observations = s->rows};
    }
}

/* The first day of the form's validity and its frequency name a period; the cluster is the first that has that year. */
static ph_rc open_stage(stage *s, const ph_registry *reg, uint16_t form, uint16_t cluster)
{
    const ph_form *f = ph_registry_form(reg, form);

    s->reg = reg;
    s->duty = (ph_calendar_item){.cluster = cluster,
                                 .form = form,
                                 .period = {.freq = f->freq, .year = 2023, .index = 1},
                                 .due_us = INT64_MAX,
                                 .closes_us = INT64_MAX};
    s->cs.duty = &s->duty;
    s->cs.reg = reg;
    s->judge.reg = reg;
    ph_rc rc = ph_sheet_new(reg, &s->duty, &s->cs.sheet);
    if (rc == PH_OK)
        rc = ph_plan_new(reg, &s->duty, &s->cs.plan);
    if (rc != PH_OK)
        return rc;
    s->cs.sheet->state = PH_PERIOD_OPEN;
    fill(s);
    prepare(s);
    return PH_OK;
}

static void close_stage(stage *s)
{
    ph_sheet_free(s->cs.sheet);
    ph_plan_free(s->cs.plan);
    memset(s, 0, sizeof *s);
}

/* One submission of one member: its next revision, on top of the last. */
static ph_rc submit(stage *s, uint16_t row)
{
    ph_sheet_row *standing = &s->cs.sheet->rows[row];
    ph_submission *sub = &s->subs[row];
    ph_entry entry = {.seq = ++s->seq, .kind = PH_ENTRY_SUBMISSION, .received_at_us = 1};
    bool is_changed;

    sub->revision++;
    sub->base_revision = standing->last_revision;
    sub->base_digest = standing->last_digest;
    sub->kind = standing->last_revision == 0 ? PH_REVISION_FIRST : PH_REVISION_RESTATEMENT;
    memcpy(entry.digest.bytes, &s->seq, sizeof s->seq);
    s->evidence.unit = s->units[row];
    ph_judge_begin(&s->judge);
    s->judge.evidence = &s->evidence;
    ph_rc rc = ph_judge_on_sheet(&s->judge, &s->cs, row, &entry, sub, false, &is_changed);
    s->n_findings += s->judge.findings.n_all;
    return rc;
}

static ph_rc submit_all(stage *s, uint32_t rounds)
{
    ph_rc rc = PH_OK;

    for (uint32_t i = 0; rc == PH_OK && i < rounds; i++)
        rc = submit(s, (uint16_t)(i % s->cs.sheet->n_rows));
    return rc;
}

static ph_rc consolidate_all(stage *s, uint32_t rounds)
{
    static ph_figure figure;
    ph_rc rc = PH_OK;

    for (uint32_t i = 0; rc == PH_OK && i < rounds; i++)
        rc = ph_consolidate(s->cs.sheet, (uint16_t)(i % s->cs.sheet->n_columns), s->reg, &figure);
    return rc;
}

static const char *name_of(const stage *s, char dst[64])
{
    const ph_form *f = ph_registry_form(s->reg, s->duty.form);

    (void)snprintf(dst, 64, "%s.%c.v%u", f->id, (char)f->freq, f->version);
    return dst;
}

/* A line a form: name, observations, cells of a column, seconds of judging and of consolidating, findings. */
static ph_rc measure(stage *s, uint32_t rounds, uint32_t figures)
{
    char name[64];
    int64_t t0 = ph_clock_mono_us();
    ph_rc rc = submit_all(s, rounds);
    int64_t t1 = ph_clock_mono_us();

    if (rc == PH_OK)
        rc = consolidate_all(s, figures);
    int64_t t2 = ph_clock_mono_us();
    printf("%s %u %u %" PRId64 " %" PRId64 " %" PRIu64 "\n", name_of(s, name), s->cs.sheet->n_columns,
           s->cs.sheet->n_rows, t1 - t0, t2 - t1, s->n_findings);
    return rc;
}

static ph_rc measure_forms(const ph_registry *reg, uint16_t cluster, const char *only, uint32_t rounds,
                           uint32_t figures)
{
    static stage s;
    char name[64];
    ph_rc rc = PH_OK;

    for (uint16_t form = 0; rc == PH_OK && form < ph_registry_n_forms(reg); form++) {
        rc = open_stage(&s, reg, form, cluster);
        if (rc == PH_OK && (only == NULL || strcmp(only, name_of(&s, name)) == 0))
            rc = measure(&s, rounds, figures);
        close_stage(&s);
    }
    return rc;
}

int main(int argc, char **argv)
{
    ph_registry *reg = NULL;
    uint64_t rounds = 0, figures = 0;

    if (argc < 4 || argc > 5 || ph_uint_parse(ph_span_str(argv[2]), MAX_ROUNDS, &rounds) != PH_OK ||
        ph_uint_parse(ph_span_str(argv[3]), MAX_ROUNDS, &figures) != PH_OK) {
        fprintf(stderr,
                "usage: phusa-bench-domain REGISTRY SUBMISSIONS FIGURES [FORM.FREQ.vVERSION]\n"
                "prints a line a form: name, observations, members, us of judging and folding, us of consolidating, "
                "findings\n");
        return 2;
    }
    ph_rc rc = ph_registry_load_dir(argv[1], say, NULL, NULL, &reg);
    if (rc == PH_OK)
        rc = measure_forms(reg, ph_registry_find_cluster(reg, ph_span_str("dbsh")), argc == 5 ? argv[4] : NULL,
                           (uint32_t)rounds, (uint32_t)figures);
    ph_registry_free(reg);
    if (rc != PH_OK)
        fprintf(stderr, "phusa-bench-domain: %s\n", ph_rc_text(rc));
    return rc == PH_OK ? 0 : 1;
}
