/* ph_col_cmd_explain - what the unit says of a value of its own that is held: signed, durable, sent, answered.   Layer:
 * collector/app */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ph_col_case.h"
#include "ph_col_cmds.h"
#include "ph_col_post.h"
#include "ph_col_show.h"
#include "ph_explanation.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_utf8.h"

enum { TEXT_MAX_BYTES = 64 * 1024 };

/* ---- the words ---- */

static ph_rc bad_text(const char *vi, const char *en, ph_err *err)
{
    (void)ph_err_set(err, PH_USAGE, "explain.text", "--text", "%s", ph_lang_current() == PH_LANG_VI ? vi : en);
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_err_hint(err, "%s",
                PH_T("--text \"lời giải trình\", --file giai-trinh.txt, hoặc --file - để đọc từ bàn phím",
                     "--text \"why\", --file why.txt, or --file - to read standard input"));
    return PH_USAGE;
}

static ph_rc read_raw(const ph_col_app *app, ph_buf *dst, ph_err *err)
{
    const char *text = ph_args_get(app->args, PH_COL_OPT_TEXT), *file = ph_args_get(app->args, PH_COL_OPT_FILE);
    uint8_t part[4096];
    ssize_t n = 0;
    if ((text == NULL) == (file == NULL))
        return bad_text("cần lời giải trình: --text hoặc --file, một trong hai",
                        "the explanation is needed: --text or --file, one of them", err);
    if (text != NULL)
        return ph_buf_put_str(dst, text);
    if (strcmp(file, "-") != 0)
        return ph_file_read(file, dst, err);
    while (dst->rc == PH_OK && (n = read(STDIN_FILENO, part, sizeof part)) > 0)
        (void)ph_buf_put(dst, part, (size_t)n);
    return n < 0 ? ph_err_set(err, PH_IO, "file.read", "-", "%s", ph_rc_text(PH_IO)) : dst->rc;
}

/* Without a byte order mark, with plain line ends, without blanks around. */
static ph_span tidy(ph_buf *raw)
{
    size_t n = 0, from = 0;
    if (raw->len >= 3 && memcmp(raw->ptr, "\xEF\xBB\xBF", 3) == 0)
        from = 3;
    for (size_t i = from; i < raw->len; i++)
        if (raw->ptr[i] != '\r')
            raw->ptr[n++] = raw->ptr[i];
    ph_span text = ph_span_of(raw->ptr, n);
    while (text.len > 0 && strchr(" \t\n", text.ptr[text.len - 1]) != NULL)
        text.len--;
    while (text.len > 0 && strchr(" \t\n", text.ptr[0]) != NULL)
        text = ph_span_of(text.ptr + 1, text.len - 1);
    return text;
}

static ph_rc read_text(const ph_col_app *app, ph_buf *dst, ph_err *err)
{
    ph_buf raw;
    ph_buf_init(&raw, TEXT_MAX_BYTES);
    ph_rc rc = read_raw(app, &raw, err);
    if (rc == PH_LIMIT || (rc == PH_OK && raw.len > 0 && ph_utf8_nfc(tidy(&raw), dst) == PH_LIMIT))
        rc = bad_text("lời giải trình quá dài", "the explanation is too long", err);
    ph_buf_done(&raw);
    if (rc != PH_OK)
        return rc;
    if (ph_utf8_is_blank(ph_buf_span(dst)))
        return bad_text("lời giải trình trống, hoặc không phải chữ UTF-8", "the explanation is empty, or not UTF-8",
                        err);
    if (dst->len > PH_MAX_NOTE_BYTES)
        return bad_text("lời giải trình quá dài (tối đa 1024 byte)", "the explanation is too long (1024 bytes at most)",
                        err);
    if (!ph_utf8_is_clean_nfc(ph_buf_span(dst)))
        return bad_text("lời giải trình có ký tự điều khiển hoặc ký tự ẩn",
                        "the explanation holds control or invisible characters", err);
    return PH_OK;
}

/* ---- what it speaks of ---- */

static ph_rc counts_already(const ph_col_app *app, const ph_case_line *line, ph_err *err)
{
    (void)ph_err_set(err, PH_EXISTS, "explain.closed", app->args->operands[0],
                     PH_T("số liệu này không chờ giải trình: %s", "this value waits for no explanation: %s"),
                     ph_col_case_word(line->state, app->lang));
    ph_err_means(err, "%s", PH_T("số liệu đã được tính; chưa có gì được gửi", "the value counts; nothing was sent"));
    ph_err_hint(err, "phusa-collector cases");
    return PH_EXISTS;
}

