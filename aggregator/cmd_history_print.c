/* cmd_history_print - vintages for people: a table of values, then what changed in each and why.   Layer: aggregator
 * (app) */
#include <inttypes.h>

#include "ph_agg_history.h"
#include "ph_agg_words.h"
#include "ph_term.h"

typedef struct page {
    ph_history *h;
    ph_lang lang;
    ph_buf *dst;
} page;

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

static void put_decimal(const page *p, ph_decimal d, char *dst)
{
    (void)ph_decimal_print_human(d, p->lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, dst);
}

/* ---- the table ---- */

static const ph_figure_value *value_of(const ph_figure *f, ph_method method)
{
    for (uint8_t i = 0; i < f->n_values; i++)
        if (f->values[i].method == method)
            return &f->values[i];
    return NULL;
}

/* Methods that any vintage has, in the order of their numbers. */
static size_t methods_of(const ph_history *h, ph_method dst[PH_MAX_METHODS])
{
    size_t n = 0;

    for (ph_method m = PH_METHOD_MEAN; m < PH_METHOD_LIST; m++)
        for (size_t i = 0; i < h->n; i++)
            if (value_of(&h->vintages[i].figure, m) != NULL) {
                dst[n++] = m;
                break;
            }
    return n;
}

static void put_head(const page *p, ph_table *t, const ph_method *methods, size_t n)
{
    ph_table_cell(t, TR("bản công bố", "vintage"));
    ph_table_cell(t, TR("lúc", "at"));
    ph_table_cell(t, TR("kỳ", "period"));
    ph_table_cell(t, TR("đã nhận", "received"));
    ph_table_cell(t, TR("tạm giữ", "held"));
    ph_table_cell(t, TR("đánh dấu", "mark"));
    for (size_t i = 0; i < n; i++)
        ph_table_cell(t, ph_agg_method_text(p->lang, methods[i]));
    ph_table_row(t);
    ph_table_rule(t);
}

static void put_vintage(const page *p, ph_table *t, const ph_history_vintage *v, const ph_method *methods, size_t n)
{
    const ph_summary_row row = {.issue = &v->issue, .figure = &v->figure};
    char text[2 * PH_DECIMAL_TEXT_BYTES];

    ph_table_cellf(t, "%" PRIu64, v->issue.seal);
    (void)ph_time_print_local(v->issue.sealed_at_us, text);
    ph_table_cell(t, text);
    ph_table_cell(t, ph_agg_state_text(p->lang, v->issue.state));
    ph_table_cellf(t, "%u/%u", v->figure.n_received, v->figure.n_expected);
    ph_table_cellf(t, "%u", v->figure.n_held);
    ph_table_cell(t, ph_agg_mark_text(p->lang, ph_summary_mark_of(&row)));
    for (size_t i = 0; i < n; i++) {
        const ph_figure_value *value = value_of(&v->figure, methods[i]);
        if (value != NULL && value->has_value)
            put_decimal(p, value->value, text);
        ph_table_cell(t, value == NULL ? "" : value->has_value ? text : "-");
    }
    ph_table_row(t);
}

static void put_table(const page *p)
{
    ph_align aligns[6 + PH_MAX_METHODS] = {PH_ALIGN_RIGHT, PH_ALIGN_LEFT,  PH_ALIGN_LEFT,
                                           PH_ALIGN_RIGHT, PH_ALIGN_RIGHT, PH_ALIGN_LEFT};
    ph_method methods[PH_MAX_METHODS];
    size_t n = methods_of(p->h, methods);
    ph_table *t = NULL;

    for (size_t i = 6; i < 6 + n; i++)
        aligns[i] = PH_ALIGN_RIGHT;
    ph_rc rc = ph_table_new(aligns, 6 + n, &t);
    if (rc == PH_OK) {
        put_head(p, t, methods, n);
        for (size_t i = 0; i < p->h->n; i++)
            put_vintage(p, t, &p->h->vintages[i], methods, n);
        rc = ph_table_print(t, p->dst);
    }
    if (rc != PH_OK)
        p->dst->rc = rc;
    ph_table_free(t);
}

/* ---- what changed ---- */

