/* fuzz_registry - a bundle of YAML: refused with words, or a registry that all may be done with.   Layer: tests */
#include <stdlib.h>

#include "ph_bundle.h"
#include "ph_consolidate.h"
#include "ph_registry_diff.h"
#include "ph_registry_load.h"
#include "ph_sheet.h"
#include "ph_validate.h"

static void count(void *arg, const ph_err *err)
{
    if (err->code[0] == '\0' || err->what[0] == '\0' || err->rc == PH_OK)
        abort();
    ++*(size_t *)arg;
}

/* A text without a mark is one file; so the fuzzer need not learn the mark. */
static void bundle_of(const uint8_t *data, size_t size, ph_buf *ret)
{
    const ph_span text = ph_span_of(data, size);

    ph_buf_init(ret, PH_BUNDLE_MAX_BYTES);
    if (size >= sizeof PH_BUNDLE_MARK && memcmp(data, PH_BUNDLE_MARK, sizeof PH_BUNDLE_MARK - 1) == 0)
        (void)ph_buf_put_span(ret, text);
    else if (ph_bundle_add(ret, ph_span_str("x.yaml"), text) != PH_OK)
        ph_buf_clear(ret);
}

static void use_duty(const ph_registry *reg, const ph_calendar_item *duty)
{
    static ph_cell cells[PH_MAX_OBSERVATIONS];
    static ph_findings findings;
    ph_submission empty = {0};
    ph_sheet *sheet = NULL;
    ph_plan *plan = NULL;
    ph_figure figure;

    if (ph_sheet_new(reg, duty, &sheet) != PH_OK || ph_plan_new(reg, duty, &plan) != PH_OK)
        abort();
    findings = (ph_findings){0};
    if (ph_validate(plan, &empty, NULL, cells, &findings) != PH_OK)
        abort();
    for (uint16_t i = 0; i < sheet->n_columns; i++)
        if (ph_consolidate(sheet, i, reg, &figure) != PH_OK)
            abort();
    if (ph_sheet_refit(sheet, reg, duty) != PH_OK)
        abort();
    ph_plan_free(plan);
    ph_sheet_free(sheet);
}

static void is_different(void *arg, const ph_registry_change *change)
{
    (void)arg;
    (void)change;
    abort();
}

static void is_changed(void *arg, const ph_registry_change *change)
{
    ++*(size_t *)arg;
    if (change->section[0] == '\0' || (change->from[0] == '\0' && change->to[0] == '\0' && change->field[0] == '\0'))
        abort();
}

/* A registry is like itself; against an empty one each of its rows is new. */
static void compare(ph_span bundle)
{
    size_t n = 0;
    ph_err err;

    if (ph_registry_diff(bundle, bundle, is_different, NULL, &err) != PH_OK ||
        ph_registry_diff(ph_span_str("--- # file: a.yaml\n"), bundle, is_changed, &n, &err) != PH_OK || n == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_registry *reg = NULL;
    size_t n_errors = 0;
    ph_buf bundle;

    bundle_of(data, size, &bundle);
    ph_rc rc = ph_registry_load(ph_buf_span(&bundle), count, &n_errors, &reg);
    if ((rc == PH_OK) != (n_errors == 0) || (rc != PH_OK && rc != PH_INVALID))
        abort();
    if (rc == PH_OK)
        compare(ph_buf_span(&bundle));
    if (rc == PH_OK)
        for (size_t i = 0; i < ph_registry_n_calendar(reg); i++)
            use_duty(reg, ph_registry_calendar(reg, i));
    ph_registry_free(reg);
    ph_buf_done(&bundle);
    return 0;
}
