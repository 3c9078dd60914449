/* cmd_register - the narrative items of a cluster and period, read out of what was published.   Layer: aggregator (app)
 */
#include <stdlib.h>
#include <string.h>

#include "ph_agg_narratives.h"
#include "ph_agg_sheets.h"
#include "ph_locale.h"

/* The rows of the form at hand: those from @first on. */
typedef struct collecting {
    ph_narratives *to;
    size_t first;
    ph_figure *figures;
    ph_rc rc;
} collecting;

static void row_free(ph_register_row *row)
{
    if (row == NULL)
        return;
    free(row->bytes);
    free(row);
}

/* The row of a unit, taken out of @old; or a new one. */
static ph_register_row *take_row(ph_register_row **old, size_t n, ph_span unit, ph_span form)
{
    ph_register_row *row = NULL;

    for (size_t i = 0; i < n; i++)
        if (old[i] != NULL && ph_span_is(unit, old[i]->unit)) {
            row = old[i];
            old[i] = NULL;
            return row;
        }
    row = calloc(1, sizeof *row);
    if (row != NULL && ph_span_copy(unit, row->unit, sizeof row->unit))
        (void)ph_span_copy(form, row->form, sizeof row->form);
    return row;
}

/* Rows are the members that the issue names, in its order; who is no member any more goes. */
static ph_rc fit_rows(collecting *c, const ph_issue *issue)
{
    ph_register_row *old[PH_MAX_MEMBERS], **rows = c->to->rows + c->first;
    size_t n_old = c->to->n_rows - c->first;

    if (c->first + issue->n_members > PH_REGISTER_MAX_ROWS)
        return PH_LIMIT;
    memcpy(old, rows, n_old * sizeof *rows);
    c->to->n_rows = c->first;
    for (unsigned i = 0; i < issue->n_members; i++) {
        rows[i] = take_row(old, n_old, issue->members[i], issue->form);
        if (rows[i] == NULL)
            break;
        c->to->n_rows++;
    }
    for (size_t i = 0; i < n_old; i++)
        row_free(old[i]);
    return c->to->n_rows == c->first + issue->n_members ? PH_OK : PH_NOMEM;
}

/* Who has a value in a figure has reported, with words or without. */
static void note_reports(collecting *c, const ph_issue *issue)
{
    for (unsigned f = 0; f < issue->n_figures; f++)
        for (unsigned i = 0; i < issue->n_members; i++) {
            const ph_figure_member *cell = &issue->figures[f].members[i];
            ph_register_row *row = c->to->rows[c->first + i];
            if (cell->revision > row->revision) {
                row->revision = cell->revision;
                row->entry = cell->entry;
            }
        }
}

static ph_rc take_words(ph_register_row *row, const ph_register_unit *unit)
{
    ph_register_unit kept = *unit;
    uint8_t *bytes = malloc(unit->items.len + 1);

    if (bytes == NULL)
        return PH_NOMEM;
    if (unit->n_items > 0)
        memcpy(bytes, unit->items.ptr, unit->items.len);
    free(row->bytes);
    row->bytes = bytes;
    kept.items.ptr = bytes;
    row->n = ph_register_items(&kept, row->items);
    row->revision = unit->revision;
    row->entry = unit->entry;
    return PH_OK;
}

static ph_rc take_issue(collecting *c, const ph_issue *issue)
{
    ph_rc rc = fit_rows(c, issue);

    if (rc == PH_OK)
        note_reports(c, issue);
    for (unsigned p = 0; p < issue->n_parts; p++)
        for (unsigned i = 0; rc == PH_OK && i < issue->parts[p].n_units; i++) {
            size_t at = (issue->parts[p].number - 1U) * PH_REGISTER_PART_UNITS + i;
            rc = take_words(c->to->rows[c->first + at], &issue->parts[p].units[i]);
        }
    return rc;
}

static bool on_issue(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    collecting *c = arg;
    ph_issue issue;

    (void)key;
    if (seal > c->to->when.seq)
        return false;
    c->rc = ph_issue_read(packed, c->figures, PH_MAX_OBSERVATIONS, &issue);
    if (c->rc != PH_OK)
        c->rc = c->rc == PH_NOMEM ? c->rc : PH_CORRUPT;
    else if (issue.sealed_at_us > c->to->when.time_us) /* seals stand in order of time as well */
        return false;
    else
        c->rc = take_issue(c, &issue);
    return c->rc == PH_OK;
}

static ph_rc collect(const ph_agg_reading *r, const ph_agg_sheets *sheets, ph_narratives *to)
{
    collecting c = {.to = to, .figures = calloc(PH_MAX_OBSERVATIONS, sizeof *c.figures)};
    ph_rc rc = c.figures == NULL ? PH_NOMEM : PH_OK;

    for (size_t i = 0; rc == PH_OK && i < sheets->n; i++) {
        const ph_sheet_key key = ph_agg_sheets_key(sheets, i);
        c.first = to->n_rows;
        rc = r->store->ops->walk_summaries(r->store, &key, on_issue, &c);
        if (rc == PH_OK)
            rc = c.rc;
    }
    free(c.figures);
    return rc;
}

static ph_rc make_register(const ph_args *args, const ph_agg_reading *r, ph_narratives *to, ph_err *err)
{
    ph_agg_sheets sheets;
    ph_rc rc = ph_agg_sheets_find(args, r, &sheets, err);

    if (rc != PH_OK)
        return rc;
    to->cluster = sheets.cluster;
    to->period = sheets.period;
    to->registry = sheets.registry;
    to->last_seq = r->head.last_seq;
    rc = collect(r, &sheets, to);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "reading the narrative items", err);
    return to->n_rows > 0 ? PH_OK : ph_summary_nothing_then(args, err);
}

static void narratives_free(ph_narratives *r)
{
    for (size_t i = 0; r != NULL && i < r->n_rows; i++)
        row_free(r->rows[i]);
    free(r);
}

static void print(const ph_args *args, const ph_narratives *n, ph_buf *text)
{
    if (args->json) {
        ph_narratives_print_json(n, text);
    } else if (ph_agg_csv_asked(args)) {
        ph_agg_csv csv = ph_agg_csv_begin(text, ph_args_has(args, PH_AGG_OPT_EXCEL), PH_REGISTER_CSV_HEADER);
        ph_narratives_print_csv(n, &csv);
    } else {
        ph_narratives_print(n, args->lang, text);
    }
}

ph_rc ph_agg_cmd_register(const ph_args *args, ph_err *err)
{
    ph_narratives *to = calloc(1, sizeof *to);
    ph_agg_reading r = {0};
    ph_buf text;

    if (to == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.memory", "", "%s", ph_rc_text(PH_NOMEM));
    ph_buf_init(&text, 64 * 1024 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK)
        rc = ph_summary_when_read(args, PH_AGG_OPT_AS_OF, &r, &to->when, err);
    if (rc == PH_OK)
        rc = make_register(args, &r, to, err);
    if (rc == PH_OK) {
        print(args, to, &text);
        rc = ph_agg_cmd_print(&text, err);
    }
    ph_buf_done(&text);
    narratives_free(to);
    ph_agg_reading_close(&r);
    return rc;
}
