/* cmd_common - configuration, a ledger to read, output.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <stdio.h>
#include <string.h>

#include "ph_agg_engine.h"
#include "ph_agg_rootkey.h"
#include "ph_agg_sqlite.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_identity.h"
#include "ph_term.h"

ph_rc ph_agg_cmd_config(const ph_args *args, ph_agg_cfg *ret, ph_err *err)
{
    return ph_cfg_load(&ph_agg_schema, &args->config, ret, ph_daemon_print_err, NULL, err);
}

ph_rc ph_agg_cmd_print_config(const ph_args *args, ph_err *err)
{
    ph_agg_cfg cfg;
    ph_buf text;
    ph_rc rc = ph_agg_cmd_config(args, &cfg, err);
    if (rc != PH_OK)
        return rc;
    ph_buf_init(&text, PH_CFG_MAX_FILE_BYTES);
    rc = args->json ? ph_cfg_print_json(&ph_agg_schema, &cfg, &text)
                    : ph_cfg_print(&ph_agg_schema, &cfg, args->lang, &text);
    rc = rc == PH_OK ? ph_agg_cmd_print(&text, err) : ph_err_set(err, rc, "agg.memory", "", "%s", ph_rc_text(rc));
    ph_buf_done(&text);
    return rc;
}

/* docs/CONFIG-aggregator.md: of the keys alone, so no file is read. */
ph_rc ph_agg_cmd_reference(const ph_args *args, ph_err *err)
{
    ph_buf text;
    ph_buf_init(&text, 4 * PH_CFG_MAX_FILE_BYTES);
    ph_rc rc = ph_cfg_reference(&ph_agg_schema, args->lang, &text);
    rc = rc == PH_OK ? ph_agg_cmd_print(&text, err) : ph_err_set(err, rc, "agg.memory", "", "%s", ph_rc_text(rc));
    ph_buf_done(&text);
    return rc;
}

ph_rc ph_agg_cmd_print(const ph_buf *text, ph_err *err)
{
    ph_rc rc = text->rc == PH_OK ? ph_term_write_buf(stdout, text) : text->rc;
    return rc == PH_OK ? rc : ph_err_set(err, rc, "agg.output", "stdout", "%s", ph_rc_text(rc));
}

ph_receipt_key ph_agg_receipt_key(const ph_identity *id)
{
    ph_receipt_key key = {.id = ph_key_id_of(id->public_key)};
    memcpy(key.public_key, id->public_key, sizeof key.public_key);
    memcpy(key.secret, id->secret, sizeof key.secret);
    return key;
}

ph_rc ph_agg_reading_failed(const ph_agg_reading *r, ph_rc rc, const char *doing, ph_err *err)
{
    const ph_err *cause = r->store == NULL ? NULL : ph_agg_sqlite_error(r->store);
    bool has_cause = cause != NULL && cause->rc == rc && cause->what[0] != '\0';
    return ph_err_set(err, rc, has_cause ? cause->code : "agg.ledger.read", r->cfg.ledger, "%s: %s", doing,
                      has_cause ? cause->what : ph_rc_text(rc));
}

ph_rc ph_agg_reading_open(const ph_args *args, ph_agg_reading *ret, ph_err *err)
{
    *ret = (ph_agg_reading){0};
    ph_rc rc = ph_agg_cmd_config(args, &ret->cfg, err);
    if (rc == PH_OK)
        rc = ph_agg_sqlite_open_read(ret->cfg.ledger, &ret->store, err);
    if (rc != PH_OK)
        return rc;
    rc = ret->store->ops->begin(ret->store);
    if (rc == PH_OK)
        rc = ret->store->ops->get_head(ret->store, &ret->head);
    if (rc == PH_OK)
        rc = ph_documents_open(ret->store, NULL, &ret->documents);
    if (rc != PH_OK)
        return ph_agg_reading_failed(ret, rc, "reading where the ledger stands", err);
    ret->registries = ph_documents_registries(ret->documents);
    return PH_OK;
}

void ph_agg_reading_close(ph_agg_reading *r)
{
    ph_documents_close(r->documents);
    if (r->store != NULL) {
        r->store->ops->rollback(r->store);
        r->store->ops->close(r->store);
    }
    *r = (ph_agg_reading){0};
}
