/* ph_col_args - commands, options and their help.   Layer: collector/app */
#include "ph_col_cmds.h"

#define END          \
    {                \
        .name = NULL \
    }
#define OPT_FORM                                                                                           \
    {                                                                                                      \
        PH_COL_OPT_FORM, 0, "form", "ID", "biểu mẫu, ví dụ socio-economic", "form, such as socio-economic" \
    }
#define OPT_PERIOD                                                                               \
    {                                                                                            \
        PH_COL_OPT_PERIOD, 0, "period", "PERIOD", "kỳ báo cáo: 2023, 2023-S1, 2023-Q2, 2023-06", \
            "period: 2023, 2023-S1, 2023-Q2, 2023-06"                                            \
    }
#define OPT_CLUSTER                                                            \
    {                                                                          \
        PH_COL_OPT_CLUSTER, 0, "cluster", "ID", "cụm; mặc định theo cấu hình", \
            "cluster; default from the configuration"                          \
    }
#define OPT_NOTATION                                                                                         \
    {                                                                                                        \
        PH_COL_OPT_NOTATION, 0, "notation", "vi|plain", "số trong tệp viết 1.234,5 (vi) hay 1234.5 (plain)", \
            "numbers of the file are written 1.234,5 (vi) or 1234.5 (plain)"                                 \
    }

#define OPT_ITEMS                                                                                                         \
    {                                                                                                                     \
        PH_COL_OPT_ITEMS, 0, "items", "FILE",                                                                             \
            "CSV phong trào, văn bản, mô hình; thay toàn bộ mục đã gửi. Mẫu: template --items; cột:\n" \
            "loại, tiêu đề, số văn bản, ngày văn bản, chi tiết",                                                          \
            "CSV of movements, directives, models; takes the place of all sent before. Made by template --items; "        \
            "columns:\n"                                                                                                  \
            "kind, title, document no, document date, detail"                                                             \
    }
#define OPT_KIND                                                                                                      \
    {                                                                                                                 \
        PH_COL_OPT_KIND, 0, "kind", "KIND",                                                                           \
            "loại đính chính: clerical, restatement, definition, territory; withdrawal rút số ở các dòng để trống",   \
            "kind of correction: clerical, restatement, definition, territory; withdrawal takes back rows left empty" \
    }
#define OPT_REASON                                                                             \
    {                                                                                          \
        PH_COL_OPT_REASON, 0, "reason", "TEXT", "lý do đính chính", "reason of the correction" \
    }

static const ph_opt keygen_opts[] = {
    {PH_COL_OPT_UNIT, 0, "unit", "ID", "mã đơn vị trong danh mục", "id of this unit in the registry"},
    {PH_COL_OPT_REGISTRY, 0, "registry", "DIR", "thư mục danh mục, ghi vào cấu hình mới",
     "folder of the registry, for the new configuration"},
    {PH_COL_OPT_CARD, 0, "card", "FILE", "thẻ của máy tổng hợp, ghi vào cấu hình mới",
     "the aggregator's card, for the new configuration"},
    END};
static const ph_opt card_opts[] = {{PH_COL_OPT_OUTPUT, 'o', "output", "FILE", "ghi ra tệp này", "write to this file"},
                                   END};
static const ph_opt template_opts[] = {
    OPT_FORM,
    OPT_PERIOD,
    OPT_CLUSTER,
    {PH_COL_OPT_EXCEL, 0, "excel", NULL, "cho Excel tiếng Việt: dấu ; , dấu phẩy thập phân, BOM",
     "for a Vietnamese Excel: separated by ; with decimal comma and byte order mark"},
    {PH_COL_OPT_ITEMS, 0, "items", NULL, "tệp phong trào, văn bản, mô hình (gửi kèm bằng submit --items)",
     "the file of movements, directives and models instead (for submit --items)"},
    {PH_COL_OPT_OUTPUT, 'o', "output", "FILE", "ghi ra tệp này (không ghi đè)", "write to this file (never over one)"},
    END};
static const ph_opt check_opts[] = {OPT_FORM,  OPT_PERIOD, OPT_CLUSTER, OPT_NOTATION,
                                    OPT_ITEMS, OPT_KIND,   OPT_REASON,  END};
