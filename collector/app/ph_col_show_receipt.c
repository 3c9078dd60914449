/* ph_col_show_receipt - a receipt out of the spool: checked again, printable.   Layer: collector/app */
#include <string.h>

#include "ph_col_agent.h"
#include "ph_col_sent.h"
#include "ph_col_show.h"
#include "ph_locale.h"
#include "ph_utf8.h"

enum { WORDS_BYTES = 1024 };

ph_rc ph_col_stored_receipt_load(ph_col_app *app, const ph_col_item *item, ph_col_stored_receipt *ret, ph_err *err)
{
    ph_buf again;
    ph_buf_init(&ret->frame, PH_MAX_REPLY_BYTES);
    ph_rc rc = app->spool->ops->receipt(app->spool, &item->id, &ret->frame);
    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? rc : ph_col_app_spool_err(app, rc, err);
    rc = ph_receipts_read(ph_buf_span(&ret->frame), &ret->one, &ret->receipts);
    if (rc == PH_OK)
        rc = ph_judgement_read(ret->one.verdict_bytes, &ret->judgement);
    if (rc == PH_OK)
        rc = ph_findings_read(ret->one.findings, ret->findings, PH_MAX_FINDINGS, &ret->n_findings);
    if (rc != PH_OK || ret->receipts.n != 1)
        return ph_err_set(err, PH_CORRUPT, "spool.receipt", app->cfg.spool, "%s",
                          PH_T("biên nhận lưu trong spool bị hỏng", "a receipt stored in the spool is damaged"));
    ph_buf_init(&again, PH_MAX_REPLY_BYTES);
    ret->check = ph_col_receipt_check(&ret->receipts, &ret->one, item, ph_span_str(app->cfg.unit),
                                      app->aggregator.sign_public, &again);
    ph_buf_done(&again);
    return PH_OK;
}

void ph_col_stored_receipt_done(ph_col_stored_receipt *r)
{
    ph_buf_done(&r->frame);
}

void ph_col_show_findings(const ph_col_app *app, const ph_col_stored_receipt *r, ph_buf *dst)
{
    char words[WORDS_BYTES];
    for (size_t i = 0; i < r->n_findings; i++) {
        const ph_finding *f = &r->findings[i];
        (void)ph_finding_say(f, app->registry, app->lang, words, sizeof words);
        (void)ph_buf_printf(dst, "  - %s [%.*s]\n", words, (int)f->rule.len, (const char *)f->rule.ptr);
    }
    if (r->judgement.n_findings > r->n_findings)
        (void)ph_buf_printf(dst, PH_T("  … tất cả %u\n", "  … %u in all\n"), r->judgement.n_findings);
}

static const char *check_words(ph_rc check)
{
    if (check == PH_OK)
        return PH_T("đúng: chữ ký của máy tổng hợp và đường chứng minh đều khớp",
                    "good: the aggregator's signature and the proof of inclusion hold");
    if (check == PH_FORBIDDEN)
        return PH_T("SAI: chữ ký không phải của máy tổng hợp trên thẻ",
                    "BAD: the signature is not of the aggregator on the card");
    return PH_T("SAI: biên nhận không khớp với bản đã gửi hoặc với sổ",
                "BAD: the receipt does not fit what was sent, or the log");
}

static void put_pair(ph_buf *dst, const char *name, const char *value)
{
    size_t width = ph_utf8_columns(ph_span_str(name));
    (void)ph_buf_printf(dst, "  %s%*s %s\n", name, width < 22 ? (int)(22 - width) : 0, "", value);
}

static void put_hex(ph_buf *dst, const char *name, const uint8_t *bytes, size_t len)
{
    char hex[2 * PH_DIGEST_BYTES + 1];
    ph_hex_print(bytes, len, hex);
    put_pair(dst, name, hex);
}

static void put_number(ph_buf *dst, const char *name, uint64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    put_pair(dst, name, text);
}

static void put_time(ph_buf *dst, const char *name, int64_t at_us)
{
    char local[PH_TIME_TEXT_BYTES], text[PH_TIME_TEXT_BYTES + 16];
    ph_col_show_time(at_us, local);
    snprintf(text, sizeof text, "%s (UTC+7)", local);
    put_pair(dst, name, text);
}