/* @hidden: marks that are not told. */
static void put_cell(const page *p, const ph_figure_member *m, unsigned hidden)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES];

    if (m == NULL) {
        (void)ph_buf_put_str(p->dst, TR("không là thành viên", "no member"));
        return;
    }
    if (m->state == PH_CELL_GIVEN || m->state == PH_CELL_HELD) {
        put_decimal(p, m->value, text);
        (void)ph_buf_put_str(p->dst, text);
    }
    if (m->state != PH_CELL_GIVEN)
        (void)ph_buf_printf(p->dst, m->state == PH_CELL_HELD ? " (%s)" : "%s", ph_agg_cell_text(p->lang, m->state));
    if (m->status != 0 && m->status != 'A')
        (void)ph_buf_printf(p->dst, " [%c]", m->status);
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((m->marks & bit & ~hidden) != 0)
            (void)ph_buf_printf(p->dst, " %s", ph_agg_cell_mark_text(p->lang, bit));
}

static void put_name(const page *p, ph_span id)
{
    uint16_t unit = ph_registry_find_unit(p->h->registry, id);

    if (unit == PH_NO_INDEX)
        (void)ph_buf_printf(p->dst, "%.*s", (int)id.len, (const char *)id.ptr);
    else
        (void)ph_buf_put_str(p->dst, ph_name_in(ph_registry_unit(p->h->registry, unit)->name, p->lang));
}

/* "revision 2, restatement: “số chính thức” (entry 14)" */
static void put_cause(const page *p, const ph_history_cause *c)
{
    char due[PH_TIME_TEXT_BYTES];

    if (c->kind == PH_ENTRY_SUBMISSION)
        (void)ph_buf_printf(p->dst, TR("lần gửi %u, %s", "revision %u, %s"), c->revision,
                            ph_agg_revision_text(p->lang, c->revision_kind));
    else if (c->kind == PH_ENTRY_DECISION)
        (void)ph_buf_printf(p->dst, "%s %s%s", ph_agg_decision_text(p->lang, c->decision), c->unit,
                            c->is_own_unit ? TR(" (số liệu của chính mình)", " (its own figure)") : "");
    else
        (void)ph_buf_printf(p->dst, TR("%s của %s", "%s by %s"), ph_agg_kind_text(p->lang, c->kind), c->unit);
    if (c->kind == PH_ENTRY_DECISION && c->decision == PH_DECISION_EXTEND) {
        (void)ph_time_print_local(c->due_us, due);
        (void)ph_buf_printf(p->dst, TR(" đến %s", " to %s"), due);
    }
    if (c->reason[0] != '\0')
        (void)ph_buf_printf(p->dst, ": “%s”", c->reason);
    (void)ph_buf_printf(p->dst, TR(" (mục %" PRIu64 ")", " (entry %" PRIu64 ")"), c->seq);
}

static void put_next_cause(const page *p, const ph_history_cause *c)
{
    (void)ph_buf_put_str(p->dst, "; ");
    put_cause(p, c);
}

/* Late on both sides is no news. */
static unsigned hidden_of(const ph_vintage_change *c)
{
    return c->before == NULL || c->after == NULL ? 0 : c->before->marks & c->after->marks & (unsigned)PH_MARK_LATE;
}

static void put_change(const page *p, size_t i, const ph_vintage_change *c)
{
    unsigned hidden = hidden_of(c);
    ph_history_cause cause;
    size_t at = 0;

    (void)ph_buf_put_str(p->dst, "  ");
    put_name(p, c->unit);
    (void)ph_buf_put_str(p->dst, ": ");
    if (i > 0) {
        put_cell(p, c->before, hidden);
        (void)ph_buf_put_str(p->dst, " → ");
    }
    put_cell(p, c->after, hidden);
    while (ph_history_next_cause(p->h, i, c, &at, &cause))
        put_next_cause(p, &cause);
    (void)ph_buf_put_byte(p->dst, '\n');
}

/* What changed no value and no state: "  Hai Duong: explanation by haiduong: “…” (entry 31)". */
static void put_said(const page *p, size_t i, const ph_vintage_diff *d)
{
    ph_history_cause cause;
    size_t at = 0;

    while (ph_history_next_said(p->h, i, d, &at, &cause)) {
        (void)ph_buf_put_str(p->dst, "  ");
        if (cause.subject[0] != '\0')
            put_name(p, ph_span_str(cause.subject));
        else
            (void)ph_buf_put_str(p->dst, TR("cả cụm", "all units"));
        (void)ph_buf_put_str(p->dst, ": ");
        put_cause(p, &cause);
        (void)ph_buf_put_byte(p->dst, '\n');
    }
}

