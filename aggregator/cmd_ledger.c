/* cmd_ledger - replay and verify: what the log says, against what the ledger says.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ph_agg_replay.h"
#include "ph_agg_rootkey.h"
#include "ph_agg_sqlite.h"
#include "ph_agg_verify.h"
#include "ph_clock.h"
#include "ph_file.h"
#include "ph_json.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

/* ---- replay ---- */

/* The fresh file: kept where --into says, else in a folder of its own that goes again. */
typedef struct fresh_ledger {
    char folder[64]; /* empty with --into */
    char path[PH_AGG_PATH_BYTES];
} fresh_ledger;

static ph_rc choose_fresh(const ph_args *args, fresh_ledger *ret, ph_err *err)
{
    const char *into = ph_args_get(args, PH_AGG_OPT_INTO);
    if (into != NULL)
        return ph_span_copy(ph_span_str(into), ret->path, sizeof ret->path)
                   ? PH_OK
                   : ph_err_set(err, PH_LIMIT, "agg.replay.path", into, "the path is too long");
    (void)snprintf(ret->folder, sizeof ret->folder, "/var/tmp/phusa-replay-XXXXXX");
    if (mkdtemp(ret->folder) == NULL) {
        ret->folder[0] = '\0';
        return ph_err_set(err, PH_IO, "agg.replay.folder", "/var/tmp", "no folder could be made");
    }
    (void)snprintf(ret->path, sizeof ret->path, "%s/ledger.db", ret->folder);
    return PH_OK;
}

static void remove_fresh(const fresh_ledger *f)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
    char file[PH_AGG_PATH_BYTES + 8];
    if (f->folder[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        (void)snprintf(file, sizeof file, "%s%s", f->path, tails[i]);
        (void)unlink(file);
    }
    (void)rmdir(f->folder);
}

enum { DIFFERENCE_BYTES = 256 };

/* An altered entry comes before whatever was folded from it. */
static void name_difference(const ph_replay_report *r, char dst[static DIFFERENCE_BYTES])
{
    if (r->altered_entry != 0)
        (void)snprintf(dst, DIFFERENCE_BYTES, "entry %llu", (unsigned long long)r->altered_entry);
    else
        (void)snprintf(dst, DIFFERENCE_BYTES, "%s %s", ph_dump_table_name(r->dump.table), r->dump.name);
}

static void tell_replay_json(const ph_replay_report *r, ph_buf *text)
{
    char difference[DIFFERENCE_BYTES];
    ph_json j = ph_json_over(text);
    ph_json_begin_object(&j);
    ph_json_key(&j, "difference");
    name_difference(r, difference);
    if (r->is_identical)
        ph_json_null(&j);
    else
        ph_json_str(&j, difference);
    ph_json_key(&j, "digest");
    ph_json_hex(&j, &r->dump.digest);
    ph_json_key(&j, "entries");
    ph_json_uint(&j, r->n_entries);
    ph_json_key(&j, "identical");
    ph_json_bool(&j, r->is_identical);
    ph_json_key(&j, "rows"); /* in the order of the dump */
    ph_json_begin_array(&j);
    for (size_t i = 0; i < PH_DUMP_COUNT; i++)
        ph_json_uint(&j, r->dump.n[i]);
    ph_json_end_array(&j);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(text, '\n');
}

static void tell_replay(const ph_replay_report *r, ph_buf *text)
{
    char hex[PH_DIGEST_TEXT_BYTES], difference[DIFFERENCE_BYTES];
    ph_hex_print(r->dump.digest.bytes, PH_DIGEST_BYTES, hex);
    name_difference(r, difference);
    (void)ph_buf_printf(text, PH_T("mục nhật ký   %llu\n", "log entries   %llu\n"), (unsigned long long)r->n_entries);
    for (size_t i = 0; i < PH_DUMP_COUNT; i++)
        (void)ph_buf_printf(text, "%-13s %llu\n", ph_dump_table_name((ph_dump_table)i),
                            (unsigned long long)r->dump.n[i]);
    (void)ph_buf_printf(text, "SHA-256       %s\n", hex);
    if (r->is_identical)
        (void)ph_buf_put_str(text, PH_T("giống hệt từng byte\n", "identical to the byte\n"));
    else
        (void)ph_buf_printf(text, PH_T("KHÁC, chỗ đầu tiên: %s\n", "DIFFERENT, first at: %s\n"), difference);
}

