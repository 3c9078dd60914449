/* cmd_run - the daemon, and --check: everything that would stop it, all at once.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_agg_app.h"
#include "ph_agg_rootkey.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_identity.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

ph_rc ph_agg_cmd_run(const ph_args *args, ph_err *err)
{
    const ph_agg_start start = {.config = args->config, .accept_time = ph_args_has(args, PH_AGG_OPT_ACCEPT_TIME)};
    ph_agg_app *app = calloc(1, sizeof *app);
    if (app == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.memory", "", "out of memory");
    ph_rc rc = ph_daemon_begin("aggregator", err);
    if (rc == PH_OK)
        rc = ph_agg_app_open(app, &start, err);
    if (rc == PH_OK)
        rc = ph_agg_app_run(app, err);
    ph_agg_app_close(app);
    free(app);
    return rc;
}

/* Counts what it prints. */
typedef struct checking {
    int n_errors;
    ph_err first;
} checking;

static void note(void *arg, const ph_err *err)
{
    checking *c = arg;
    ph_daemon_print_err(NULL, err);
    if (c->n_errors++ == 0)
        c->first = *err;
}

static void note_rc(checking *c, ph_rc rc, const ph_err *err)
{
    if (rc != PH_OK)
        note(c, err);
}

static void check_keys(const ph_agg_cfg *cfg, checking *c, uint8_t *root_public, bool *ret_has_root)
{
    ph_identity *id = NULL;
    ph_err err = {0};
    note_rc(c, ph_identity_load(cfg->curve_key, PH_IDENTITY_CURVE, &id, &err), &err);
    ph_identity_free(id);
    id = NULL;
    err = (ph_err){0};
    note_rc(c, ph_identity_load(cfg->receipt_key, PH_IDENTITY_SIGN, &id, &err), &err);
    ph_identity_free(id);
    err = (ph_err){0};
    ph_rc rc = ph_rootkey_read(cfg->root_public, root_public, &err);
    note_rc(c, rc, &err);
    *ret_has_root = rc == PH_OK;
}

static void check_roster(const ph_agg_cfg *cfg, checking *c, const uint8_t *root_public)
{
    ph_roster *roster = NULL;
    ph_buf text;
    ph_err err = {0};
    ph_buf_init(&text, PH_ROSTER_MAX_BYTES);
    ph_rc rc = ph_file_read(cfg->roster, &text, &err);
    if (rc != PH_OK)
        note(c, &err);
    else /* without the root key only its form can be checked */
        rc = ph_roster_load(ph_buf_span(&text), cfg->roster, root_public, note, c, &roster);
    if (rc == PH_NOMEM && c->n_errors == 0)
        note_rc(c, ph_err_set(&err, rc, "agg.memory", cfg->roster, "%s", ph_rc_text(rc)), &err);
    ph_roster_free(roster);
    ph_buf_done(&text);
}

ph_rc ph_agg_cmd_check(const ph_args *args, ph_err *err)
{
    checking c = {0};
    ph_agg_cfg cfg;
    uint8_t root_public[PH_SIGN_PUBLIC_BYTES];
    bool has_root = false;
    ph_registry *reg = NULL;
    ph_rc rc = ph_agg_cmd_config(args, &cfg, err);
    if (rc != PH_OK)
        return rc;
    check_keys(&cfg, &c, root_public, &has_root);
    rc = ph_registry_load_dir(cfg.registry, note, &c, NULL, &reg);
    if (rc != PH_OK && c.n_errors == 0)
        note_rc(&c, ph_err_set(&c.first, rc, "agg.registry.unreadable", cfg.registry, "%s", ph_rc_text(rc)), &c.first);
    ph_registry_free(reg);
    check_roster(&cfg, &c, has_root ? root_public : NULL);
    if (!ph_file_exists(cfg.ledger)) {
        ph_err missing = {0};
        (void)ph_err_set(&missing, PH_NOT_FOUND, "agg.ledger.missing", cfg.ledger, "there is no ledger");
        ph_err_hint(&missing, "make one with `phusa-aggregator init`");
        note(&c, &missing);
    }
    if (c.n_errors == 0) {
        (void)fprintf(stderr, "%s\n",
                      PH_T("Cấu hình, khóa, danh mục và danh sách khóa đều đúng.",
                           "Configuration, keys, registry and roster are all right."));
        return PH_OK;
    }
    return ph_err_set(err, PH_INVALID, "cfg.check", args->config.file == NULL ? "" : args->config.file,
                      PH_T("có %d lỗi, đã in ở trên", "%d errors, printed above"), c.n_errors);
}