static const ph_opt submit_opts[] = {
    OPT_FORM,
    OPT_PERIOD,
    OPT_CLUSTER,
    OPT_NOTATION,
    OPT_ITEMS,
    OPT_KIND,
    OPT_REASON,
    {PH_COL_OPT_YES, 'y', "yes", NULL, "gửi ngay, không hỏi lại", "send without asking"},
    {PH_COL_OPT_NO_WAIT, 0, "no-wait", NULL, "chỉ đưa vào spool; run sẽ gửi", "only into the spool; run sends it"},
    {PH_COL_OPT_WAIT, 0, "wait", "TIME", "chờ biên nhận bao lâu (mặc định 60s)",
     "how long to wait for the receipt (default 60s)"},
    END};
#define OPT_YES(vi, en)                              \
    {                                                \
        PH_COL_OPT_YES, 'y', "yes", NULL, (vi), (en) \
    }
#define OPT_NO_WAIT                                                                                                  \
    {                                                                                                                \
        PH_COL_OPT_NO_WAIT, 0, "no-wait", NULL, "chỉ đưa vào spool; run sẽ gửi", "only into the spool; run sends it" \
    }
#define OPT_WAIT                                                                    \
    {                                                                               \
        PH_COL_OPT_WAIT, 0, "wait", "TIME", "chờ biên nhận bao lâu (mặc định 60s)", \
            "how long to wait for the receipt (default 60s)"                        \
    }
#define OPT_WHY                                                                                                   \
    {                                                                                                             \
        PH_COL_OPT_REASON, 0, "reason", "TEXT", "lý do; được lưu và hiện mãi mãi", "why; kept and shown for ever" \
    }
#define OPT_DECIDE OPT_YES("ký và gửi ngay, không hỏi lại", "sign and send without asking"), OPT_NO_WAIT, OPT_WAIT
static const ph_opt cases_opts[] = {OPT_FORM, OPT_PERIOD, OPT_CLUSTER, END};
static const ph_opt explain_opts[] = {OPT_FORM,
                                      OPT_PERIOD,
                                      OPT_CLUSTER,
                                      {PH_COL_OPT_TEXT, 0, "text", "TEXT", "lời giải trình", "the explanation"},
                                      {PH_COL_OPT_FILE, 0, "file", "FILE", "đọc lời giải trình từ tệp; - là bàn phím",
                                       "read the explanation from a file; - is standard input"},
                                      OPT_NO_WAIT,
                                      OPT_WAIT,
                                      END};
static const ph_opt decide_opts[] = {OPT_FORM, OPT_PERIOD, OPT_CLUSTER, OPT_WHY, OPT_DECIDE, END};
static const ph_opt extend_opts[] = {OPT_FORM,
                                     OPT_PERIOD,
                                     OPT_CLUSTER,
                                     {PH_COL_OPT_DUE, 0, "due", "TIME",
                                      "hạn nộp mới: \"2023-08-05 17:00\" giờ Việt Nam, hoặc 05/08/2023",
                                      "the new deadline: \"2023-08-05 17:00\" in UTC+7, or 2023-08-05"},
                                     OPT_WHY,
                                     OPT_DECIDE,
                                     END};
static const ph_opt status_opts[] = {
    {PH_COL_OPT_LIMIT, 'n', "last", "N", "số bản mới nhất (mặc định 20)", "how many of the newest items (default 20)"},
    END};

