/* ph_agg_issue - what a figure seal publishes: consolidated columns of sheets, as summary and outbox rows.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_ISSUE_H
#define PH_AGG_ISSUE_H

#include "ph_agg_cache.h"
#include "ph_agg_register.h"
#include "ph_figure.h"

enum { PH_SHEET_MAX_BYTES = 4 * 1024 * 1024 };

/* The seal at hand, and working memory kept between seals. */
typedef struct ph_issuer {
    ph_agg_store *store;
    const ph_registry *reg;
    uint64_t seal;
    int64_t sealed_at_us;
    ph_figure *figures; /* PH_MAX_OBSERVATIONS */
    ph_registrar registrar;
    ph_buf packed, sheet, rulings;
} ph_issuer;

/** Errors: NOMEM. done: harmless on zeroes. */
ph_rc ph_issuer_init(ph_issuer *x, ph_agg_store *store) PH_CHECKED;
void ph_issuer_done(ph_issuer *x);

/**
 * Consolidate the touched columns of @s and its register, put what differs from what was last published into the store
 * (one summary and one outbox row, record numbers and chain carried on in @head), and write the sheet back. A planned
 * sheet publishes nothing. Errors: of the store; BUG for what the registry's checks should have kept out.
 */
ph_rc ph_issue_sheet(ph_issuer *x, ph_sheet *s, ph_ledger_head *head) PH_CHECKED;

#endif
