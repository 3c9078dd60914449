/* ph_agg_fold - the fold: log entries in, verdicts, sheets and figures out.   Layer: aggregator/core (pure) */
#include <stdlib.h>

#include "ph_agg_fold_parts.h"
#include "ph_agg_own.h"

enum { CLEAN_MAX_BYTES = 256 };

/* ---- life ---- */

ph_rc ph_fold_new(ph_agg_store *store, const ph_registry_source *source, ph_fold **ret)
{
    ph_fold *f = calloc(1, sizeof *f);
    ph_rc rc = f == NULL ? PH_NOMEM : ph_issuer_init(&f->issuer, store);

    if (rc != PH_OK) {
        ph_fold_free(f);
        return rc;
    }
    ph_buf_init(&f->clean_verdict, CLEAN_MAX_BYTES);
    ph_buf_init(&f->clean_findings, CLEAN_MAX_BYTES);
    f->store = store;
    f->source = source;
    ph_cache_init(&f->cache, store);
    *ret = f;
    return PH_OK;
}

void ph_fold_free(ph_fold *f)
{
    if (f == NULL)
        return;
    ph_cache_done(&f->cache);
    ph_issuer_done(&f->issuer);
    ph_buf_done(&f->clean_verdict);
    ph_buf_done(&f->clean_findings);
    free(f);
}

/* The registry in force from now on. */
static ph_rc enforce(ph_fold *f, const ph_digest *digest, bool is_activation)
{
    const ph_registry *reg = NULL;
    ph_rc rc = f->source->get(f->source->arg, digest, &reg);

    if (rc != PH_OK)
        return rc;
    if (!ph_digest_eq(ph_registry_digest(reg), digest))
        return PH_CORRUPT;
    f->reg = f->judge.reg = reg;
    ph_cache_set_registry(&f->cache, reg, is_activation);
    return PH_OK;
}

static ph_rc check_version(uint64_t version)
{
    return version == PH_FOLD_VERSION ? PH_OK : PH_UNSUPPORTED;
}

ph_rc ph_fold_restore(ph_fold *f, const ph_ledger_head *head)
{
    ph_rc rc = check_version(head->fold_version);

    f->through_us = head->through_us;
    return rc == PH_OK ? enforce(f, &head->registry, false) : rc;
}

/* ---- submissions ---- */

/* Is the unit a member, for a sheet that is not there yet? */
static bool is_member(const ph_registry *reg, const ph_calendar_item *duty, ph_span unit)
{
    const ph_cycle *cycle = ph_cluster_cycle(ph_registry_cluster(reg, duty->cluster), duty->period);
    uint16_t number = ph_registry_find_unit(reg, unit);

    return cycle != NULL && number != PH_NO_INDEX && ph_cycle_member(cycle, number) != PH_NO_INDEX;
}

/* One that no seal has opened yet keeps the numbers that were consumed too early. */
ph_rc ph_fold_sheet_for(ph_fold *f, const ph_sheet_key *key, ph_span unit, ph_cached_sheet **ret)
{
    const ph_calendar_item *duty;
    ph_rc rc = ph_cache_find(&f->cache, key, ret);

    if (rc == PH_NOT_FOUND) {
        *ret = NULL;
        duty = ph_duty_of(f->reg, key);
        if (duty != NULL && is_member(f->reg, duty, unit))
            return ph_cache_open(&f->cache, duty, ret);
        if (duty == NULL)
            ph_judge_no_duty(&f->judge, key);
        else
            ph_judge_no_member(&f->judge, key);
        return PH_OK;
    }
    if (rc == PH_OK && (*ret)->plan == NULL && (*ret)->sheet->state != PH_PERIOD_FROZEN) {
        *ret = NULL;
        ph_judge_no_duty(&f->judge, key);
    }
    return rc;
}

/* Was this number consumed by an entry before this one? In a tail that is folded again the store knows this entry's
 * own. */