static ph_rc replay(ph_agg_reading *from, const char *path, ph_replay_report *ret, ph_err *err)
{
    const ph_uuid boot = {0};
    ph_agg_store *to = NULL;
    ph_rc rc = ph_agg_sqlite_open(path, PH_LEDGER_CREATE, &boot, ph_clock_now_us(), NULL, &to, err);
    if (rc != PH_OK)
        return rc;
    from->store->ops->rollback(from->store); /* replay reads in stretches of its own */
    rc = ph_replay(from->store, to, &from->registries, ret);
    if (rc != PH_OK)
        rc = ph_agg_reading_failed(from, rc, "replaying the log", err);
    to->ops->close(to);
    return rc;
}

static ph_rc refuse_difference(const ph_replay_report *r, const char *ledger, ph_err *err)
{
    char difference[DIFFERENCE_BYTES];
    name_difference(r, difference);
    (void)ph_err_set(err, PH_CORRUPT, "agg.replay.different", ledger, "%s differs from %s", difference,
                     r->altered_entry != 0 ? "what was logged" : "its replay");
    ph_err_means(err, "%s",
                 r->altered_entry != 0 ? "the log itself was altered or damaged"
                                       : "a figure or a verdict in the ledger does not follow from its log");
    ph_err_hint(err, "keep the ledger as it is, run verify, and compare with --into FILE");
    return PH_CORRUPT;
}

ph_rc ph_agg_cmd_replay(const ph_args *args, ph_err *err)
{
    fresh_ledger fresh = {0};
    ph_replay_report report = {0};
    ph_agg_reading from;
    ph_buf text;
    ph_buf_init(&text, 64 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &from, err);
    if (rc == PH_OK)
        rc = choose_fresh(args, &fresh, err);
    if (rc == PH_OK)
        rc = replay(&from, fresh.path, &report, err);
    if (rc == PH_OK) {
        (args->json ? tell_replay_json : tell_replay)(&report, &text);
        rc = ph_agg_cmd_print(&text, err);
    }
    if (rc == PH_OK && !report.is_identical)
        rc = refuse_difference(&report, from.cfg.ledger, err);
    remove_fresh(&fresh);
    ph_buf_done(&text);
    ph_agg_reading_close(&from);
    return rc;
}

/* ---- verify ---- */

typedef struct verifying {
    ph_buf *text;
    bool as_json;
    bool has_flaw;
} verifying;

static void tell_flaw(void *arg, const ph_flaw *flaw)
{
    verifying *v = arg;
    if (!v->as_json) {
        (void)ph_buf_printf(v->text, "%-20s %s %llu: %s %s\n", ph_flaw_code(flaw->kind), PH_T("mục", "seq"),
                            (unsigned long long)flaw->seq, ph_flaw_text(flaw->kind), flaw->detail);
        return;
    }
    ph_json j = ph_json_over(v->text);
    (void)ph_buf_put_str(v->text, v->has_flaw ? "," : "");
    ph_json_begin_object(&j);
    ph_json_key(&j, "code");
    ph_json_str(&j, ph_flaw_code(flaw->kind));
    ph_json_key(&j, "detail");
    ph_json_str(&j, flaw->detail);
    ph_json_key(&j, "seq");
    ph_json_uint(&j, flaw->seq);
    ph_json_end_object(&j);
    v->has_flaw = true;
}

