/* ph_test_figures - what a ledger has last published.   Layer: tests/support */
#include "ph_test_figures.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256, MAX_FIGURES = 4096 };

typedef struct published {
    char name[NAME_BYTES]; /* cluster form period indicator */
    uint64_t seal;
    ph_digest digest;
    ph_figures_seen seen;
} published;

typedef struct collection {
    size_t n;
    published *list;
} collection;

static void put_decimal(ph_buf *b, bool is_there, ph_decimal d)
{
    char text[PH_DECIMAL_TEXT_BYTES] = "-";

    if (is_there)
        (void)ph_decimal_print(d, text);
    (void)ph_buf_printf(b, " %s", text);
}

static void put_figure(ph_buf *b, const ph_issue *issue, const ph_figure *f)
{
    (void)ph_buf_printf(b, "%d %u %u %u %u %d %lld %lld %lld\n", issue->state, f->n_expected, f->n_received, f->n_held,
                        f->n_no_value, f->has_break, (long long)f->weight_expected, (long long)f->weight_received,
                        (long long)f->weight_held);
    for (uint8_t i = 0; i < f->n_values; i++) {
        const ph_figure_value *v = &f->values[i];
        (void)ph_buf_printf(b, "%s %u", ph_method_name(v->method), v->n_used);
        put_decimal(b, v->has_value, v->value);
        (void)ph_buf_printf(b, " %.*s\n", (int)v->weight_set.len, (const char *)v->weight_set.ptr);
    }
    for (uint8_t i = 0; i < issue->n_members; i++) {
        const ph_figure_member *m = &f->members[i];
        (void)ph_buf_printf(b, "%.*s %d %d %u %u", (int)issue->members[i].len, (const char *)issue->members[i].ptr,
                            m->state, m->status, m->marks, m->rank);
        put_decimal(b, m->state == PH_CELL_GIVEN || m->state == PH_CELL_HELD, m->value);
        (void)ph_buf_put_byte(b, '\n');
    }
}

static ph_digest digest_of(const ph_issue *issue, const ph_figure *f)
{
    ph_digest d;
    ph_buf b;

    ph_buf_init(&b, 64 * 1024);
    put_figure(&b, issue, f);
    assert(b.rc == PH_OK);
    d = ph_digest_of_span(ph_buf_span(&b));
    ph_buf_done(&b);
    return d;
}

static bool is_half_late(const ph_figure *f)
{
    bool late = false, in_time = false;

    for (uint8_t i = 0; i < f->n_expected; i++)
        if (f->members[i].state != PH_CELL_MISSING) {
            late |= (f->members[i].marks & PH_MARK_LATE) != 0;
            in_time |= (f->members[i].marks & PH_MARK_LATE) == 0;
        }
    return late && in_time;
}

static ph_figures_seen seen_of(const ph_figure *f)
{
    ph_figures_seen s = {.n_figures = 1, .n_held = f->n_held > 0};

    s.n_lists = f->n_values == 1 && f->values[0].method == PH_METHOD_LIST && f->n_received > f->n_no_value;
    for (uint8_t i = 0; i < f->n_values; i++)
        if (f->values[i].method == PH_METHOD_RATIO && f->values[i].has_value) {
            s.n_ratios++;
            s.n_partial_ratios += f->values[i].n_used < f->n_expected;
        }
    s.n_half_late = is_half_late(f);
    return s;
}

static void put_part(ph_buf *b, const ph_issue *issue, const ph_register_part *part, size_t *n_items)
{
    ph_narrative items[PH_MAX_NARRATIVES];

    (void)ph_buf_printf(b, "%d\n", issue->state);
    for (uint8_t i = 0; i < part->n_units; i++) {
        const ph_register_unit *u = &part->units[i];
        ph_span name = issue->members[(part->number - 1U) * PH_REGISTER_PART_UNITS + i];
        size_t n = ph_register_items(u, items);
        (void)ph_buf_printf(b, "%.*s %d\n", (int)name.len, (const char *)name.ptr, u->revision > 0);
        ph_narratives_write(items, n, b);
        *n_items += n;
    }
}

