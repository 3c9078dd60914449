/* ph_agg_cmd - the commands of phusa-aggregator, and what they share.   Layer: aggregator (app) */
#ifndef PH_AGG_CMD_H
#define PH_AGG_CMD_H

#include "ph_agg_cfg.h"
#include "ph_agg_documents.h"
#include "ph_agg_engine.h"
#include "ph_agg_store.h"
#include "ph_args.h"
#include "ph_err.h"
#include "ph_identity.h"
#include "ph_result.h"

typedef enum ph_agg_command {
    PH_AGG_CMD_RUN = 1,
    PH_AGG_CMD_INIT,
    PH_AGG_CMD_CARD,
    PH_AGG_CMD_ROOT_KEYGEN,
    PH_AGG_CMD_ROSTER_SIGN,
    PH_AGG_CMD_ROSTER_SHOW,
    PH_AGG_CMD_SUMMARY,
    PH_AGG_CMD_FINDINGS,
    PH_AGG_CMD_HISTORY,
    PH_AGG_CMD_TIMELINESS,
    PH_AGG_CMD_REPLAY,
    PH_AGG_CMD_VERIFY,
    PH_AGG_CMD_STATUS,
    PH_AGG_CMD_REGISTRY_CHECK,
    PH_AGG_CMD_REGISTRY_DIFF,
    PH_AGG_CMD_REFERENCE,
    PH_AGG_CMD_SCORE = 64,
    PH_AGG_CMD_SCORE_CHECK,
    PH_AGG_CMD_REGISTER
} ph_agg_command;

typedef enum ph_agg_option {
    PH_AGG_OPT_ACCEPT_TIME = 1,
    PH_AGG_OPT_ROOT,
    PH_AGG_OPT_ROOT_KEY,
    PH_AGG_OPT_OUT,
    PH_AGG_OPT_CSV,
    PH_AGG_OPT_INTO,
    PH_AGG_OPT_CARD,
    PH_AGG_OPT_UNIT,
    PH_AGG_OPT_EXCEL,
    PH_AGG_OPT_LIMIT,
    PH_AGG_OPT_AFTER,
    PH_AGG_OPT_AS_OF,
    PH_AGG_OPT_VIEW,
    PH_AGG_OPT_SCHEME,
    PH_AGG_OPT_TARGETS,
    PH_AGG_OPT_SHEET,
    PH_AGG_OPT_PERIOD,
    PH_AGG_OPT_SCORE_AS_OF
} ph_agg_option;

extern const ph_args_spec ph_agg_args;

/* Each does one command. Errors are told in @err; data goes to stdout, talk to stderr. */
ph_rc ph_agg_cmd_run(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_check(const ph_args *args, ph_err *err) PH_CHECKED; /* --check */
ph_rc ph_agg_cmd_print_config(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_reference(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_init(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_card(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_root_keygen(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_roster_sign(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_roster_show(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_summary(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_findings(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_history(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_timeliness(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_replay(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_verify(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_registry_check(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_registry_diff(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_status(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_register(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_score(const ph_args *args, ph_err *err) PH_CHECKED;
ph_rc ph_agg_cmd_score_check(const ph_args *args, ph_err *err) PH_CHECKED;

/** The configuration; every error printed.   Errors: as ph_cfg_load. */
ph_rc ph_agg_cmd_config(const ph_args *args, ph_agg_cfg *ret, ph_err *err) PH_CHECKED;

/* A ledger opened beside a living aggregator, as of one moment (one read transaction). */
typedef struct ph_agg_reading {
    ph_agg_cfg cfg;
    ph_agg_store *store;
    ph_agg_documents *documents;
    ph_registry_source registries;
    ph_ledger_head head;
} ph_agg_reading;

/** Owns: caller closes, also after an error.   Errors: of config and ledger, told in @err. */
ph_rc ph_agg_reading_open(const ph_args *args, ph_agg_reading *ret, ph_err *err) PH_CHECKED;
void ph_agg_reading_close(ph_agg_reading *r);
/** An error of the store while doing something, in words. */
ph_rc ph_agg_reading_failed(const ph_agg_reading *r, ph_rc rc, const char *doing, ph_err *err);

/** Print a buffer on stdout, or to the file of option -o. */
ph_rc ph_agg_cmd_print(const ph_buf *text, ph_err *err) PH_CHECKED;
/** The receipt key of an identity, as the engine takes it. */
ph_receipt_key ph_agg_receipt_key(const ph_identity *id);

#endif
