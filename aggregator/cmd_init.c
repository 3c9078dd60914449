/* cmd_init - keys, a ledger with its first entry, and the card for provinces.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ph_agg_engine.h"
#include "ph_agg_rootkey.h"
#include "ph_agg_sqlite.h"
#include "ph_clock.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_identity.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

/* What the first entry names; all checked before anything is made. */
typedef struct first_things {
    ph_agg_cfg cfg;
    uint8_t root_public[PH_SIGN_PUBLIC_BYTES];
    ph_buf bundle, roster_text;
    ph_registry *registry;
    ph_roster *roster;
    ph_identity *receipt;
} first_things;

static void things_done(first_things *t)
{
    ph_identity_free(t->receipt);
    ph_registry_free(t->registry);
    ph_roster_free(t->roster);
    ph_buf_done(&t->bundle);
    ph_buf_done(&t->roster_text);
}

/* --root FILE becomes the root_public of the configuration, unless there is one; they must be the same then. */
static ph_rc adopt_root(const ph_args *args, first_things *t, ph_err *err)
{
    const char *given = ph_args_get(args, PH_AGG_OPT_ROOT);
    uint8_t other[PH_SIGN_PUBLIC_BYTES];
    ph_rc rc = PH_OK;
    if (given != NULL && !ph_file_exists(t->cfg.root_public)) {
        rc = ph_rootkey_read(given, other, err);
        if (rc == PH_OK)
            rc = ph_rootkey_write(t->cfg.root_public, other, err);
    }
    if (rc == PH_OK)
        rc = ph_rootkey_read(t->cfg.root_public, t->root_public, err);
    if (rc == PH_OK && given != NULL)
        rc = ph_rootkey_read(given, other, err);
    if (rc == PH_OK && given != NULL && memcmp(other, t->root_public, sizeof other) != 0)
        rc = ph_err_set(err, PH_CONFLICT, "agg.root.other", t->cfg.root_public, "is another root key than %s", given);
    return rc;
}

static ph_rc load_documents(first_things *t, ph_err *err)
{
    ph_rc rc = ph_registry_load_dir(t->cfg.registry, ph_daemon_print_err, NULL, &t->bundle, &t->registry);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.registry.invalid", t->cfg.registry, "%s", ph_rc_text(rc));
    rc = ph_file_read(t->cfg.roster, &t->roster_text, err);
    if (rc != PH_OK) {
        ph_err_hint(err,
                    "sign one on the machine of the root key: phusa-aggregator roster sign --root-key FILE SOURCE");
        return rc;
    }
    rc = ph_roster_load(ph_buf_span(&t->roster_text), t->cfg.roster, t->root_public, ph_daemon_print_err, NULL,
                        &t->roster);
    return rc == PH_OK ? rc : ph_err_set(err, rc, "agg.roster.invalid", t->cfg.roster, "%s", ph_rc_text(rc));
}

/* A key that is there already is kept: it may be on provinces' cards. */
static ph_rc make_key(const char *path, ph_identity_kind kind, const char *name, ph_identity **ret, ph_err *err)
{
    ph_identity *id = NULL;
    bool is_there = ph_file_exists(path);
    ph_rc rc = is_there ? ph_identity_load(path, kind, &id, err)
                        : ph_identity_create(path, kind, name, ph_clock_now_us(), &id, err);
    if (rc == PH_OK)
        (void)fprintf(stderr,
                      is_there ? PH_T("giữ khóa đã có: %s\n", "kept the key that was there: %s\n")
                               : PH_T("đã tạo khóa: %s\n", "made key: %s\n"),
                      path);
    if (rc == PH_OK && ret != NULL)
        *ret = id;
    else
        ph_identity_free(id);
    return rc;
}

static ph_rc write_genesis(first_things *t, ph_agg_store *store, ph_err *err)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    int64_t now = ph_clock_now_us();
    ph_agg_documents *documents = NULL;
    ph_receipt_key key = ph_agg_receipt_key(t->receipt);
    ph_random(random, sizeof random);
    ph_uuid epoch = ph_uuid_v7(now / 1000, random);
    const ph_first_documents first = {.registry = *ph_registry_digest(t->registry),
                                      .roster = *ph_roster_digest(t->roster),
                                      .registry_bytes = ph_buf_span(&t->bundle),
                                      .roster_bytes = ph_buf_span(&t->roster_text),
                                      .roster_serial = ph_roster_serial(t->roster)};
    ph_rc rc = ph_documents_open(store, t->root_public, &documents);
    if (rc == PH_OK)
        rc = ph_documents_keep(documents, t->registry);
    if (rc == PH_OK) {
        t->registry = NULL;
        ph_registry_source source = ph_documents_registries(documents);
        rc = ph_engine_genesis(store, &source, &key, &epoch, now, &first);
    }
    explicit_bzero(&key, sizeof key);
    ph_documents_close(documents);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.ledger.genesis", t->cfg.ledger, "the first entry could not be written: %s",
                          ph_rc_text(rc));
    return PH_OK;
}