/* Off-line the own spool knows the value best; what was heard before knows it too. */
static ph_rc find_offline(ph_col_app *app, const ph_col_cases *known, uint16_t indicator, const ph_col_wanted *wanted,
                          ph_col_key *key, ph_case_line *ret, ph_err *err)
{
    uint16_t unit = ph_registry_find_unit(app->registry, ph_span_str(app->cfg.unit));
    const ph_calendar_item *duty;
    const ph_case_line *heard = NULL;
    ph_err ignored = {0};
    ph_rc rc = ph_col_app_duty(app, wanted, &duty, err);
    if (rc == PH_OK) {
        ph_col_app_key(app, duty, key);
        rc = ph_col_case_from_spool(app, key, indicator, ret, err);
    }
    if (rc == PH_OK || unit == PH_NO_INDEX ||
        ph_col_case_pick(app, known, wanted, unit, indicator, &heard, &ignored) != PH_OK)
        return rc;
    *ret = *heard;
    return PH_OK;
}

static ph_rc find_spoken(ph_col_app *app, const ph_col_cases *cases, bool is_fresh, ph_col_key *key, ph_case_line *ret,
                         ph_err *err)
{
    uint16_t unit, indicator;
    const ph_case_line *line = NULL;
    ph_col_wanted wanted;
    ph_rc rc = ph_col_app_wanted(app, &wanted, err);
    if (rc == PH_OK)
        rc = ph_col_case_unit(app, app->cfg.unit, &unit, err);
    if (rc == PH_OK)
        rc = ph_col_case_indicator(app, wanted.form, app->args->operands[0], &indicator, err);
    if (rc != PH_OK)
        return rc;
    if (!is_fresh)
        return find_offline(app, cases, indicator, &wanted, key, ret, err);
    rc = ph_col_case_pick(app, cases, &wanted, unit, indicator, &line, err);
    if (rc != PH_OK)
        return rc;
    if (line->state == PH_CASE_CONFIRMED || line->state == PH_CASE_OVERRIDDEN)
        return counts_already(app, line, err);
    *ret = *line;
    return PH_OK;
}

/* ---- the command ---- */

static ph_rc show_spoken(ph_col_app *app, const ph_case_line *line, bool is_fresh)
{
    ph_buf text;
    if (app->args->json)
        return PH_OK;
    ph_buf_init(&text, TEXT_MAX_BYTES);
    ph_col_case_show(app, line, false, &text);
    if (!is_fresh)
        (void)ph_buf_printf(&text, "  %s\n",
                            PH_T("(giá trị lấy từ máy này: chưa hỏi được máy tổng hợp có giữ nó không)",
                                 "(the value is this machine's: the aggregator was not asked whether it holds it)"));
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stderr, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}

static ph_rc put(ph_col_app *app, const ph_case_line *line, ph_span words, ph_col_item *item, ph_err *err)
{
    ph_buf body;
    ph_explanation e = {.unit = ph_span_str(app->cfg.unit),
                        .cluster = line->of.cluster,
                        .form = line->of.form,
                        .period = line->of.period,
                        .indicator = line->of.indicator,
                        .value = line->digest,
                        .text = words};
    ph_col_post_stamp(&e.id, &e.agent_time_us);
    *item = (ph_col_item){.id = e.id, .kind = PH_ENTRY_EXPLANATION, .spooled_at_us = e.agent_time_us};
    ph_col_case_key(line, &item->key);
    (void)ph_span_copy(line->of.indicator, item->indicator, sizeof item->indicator);
    ph_buf_init(&body, PH_COL_MAX_ENVELOPE_BYTES);
    ph_explanation_write(&e, &body);
    ph_rc rc = ph_col_post_put(app, &body, item, err);
    ph_buf_done(&body);
    return rc;
}

static ph_rc explain(ph_col_app *app, ph_col_wait *w, ph_col_cases *cases, ph_span words, ph_err *err)
{
    int64_t patience_us = 0;
    ph_col_hearing_end end;
    ph_case_line line;
    ph_col_item item;
    ph_col_key key;
    ph_rc rc = ph_col_wait_patience(app->args, &patience_us, err);
    if (rc == PH_OK)
        rc = ph_col_case_hear(app, w, cases, &end, err);
    if (rc == PH_OK)
        rc = find_spoken(app, cases, end.is_fresh, &key, &line, err);
    if (rc == PH_OK)
        rc = show_spoken(app, &line, end.is_fresh);
    if (rc == PH_OK)
        rc = put(app, &line, words, &item, err);
    return rc == PH_OK ? ph_col_post_follow(app, w, &item, patience_us, err) : rc;
}

ph_rc ph_col_cmd_explain(ph_col_app *app, ph_err *err)
{
    ph_col_cases cases = {0};
    ph_col_wait *w = NULL;
    ph_buf words;
    ph_buf_init(&words, TEXT_MAX_BYTES);
    ph_rc rc = read_text(app, &words, err);
    if (rc == PH_OK)
        rc = ph_col_app_all(app, err);
    if (rc == PH_OK)
        rc = ph_col_wait_open(app, &w, err);
    if (rc == PH_OK)
        rc = explain(app, w, &cases, ph_buf_span(&words), err);
    ph_col_cases_done(&cases);
    ph_col_wait_close(w);
    ph_buf_done(&words);
    return rc;
}
