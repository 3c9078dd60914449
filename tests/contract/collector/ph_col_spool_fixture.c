/* ph_col_spool_fixture - see the header.   Layer: tests */
#include "ph_col_spool_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ph_col_spool *sp;
char spool_path[96];
const ph_col_spool_limits spool_limits = {.max_waiting = 8, .max_bytes = 1024 * 1024};
static char folder[64];
static bool in_a_file;

ph_span spool_envelope(void)
{
    static const char bytes[] = "the exact bytes\0that were signed";
    return ph_span_of(bytes, sizeof bytes);
}

void spool_open(const char *unit)
{
    ph_err err = {0};
    if (ph_col_spool_sqlite_open(spool_path, unit, &spool_limits, &sp, &err) != PH_OK)
        fail_msg("%s: %s", err.code, err.what);
}

int with_ram(void **state)
{
    (void)state;
    in_a_file = false;
    return ph_col_spool_ram_open(8, &sp) == PH_OK ? 0 : -1;
}

int with_sqlite(void **state)
{
    (void)state;
    in_a_file = true;
    snprintf(folder, sizeof folder, "/tmp/ph_spool_XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(spool_path, sizeof spool_path, "%s/spool.db", folder);
    spool_open("thaibinh");
    return 0;
}

int closed(void **state)
{
    (void)state;
    if (sp != NULL)
        sp->ops->close(sp);
    sp = NULL;
    if (!in_a_file)
        return 0;
    (void)unlink(spool_path);
    (void)rmdir(folder);
    return 0;
}

void spool_reopen(void)
{
    if (!in_a_file)
        return;
    sp->ops->close(sp);
    spool_open("thaibinh");
}

ph_col_key spool_key(const char *form)
{
    ph_col_key key = {.cluster = "dbsh", .period = {PH_FREQ_S, 2023, 1}};
    assert_true(ph_span_copy(ph_span_str(form), key.form, sizeof key.form));
    return key;
}

ph_col_item spool_item(const char *form, uint32_t revision, uint8_t n)
{
    ph_col_item i = {.kind = PH_ENTRY_SUBMISSION,
                     .key = spool_key(form),
                     .revision = revision,
                     .base_revision = revision - 1,
                     .spooled_at_us = 1000 + n,
                     .state = PH_COL_JUDGED};
    memset(i.id.bytes, n, sizeof i.id.bytes);
    memset(i.body.bytes, n + 1, sizeof i.body.bytes);
    memset(i.signature.bytes, n + 2, sizeof i.signature.bytes);
    memset(i.key_id.bytes, n + 3, sizeof i.key_id.bytes);
    return i;
}

ph_rc spool_try_put(const ph_col_item *item, uint64_t *ret_number)
{
    ph_col_item newest;
    ph_rc rc = sp->ops->newest(sp, &item->key, &newest);
    return sp->ops->put(sp, item, spool_envelope(), rc == PH_OK ? newest.number : 0,
                        rc == PH_OK ? newest.state : PH_COL_QUEUED, ret_number);
}

ph_col_item spool_put(const char *form, uint32_t revision, uint8_t n)
{
    ph_col_item i = spool_item(form, revision, n);
    assert_ok(spool_try_put(&i, &i.number));
    return i;
}

ph_col_item spool_find(const ph_uuid *id)
{
    ph_col_item i;
    assert_ok(sp->ops->find(sp, id, &i));
    return i;
}

ph_rc spool_release(const ph_uuid *id, ph_verdict verdict, uint8_t epoch, uint64_t size)
{
    ph_col_release r = {.verdict = verdict,
                        .seq = 7,
                        .received_at_us = 55,
                        .stored_at_us = 66,
                        .frame = ph_span_str("receipt"),
                        .checkpoint = ph_span_str(size > 10 ? "large" : "small"),
                        .checkpoint_size = size};
    memset(r.epoch.bytes, epoch, sizeof r.epoch.bytes);
    return sp->ops->release(sp, id, &r);
}

ph_col_item spool_other_item(ph_entry_kind kind, ph_decision_kind decision, const char *subject, const char *indicator,
                             uint8_t n)
{
    ph_col_item i = spool_item("a", 0, n);
    i.kind = kind;
    i.base_revision = 0;
    i.decision = decision;
    assert_true(ph_span_copy(ph_span_str(subject), i.subject, sizeof i.subject));
    assert_true(ph_span_copy(ph_span_str(indicator), i.indicator, sizeof i.indicator));
    return i;
}
