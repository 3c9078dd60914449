/* phusa-publisher - from the ledger's outbox to Kafka, each record once. */
#include <stdio.h>
#include <string.h>

#include "ph_args.h"
#include "ph_daemon.h"
#include "ph_locale.h"
#include "ph_pub_app.h"
#include "ph_pub_cfg.h"
#include "ph_pub_commands.h"
#include "ph_term.h"

enum { CMD_RUN = 1, CMD_TOPICS_CREATE, CMD_TOPICS_CHECK, CMD_STATUS, CMD_CONSUME, CMD_AUDIT, CMD_ADOPT, CMD_REFERENCE };
enum { OPT_EMBEDDED = 1, OPT_TO_END, OPT_HISTORY };

static const ph_opt run_opts[] = {
    {.id = OPT_EMBEDDED,
     .name = "embedded-broker",
     .vi = "khởi động broker dùng thử ngay trong tiến trình (không cô lập, không giữ dữ liệu)",
     .en = "start a trial broker inside this process (no isolation, nothing is kept)"},
    {0}};
static const ph_opt consume_opts[] = {
    {.id = OPT_TO_END, .name = "to-end", .vi = "dừng khi đọc hết", .en = "stop at the present end"},
    {.id = OPT_HISTORY, .name = "history", .vi = "đọc topic mọi phiên bản", .en = "read the topic with every vintage"},
    {0}};

static const ph_command commands[] = {
    {.id = CMD_RUN,
     .name = "run",
     .operands = "",
     .opts = run_opts,
     .vi = "chạy publisher",
     .en = "run the publisher",
     .examples_vi = "phusa-publisher run -c publisher.yaml\nphusa-publisher run -c publisher.yaml --embedded-broker   "
                    "# dùng thử, không cần Kafka",
     .examples_en = "phusa-publisher run -c publisher.yaml\nphusa-publisher run -c publisher.yaml --embedded-broker   "
                    "# to try it out without Kafka"},
    {.id = CMD_TOPICS_CREATE,
     .name = "topics create",
     .operands = "",
     .vi = "tạo các topic còn thiếu",
     .en = "create the topics that are missing",
     .examples_vi = "phusa-publisher topics create -c publisher.yaml",
     .examples_en = "phusa-publisher topics create -c publisher.yaml"},
    {.id = CMD_TOPICS_CHECK,
     .name = "topics check",
     .operands = "",
     .vi = "kiểm tra thiết lập của các topic",
     .en = "check the topics' settings",
     .examples_vi = "phusa-publisher topics check -c publisher.yaml --json",
     .examples_en = "phusa-publisher topics check -c publisher.yaml --json"},
    {.id = CMD_STATUS,
     .name = "status",
     .operands = "",
     .vi = "topic đang ở đâu so với sổ cái",
     .en = "where the topic stands against the ledger",
     .examples_vi = "phusa-publisher status -c publisher.yaml",
     .examples_en = "phusa-publisher status -c publisher.yaml"},
    {.id = CMD_CONSUME,
     .name = "consume",
     .operands = "",
     .opts = consume_opts,
     .vi = "đọc lại bản ghi từ Kafka",
     .en = "read records back from Kafka",
     .examples_vi = "phusa-publisher consume -c publisher.yaml --to-end\nphusa-publisher consume -c publisher.yaml "
                    "--history --json",
     .examples_en = "phusa-publisher consume -c publisher.yaml --to-end\nphusa-publisher consume -c publisher.yaml "
                    "--history --json"},
    {.id = CMD_AUDIT,
     .name = "audit",
     .operands = "",
     .vi = "đối chiếu toàn bộ topic với sổ cái",
     .en = "compare the whole topic with the ledger",
     .examples_vi = "phusa-publisher audit -c publisher.yaml",
     .examples_en = "phusa-publisher audit -c publisher.yaml"},
    {.id = CMD_ADOPT,
     .name = "adopt-epoch",
     .operands = "",
     .vi = "xuất bản tiếp sau khi sổ cái được khôi phục hợp lệ",
     .en = "go on after a legitimate restore of the ledger",
     .examples_vi = "phusa-publisher adopt-epoch -c publisher.yaml",
     .examples_en = "phusa-publisher adopt-epoch -c publisher.yaml"},
    {.id = CMD_REFERENCE,
     .name = "config-reference",
     .operands = "",
     .vi = "in tài liệu các khóa cấu hình (Markdown)",
     .en = "print the reference of configuration keys (Markdown)",
     .examples_vi = "phusa-publisher config-reference > docs/CONFIG-publisher.md",
     .examples_en = "phusa-publisher config-reference > docs/CONFIG-publisher.md"},
    {0}};

