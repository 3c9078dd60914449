/* fuzz_issue - packed issues, and each of their records.   Layer: tests */
#include "ph_figure.h"
#include "ph_fuzz.h"

enum { MAX_FIGURES = 16 };
static ph_figure store[MAX_FIGURES];

static ph_rc round_issue(ph_span bytes, ph_buf *dst)
{
    const ph_uuid epoch = {{0}};
    ph_issue issue;
    ph_record record;
    ph_rc rc = ph_issue_read(bytes, store, MAX_FIGURES, &issue);

    if (rc != PH_OK)
        return rc;
    ph_record_init(&record);
    for (uint32_t i = 0; i < ph_issue_n_records(&issue); i++) {
        ph_fuzz_demand(ph_record_render(&issue, i, 1, &epoch, &record) == PH_OK);
        ph_fuzz_demand(record.value.len > 2 && record.value.ptr[record.value.len - 1] == '}');
    }
    for (unsigned i = 0; i < issue.n_figures; i++)
        (void)ph_figure_identity(&issue, &issue.figures[i]);
    ph_record_done(&record);
    ph_issue_write(&issue, dst);
    return PH_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_issue, ph_span_of(data, size), size + 64);
    return 0;
}
