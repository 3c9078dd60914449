/* fuzz_own - entries of our own, from a ledger that somebody wrote to: refused, or what was written comes back. The
 * first byte chooses the kind.   Layer: tests */
#include <stdlib.h>

#include "ph_agg_fold.h"
#include "ph_agg_own.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void genesis(ph_span bytes, ph_buf *b)
{
    ph_genesis g, back;

    if (ph_genesis_read(bytes, &g) != PH_OK)
        return;
    ph_genesis_write(&g, b);
    require(ph_genesis_read(ph_buf_span(b), &back) == PH_OK && ph_uuid_eq(&g.epoch, &back.epoch) &&
            ph_digest_eq(&g.registry, &back.registry) && ph_digest_eq(&g.roster, &back.roster) &&
            g.roster_serial == back.roster_serial && g.fold_version == back.fold_version);
}

static void documents(ph_span bytes, ph_buf *b)
{
    ph_digest d, back;
    uint64_t serial, serial_back;

    if (ph_own_registry_read(bytes, &d) == PH_OK) {
        ph_own_registry_write(&d, b);
        require(ph_own_registry_read(ph_buf_span(b), &back) == PH_OK && ph_digest_eq(&d, &back));
        ph_buf_clear(b);
    }
    if (ph_own_roster_read(bytes, &d, &serial) == PH_OK) {
        ph_own_roster_write(&d, serial, b);
        require(ph_own_roster_read(ph_buf_span(b), &back, &serial_back) == PH_OK && ph_digest_eq(&d, &back) &&
                serial == serial_back);
    }
}

static void seals(ph_span bytes, ph_buf *b)
{
    int64_t at, through, at_back, through_back;
    uint32_t version;

    if (ph_own_seal_read(bytes, &at, &version) == PH_OK) {
        ph_own_seal_write(at, b);
        require(ph_own_seal_read(ph_buf_span(b), &at_back, &version) == PH_OK && at == at_back);
        ph_buf_clear(b);
    }
    if (ph_figure_seal_read(bytes, &at, &through, &version) == PH_OK) {
        ph_figure_seal_write(at, through, b);
        require(ph_figure_seal_read(ph_buf_span(b), &at_back, &through_back, &version) == PH_OK && at == at_back &&
                through == through_back);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(ph_span, ph_buf *) = {genesis, documents, seals};
    ph_buf b;

    if (size == 0)
        return 0;
    ph_buf_init(&b, PH_OWN_MAX_BYTES);
    kinds[data[0] % 3](ph_span_of(data + 1, size - 1), &b);
    require(b.rc == PH_OK);
    ph_buf_done(&b);
    return 0;
}
