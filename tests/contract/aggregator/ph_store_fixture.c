/* ph_store_fixture - see the header.   Layer: tests */
#include "ph_store_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "ph_agg_ram.h"
#include "ph_test_fault.h"

static int setup(void **state, bool is_file, bool is_faulty)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->has_file = is_file;
    if (is_file) {
        ph_test_file_make(&f->file);
        f->real = ph_test_file_open(&f->file);
    } else {
        assert_int_equal(ph_agg_ram_open(&f->real), PH_OK);
    }
    f->st = is_faulty ? ph_fault_over(f->real) : f->real;
    *state = f;
    return 0;
}

int with_ram(void **state)
{
    return setup(state, false, false);
}

int with_sqlite(void **state)
{
    return setup(state, true, false);
}

int with_faulty_ram(void **state)
{
    return setup(state, false, true);
}

int with_faulty_sqlite(void **state)
{
    return setup(state, true, true);
}

int closed(void **state)
{
    fixture *f = *state;

    if (f->st != f->real)
        f->st->ops->close(f->st);
    f->real->ops->close(f->real);
    if (f->has_file)
        ph_test_file_remove(&f->file);
    free(f);
    return 0;
}

ph_digest digest(uint8_t n)
{
    return (ph_digest){{n, 1, 2, 3}};
}

ph_uuid id(uint8_t n)
{
    return (ph_uuid){{n, 5}};
}

ph_sheet_key key(const char *cluster, const char *form, uint16_t year, uint8_t month)
{
    return (ph_sheet_key){.cluster = ph_span_str(cluster),
                          .form = ph_span_str(form),
                          .period = {.freq = PH_FREQ_M, .year = year, .index = month}};
}

ph_entry entry(uint64_t seq, const char *unit, uint8_t number)
{
    static const uint8_t signature[PH_SIGNATURE_BYTES] = {4, 4};

    return (ph_entry){.seq = seq,
                      .received_at_us = 1000 + (int64_t)seq,
                      .kind = unit[0] == '\0' ? PH_ENTRY_SEAL : PH_ENTRY_SUBMISSION,
                      .unit = ph_span_str(unit),
                      .id = unit[0] == '\0' ? (ph_uuid){{0}} : id(number),
                      .digest = digest(number),
                      .key_id = unit[0] == '\0' ? (ph_key_id){{0}} : (ph_key_id){{number, 8}},
                      .registry = digest(200),
                      .leaf = digest((uint8_t)(100 + seq)),
                      .bytes = ph_span_str("the bytes"),
                      .signature = unit[0] == '\0' ? (ph_span){0} : ph_span_of(signature, sizeof signature)};
}

ph_frontier frontier(uint64_t size)
{
    ph_frontier f = {.size = size, .n = (uint8_t)__builtin_popcountll(size)};

    for (uint8_t i = 0; i < f.n; i++)
        f.peaks[i] = digest((uint8_t)(50 + i));
    return f;
}

ph_seal_row seal(uint64_t seq)
{
    return (ph_seal_row){.seq = seq,
                         .before = frontier(seq - 1),
                         .root = digest((uint8_t)seq),
                         .sealed_at_us = 5000 + (int64_t)seq,
                         .key_id = {{1, 2}},
                         .signature = {{9, (uint8_t)seq}}};
}

ph_ledger_head head(uint64_t last)
{
    return (ph_ledger_head){.epoch = id(77),
                            .fold_version = 1,
                            .last_seq = last,
                            .last_record = last + 1,
                            .durable_record = last,
                            .chain = digest(3),
                            .frontier = frontier(last),
                            .sealed_at_us = 6000,
                            .through_us = 5500,
                            .last_figure_seal = last - 1,
                            .registry = digest(200),
                            .roster = digest(201),
                            .roster_serial = 12};
}

void begin(ph_agg_store *st)
{
    assert_int_equal(st->ops->begin(st), PH_OK);
}

void commit(ph_agg_store *st)
{
    assert_int_equal(st->ops->commit(st), PH_OK);
}

void put_entry(ph_agg_store *st, uint64_t seq, const char *unit, uint8_t number)
{
    ph_entry e = entry(seq, unit, number);

    assert_int_equal(st->ops->put_entry(st, &e), PH_OK);
}

void assert_span(ph_span span, const char *text)
{
    assert_int_equal(span.len, strlen(text));
    assert_memory_equal(span.ptr, text, strlen(text));
}