/* Half a ledger is no ledger: what this run made goes again. */
static void remove_ledger(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
    char file[PH_AGG_PATH_BYTES + 8];
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        (void)snprintf(file, sizeof file, "%s%s", path, tails[i]);
        (void)unlink(file);
    }
}

static ph_rc make_ledger(first_things *t, ph_err *err)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    int64_t now = ph_clock_now_us();
    ph_agg_store *store = NULL;
    ph_random(random, sizeof random);
    ph_uuid boot = ph_uuid_v7(now / 1000, random);
    ph_rc rc = ph_agg_sqlite_open(t->cfg.ledger, PH_LEDGER_CREATE, &boot, now, NULL, &store, err);
    if (rc != PH_OK)
        return rc;
    rc = write_genesis(t, store, err);
    store->ops->close(store);
    if (rc != PH_OK)
        remove_ledger(t->cfg.ledger);
    else
        (void)fprintf(stderr, PH_T("đã tạo sổ cái: %s\n", "made ledger: %s\n"), t->cfg.ledger);
    return rc;
}

ph_rc ph_agg_cmd_init(const ph_args *args, ph_err *err)
{
    first_things t = {0};
    ph_buf_init(&t.bundle, PH_BUNDLE_MAX_BYTES);
    ph_buf_init(&t.roster_text, PH_ROSTER_MAX_BYTES);
    ph_rc rc = ph_agg_cmd_config(args, &t.cfg, err);
    if (rc == PH_OK && ph_file_exists(t.cfg.ledger)) {
        rc = ph_err_set(err, PH_EXISTS, "agg.ledger.exists", t.cfg.ledger, "there is a ledger already");
        ph_err_means(err, "nothing was changed");
        ph_err_hint(err, "a ledger is made once and kept for ever; name another file to make another");
    }
    if (rc == PH_OK)
        rc = adopt_root(args, &t, err);
    if (rc == PH_OK)
        rc = load_documents(&t, err);
    if (rc == PH_OK)
        rc = make_key(t.cfg.curve_key, PH_IDENTITY_CURVE, "aggregator", NULL, err);
    if (rc == PH_OK)
        rc = make_key(t.cfg.receipt_key, PH_IDENTITY_SIGN, "receipt", &t.receipt, err);
    if (rc == PH_OK)
        rc = make_ledger(&t, err);
    things_done(&t);
    return rc;
}

/* The address on the card: as configured, or made from where we listen. */
static ph_rc card_address(const ph_agg_cfg *cfg, char *dst, size_t size, ph_err *err)
{
    char host[HOST_NAME_MAX + 1] = "localhost";
    const char *port = strrchr(cfg->listen, ':');
    if (cfg->address[0] != '\0')
        return ph_span_copy(ph_span_str(cfg->address), dst, size)
                   ? PH_OK
                   : ph_err_set(err, PH_LIMIT, "cfg.address", "address", "too long");
    if (strncmp(cfg->listen, "tcp://*:", 8) != 0)
        return ph_span_copy(ph_span_str(cfg->listen), dst, size)
                   ? PH_OK
                   : ph_err_set(err, PH_LIMIT, "cfg.listen", "listen", "too long");
    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(dst, size, "tcp://%s%s", host, port == NULL ? "" : port);
    return PH_OK;
}

ph_rc ph_agg_cmd_card(const ph_args *args, ph_err *err)
{
    ph_card card = {.kind = PH_CARD_AGGREGATOR};
    const char *out = ph_args_get(args, PH_AGG_OPT_OUT);
    ph_identity *curve = NULL, *receipt = NULL;
    ph_agg_cfg cfg;
    ph_buf text;
    ph_buf_init(&text, 16 * 1024);
    ph_rc rc = ph_agg_cmd_config(args, &cfg, err);
    if (rc == PH_OK)
        rc = card_address(&cfg, card.address, sizeof card.address, err);
    if (rc == PH_OK)
        rc = ph_identity_load(cfg.curve_key, PH_IDENTITY_CURVE, &curve, err);
    if (rc == PH_OK)
        rc = ph_identity_load(cfg.receipt_key, PH_IDENTITY_SIGN, &receipt, err);
    if (rc == PH_OK)
        rc = ph_rootkey_read(cfg.root_public, card.root_public, err);
    if (rc != PH_OK)
        goto out;
    memcpy(card.curve_public, curve->public_key, sizeof card.curve_public);
    memcpy(card.sign_public, receipt->public_key, sizeof card.sign_public);
    rc = ph_card_write(&card, receipt->secret, &text);
    if (rc != PH_OK)
        rc = ph_err_set(err, rc, "agg.card", "", "%s", ph_rc_text(rc));
    else
        rc = out == NULL ? ph_agg_cmd_print(&text, err) : ph_file_write(out, ph_buf_span(&text), 0644, err);
out:
    ph_identity_free(curve);
    ph_identity_free(receipt);
    ph_buf_done(&text);
    return rc;
}