static ph_digest digest_of_part(const ph_issue *issue, const ph_register_part *part, size_t *n_items)
{
    ph_digest d;
    ph_buf b;

    ph_buf_init(&b, 1024 * 1024);
    put_part(&b, issue, part, n_items);
    assert(b.rc == PH_OK);
    d = ph_digest_of_span(ph_buf_span(&b));
    ph_buf_done(&b);
    return d;
}

static published *find(collection *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->list[i].name, name) == 0)
            return &c->list[i];
    assert(c->n < MAX_FIGURES);
    (void)snprintf(c->list[c->n].name, NAME_BYTES, "%s", name);
    return &c->list[c->n++];
}

/* The place of what is named @last of a sheet; NULL when something newer has it. */
static published *place(collection *c, const ph_issue *issue, uint64_t seal, ph_span last)
{
    char name[NAME_BYTES], period[PH_PERIOD_TEXT_BYTES];
    published *p;

    (void)ph_period_print(issue->period, period);
    (void)snprintf(name, sizeof name, "%.*s %.*s %s %.*s", (int)issue->cluster.len, (const char *)issue->cluster.ptr,
                   (int)issue->form.len, (const char *)issue->form.ptr, period, (int)last.len, (const char *)last.ptr);
    p = find(c, name);
    if (seal < p->seal)
        return NULL;
    p->seal = seal;
    return p;
}

static bool on_issue(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    ph_figure *figures = calloc(PH_MAX_OBSERVATIONS, sizeof *figures);
    ph_issue issue;

    (void)key;
    assert(figures != NULL && ph_issue_read(packed, figures, PH_MAX_OBSERVATIONS, &issue) == PH_OK);
    for (uint16_t i = 0; i < issue.n_figures; i++) {
        published *p = place(arg, &issue, seal, figures[i].indicator);
        if (p == NULL)
            continue;
        p->digest = digest_of(&issue, &figures[i]);
        p->seen = seen_of(&figures[i]);
    }
    for (uint8_t i = 0; i < issue.n_parts; i++) {
        char last[32];
        (void)snprintf(last, sizeof last, "register/%u", issue.parts[i].number);
        published *p = place(arg, &issue, seal, ph_span_str(last));
        if (p == NULL)
            continue;
        p->seen = (ph_figures_seen){0};
        p->digest = digest_of_part(&issue, &issue.parts[i], &p->seen.n_items);
    }
    free(figures);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const published *)a)->name, ((const published *)b)->name);
}

static void add(ph_figures_seen *to, const ph_figures_seen *more)
{
    to->n_figures += more->n_figures;
    to->n_lists += more->n_lists;
    to->n_ratios += more->n_ratios;
    to->n_partial_ratios += more->n_partial_ratios;
    to->n_held += more->n_held;
    to->n_half_late += more->n_half_late;
    to->n_items += more->n_items;
}

ph_digest ph_figures_published(ph_agg_store *st, ph_figures_seen *seen)
{
    collection c = {.list = calloc(MAX_FIGURES, sizeof *c.list)};
    char hex[PH_DIGEST_TEXT_BYTES];
    ph_digest d;
    ph_buf b;

    assert(c.list != NULL);
    ph_buf_init(&b, 16 * 1024 * 1024);
    assert(st->ops->walk_summaries(st, NULL, on_issue, &c) == PH_OK);
    qsort(c.list, c.n, sizeof *c.list, by_name);
    for (size_t i = 0; i < c.n; i++) {
        ph_hex_print(c.list[i].digest.bytes, PH_DIGEST_BYTES, hex);
        (void)ph_buf_printf(&b, "%s %s\n", c.list[i].name, hex);
        add(seen, &c.list[i].seen);
    }
    assert(b.rc == PH_OK);
    d = ph_digest_of_span(ph_buf_span(&b));
    ph_buf_done(&b);
    free(c.list);
    return d;
}