static const ph_command commands[] = {
    {PH_COL_CMD_KEYGEN, "keygen", "", 0, 0, keygen_opts, "tạo khóa của đơn vị và tệp cấu hình đầu tiên",
     "make this unit's keys and a first configuration",
     "phusa-collector keygen --unit thaibinh --card aggregator.card\n"
     "                                     # khóa bí mật nằm ở keys/, không bao giờ rời máy này",
     "phusa-collector keygen --unit thaibinh --card aggregator.card\n"
     "                                     # the secret keys are in keys/ and never leave this machine"},
    {PH_COL_CMD_CARD, "card", "", 0, 0, card_opts,
     "in thẻ của đơn vị để giao cho người ký danh sách (không có gì bí mật)",
     "print this unit's card for whoever signs the roster (nothing secret)",
     "phusa-collector card -o thaibinh.card   # đọc dấu vân tay qua điện thoại để đối chiếu",
     "phusa-collector card -o thaibinh.card   # read the fingerprint out over the telephone"},
    {PH_COL_CMD_TEMPLATE, "template", "", 0, 0, template_opts, "tạo tệp CSV để điền, có sẵn số của lần trước",
     "make the CSV to fill in, with the last figures written already",
     "phusa-collector template --excel -o so-lieu.csv\n"
     "phusa-collector template --form socio-economic --period 2023-S1 -o so-lieu.csv\n"
     "phusa-collector template --items --excel -o noi-dung.csv   # phong trào, văn bản, mô hình",
     "phusa-collector template -o figures.csv\n"
     "phusa-collector template --form socio-economic --period 2023-S1 -o figures.csv\n"
     "phusa-collector template --items -o items.csv              # movements, directives, models"},
    {PH_COL_CMD_CHECK, "check", "FILE", 1, 1, check_opts, "kiểm tra tệp, không gửi gì", "check a file, send nothing",
     "phusa-collector check so-lieu.csv", "phusa-collector check figures.csv"},
    {PH_COL_CMD_SUBMIT, "submit", "FILE", 1, 1, submit_opts, "kiểm tra, ký, gửi và chờ biên nhận",
     "check, sign, send and wait for the receipt",
     "phusa-collector submit so-lieu.csv\n"
     "phusa-collector submit so-lieu.csv --items noi-dung.csv   # kèm phong trào, văn bản, mô hình: template --items\n"
     "phusa-collector submit dinh-chinh.csv --kind clerical --reason \"gõ nhầm\"   # chỉ cần các ô thay đổi\n"
     "phusa-collector submit rut.csv --kind withdrawal --reason \"chờ thẩm định\"   # dòng để trống giá trị: rút số đã "
     "gửi",
     "phusa-collector submit figures.csv\n"
     "phusa-collector submit figures.csv --items items.csv   # with movements, directives, models: template --items\n"
     "phusa-collector submit correction.csv --kind clerical --reason \"typing error\"   # changed cells only will do\n"
     "phusa-collector submit back.csv --kind withdrawal --reason \"under audit\"   # rows with an empty value: taken "
     "back"},
    {PH_COL_CMD_RUN, "run", "", 0, 0, NULL, "dịch vụ: gửi những gì đang chờ, tự nối lại mãi",
     "the daemon: sends what waits, reconnects for ever", "phusa-collector run -c /etc/phusa/collector.yaml",
     "phusa-collector run -c /etc/phusa/collector.yaml"},
    {PH_COL_CMD_STATUS, "status", "", 0, 0, status_opts, "kết nối ra sao, bản nào chưa gửi, còn phải báo cáo gì",
     "how the connection is, what is not sent, what is still expected", "phusa-collector status",
     "phusa-collector status --json"},
    {PH_COL_CMD_RECEIPTS, "receipts", "[ID]", 0, 1, NULL, "danh sách biên nhận, hoặc một biên nhận để in",
     "the receipts, or one to print", "phusa-collector receipts\nphusa-collector receipts 018f6d1c > bien-nhan.txt",
     "phusa-collector receipts\nphusa-collector receipts 018f6d1c > receipt.txt"},
    {PH_COL_CMD_CASES, "cases", "", 0, 0, cases_opts,
     "số liệu nào bị tạm giữ, vì sao, đã giải trình gì, cần làm gì tiếp",
     "which values are held, why, what was said of them, what to do next",
     "phusa-collector cases\nphusa-collector cases --period 2023-S1", "phusa-collector cases --json"},
    {PH_COL_CMD_EXPLAIN, "explain", "INDICATOR", 1, 1, explain_opts,
     "giải trình một số liệu của đơn vị đang bị tạm giữ: ký, gửi và chờ biên nhận",
     "explain a value of this unit that is held: sign, send and wait for the receipt",
     "phusa-collector explain GRDP_GROWTH --text \"nhà máy mới vận hành từ tháng 3\"\n"
     "phusa-collector explain GRDP_GROWTH --period 2023-S1 --file giai-trinh.txt",
     "phusa-collector explain GRDP_GROWTH --text \"a new plant runs since March\"\n"
     "phusa-collector explain GRDP_GROWTH --period 2023-S1 --file why.txt"},
    {PH_COL_CMD_CONFIRM, "decide confirm", "UNIT INDICATOR", 2, 2, decide_opts,
     "cụm trưởng xác nhận: giải trình thỏa đáng, số liệu được tính",
     "the head confirms: explained to satisfaction, the value counts",
     "phusa-collector decide confirm haiduong GRDP_GROWTH", "phusa-collector decide confirm haiduong GRDP_GROWTH"},
    {PH_COL_CMD_RETURN, "decide return", "UNIT INDICATOR", 2, 2, decide_opts,
     "cụm trưởng trả lại: đơn vị giải trình lại hoặc đính chính",
     "the head returns it: the unit explains again, or corrects",
     "phusa-collector decide return haiduong GRDP_GROWTH --reason \"chưa có số của Cục Thống kê\"",
     "phusa-collector decide return haiduong GRDP_GROWTH --reason \"no figure of the statistics office\""},
    {PH_COL_CMD_OVERRIDE, "decide override", "UNIT INDICATOR", 2, 2, decide_opts,
     "cụm trưởng cho qua: số liệu được tính dù chưa giải trình thỏa đáng; lý do hiện mãi",
     "the head lets it pass: the value counts though not explained; the reason is shown for ever",
     "phusa-collector decide override haiduong GRDP_GROWTH --reason \"đã đối chiếu niên giám của tỉnh\"",
     "phusa-collector decide override haiduong GRDP_GROWTH --reason \"compared with the province's yearbook\""},
    {PH_COL_CMD_EXTEND, "decide extend", "[UNIT]", 0, 1, extend_opts,
     "cụm trưởng gia hạn nộp, cho một đơn vị hoặc cả cụm", "the head extends the deadline, for one unit or for all",
     "phusa-collector decide extend thaibinh --due \"2023-08-05 17:00\" --reason \"bão số 3, mất điện\"",
     "phusa-collector decide extend thaibinh --due \"2023-08-05 17:00\" --reason \"typhoon, no power\""},
    {PH_COL_CMD_FREEZE, "decide freeze", "", 0, 0, decide_opts, "cụm trưởng chốt số liệu của kỳ: từ đó không nhận thêm",
     "the head freezes the period: nothing more is taken",
     "phusa-collector decide freeze --period 2023-S1 --reason \"đã họp cụm\"",
     "phusa-collector decide freeze --period 2023-S1 --reason \"the cluster has met\""},
    {PH_COL_CMD_REOPEN, "decide reopen", "", 0, 0, decide_opts, "cụm trưởng mở lại kỳ đã chốt",
     "the head reopens a frozen period",
     "phusa-collector decide reopen --period 2023-S1 --reason \"Thái Bình đính chính IIP\"",
     "phusa-collector decide reopen --period 2023-S1 --reason \"Thái Bình corrects its IIP\""},
    {PH_COL_CMD_RETRY, "retry", "", 0, 0, NULL, "gửi lại những bản bị từ chối (sau khi đã sửa nguyên nhân)",
     "offer refused items again (after the cause was mended)", "phusa-collector retry", "phusa-collector retry"},
    {PH_COL_CMD_REFERENCE, "config-reference", "", 0, 0, NULL, "in tài liệu các khóa cấu hình (Markdown)",
     "print the reference of configuration keys (Markdown)",
     "phusa-collector config-reference > docs/CONFIG-collector.md",
     "phusa-collector config-reference --lang en > docs/CONFIG-collector.md"},
    END};