static void put_who(const ph_col_app *app, ph_buf *dst)
{
    uint16_t unit = ph_registry_find_unit(app->registry, ph_span_str(app->cfg.unit));
    char text[256];
    snprintf(text, sizeof text, "%s (%s)",
             unit == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_unit(app->registry, unit)->name, app->lang),
             app->cfg.unit);
    put_pair(dst, PH_T("Đơn vị", "Unit"), text);
}

static const char *title_of(ph_entry_kind kind)
{
    return kind == PH_ENTRY_EXPLANATION ? PH_T("BIÊN NHẬN GIẢI TRÌNH", "RECEIPT OF AN EXPLANATION")
           : kind == PH_ENTRY_DECISION  ? PH_T("BIÊN NHẬN QUYẾT ĐỊNH", "RECEIPT OF A DECISION")
                                        : PH_T("BIÊN NHẬN SỐ LIỆU", "RECEIPT OF FIGURES");
}

/* What was sent, in the words that the kind has for it. */
static void put_subject(const ph_col_app *app, const ph_col_item *item, ph_buf *dst)
{
    uint16_t indicator = ph_registry_find_indicator(app->registry, ph_span_str(item->indicator));
    char text[256];
    if (item->kind == PH_ENTRY_SUBMISSION)
        put_number(dst, PH_T("Bản số", "Revision"), item->revision);
    if (item->kind == PH_ENTRY_DECISION)
        put_pair(dst, PH_T("Quyết định", "Decision"), ph_col_decision_word(item->decision, app->lang));
    if (item->subject[0] != '\0')
        put_pair(dst, PH_T("Về đơn vị", "On unit"), item->subject);
    if (item->indicator[0] == '\0')
        return;
    if (item->kind == PH_ENTRY_DECISION && strcmp(item->subject, app->cfg.unit) == 0)
        put_pair(dst, PH_T("Lưu ý", "Note"),
                 PH_T("quyết định về số liệu của chính đơn vị mình", "decided upon a figure of the own unit"));
    snprintf(text, sizeof text, "%s (%s)",
             indicator == PH_NO_INDEX ? "?"
                                      : ph_name_in(ph_registry_indicator(app->registry, indicator)->name, app->lang),
             item->indicator);
    put_pair(dst, PH_T("Về chỉ tiêu", "On indicator"), text);
}

/* The sender's own words. */
static void put_words(const ph_col_item *item, const ph_col_sent *sent, ph_buf *dst)
{
    if (sent->due_us != 0)
        put_time(dst, PH_T("Hạn nộp mới", "New deadline"), sent->due_us);
    if (sent->words.len == 0)
        return;
    (void)ph_buf_printf(
        dst,
        "  %s: ", item->kind == PH_ENTRY_EXPLANATION ? PH_T("Lời giải trình", "Explanation") : PH_T("Lý do", "Reason"));
    (void)ph_utf8_escape(sent->words, dst);
    (void)ph_buf_put_byte(dst, '\n');
}