static ph_rc find_consumed(ph_fold *f, const ph_sheet_key *key, const ph_entry *entry, uint32_t revision, bool *ret)
{
    uint64_t seq = 0;
    ph_rc rc = f->store->ops->find_revision(f->store, key, entry->unit, revision, &seq);

    *ret = rc == PH_OK && seq < entry->seq;
    return rc == PH_NOT_FOUND ? PH_OK : rc;
}

static ph_rc judge_on_sheet(ph_fold *f, ph_cached_sheet *cs, const ph_entry *entry, const ph_submission *sub,
                            ph_fold_result *ret)
{
    uint16_t row = ph_sheet_find_row(cs->sheet, sub->unit);
    bool is_consumed, is_changed;
    ph_rc rc;

    if (row == PH_NO_INDEX) {
        ph_judge_no_member(&f->judge, &ret->sheet);
        return PH_OK;
    }
    rc = find_consumed(f, &ret->sheet, entry, sub->revision, &is_consumed);
    if (rc == PH_OK && cs->plan != NULL) /* a frozen sheet has none: nothing will be compared */
        rc = ph_agg_gather(&f->cache, cs, sub, ph_date_of_us(entry->received_at_us), &f->gathered);
    f->judge.evidence = &f->gathered.evidence;
    if (rc == PH_OK)
        rc = ph_judge_on_sheet(&f->judge, cs, row, entry, sub, is_consumed, &is_changed);
    if (rc != PH_OK)
        return rc;
    ret->has_revision = !is_consumed;
    ret->revision = sub->revision;
    if (is_changed)
        ph_cache_mark_dirty(&f->cache, cs);
    return PH_OK;
}

static ph_rc write_judgement(ph_fold *f, const ph_digest *registry, ph_buf *verdict, ph_buf *findings)
{
    ph_buf_clear(verdict);
    ph_findings_judgement(&f->judge.findings, registry, findings, &f->judgement);
    ph_judgement_write(&f->judgement, verdict);
    return findings->rc != PH_OK ? findings->rc : verdict->rc;
}

/* Where nothing was found the bytes are the same for as long as the registry is: they are made once. */
static ph_rc write_clean_judgement(ph_fold *f, const ph_digest *registry, ph_fold_result *ret)
{
    ph_rc rc = PH_OK;

    if (!ph_digest_eq(&f->clean_registry, registry)) {
        rc = write_judgement(f, registry, &f->clean_verdict, &f->clean_findings);
        f->clean_registry = rc == PH_OK ? *registry : (ph_digest){0};
    }
    ph_buf_clear(ret->verdict_bytes);
    ph_buf_clear(ret->findings);
    if (rc == PH_OK)
        rc = ph_buf_put_span(ret->verdict_bytes, ph_buf_span(&f->clean_verdict));
    return rc == PH_OK ? ph_buf_put_span(ret->findings, ph_buf_span(&f->clean_findings)) : rc;
}

ph_rc ph_fold_conclude(ph_fold *f, const ph_entry *entry, ph_fold_result *ret)
{
    ret->verdict = ph_findings_verdict(&f->judge.findings);
    return f->judge.findings.n_all == 0 ? write_clean_judgement(f, &entry->registry, ret)
                                        : write_judgement(f, &entry->registry, ret->verdict_bytes, ret->findings);
}

static ph_rc fold_submission(ph_fold *f, const ph_entry *entry, const ph_submission *sub, ph_fold_result *ret)
{
    ph_submission decoded;
    ph_cached_sheet *cs = NULL;
    ph_rc rc = PH_OK;

    if (sub == NULL) {
        rc = ph_submission_read(entry->bytes, f->observations, &decoded, NULL, NULL);
        if (rc != PH_OK)
            return rc == PH_NOMEM ? rc : PH_MALFORMED;
        sub = &decoded;
    }
    ret->sheet = (ph_sheet_key){.cluster = sub->cluster, .form = sub->form, .period = sub->period};
    ph_judge_begin(&f->judge);
    rc = ph_fold_sheet_for(f, &ret->sheet, sub->unit, &cs);
    if (rc == PH_OK && cs != NULL)
        rc = judge_on_sheet(f, cs, entry, sub, ret);
    return rc == PH_OK ? ph_fold_conclude(f, entry, ret) : rc;
}

