/* main - which command, then that command.   Layer: collector (program) */
#include "ph_col_cmds.h"
#include "ph_daemon.h"
#include "ph_locale.h"

static ph_rc dispatch(ph_col_app *app, ph_err *err)
{
    if (app->args->check)
        return ph_col_cmd_check_config(app, err);
    if (app->args->print_config)
        return ph_col_cmd_print_config(app, err);
    switch ((ph_col_command)app->args->command->id) {
    case PH_COL_CMD_KEYGEN:
        return ph_col_cmd_keygen(app, err);
    case PH_COL_CMD_CARD:
        return ph_col_cmd_card(app, err);
    case PH_COL_CMD_TEMPLATE:
        return ph_col_cmd_template(app, err);
    case PH_COL_CMD_CHECK:
        return ph_col_cmd_check(app, err);
    case PH_COL_CMD_SUBMIT:
        return ph_col_cmd_submit(app, err);
    case PH_COL_CMD_RUN:
        return ph_col_cmd_run(app, err);
    case PH_COL_CMD_STATUS:
        return ph_col_cmd_status(app, err);
    case PH_COL_CMD_RECEIPTS:
        return ph_col_cmd_receipts(app, err);
    case PH_COL_CMD_RETRY:
        return ph_col_cmd_retry(app, err);
    case PH_COL_CMD_CASES:
        return ph_col_cmd_cases(app, err);
    case PH_COL_CMD_EXPLAIN:
        return ph_col_cmd_explain(app, err);
    case PH_COL_CMD_CONFIRM:
        return ph_col_cmd_decide(app, PH_DECISION_CONFIRM, err);
    case PH_COL_CMD_RETURN:
        return ph_col_cmd_decide(app, PH_DECISION_RETURN, err);
    case PH_COL_CMD_OVERRIDE:
        return ph_col_cmd_decide(app, PH_DECISION_OVERRIDE, err);
    case PH_COL_CMD_EXTEND:
        return ph_col_cmd_decide(app, PH_DECISION_EXTEND, err);
    case PH_COL_CMD_FREEZE:
        return ph_col_cmd_decide(app, PH_DECISION_FREEZE, err);
    case PH_COL_CMD_REOPEN:
        return ph_col_cmd_decide(app, PH_DECISION_REOPEN, err);
    case PH_COL_CMD_REFERENCE:
        return ph_col_cmd_reference(app, err);
    }
    return PH_BUG;
}

int main(int argc, char **argv)
{
    ph_err err = {0};
    ph_args args;
    ph_rc rc = ph_program_begin("collector", &err);
    if (rc == PH_OK)
        rc = ph_args_parse(&ph_col_args, argc, argv, &args, &err);
    if (rc != PH_OK || ph_args_answered(&ph_col_args, &args))
        return ph_program_exit(rc, &err);
    ph_col_app app = {.args = &args, .lang = args.lang};
    rc = ph_col_app_output_err(dispatch(&app, &err), &err);
    ph_col_app_close(&app);
    bool is_daemon = args.command != NULL && args.command->id == PH_COL_CMD_RUN && !args.check && !args.print_config;
    if (rc == PH_OK && app.exit != 0)
        return app.exit;
    return is_daemon ? ph_daemon_exit(rc, &err) : ph_program_exit(rc, &err);
}
