/* ph_agg_ram_rows - tables of the store in memory.   Layer: aggregator/core (pure) */
#include "ph_agg_ram_rows.h"

#include <stdlib.h>

#include "ph_id_index.h"

/* ---- hashes ---- */

static uint64_t mix_span(uint64_t h, ph_span s)
{
    return ph_id_mix(h, ph_id_hash(s));
}

static uint64_t hash_key(const ph_sheet_key *k)
{
    uint64_t p = (uint64_t)k->period.freq << 32 | (uint64_t)k->period.year << 8 | k->period.index;
    return ph_id_mix(mix_span(mix_span(1, k->cluster), k->form), p);
}

static uint64_t hash_submission(ph_span unit, const ph_uuid *id)
{
    return mix_span(mix_span(2, unit), ph_span_of(id->bytes, sizeof id->bytes));
}

static uint64_t hash_revision(uint32_t sheet, ph_span unit, uint32_t revision)
{
    return ph_id_mix(mix_span(3, unit), (uint64_t)sheet << 32 | revision);
}

static uint64_t hash_summary(uint32_t sheet, uint64_t seal)
{
    return ph_id_mix(ph_id_mix(4, sheet), seal);
}

static uint64_t hash_digest(const ph_digest *d)
{
    return mix_span(5, ph_span_of(d->bytes, sizeof d->bytes));
}

static uint64_t entry_hash(const void *rows, size_t i)
{
    const ph_entry *e = &((const ph_ram_entry *)rows)[i].entry;
    return e->unit.len == 0 ? 0 : hash_submission(e->unit, &e->id);
}

ph_sheet_key ph_ram_key_of(const ph_ram_sheet *s)
{
    return (ph_sheet_key){.cluster = ph_span_str(s->cluster), .form = ph_span_str(s->form), .period = s->period};
}

static uint64_t sheet_hash(const void *rows, size_t i)
{
    ph_sheet_key k = ph_ram_key_of(&((const ph_ram_sheet *)rows)[i]);
    return hash_key(&k);
}

static uint64_t revision_hash(const void *rows, size_t i)
{
    const ph_ram_revision *r = &((const ph_ram_revision *)rows)[i];
    return hash_revision(r->sheet, ph_span_str(r->unit), r->revision);
}

static uint64_t summary_hash(const void *rows, size_t i)
{
    const ph_ram_summary *r = &((const ph_ram_summary *)rows)[i];
    return hash_summary(r->sheet, r->seal);
}

static uint64_t document_hash(const void *rows, size_t i)
{
    return hash_digest(&((const ph_ram_document *)rows)[i].digest);
}

/* ---- index ---- */

static void index_put(ph_ram_index *x, uint64_t hash, size_t row)
{
    size_t at = hash & (x->size - 1);

    while (x->slots[at] != 0)
        at = (at + 1) & (x->size - 1);
    x->slots[at] = (uint32_t)row + 1;
    x->n++;
}

static void index_all(ph_ram_table *t)
{
    t->by_key.n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->hash_of(t->rows, i) != 0)
            index_put(&t->by_key, t->hash_of(t->rows, i), i);
}

/* Half empty at least, with one row more than there is. */
static ph_rc index_room(ph_ram_table *t)
{
    ph_ram_index *x = &t->by_key;
    size_t size = x->size == 0 ? 64 : 2 * x->size;
    uint32_t *slots;

    if (t->hash_of == NULL || 2 * (x->n + 1) <= x->size)
        return PH_OK;
    slots = calloc(size, sizeof *slots);
    if (slots == NULL)
        return PH_NOMEM;
    free(x->slots);
    *x = (ph_ram_index){.size = size, .slots = slots};
    index_all(t);
    return PH_OK;
}

/* Rows under @hash one after the other; *at = SIZE_MAX at first. False when there are no more. */
static bool index_next(const ph_ram_index *x, uint64_t hash, size_t *at, size_t *ret_row)
{
    if (x->size == 0)
        return false;
    *at = *at == SIZE_MAX ? (size_t)(hash & (x->size - 1)) : ((*at + 1) & (x->size - 1));
    if (x->slots[*at] == 0)
        return false;
    *ret_row = x->slots[*at] - 1;
    return true;
}