/* ---- entries ---- */

static ph_rc fold_genesis(ph_fold *f, ph_span bytes)
{
    ph_genesis g;
    ph_rc rc = ph_genesis_read(bytes, &g);

    if (rc == PH_OK)
        rc = check_version(g.fold_version);
    return rc == PH_OK ? enforce(f, &g.registry, false) : rc;
}

static ph_rc fold_registry(ph_fold *f, ph_span bytes)
{
    ph_digest digest;
    ph_rc rc = ph_own_registry_read(bytes, &digest);

    return rc == PH_OK ? enforce(f, &digest, true) : rc;
}

static ph_rc fold_roster(ph_span bytes)
{
    ph_digest digest;
    uint64_t serial;

    return ph_own_roster_read(bytes, &digest, &serial);
}

static ph_rc fold_seal(ph_span bytes)
{
    int64_t at_us;
    uint32_t version;
    ph_rc rc = ph_own_seal_read(bytes, &at_us, &version);

    return rc == PH_OK ? check_version(version) : rc;
}

static ph_rc fold_figure_seal(ph_span bytes)
{
    int64_t at_us, through_us;
    uint32_t version;
    ph_rc rc = ph_figure_seal_read(bytes, &at_us, &through_us, &version);

    return rc == PH_OK ? check_version(version) : rc;
}

ph_rc ph_fold_entry(ph_fold *f, const ph_entry *entry, const ph_submission *sub, ph_fold_result *ret)
{
    ret->has_revision = false;
    if (f->reg == NULL && entry->kind != PH_ENTRY_GENESIS)
        return PH_MALFORMED;
    switch (entry->kind) {
    case PH_ENTRY_GENESIS:
        return fold_genesis(f, entry->bytes);
    case PH_ENTRY_SUBMISSION:
        return fold_submission(f, entry, sub, ret);
    case PH_ENTRY_SEAL:
        return fold_seal(entry->bytes);
    case PH_ENTRY_FIGURE_SEAL:
        return fold_figure_seal(entry->bytes);
    case PH_ENTRY_REGISTRY:
        return fold_registry(f, entry->bytes);
    case PH_ENTRY_ROSTER:
        return fold_roster(entry->bytes);
    case PH_ENTRY_EXPLANATION:
        return ph_fold_explanation(f, entry, ret);
    case PH_ENTRY_DECISION:
        return ph_fold_decision(f, entry, ret);
    case PH_ENTRY_RESTORE:
    case PH_ENTRY_REFOLD:
        break;
    }
    return PH_UNSUPPORTED;
}

/* ---- asking ---- */

bool ph_fold_is_dirty(const ph_fold *f)
{
    return f->cache.n_dirty > 0;
}

bool ph_fold_must_seal_figures(const ph_fold *f)
{
    return 2 * f->cache.n_dirty >= PH_FOLD_MAX_SHEETS || !ph_cache_is_settled(&f->cache);
}

bool ph_fold_wants_seal(const ph_fold *f)
{
    return f->wants_seal;
}

int64_t ph_fold_next_boundary(const ph_fold *f)
{
    return ph_registry_next_boundary(f->reg, f->through_us);
}

const ph_misfit *ph_fold_misfit(const ph_fold *f)
{
    return f->cache.has_misfit ? &f->cache.misfit : NULL;
}

const ph_registry *ph_fold_registry(const ph_fold *f)
{
    return f->reg;
}

ph_rc ph_fold_sheet(ph_fold *f, const ph_sheet_key *key, const ph_sheet **ret)
{
    ph_cached_sheet *cs = NULL;
    ph_rc rc = ph_cache_find(&f->cache, key, &cs);

    if (rc == PH_OK)
        *ret = cs->sheet;
    return rc;
}