static const ph_args_spec spec = {
    .program = "phusa-publisher",
    .vi = "Đưa số liệu tổng hợp từ sổ cái lên Kafka, mỗi bản ghi đúng một lần.",
    .en = "Brings consolidated figures from the ledger to Kafka, each record once.",
    .examples_vi = "phusa-publisher run -c publisher.yaml\nphusa-publisher status -c publisher.yaml",
    .examples_en = "phusa-publisher run -c publisher.yaml\nphusa-publisher status -c publisher.yaml",
    .commands = commands,
    .flags = PH_ARGS_CFG | PH_ARGS_JSON,
    .fallback = PH_LANG_EN,
    .default_config = "publisher.yaml",
};

static ph_rc print_text(ph_rc (*make)(const ph_cfg_schema *, ph_lang, ph_buf *), ph_lang lang)
{
    ph_buf b;
    ph_buf_init(&b, 256 * 1024);
    ph_rc rc = make(&ph_pub_schema, lang, &b);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &b);
    ph_buf_done(&b);
    return rc;
}

static ph_rc print_config(const ph_pub_cfg *cfg, const ph_args *args)
{
    ph_buf b;
    ph_buf_init(&b, 256 * 1024);
    ph_rc rc =
        args->json ? ph_cfg_print_json(&ph_pub_schema, cfg, &b) : ph_cfg_print(&ph_pub_schema, cfg, args->lang, &b);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &b);
    ph_buf_done(&b);
    return rc;
}

static ph_rc run_command(const ph_args *args, ph_pub_cfg *cfg, ph_err *err)
{
    bool embedded = args->command->id == CMD_RUN && ph_args_has(args, OPT_EMBEDDED);
    ph_rc rc = embedded ? PH_OK : ph_pub_find_broker(cfg, err);
    if (rc != PH_OK)
        return rc;
    switch (args->command->id) {
    case CMD_RUN:
        return ph_pub_app_run(cfg, embedded, err);
    case CMD_TOPICS_CREATE:
    case CMD_TOPICS_CHECK:
        return ph_pub_cmd_topics(cfg, args->command->id == CMD_TOPICS_CREATE, args->json, err);
    case CMD_STATUS:
        return ph_pub_cmd_status(cfg, args->json, err);
    case CMD_CONSUME:
        return ph_pub_cmd_consume(cfg, ph_args_has(args, OPT_HISTORY), ph_args_has(args, OPT_TO_END), args->json, err);
    case CMD_AUDIT:
        return ph_pub_cmd_audit(cfg, args->json, err);
    default:
        return ph_pub_cmd_adopt_epoch(cfg, err);
    }
}

static ph_rc dispatch(const ph_args *args, ph_err *err)
{
    static ph_pub_cfg cfg;
    if (args->command != NULL && args->command->id == CMD_REFERENCE)
        return print_text(ph_cfg_reference, args->lang);
    ph_rc rc = ph_cfg_load(&ph_pub_schema, &args->config, &cfg, ph_daemon_print_err, NULL, err);
    if (rc != PH_OK)
        return rc;
    if (args->print_config)
        return print_config(&cfg, args);
    if (args->check) {
        fprintf(stderr, "%s\n", PH_T("cấu hình đúng", "the configuration is right"));
        return PH_OK;
    }
    return run_command(args, &cfg, err);
}

int main(int argc, char **argv)
{
    static ph_args args;
    ph_err err = {0};
    bool is_daemon = argc > 1 && strcmp(argv[1], "run") == 0;
    ph_rc rc = is_daemon ? ph_daemon_begin("publisher", &err) : ph_program_begin("publisher", &err);
    if (rc == PH_OK)
        rc = ph_args_parse(&spec, argc, argv, &args, &err);
    if (rc == PH_OK && !ph_args_answered(&spec, &args))
        rc = dispatch(&args, &err);
    return is_daemon ? ph_daemon_exit(rc, &err) : ph_program_exit(rc, &err);
}