/* ---- tables ---- */

void ph_ram_rows_init(ph_ram_rows *r)
{
    *r = (ph_ram_rows){.tables = {[PH_RAM_ENTRIES] = {.row_bytes = sizeof(ph_ram_entry), .hash_of = entry_hash},
                                  [PH_RAM_REVISIONS] = {.row_bytes = sizeof(ph_ram_revision), .hash_of = revision_hash},
                                  [PH_RAM_SUMMARIES] = {.row_bytes = sizeof(ph_ram_summary), .hash_of = summary_hash},
                                  [PH_RAM_OUTBOX] = {.row_bytes = sizeof(ph_ram_outbox)},
                                  [PH_RAM_SEALS] = {.row_bytes = sizeof(ph_seal_row)},
                                  [PH_RAM_DOCUMENTS] = {.row_bytes = sizeof(ph_ram_document), .hash_of = document_hash},
                                  [PH_RAM_SHEETS] = {.row_bytes = sizeof(ph_ram_sheet), .hash_of = sheet_hash}}};
}

ph_rc ph_ram_rows_add(ph_ram_rows *r, ph_ram_which which, void **ret)
{
    ph_ram_table *t = &r->tables[which];

    if (t->n == t->cap) {
        size_t cap = t->cap == 0 ? 32 : 2 * t->cap;
        void *rows = realloc(t->rows, cap * t->row_bytes);
        if (rows == NULL)
            return PH_NOMEM;
        t->rows = rows;
        t->cap = cap;
    }
    if (index_room(t) != PH_OK)
        return PH_NOMEM;
    *ret = (uint8_t *)t->rows + t->n * t->row_bytes;
    memset(*ret, 0, t->row_bytes);
    return PH_OK;
}

void ph_ram_rows_added(ph_ram_rows *r, ph_ram_which which)
{
    ph_ram_table *t = &r->tables[which];

    if (t->hash_of != NULL && t->hash_of(t->rows, t->n) != 0)
        index_put(&t->by_key, t->hash_of(t->rows, t->n), t->n);
    t->n++;
}

static void free_row(const ph_ram_table *t, ph_ram_which which, size_t i)
{
    switch (which) {
    case PH_RAM_ENTRIES:
        free(((ph_ram_entry *)t->rows)[i].bytes);
        free(((ph_ram_entry *)t->rows)[i].verdict);
        break;
    case PH_RAM_SHEETS:
        free(((ph_ram_sheet *)t->rows)[i].packed);
        break;
    case PH_RAM_SUMMARIES:
        free(((ph_ram_summary *)t->rows)[i].packed);
        break;
    case PH_RAM_DOCUMENTS:
        free(((ph_ram_document *)t->rows)[i].bytes);
        break;
    case PH_RAM_REVISIONS:
    case PH_RAM_OUTBOX:
    case PH_RAM_SEALS:
    case PH_RAM_TABLES:
        break;
    }
}

void ph_ram_rows_cut(ph_ram_rows *r, ph_ram_which which, size_t n)
{
    ph_ram_table *t = &r->tables[which];

    if (t->n == n)
        return;
    for (size_t i = n; i < t->n; i++)
        free_row(t, which, i);
    t->n = n;
    if (t->by_key.size == 0)
        return;
    memset(t->by_key.slots, 0, t->by_key.size * sizeof *t->by_key.slots);
    index_all(t);
}

void ph_ram_rows_done(ph_ram_rows *r)
{
    for (int i = 0; i < PH_RAM_TABLES; i++) {
        ph_ram_rows_cut(r, (ph_ram_which)i, 0);
        free(r->tables[i].rows);
        free(r->tables[i].by_key.slots);
    }
    *r = (ph_ram_rows){0};
}

/* ---- finding ---- */

ph_ram_entry *ph_ram_entry_at(const ph_ram_rows *r, uint64_t seq)
{
    const ph_ram_table *t = &r->tables[PH_RAM_ENTRIES];
    ph_ram_entry *rows = t->rows;
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (rows[mid].entry.seq < seq)
            low = mid + 1;
        else
            high = mid;
    }
    return low < t->n && rows[low].entry.seq == seq ? &rows[low] : NULL;
}

