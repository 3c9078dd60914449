/* cmd_register - the narrative items of a cluster and period, read out of the standing revisions.   Layer: aggregator
 * (app) */
#include <stdlib.h>
#include <string.h>

#include "ph_agg_narratives.h"
#include "ph_locale.h"
#include "ph_sheet.h"
#include "ph_submission.h"
#include "ph_suggest.h"

typedef struct collecting {
    const ph_agg_reading *r;
    ph_narratives *to;
    ph_observation *store;
    ph_rc rc;
} collecting;

/* The store's bytes end with its next call, so they are copied. */
static ph_rc take_items(collecting *c, ph_register_row *row)
{
    ph_entry entry;
    ph_submission sub;
    ph_rc rc = c->r->store->ops->get_entry(c->r->store, row->entry, &entry, NULL);

    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
    row->bytes = malloc(entry.bytes.len + 1);
    if (row->bytes == NULL)
        return PH_NOMEM;
    memcpy(row->bytes, entry.bytes.ptr, entry.bytes.len);
    if (ph_submission_read(ph_span_of(row->bytes, entry.bytes.len), c->store, &sub, NULL, NULL) != PH_OK)
        return PH_CORRUPT;
    row->n = ph_submission_narratives(&sub, row->items);
    return PH_OK;
}

static ph_rc take_row(collecting *c, const ph_sheet *s, const ph_sheet_row *from)
{
    ph_register_row *row = c->to->n_rows == PH_REGISTER_MAX_ROWS ? NULL : calloc(1, sizeof *row);

    if (row == NULL)
        return c->to->n_rows == PH_REGISTER_MAX_ROWS ? PH_LIMIT : PH_NOMEM;
    c->to->rows[c->to->n_rows++] = row;
    memcpy(row->unit, from->unit, sizeof row->unit);
    memcpy(row->form, s->form, sizeof row->form);
    row->revision = from->last_revision;
    row->entry = from->last_entry;
    return row->revision == 0 ? PH_OK : take_items(c, row);
}

static bool on_sheet(void *arg, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    collecting *c = arg;
    ph_sheet *s = NULL;

    (void)folded_to_seq;
    if (!ph_span_is(key->cluster, c->to->cluster) || !ph_period_eq(key->period, c->to->period) || packed.len == 0)
        return true;
    c->rc = ph_sheet_unpack(packed, &s);
    if (c->rc != PH_OK) {
        c->rc = c->rc == PH_NOMEM ? c->rc : PH_CORRUPT;
        return false;
    }
    for (uint16_t i = 0; c->rc == PH_OK && i < s->n_rows; i++)
        c->rc = take_row(c, s, &s->rows[i]);
    ph_sheet_free(s);
    return c->rc == PH_OK;
}

static ph_rc collect(const ph_agg_reading *r, ph_narratives *to)
{
    collecting c = {.r = r, .to = to, .store = calloc(PH_MAX_OBSERVATIONS, sizeof *c.store)};
    ph_rc rc = c.store == NULL ? PH_NOMEM : r->store->ops->walk_sheets(r->store, on_sheet, &c);

    free(c.store);
    return rc == PH_OK ? c.rc : rc;
}

static ph_rc no_cluster(const ph_registry *reg, const char *typed, ph_err *err)
{
    const char *names[64];
    size_t n = 0;

    for (size_t i = 0; i < ph_registry_n_clusters(reg) && n < 64; i++)
        names[n++] = ph_registry_cluster(reg, i)->id;
    const char *meant = ph_suggest(ph_span_str(typed), names, n);
    (void)ph_err_set(err, PH_NOT_FOUND, "agg.cluster.unknown", typed, "%s",
                     PH_T("không có cụm này trong danh mục", "there is no such cluster in the registry"));
    if (meant != NULL)
        ph_err_hint(err, PH_T("có phải là %s?", "did you mean %s?"), meant);
    return PH_NOT_FOUND;
}

static ph_rc read_wanted(const ph_args *args, const ph_agg_reading *r, ph_narratives *to, ph_err *err)
{
    const char *cluster = args->operands[0], *period = args->operands[1];

    if (ph_period_parse(ph_span_str(period), &to->period) != PH_OK) {
        (void)ph_err_set(err, PH_USAGE, "usage.period", period, "%s",
                         PH_T("không phải kỳ báo cáo", "is not a reporting period"));
        ph_err_hint(err, "2023, 2023-S1, 2023-Q2, 2023-06");
        return PH_USAGE;
    }
    to->last_seq = r->head.last_seq;
    ph_rc rc = r->registries.get(r->registries.arg, &r->head.registry, &to->registry);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "reading the registry", err);
    if (ph_registry_find_cluster(to->registry, ph_span_str(cluster)) == PH_NO_INDEX ||
        !ph_span_copy(ph_span_str(cluster), to->cluster, sizeof to->cluster))
        return no_cluster(to->registry, cluster, err);
    return PH_OK;
}

static ph_rc make_register(const ph_args *args, const ph_agg_reading *r, ph_narratives *to, ph_err *err)
{
    ph_rc rc = read_wanted(args, r, to, err);

    if (rc != PH_OK)
        return rc;
    rc = collect(r, to);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "reading the narrative items", err);
    if (to->n_rows == 0)
        return ph_err_set(
            err, PH_NOT_FOUND, "agg.sheet.none", args->operands[1], "%s",
            PH_T("kỳ này chưa mở, chưa có số liệu nào", "this period has not opened: there are no figures"));
    return PH_OK;
}

static void narratives_free(ph_narratives *r)
{
    for (size_t i = 0; r != NULL && i < r->n_rows; i++) {
        free(r->rows[i]->bytes);
        free(r->rows[i]);
    }
    free(r);
}

ph_rc ph_agg_cmd_register(const ph_args *args, ph_err *err)
{
    ph_narratives *to = calloc(1, sizeof *to);
    ph_agg_reading r;
    ph_buf text;

    if (to == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.memory", "", "%s", ph_rc_text(PH_NOMEM));
    ph_buf_init(&text, 64 * 1024 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK)
        rc = make_register(args, &r, to, err);
    if (rc == PH_OK) {
        if (args->json)
            ph_narratives_print_json(to, &text);
        else if (ph_args_has(args, PH_AGG_OPT_CSV))
            ph_narratives_print_csv(to, &text);
        else
            ph_narratives_print(to, args->lang, &text);
        rc = ph_agg_cmd_print(&text, err);
    }
    ph_buf_done(&text);
    narratives_free(to);
    ph_agg_reading_close(&r);
    return rc;
}