void ph_col_show_receipt(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r, ph_buf *dst)
{
    char id[PH_UUID_TEXT_BYTES], period[PH_PERIOD_TEXT_BYTES], epoch[PH_UUID_TEXT_BYTES];
    const ph_checkpoint *c = &r->receipts.checkpoint;
    ph_col_sent sent;
    ph_col_sent_load(app, item, &sent);
    ph_uuid_print(&item->id, id);
    ph_uuid_print(&c->epoch, epoch);
    (void)ph_period_print(item->key.period, period);
    (void)ph_buf_printf(dst, "%s\n", title_of(item->kind));
    put_who(app, dst);
    put_pair(dst, PH_T("Cụm", "Cluster"), item->key.cluster);
    put_pair(dst, PH_T("Biểu", "Form"), item->key.form);
    put_pair(dst, PH_T("Kỳ", "Period"), period);
    put_subject(app, item, dst);
    put_pair(dst, PH_T("Mã bản gửi", "Id"), id);
    put_hex(dst, PH_T("Mã băm nội dung", "Digest of content"), item->body.bytes, sizeof item->body.bytes);
    put_time(dst, PH_T("Máy tổng hợp nhận lúc", "Received at"), r->one.received_at_us);
    put_pair(dst, PH_T("Kết quả", "Verdict"), ph_col_verdict_word(r->judgement.verdict, app->lang));
    put_number(dst, PH_T("Vị trí trong sổ", "Place in the log"), r->one.seq);
    put_pair(dst, PH_T("Sổ (epoch)", "Ledger epoch"), epoch);
    put_number(dst, PH_T("Mốc: số dòng sổ", "Checkpoint: size"), c->size);
    put_hex(dst, PH_T("Mốc: gốc cây", "Checkpoint: root"), c->root.bytes, sizeof c->root.bytes);
    put_time(dst, PH_T("Mốc: lúc", "Checkpoint: at"), c->sealed_at_us);
    put_hex(dst, PH_T("Khóa biên nhận", "Receipt key"), c->key_id.bytes, sizeof c->key_id.bytes);
    put_words(item, &sent, dst);
    ph_col_sent_done(&sent);
    put_pair(dst, PH_T("Kiểm tra lại", "Checked again"), check_words(r->check));
    if (r->n_findings > 0)
        (void)ph_buf_printf(dst, "  %s:\n", PH_T("Nhận xét", "Findings"));
    ph_col_show_findings(app, r, dst);
}

/* Complete, whatever is listed below them. */
static void put_counts_json(const ph_col_stored_receipt *r, ph_json *j)
{
    ph_json_begin_array(j);
    for (size_t i = 0; i < r->judgement.n_counts; i++) {
        const ph_rule_count *c = &r->judgement.counts[i];
        ph_json_begin_object(j);
        ph_json_key(j, "action");
        ph_json_str(j, ph_action_name(c->action));
        ph_json_key(j, "count");
        ph_json_uint(j, c->n);
        ph_json_key(j, "rule");
        ph_json_text(j, c->rule);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

static void put_findings_json(const ph_col_app *app, const ph_col_stored_receipt *r, ph_json *j)
{
    char words[WORDS_BYTES];
    ph_json_begin_array(j);
    for (size_t i = 0; i < r->n_findings; i++) {
        const ph_finding *f = &r->findings[i];
        (void)ph_finding_say(f, app->registry, app->lang, words, sizeof words);
        ph_json_begin_object(j);
        ph_json_key(j, "code");
        ph_json_text(j, f->rule);
        ph_json_key(j, "indicator");
        ph_json_text(j, f->indicator);
        ph_json_key(j, "level");
        ph_json_str(j, ph_action_name(f->action));
        ph_json_key(j, "text");
        ph_json_str(j, words);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

void ph_col_show_receipt_json(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r,
                              ph_json *j)
{
    char epoch[PH_UUID_TEXT_BYTES];
    ph_uuid_print(&r->receipts.checkpoint.epoch, epoch);
    ph_json_begin_object(j);
    ph_json_key(j, "checkpoint");
    ph_json_begin_object(j);
    ph_json_key(j, "epoch");
    ph_json_str(j, epoch);
    ph_json_key(j, "root");
    ph_json_hex(j, &r->receipts.checkpoint.root);
    ph_json_key(j, "sealed_at_us");
    ph_json_uint(j, (uint64_t)r->receipts.checkpoint.sealed_at_us);
    ph_json_key(j, "size");
    ph_json_uint(j, r->receipts.checkpoint.size);
    ph_json_end_object(j);
    ph_json_key(j, "counts");
    put_counts_json(r, j);
    ph_json_key(j, "findings");
    put_findings_json(app, r, j);
    ph_json_key(j, "item");
    ph_json_begin_object(j);
    ph_col_show_item_json(app, item, j);
    ph_json_end_object(j);
    ph_json_key(j, "received_at_us");
    ph_json_uint(j, (uint64_t)r->one.received_at_us);
    ph_json_key(j, "seq");
    ph_json_uint(j, r->one.seq);
    ph_json_key(j, "verdict");
    ph_json_str(j, ph_verdict_name(r->judgement.verdict));
    ph_json_key(j, "verified");
    ph_json_bool(j, r->check == PH_OK);
    ph_json_end_object(j);
}