const ph_args_spec ph_col_args = {
    .program = "phusa-collector",
    .vi = "kiểm tra, ký và gửi số liệu của một tỉnh đến máy tổng hợp của cụm",
    .en = "checks, signs and sends a province's figures to the cluster's aggregator",
    .examples_vi =
        "phusa-collector keygen --unit thaibinh --card aggregator.card   # một lần\n"
        "phusa-collector card -o thaibinh.card                           # giao cho người ký danh sách\n"
        "phusa-collector template --excel -o so-lieu.csv                 # điền cột giá trị\n"
        "phusa-collector check so-lieu.csv                               # xem lỗi, chưa gửi gì\n"
        "phusa-collector submit so-lieu.csv                              # gửi, chờ biên nhận\n"
        "phusa-collector status                                          # chưa gửi · đã gửi · đã nhận · đã xét\n"
        "phusa-collector cases                                           # số liệu tạm giữ: giải trình bằng explain",
    .examples_en =
        "phusa-collector keygen --unit thaibinh --card aggregator.card   # once\n"
        "phusa-collector card -o thaibinh.card                           # for whoever signs the roster\n"
        "phusa-collector template -o figures.csv                         # fill in the value column\n"
        "phusa-collector check figures.csv                               # see what is wrong, nothing is sent\n"
        "phusa-collector submit figures.csv                              # send, wait for the receipt\n"
        "phusa-collector status                                          # not sent · sent · received · judged\n"
        "phusa-collector cases                                           # held values: say why with explain",
    .commands = commands,
    .opts = NULL,
    .flags = PH_ARGS_CFG | PH_ARGS_JSON,
    .fallback = PH_LANG_VI,
    .default_config = "phusa-collector.yaml"};
