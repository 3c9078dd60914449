/* fuzz_validate - a submission's body through every check, to the words that people read.   Layer: tests */
#include <stdlib.h>

#include "ph_fuzz_registry.h"
#include "ph_utf8.h"
#include "ph_validate.h"

static void say_all(const ph_findings *fs, const ph_registry *reg)
{
    char text[400];

    for (size_t i = 0; i < fs->n; i++)
        for (int lang = PH_LANG_VI; lang <= PH_LANG_EN; lang++) {
            size_t n = ph_finding_say(&fs->list[i], reg, (ph_lang)lang, text, sizeof text);
            if (n == 0 || n >= sizeof text || !ph_utf8_is_valid(ph_span_of(text, n)))
                abort();
        }
}

static void check_page(const ph_findings *fs)
{
    static ph_finding back[PH_MAX_FINDINGS];
    static ph_judgement j;
    ph_digest registry = {0};
    ph_buf page;
    size_t n = 0;

    ph_buf_init(&page, 1 << 20);
    ph_findings_judgement(fs, &registry, &page, &j);
    if (page.rc != PH_OK || ph_findings_read(ph_buf_span(&page), back, PH_MAX_FINDINGS, &n) != PH_OK || n != fs->n)
        abort();
    ph_buf_done(&page);
}

static void check_cells(const ph_plan *plan, const ph_cell *cells)
{
    for (uint16_t i = 0; i < ph_plan_n_columns(plan); i++)
        if (cells[i].state > PH_CELL_NO_VALUE || cells[i].mantissa > PH_DECIMAL_MAX_MANTISSA ||
            cells[i].mantissa < -PH_DECIMAL_MAX_MANTISSA)
            abort();
}

/* Earlier data out of the same bytes: anything that a sheet may hold. */
static ph_evidence evidence_of(const uint8_t *data, size_t size, uint16_t n_columns, ph_cell *cells)
{
    ph_evidence e = {.unit = 0, .known_on = 30000, .has_earlier = true};

    for (uint16_t i = 0; i < n_columns; i++) {
        uint64_t v = 0;
        for (size_t k = 0; k < 8 && size > 0; k++)
            v = v << 8 | data[(i * 8 + k) % size];
        cells[i] = (ph_cell){.mantissa = (int64_t)(v % 2000000000000001U) - PH_DECIMAL_MAX_MANTISSA,
                             .state = (uint8_t)(v & 3)};
    }
    e.previous = (ph_earlier){.is_there = size % 3 != 0, .cells = cells};
    e.year_ago = (ph_earlier){.is_there = size % 5 != 0, .cells = cells};
    return e;
}

/* What is held is named, and what is named is held. */
static void check_holds(const ph_findings *fs, const ph_cell *cells, uint16_t n_columns)
{
    for (uint16_t i = 0; i < n_columns; i++) {
        bool is_named = false;
        for (size_t k = 0; k < fs->n_holds; k++)
            is_named |= fs->holds[k].column == i;
        if (is_named != (cells[i].state == PH_CELL_HELD))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ph_observation store[PH_MAX_OBSERVATIONS];
    static ph_findings findings;
    static ph_plan *plan;
    const ph_registry *reg = ph_fuzz_registry();
    ph_cell cells[PH_MAX_OBSERVATIONS];
    ph_submission sub;

    if (plan == NULL && ph_plan_new(reg, ph_registry_calendar(reg, 0), &plan) != PH_OK)
        abort();
    if (ph_submission_read(ph_span_of(data, size), store, &sub, NULL, NULL) != PH_OK)
        return 0;
    ph_cell earlier[PH_MAX_OBSERVATIONS];
    const ph_evidence evidence = evidence_of(data, size, ph_plan_n_columns(plan), earlier);
    findings = (ph_findings){0};
    if (ph_validate(plan, &sub, size % 2 == 0 ? &evidence : NULL, cells, &findings) != PH_OK)
        abort();
    check_holds(&findings, cells, ph_plan_n_columns(plan));
    if (ph_findings_verdict(&findings) != PH_VERDICT_REJECTED)
        check_cells(plan, cells);
    check_page(&findings);
    say_all(&findings, reg);
    return 0;
}
