/* ph_col_cmds - the commands, one function each.   Layer: collector/app */
#ifndef PH_COL_CMDS_H
#define PH_COL_CMDS_H

#include "ph_args.h"
#include "ph_col_app.h"
#include "ph_decision.h"
#include "ph_err.h"
#include "ph_result.h"

typedef enum ph_col_command {
    PH_COL_CMD_KEYGEN = 1,
    PH_COL_CMD_CARD,
    PH_COL_CMD_TEMPLATE,
    PH_COL_CMD_CHECK,
    PH_COL_CMD_SUBMIT,
    PH_COL_CMD_RUN,
    PH_COL_CMD_STATUS,
    PH_COL_CMD_RECEIPTS,
    PH_COL_CMD_RETRY,
    PH_COL_CMD_REFERENCE,
    PH_COL_CMD_CASES,
    PH_COL_CMD_EXPLAIN,
    PH_COL_CMD_CONFIRM,
    PH_COL_CMD_RETURN,
    PH_COL_CMD_OVERRIDE,
    PH_COL_CMD_EXTEND,
    PH_COL_CMD_FREEZE,
    PH_COL_CMD_REOPEN
} ph_col_command;

extern const ph_args_spec ph_col_args;

/** Each opens what it needs of @app; the caller closes it. app->exit is the exit code when PH_OK. */
ph_rc ph_col_cmd_keygen(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_card(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_template(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_check(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_submit(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_run(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_status(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_receipts(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_retry(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_cases(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_explain(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_decide(ph_col_app *app, ph_decision_kind kind, ph_err *err) PH_CHECKED;

/** --check: configuration, registry, keys and card, every error told; nothing is made. --print-config. */
ph_rc ph_col_cmd_check_config(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_print_config(ph_col_app *app, ph_err *err) PH_CHECKED;
ph_rc ph_col_cmd_reference(ph_col_app *app, ph_err *err) PH_CHECKED;

#endif