static void put_state(const page *p, size_t i)
{
    const ph_history_vintage *now = &p->h->vintages[i];
    ph_history_cause cause;
    size_t at = 0;

    (void)ph_buf_printf(p->dst, TR("  kỳ: %s → %s", "  period: %s → %s"),
                        ph_agg_state_text(p->lang, now[-1].issue.state), ph_agg_state_text(p->lang, now->issue.state));
    while (ph_history_next_of_period(p->h, i, &at, &cause))
        put_next_cause(p, &cause);
    (void)ph_buf_put_byte(p->dst, '\n');
}

static void put_circumstances(const page *p, size_t i, const ph_vintage_diff *d)
{
    const ph_history_vintage *now = &p->h->vintages[i], *before = now - 1;
    char digest[PH_DIGEST_TEXT_BYTES];

    if (d->state_changed)
        put_state(p, i);
    if (d->registry_changed) {
        ph_hex_print(now->issue.registry.bytes, sizeof now->issue.registry.bytes, digest);
        (void)ph_buf_printf(p->dst, TR("  danh mục mới có hiệu lực: %.12s\n", "  another registry in force: %.12s\n"),
                            digest);
    }
    if (d->bar_changed)
        (void)ph_buf_printf(p->dst, TR("  ngưỡng tạm tính: %u %% → %u %%\n", "  bar of the cluster: %u %% → %u %%\n"),
                            before->figure.provisional_percent, now->figure.provisional_percent);
    if (d->methods_changed)
        (void)ph_buf_put_str(
            p->dst, TR("  phương pháp hoặc bộ trọng số khác trước\n", "  other methods or weight sets than before\n"));
}

static void put_changes(const page *p, size_t i)
{
    static ph_vintage_diff d; /* 6 KiB; one thread */

    ph_history_compare(p->h, i, &d);
    (void)ph_buf_printf(p->dst, TR("\nbản công bố %" PRIu64, "\nvintage %" PRIu64), p->h->vintages[i].issue.seal);
    if (i > 0)
        (void)ph_buf_printf(p->dst, TR(" so với %" PRIu64, " against %" PRIu64), p->h->vintages[i - 1].issue.seal);
    (void)ph_buf_put_str(p->dst, ":\n");
    if (i > 0)
        put_circumstances(p, i, &d);
    if (d.is_first && d.n_changes == 0)
        (void)ph_buf_put_str(
            p->dst, TR("  kỳ đã mở, chưa đơn vị nào báo cáo\n", "  the period is open, nobody has reported\n"));
    for (size_t k = 0; k < d.n_changes; k++)
        put_change(p, i, &d.changes[k]);
    put_said(p, i, &d);
}

/* Said since, and nothing of it is seen in the figure. */
static void put_since(const page *p)
{
    ph_history_cause unused;
    size_t at = 0;

    if (!ph_history_next_said(p->h, p->h->n, NULL, &at, &unused))
        return;
    (void)ph_buf_printf(p->dst,
                        TR("\nsau bản công bố %" PRIu64 ", không làm số liệu thay đổi:\n",
                           "\nsince vintage %" PRIu64 ", without another figure:\n"),
                        p->h->vintages[p->h->n - 1].issue.seal);
    put_said(p, p->h->n, NULL);
}

void ph_history_print(ph_history *h, ph_lang lang, ph_buf *dst)
{
    const page all = {.h = h, .lang = lang, .dst = dst}, *p = &all;
    const ph_issue *last = &h->vintages[h->n - 1].issue;
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(last->period, period);
    (void)ph_buf_printf(dst, "%s: %s (%s)\n", h->indicator->code, ph_name_in(h->indicator->name, lang),
                        ph_name_in(h->indicator->unit_name, lang));
    (void)ph_buf_printf(
        dst,
        TR("cụm %.*s, biểu %.*s, kỳ %s: %zu lần công bố\n\n", "cluster %.*s, form %.*s, period %s: vintages %zu\n\n"),
        (int)last->cluster.len, (const char *)last->cluster.ptr, (int)last->form.len, (const char *)last->form.ptr,
        period, h->n);
    put_table(p);
    for (size_t i = 0; i < h->n; i++)
        put_changes(p, i);
    put_since(p);
}
