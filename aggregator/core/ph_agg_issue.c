/* ph_agg_issue - what a figure seal publishes of a sheet.   Layer: aggregator/core (pure) */
#include "ph_agg_issue.h"

#include <stdlib.h>

#include "ph_agg_rulings.h"
#include "ph_consolidate.h"

ph_rc ph_issuer_init(ph_issuer *x, ph_agg_store *store)
{
    *x = (ph_issuer){.store = store, .figures = calloc(PH_MAX_OBSERVATIONS, sizeof *x->figures)};
    ph_registrar_init(&x->registrar);
    ph_buf_init(&x->packed, PH_ISSUE_MAX_BYTES);
    ph_buf_init(&x->sheet, PH_SHEET_MAX_BYTES);
    ph_buf_init(&x->rulings, PH_ISSUE_MAX_BYTES);
    return x->figures == NULL ? PH_NOMEM : PH_OK;
}

void ph_issuer_done(ph_issuer *x)
{
    free(x->figures);
    ph_registrar_done(&x->registrar);
    ph_buf_done(&x->packed);
    ph_buf_done(&x->sheet);
    ph_buf_done(&x->rulings);
    *x = (ph_issuer){0};
}

static void begin(const ph_issuer *x, const ph_sheet *s, ph_issue *ret)
{
    *ret = (ph_issue){.cluster = ph_span_str(s->cluster),
                      .form = ph_span_str(s->form),
                      .period = s->period,
                      .seal = x->seal,
                      .sealed_at_us = x->sealed_at_us,
                      .state = s->state,
                      .registry = *ph_registry_digest(x->reg),
                      .n_members = (uint8_t)s->n_rows,
                      .figures = x->figures};
    for (uint16_t i = 0; i < s->n_rows; i++)
        ret->members[i] = ph_span_str(s->rows[i].unit);
}

/* One touched column: a figure more in the issue if it says anything new. An indicator that the registry forgot is no
 * longer published. */
static ph_rc consolidate(ph_issuer *x, ph_sheet *s, uint16_t column, ph_issue *issue)
{
    ph_sheet_column *head = &s->columns[column];
    ph_figure *figure = &x->figures[issue->n_figures];
    ph_rc rc = ph_consolidate(s, column, x->reg, figure);
    size_t before = x->rulings.len;
    ph_digest identity;

    head->is_touched = false;
    if (rc == PH_NOT_FOUND)
        return PH_OK;
    if (rc != PH_OK)
        return PH_BUG;
    rc = ph_rulings_gather(x->store, s, column, &x->rulings, figure);
    if (rc != PH_OK)
        return rc;
    identity = ph_figure_identity(issue, figure);
    if (head->was_published && ph_digest_eq(&identity, &head->published)) {
        x->rulings.len = before;
        return PH_OK;
    }
    head->was_published = true;
    head->published = identity;
    issue->n_figures++;
    return PH_OK;
}

/* Appending moved what was gathered before; now all of it lies still, in the order of the figures. */
static void settle_rulings(const ph_issuer *x, const ph_issue *issue)
{
    const uint8_t *at = x->rulings.ptr;

    for (uint16_t i = 0; i < issue->n_figures; i++) {
        if (issue->figures[i].n_rulings == 0)
            continue;
        issue->figures[i].rulings.ptr = at;
        at += issue->figures[i].rulings.len;
    }
}

static ph_rc publish(ph_issuer *x, const ph_sheet *s, const ph_issue *issue, ph_ledger_head *head)
{
    ph_outbox_row row = {.first_record = head->last_record + 1,
                         .count = ph_issue_n_records(issue),
                         .sheet = ph_sheet_key_of(s),
                         .seal = x->seal};
    ph_digest packed;
    ph_rc rc;

    ph_buf_clear(&x->packed);
    ph_issue_write(issue, &x->packed);
    if (x->packed.rc != PH_OK)
        return x->packed.rc == PH_LIMIT ? PH_BUG : x->packed.rc;
    packed = ph_digest_of_span(ph_buf_span(&x->packed));
    row.chain = ph_outbox_chain(&head->chain, row.first_record, row.count, &packed);
    rc = x->store->ops->put_summary(x->store, &row.sheet, x->seal, ph_buf_span(&x->packed));
    if (rc == PH_OK)
        rc = x->store->ops->put_outbox(x->store, &row);
    head->last_record += row.count;
    head->chain = row.chain;
    return rc;
}

static ph_rc write_back(ph_issuer *x, ph_sheet *s)
{
    ph_sheet_key key = ph_sheet_key_of(s);

    s->folded_to_seq = x->seal;
    ph_buf_clear(&x->sheet);
    ph_sheet_pack(s, &x->sheet);
    if (x->sheet.rc != PH_OK)
        return x->sheet.rc == PH_LIMIT ? PH_BUG : x->sheet.rc;
    return x->store->ops->put_sheet(x->store, &key, x->seal, ph_buf_span(&x->sheet));
}

ph_rc ph_issue_sheet(ph_issuer *x, ph_sheet *s, ph_ledger_head *head)
{
    ph_issue issue;
    ph_rc rc = PH_OK;

    begin(x, s, &issue);
    ph_buf_clear(&x->rulings);
    ph_consolidate_spread(s, x->reg);
    for (uint16_t i = 0; rc == PH_OK && i < s->n_columns; i++)
        if (s->columns[i].is_touched && s->state != PH_PERIOD_PLANNED)
            rc = consolidate(x, s, i, &issue);
    settle_rulings(x, &issue);
    if (rc == PH_OK && s->state != PH_PERIOD_PLANNED)
        rc = ph_register_issue(x->store, &x->registrar, s, &issue);
    if (rc == PH_OK && ph_issue_n_records(&issue) > 0)
        rc = publish(x, s, &issue, head);
    return rc == PH_OK ? write_back(x, s) : rc;
}
