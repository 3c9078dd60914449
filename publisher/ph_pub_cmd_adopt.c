/* adopt-epoch: a person says that the restore was legitimate. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "ph_clock.h"
#include "ph_locale.h"
#include "ph_pub_commands.h"
#include "ph_pub_line.h"
#include "ph_pub_progress.h"
#include "ph_pub_sqlite.h"

typedef struct adoption {
    ph_lock lock;
    ph_pub_kafka_setup setup;
    ph_pub_ledger *ledger;
    ph_pub_sink *sink;
    ph_pub_memory *memory;
    ph_pub_line line;
} adoption;

static ph_rc open_adoption(const ph_pub_cfg *cfg, adoption *a, ph_err *err)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    randombytes_buf(random, sizeof random);
    ph_uuid writer = ph_uuid_v7(ph_clock_now_us() / 1000, random);
    ph_rc rc = ph_pub_kafka_setup_make(cfg, &a->setup, err);
    if (rc == PH_OK)
        rc = ph_pub_sqlite_open(cfg->ledger, &a->ledger, err);
    if (rc == PH_OK)
        rc = ph_pub_memory_file(cfg->memory, cfg->shard, &a->memory);
    if (rc == PH_OK)
        rc = ph_pub_kafka_new(&a->setup.options, &a->sink);
    if (rc == PH_OK)
        rc = ph_pub_line_init(&a->line, a->ledger, a->sink, a->memory, &writer, (uint32_t)cfg->batch_max);
    return rc;
}

static void close_adoption(adoption *a)
{
    ph_pub_line_done(&a->line);
    if (a->sink != NULL)
        a->sink->ops->close(a->sink);
    ph_pub_memory_free(a->memory);
    if (a->ledger != NULL)
        a->ledger->ops->close(a->ledger);
    ph_pub_kafka_setup_done(&a->setup);
    ph_lock_release(&a->lock);
}

/* Only now must no publisher run: one of the ledger's own epoch is not in the way of the question. */
static ph_rc adopt(const ph_pub_cfg *cfg, adoption *a, ph_err *err)
{
    ph_rc rc = ph_pub_take_lock(cfg, &a->lock, err);
    if (rc == PH_OK)
        rc = ph_pub_line_adopt(&a->line, ph_clock_now_us(), err);
    if (rc == PH_OK)
        fprintf(stderr,
                PH_T("đã tiếp nhận kỳ sổ cái mới từ bản ghi %" PRIu64 "\n",
                     "the new ledger epoch goes on from record %" PRIu64 "\n"),
                a->line.progress.record);
    return rc;
}

ph_rc ph_pub_cmd_adopt_epoch(const ph_pub_cfg *cfg, ph_err *err)
{
    adoption a = {0};
    bool is_asked = false;
    ph_rc rc = open_adoption(cfg, &a, err);
    if (rc == PH_OK)
        rc = ph_pub_line_asks_adoption(&a.line, &is_asked, err);
    if (rc == PH_OK && is_asked)
        rc = adopt(cfg, &a, err);
    if (rc == PH_OK && !is_asked)
        fputs(PH_T("không có gì để tiếp nhận: topic đã thuộc kỳ hiện tại của sổ cái\n",
                   "nothing to adopt: the topic already is of the ledger's present epoch\n"),
              stderr);
    close_adoption(&a);
    return rc;
}