/* Which keys to believe: those on a card, or our own. */
static ph_rc public_keys(const ph_args *args, const ph_agg_cfg *cfg, ph_card *ret, ph_err *err)
{
    const char *path = ph_args_get(args, PH_AGG_OPT_CARD);
    ph_identity *receipt = NULL;
    ph_buf text;
    if (path == NULL) {
        ph_rc rc = ph_identity_load(cfg->receipt_key, PH_IDENTITY_SIGN, &receipt, err);
        if (rc == PH_OK)
            memcpy(ret->sign_public, receipt->public_key, sizeof ret->sign_public);
        ph_identity_free(receipt);
        return rc == PH_OK ? ph_rootkey_read(cfg->root_public, ret->root_public, err) : rc;
    }
    ph_buf_init(&text, 16 * 1024);
    ph_rc rc = ph_file_read(path, &text, err);
    if (rc == PH_OK)
        rc = ph_card_load(ph_buf_span(&text), path, ret, err);
    if (rc == PH_OK && ret->kind != PH_CARD_AGGREGATOR)
        rc = ph_err_set(err, PH_INVALID, "agg.card.kind", path, "this is a province's card, not an aggregator's");
    ph_buf_done(&text);
    return rc;
}

static ph_rc print_verify(const ph_verify_report *r, const verifying *v, ph_err *err)
{
    char root[PH_DIGEST_TEXT_BYTES];
    ph_buf out;
    ph_hex_print(r->root.bytes, PH_DIGEST_BYTES, root);
    ph_buf_init(&out, 8 * 1024 * 1024);
    if (v->as_json) {
        (void)ph_buf_printf(&out,
                            "{\"entries\":%llu,\"flaws\":[%.*s],\"records\":%llu,\"root\":\"%s\",\"seals\":%llu,"
                            "\"submissions\":%llu}\n",
                            (unsigned long long)r->n_entries, (int)v->text->len, (const char *)v->text->ptr,
                            (unsigned long long)r->n_records, root, (unsigned long long)r->n_seals,
                            (unsigned long long)r->n_submissions);
    } else {
        (void)ph_buf_put_span(&out, ph_buf_span(v->text));
        (void)ph_buf_printf(&out,
                            PH_T("%llu mục, %llu phiếu, %llu dấu niêm, %llu bản ghi; gốc cây %s\n%llu sai sót\n",
                                 "%llu entries, %llu submissions, %llu seals, %llu records; root %s\n%llu flaws\n"),
                            (unsigned long long)r->n_entries, (unsigned long long)r->n_submissions,
                            (unsigned long long)r->n_seals, (unsigned long long)r->n_records, root,
                            (unsigned long long)r->n_flaws);
    }
    ph_rc rc = ph_agg_cmd_print(&out, err);
    ph_buf_done(&out);
    return rc;
}

static ph_rc verify(const ph_args *args, ph_agg_reading *r, ph_buf *flaws, ph_err *err)
{
    ph_card keys = {0};
    ph_agg_documents *documents = NULL;
    ph_verify_report report = {0};
    verifying v = {.text = flaws, .as_json = args->json};
    ph_rc rc = public_keys(args, &r->cfg, &keys, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_documents_open(r->store, keys.root_public, &documents);
    if (rc == PH_OK) {
        ph_roster_source rosters = ph_documents_rosters(documents);
        rc = ph_verify(r->store, &rosters, keys.sign_public, tell_flaw, &v, &report);
    }
    ph_documents_close(documents);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "verifying the ledger", err);
    rc = print_verify(&report, &v, err);
    if (rc == PH_OK && report.n_flaws > 0) {
        rc = ph_err_set(err, PH_CORRUPT, "agg.verify.flaws", r->cfg.ledger, "%llu flaws",
                        (unsigned long long)report.n_flaws);
        ph_err_hint(err, "keep the file as it is and restore a backup that verifies");
    }
    return rc;
}

ph_rc ph_agg_cmd_verify(const ph_args *args, ph_err *err)
{
    ph_agg_reading reading;
    ph_buf flaws;
    ph_buf_init(&flaws, 4 * 1024 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &reading, err);
    if (rc == PH_OK)
        rc = verify(args, &reading, &flaws, err);
    ph_buf_done(&flaws);
    ph_agg_reading_close(&reading);
    return rc;
}
