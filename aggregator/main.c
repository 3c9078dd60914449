/* main - which command, then that command.   Layer: aggregator (program) */
#include "ph_agg_cmd.h"

#include "ph_daemon.h"

static ph_rc dispatch(const ph_args *args, ph_err *err)
{
    if (args->check)
        return ph_agg_cmd_check(args, err);
    if (args->print_config)
        return ph_agg_cmd_print_config(args, err);
    switch ((ph_agg_command)args->command->id) {
    case PH_AGG_CMD_RUN:
        return ph_agg_cmd_run(args, err);
    case PH_AGG_CMD_INIT:
        return ph_agg_cmd_init(args, err);
    case PH_AGG_CMD_CARD:
        return ph_agg_cmd_card(args, err);
    case PH_AGG_CMD_ROOT_KEYGEN:
        return ph_agg_cmd_root_keygen(args, err);
    case PH_AGG_CMD_ROSTER_SIGN:
        return ph_agg_cmd_roster_sign(args, err);
    case PH_AGG_CMD_ROSTER_SHOW:
        return ph_agg_cmd_roster_show(args, err);
    case PH_AGG_CMD_SUMMARY:
        return ph_agg_cmd_summary(args, err);
    case PH_AGG_CMD_FINDINGS:
        return ph_agg_cmd_findings(args, err);
    case PH_AGG_CMD_HISTORY:
        return ph_agg_cmd_history(args, err);
    case PH_AGG_CMD_TIMELINESS:
        return ph_agg_cmd_timeliness(args, err);
    case PH_AGG_CMD_REPLAY:
        return ph_agg_cmd_replay(args, err);
    case PH_AGG_CMD_VERIFY:
        return ph_agg_cmd_verify(args, err);
    case PH_AGG_CMD_REGISTRY_CHECK:
        return ph_agg_cmd_registry_check(args, err);
    case PH_AGG_CMD_REGISTRY_DIFF:
        return ph_agg_cmd_registry_diff(args, err);
    case PH_AGG_CMD_STATUS:
        return ph_agg_cmd_status(args, err);
    case PH_AGG_CMD_REFERENCE:
        return ph_agg_cmd_reference(args, err);
    case PH_AGG_CMD_REGISTER:
        return ph_agg_cmd_register(args, err);
    case PH_AGG_CMD_SCORE:
        return ph_agg_cmd_score(args, err);
    case PH_AGG_CMD_SCORE_CHECK:
        return ph_agg_cmd_score_check(args, err);
    }
    return PH_BUG;
}

int main(int argc, char **argv)
{
    ph_err err = {0};
    ph_args args;
    ph_rc rc = ph_program_begin("aggregator", &err);
    if (rc == PH_OK)
        rc = ph_args_parse(&ph_agg_args, argc, argv, &args, &err);
    if (rc != PH_OK || ph_args_answered(&ph_agg_args, &args))
        return ph_program_exit(rc, &err);
    rc = dispatch(&args, &err);
    bool is_daemon = args.command != NULL && args.command->id == PH_AGG_CMD_RUN && !args.check && !args.print_config;
    return is_daemon ? ph_daemon_exit(rc, &err) : ph_program_exit(rc, &err);
}
