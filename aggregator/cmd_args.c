/* cmd_args - commands, options and their help.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#define END          \
    {                \
        .name = NULL \
    }

static const ph_opt run_opts[] = {{PH_AGG_OPT_ACCEPT_TIME, 0, "accept-time", NULL,
                                   "tin giờ của máy dù cách xa lần ghi cuối trong sổ cái",
                                   "believe the clock though it is far from the ledger's last seal"},
                                  END};
static const ph_opt init_opts[] = {{PH_AGG_OPT_ROOT, 0, "root", "FILE",
                                    "khóa công khai gốc, chép vào nơi root_public chỉ ra",
                                    "public root key, copied to where root_public says"},
                                   END};
static const ph_opt out_opts[] = {{PH_AGG_OPT_OUT, 'o', "out", "FILE", "ghi ra tệp này", "write to this file"}, END};
static const ph_opt sign_opts[] = {
    {PH_AGG_OPT_ROOT_KEY, 0, "root-key", "FILE", "khóa bí mật gốc (root keygen)", "secret root key (root keygen)"},
    {PH_AGG_OPT_OUT, 'o', "out", "FILE", "ghi ra tệp này; nếu không có: in ra",
     "write to this file; else it is printed"},
    END};
static const ph_opt show_opts[] = {{PH_AGG_OPT_ROOT, 0, "root", "FILE", "khóa công khai gốc để kiểm tra chữ ký",
                                    "public root key to check the signature"},
                                   END};
#define CSV_OPTS                                                                                         \
    {PH_AGG_OPT_CSV, 0, "csv", NULL, "in dạng CSV", "print CSV"},                                        \
    {                                                                                                    \
        PH_AGG_OPT_EXCEL, 0, "excel", NULL, "CSV cho Excel tiếng Việt: dấu ; , dấu phẩy thập phân, BOM", \
            "CSV for a Vietnamese Excel: semicolons, decimal commas, BOM"                                \
    }
#define AS_OF_OPT                                                                         \
    {                                                                                     \
        PH_AGG_OPT_AS_OF, 0, "as-of", "SEQ|TIME",                                         \
            "như đã công bố đến hết mục nhật ký, ngày, phút hay giây này (UTC+7)",        \
            "as published up to the end of this log entry, day, minute or second (UTC+7)" \
    }
static const ph_opt csv_opts[] = {CSV_OPTS, END};
static const ph_opt summary_opts[] = {CSV_OPTS,
                                      AS_OF_OPT,
                                      {PH_AGG_OPT_VIEW, 0, "view", "then|now|DAY",
                                       "theo địa giới khi ấy (mặc định), hiện nay, hoặc của một ngày",
                                       "by the units of the period (default), of today, or of a day"},
                                      END};
static const ph_opt register_opts[] = {CSV_OPTS, AS_OF_OPT, END};
static const ph_opt score_opts[] = {
    {PH_AGG_OPT_SCHEME, 0, "scheme", "FILE", "bộ tiêu chí của cụm trong năm", "the cluster's criteria of the year"},
    {PH_AGG_OPT_TARGETS, 0, "targets", "FILE", "chỉ tiêu giao cho từng đơn vị; nêu được nhiều lần",
     "targets by unit; may be repeated"},
    {PH_AGG_OPT_SHEET, 0, "sheet", "FILE", "phiếu tự chấm, thẩm định, giải trình; nêu được nhiều lần",
     "self-scores, reviews, explanations; may be repeated"},
    {PH_AGG_OPT_PERIOD, 0, "period", "PERIOD", "kỳ lấy số thực hiện; mặc định là cả năm",
     "period whose figures are the actual values; the year by default"},
    {PH_AGG_OPT_SCORE_AS_OF, 0, "as-of", "SEQ", "theo số liệu đã công bố đến mục này của sổ cái",
     "by what was published up to this entry of the ledger"},
    {PH_AGG_OPT_UNIT, 0, "unit", "UNIT", "in phiếu điểm của một đơn vị", "print the sheet of one unit"},
    CSV_OPTS,
    END};
static const ph_opt findings_opts[] = {
    {PH_AGG_OPT_UNIT, 0, "unit", "UNIT", "chỉ của đơn vị này", "of this unit only"},
    CSV_OPTS,
    {PH_AGG_OPT_LIMIT, 0, "limit", "N", "khoảng bao nhiêu phát hiện một trang (mặc định 1000)",
     "about so many findings a page (1000 by default)"},
    {PH_AGG_OPT_AFTER, 0, "after", "SEQ", "trang sau mục này của nhật ký", "the page after this entry of the log"},
    END};
static const ph_opt replay_opts[] = {{PH_AGG_OPT_INTO, 0, "into", "FILE",
                                      "giữ sổ cái dựng lại ở tệp này (phải chưa có)",
                                      "keep the rebuilt ledger in this file (must not exist)"},
                                     END};
static const ph_opt verify_opts[] = {{PH_AGG_OPT_CARD, 0, "card", "FILE",
                                      "thẻ của máy tổng hợp, thay cho khóa trong cấu hình",
                                      "the aggregator's card, instead of the keys of the configuration"},
                                     END};

static const ph_command commands[] = {
    {PH_AGG_CMD_RUN, "run", "", 0, 0, run_opts, "chạy dịch vụ tổng hợp", "run the daemon",
     "phusa-aggregator run -c /etc/phusa/aggregator.yaml\n"
     "phusa-aggregator run --check        # kiểm tra mọi thứ rồi thoát\n"
     "kill -HUP PID                       # đọc lại cấu hình, danh mục, danh sách khóa",
     "phusa-aggregator run -c /etc/phusa/aggregator.yaml\n"
     "phusa-aggregator run --check        # check everything, then leave\n"
     "kill -HUP PID                       # read configuration, registry and roster again"},
    {PH_AGG_CMD_INIT, "init", "", 0, 0, init_opts, "tạo khóa và sổ cái đầu tiên",
     "make keys and the ledger with its first entry",
     "phusa-aggregator init --root root.pub   # danh mục và danh sách khóa đã ký phải có sẵn",
     "phusa-aggregator init --root root.pub   # registry and signed roster must be there"},
    {PH_AGG_CMD_CARD, "card", "", 0, 0, out_opts, "in thẻ giao cho các tỉnh (không có gì bí mật)",
     "print the card for provinces (nothing secret)", "phusa-aggregator card -o aggregator.card",
     "phusa-aggregator card -o aggregator.card"},
    {PH_AGG_CMD_ROOT_KEYGEN, "root keygen", "[FILE]", 0, 1, NULL,
     "tạo khóa gốc, trên máy không nối mạng; FILE mặc định root.key",
     "make the root key, on a machine off the network; FILE is root.key by default",
     "phusa-aggregator root keygen            # root.key (bí mật) và root.pub",
     "phusa-aggregator root keygen            # root.key (secret) and root.pub"},
    {PH_AGG_CMD_ROSTER_SIGN, "roster sign", "SOURCE", 1, 1, sign_opts, "ký danh sách khóa bằng khóa gốc",
     "sign a roster with the root key", "phusa-aggregator roster sign --root-key root.key roster.yaml -o roster.signed",
     "phusa-aggregator roster sign --root-key root.key roster.yaml -o roster.signed"},
    {PH_AGG_CMD_ROSTER_SHOW, "roster show", "FILE", 1, 1, show_opts, "xem danh sách khóa", "show a roster",
     "phusa-aggregator roster show roster.signed --root root.pub",
     "phusa-aggregator roster show roster.signed --root root.pub"},
    {PH_AGG_CMD_REGISTRY_CHECK, "registry check", "FOLDER", 1, 1, NULL, "kiểm tra một bộ danh mục: mọi lỗi cùng lúc",
     "check a registry: every error at once",
     "phusa-aggregator registry check danh-muc-moi          # thoát 0: đúng; 1: có lỗi\n"
     "phusa-aggregator registry check danh-muc-moi --json",
     "phusa-aggregator registry check new-registry          # exit 0: right; 1: errors\n"
     "phusa-aggregator registry check new-registry --json"},
    {PH_AGG_CMD_REGISTRY_DIFF, "registry diff", "A B", 2, 2, NULL,
     "hai bộ danh mục khác nhau ở đâu; A, B: thư mục hoặc mã băm trong sổ cái",
     "where two registries differ; A, B: folders, or digests that the ledger keeps",
     "phusa-aggregator registry diff danh-muc danh-muc-moi\n"
     "phusa-aggregator registry diff 3f…64 chữ số…a1 danh-muc-moi -c agg.yaml   # bản trong sổ cái",
     "phusa-aggregator registry diff registry new-registry\n"
     "phusa-aggregator registry diff 3f…64 digits…a1 new-registry -c agg.yaml   # the one in the ledger"},
    {PH_AGG_CMD_SUMMARY, "summary", "CLUSTER PERIOD", 2, 2, summary_opts, "số liệu tổng hợp của một cụm trong một kỳ",
     "the consolidated figures of a cluster in a period",
     "phusa-aggregator summary dbsh 2023-S1\nphusa-aggregator summary dbsh 2023-S1 --csv --excel > cum.csv\n"
     "phusa-aggregator summary dbsh 2023-S1 --as-of 2023-07-20   # như đã công bố đến hết ngày ấy\n"
     "phusa-aggregator summary dbsh 2023-S1 --as-of \"2023-07-20 17:00:05\"   # thời điểm như bảng in ra, hết giây ấy\n"
     "phusa-aggregator summary dbsh 2023-S1 --view now   # quy đổi theo địa giới hiện nay",
     "phusa-aggregator summary dbsh 2023-S1\nphusa-aggregator summary dbsh 2023-S1 --csv > cluster.csv\n"
     "phusa-aggregator summary dbsh 2023-S1 --as-of 2023-07-20   # as published up to the end of that day\n"
     "phusa-aggregator summary dbsh 2023-S1 --as-of \"2023-07-20 17:00:05\"   # a time as tables print it, to its end\n"
     "phusa-aggregator summary dbsh 2023-S1 --view now   # restated to today's units"},
    {PH_AGG_CMD_HISTORY, "history", "CLUSTER PERIOD INDICATOR", 3, 3, csv_opts,
     "mọi lần công bố của một số liệu: đổi gì, vì sao", "every vintage of a figure: what changed and why",
     "phusa-aggregator history dbsh 2023-S1 GRDP_GROWTH", "phusa-aggregator history dbsh 2023-S1 GRDP_GROWTH"},
    {PH_AGG_CMD_TIMELINESS, "timeliness", "CLUSTER PERIOD|YEAR", 2, 2, csv_opts,
     "ai đã nộp, khi nào, sớm hay muộn; số liệu đủ đến đâu",
     "who has reported, when, early or late; how complete it is",
     "phusa-aggregator timeliness dbsh 2023-S1\nphusa-aggregator timeliness dbsh 2023 --excel > dung-han.csv",
     "phusa-aggregator timeliness dbsh 2023-S1\nphusa-aggregator timeliness dbsh 2023 --csv > timeliness.csv"},
    {PH_AGG_CMD_REGISTER, "register", "CLUSTER PERIOD", 2, 2, register_opts,
     "sổ nội dung thi đua của cụm trong một kỳ: phong trào, văn bản, mô hình",
     "a cluster's register of a period: movements, directives, models",
     "phusa-aggregator register dbsh 2023-S1\nphusa-aggregator register dbsh 2023-S1 --excel > so.csv\n"
     "phusa-aggregator register dbsh 2023-S1 --as-of 2023-07-20   # như đã công bố đến hết ngày ấy",
     "phusa-aggregator register dbsh 2023-S1\nphusa-aggregator register dbsh 2023-S1 --csv > register.csv\n"
     "phusa-aggregator register dbsh 2023-S1 --as-of 2023-07-20   # as published up to the end of that day"},
    {PH_AGG_CMD_SCORE, "score", "CLUSTER YEAR", 2, 2, score_opts,
     "tính điểm thi đua của cụm và đề xuất thứ hạng (không quyết định)",
     "compute a cluster's emulation points and propose ranks (never decides)",
     "phusa-aggregator score dbsh 2023 --scheme tieu-chi.yaml --targets chi-tieu.yaml --sheet phieu.yaml --period "
     "2023-S1\n"
     "phusa-aggregator score dbsh 2023 --scheme tieu-chi.yaml --sheet phieu.yaml --unit thaibinh",
     "phusa-aggregator score dbsh 2023 --scheme criteria.yaml --targets targets.yaml --sheet sheet.yaml --period "
     "2023-S1\n"
     "phusa-aggregator score dbsh 2023 --scheme criteria.yaml --sheet sheet.yaml --unit thaibinh"},
    {PH_AGG_CMD_SCORE_CHECK, "score check", "FILE…", 1, 64, NULL, "kiểm tra các tệp chấm điểm, nêu mọi lỗi một lượt",
     "check scoring files, telling every error at once",
     "phusa-aggregator score check tieu-chi.yaml chi-tieu.yaml phieu.yaml",
     "phusa-aggregator score check criteria.yaml targets.yaml sheet.yaml"},
    {PH_AGG_CMD_FINDINGS, "findings", "CLUSTER PERIOD", 2, 2, findings_opts,
     "các phát hiện của quy tắc trong số liệu của một cụm trong một kỳ",
     "what the rules found in the submissions of a cluster in a period",
     "phusa-aggregator findings dbsh 2023-S1 --unit haiduong\n"
     "phusa-aggregator findings dbsh 2023-S1 --json     # báo cáo kiểm tra theo bố cục ESS\n"
     "phusa-aggregator findings dbsh 2023-S1 --excel > kiem-tra.csv",
     "phusa-aggregator findings dbsh 2023-S1 --unit haiduong\n"
     "phusa-aggregator findings dbsh 2023-S1 --json     # a validation report in the ESS layout\n"
     "phusa-aggregator findings dbsh 2023-S1 --excel > findings.csv"},
    {PH_AGG_CMD_REPLAY, "replay", "", 0, 0, replay_opts, "dựng lại mọi thứ từ nhật ký rồi so sánh",
     "rebuild everything from the log and compare", "phusa-aggregator replay",
     "phusa-aggregator replay                 # beside a running daemon, too"},
    {PH_AGG_CMD_VERIFY, "verify", "", 0, 0, verify_opts, "kiểm tra sổ cái từ mục đầu tiên: cây băm, mọi chữ ký",
     "check the ledger from its first leaf: tree, every signature", "phusa-aggregator verify",
     "phusa-aggregator verify --card aggregator.card"},
    {PH_AGG_CMD_STATUS, "status", "", 0, 0, NULL, "sổ cái đang ở đâu", "where the ledger stands",
     "phusa-aggregator status\nphusa-aggregator status --json",
     "phusa-aggregator status\nphusa-aggregator status --json"},
    {PH_AGG_CMD_REFERENCE, "config-reference", "", 0, 0, NULL, "in tài liệu các khóa cấu hình (Markdown)",
     "print the reference of configuration keys (Markdown)",
     "phusa-aggregator config-reference > docs/CONFIG-aggregator.md",
     "phusa-aggregator config-reference > docs/CONFIG-aggregator.md"},
    END};

const ph_args_spec ph_agg_args = {
    .program = "phusa-aggregator",
    .vi = "nhận, kiểm tra, ghi sổ và tổng hợp số liệu của các tỉnh trong cụm",
    .en = "takes in, checks, logs and consolidates the figures of a cluster's provinces",
    .examples_vi = "phusa-aggregator init --root root.pub\n"
                   "phusa-aggregator run\n"
                   "phusa-aggregator summary dbsh 2023-S1",
    .examples_en = "phusa-aggregator init --root root.pub\n"
                   "phusa-aggregator run\n"
                   "phusa-aggregator summary dbsh 2023-S1",
    .commands = commands,
    .opts = NULL,
    .flags = PH_ARGS_CFG | PH_ARGS_JSON,
    .fallback = PH_LANG_EN,
    .default_config = PH_AGG_DEFAULT_CONFIG,
};