ph_ram_entry *ph_ram_find_entry(const ph_ram_rows *r, ph_span unit, const ph_uuid *id)
{
    const ph_ram_table *t = &r->tables[PH_RAM_ENTRIES];
    size_t at = SIZE_MAX, row;

    while (index_next(&t->by_key, hash_submission(unit, id), &at, &row)) {
        ph_ram_entry *e = &((ph_ram_entry *)t->rows)[row];
        if (ph_span_eq(e->entry.unit, unit) && ph_uuid_eq(&e->entry.id, id))
            return e;
    }
    return NULL;
}

ph_ram_sheet *ph_ram_find_sheet(const ph_ram_rows *r, const ph_sheet_key *key)
{
    const ph_ram_table *t = &r->tables[PH_RAM_SHEETS];
    size_t at = SIZE_MAX, row;

    while (index_next(&t->by_key, hash_key(key), &at, &row)) {
        ph_ram_sheet *s = &((ph_ram_sheet *)t->rows)[row];
        if (ph_span_is(key->cluster, s->cluster) && ph_span_is(key->form, s->form) &&
            ph_period_eq(key->period, s->period))
            return s;
    }
    return NULL;
}

static uint32_t number_of(const ph_ram_rows *r, const ph_ram_sheet *s)
{
    return (uint32_t)(s - (const ph_ram_sheet *)r->tables[PH_RAM_SHEETS].rows);
}

ph_ram_revision *ph_ram_find_revision(const ph_ram_rows *r, const ph_sheet_key *key, ph_span unit, uint32_t revision)
{
    const ph_ram_table *t = &r->tables[PH_RAM_REVISIONS];
    const ph_ram_sheet *s = ph_ram_find_sheet(r, key);
    size_t at = SIZE_MAX, row;

    while (s != NULL && index_next(&t->by_key, hash_revision(number_of(r, s), unit, revision), &at, &row)) {
        ph_ram_revision *v = &((ph_ram_revision *)t->rows)[row];
        if (v->sheet == number_of(r, s) && ph_span_is(unit, v->unit) && v->revision == revision)
            return v;
    }
    return NULL;
}

ph_ram_summary *ph_ram_find_summary(const ph_ram_rows *r, const ph_sheet_key *key, uint64_t seal)
{
    const ph_ram_table *t = &r->tables[PH_RAM_SUMMARIES];
    const ph_ram_sheet *s = ph_ram_find_sheet(r, key);
    size_t at = SIZE_MAX, row;

    while (s != NULL && index_next(&t->by_key, hash_summary(number_of(r, s), seal), &at, &row)) {
        ph_ram_summary *v = &((ph_ram_summary *)t->rows)[row];
        if (v->sheet == number_of(r, s) && v->seal == seal)
            return v;
    }
    return NULL;
}

ph_ram_document *ph_ram_find_document(const ph_ram_rows *r, const ph_digest *digest)
{
    const ph_ram_table *t = &r->tables[PH_RAM_DOCUMENTS];
    size_t at = SIZE_MAX, row;

    while (index_next(&t->by_key, hash_digest(digest), &at, &row)) {
        ph_ram_document *d = &((ph_ram_document *)t->rows)[row];
        if (ph_digest_eq(&d->digest, digest))
            return d;
    }
    return NULL;
}

ph_rc ph_ram_name_sheet(ph_ram_rows *r, const ph_sheet_key *key, uint32_t *ret)
{
    ph_ram_sheet *s = ph_ram_find_sheet(r, key);
    void *row = NULL;

    if (s == NULL) {
        ph_rc rc = ph_ram_rows_add(r, PH_RAM_SHEETS, &row);
        if (rc != PH_OK)
            return rc;
        s = row;
        if (!ph_span_copy(key->cluster, s->cluster, sizeof s->cluster) ||
            !ph_span_copy(key->form, s->form, sizeof s->form))
            return PH_BUG;
        s->period = key->period;
        ph_ram_rows_added(r, PH_RAM_SHEETS);
    }
    *ret = number_of(r, s);
    return PH_OK;
}
