/* ph_col_show - words for values, items and the difference between revisions.   Layer: collector/app */
#include "ph_col_show.h"

#include <string.h>

#include "ph_col_names.h"
#include "ph_col_sent.h"
#include "ph_col_stage.h"
#include "ph_locale.h"

void ph_col_show_time(int64_t time_us, char dst[PH_TIME_TEXT_BYTES])
{
    dst[0] = '\0';
    if (time_us != 0)
        (void)ph_time_print_local(time_us, dst);
}

void ph_col_show_value(const ph_observation *o, ph_lang lang, char *dst, size_t size)
{
    char number[2 * PH_DECIMAL_TEXT_BYTES] = "";
    ph_notation notation = lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN;
    const char *word = ph_col_status_word(o->status, lang);
    if (strchr(PH_OBS_NO_VALUE, o->status) == NULL)
        (void)ph_decimal_print_human(o->value, notation, number);
    if (o->status == 'A')
        snprintf(dst, size, "%s", number);
    else if (word[0] != '\0')
        snprintf(dst, size, "%s%s(%s)", number, number[0] != '\0' ? " " : "", word);
    else
        snprintf(dst, size, "%s%s(%c)", number, number[0] != '\0' ? " " : "", o->status);
}

void ph_col_show_what(const ph_col_item *item, ph_lang lang, char *dst, size_t size)
{
    if (item->kind == PH_ENTRY_SUBMISSION)
        snprintf(dst, size, "%s %u", ph_tr(lang, "bản số", "revision"), item->revision);
    else if (item->kind == PH_ENTRY_EXPLANATION)
        snprintf(dst, size, "%s %s", ph_col_kind_word(item->kind, lang), item->indicator);
    else
        snprintf(dst, size, "%s%s%s%s%s", ph_col_decision_word(item->decision, lang),
                 item->subject[0] != '\0' ? " " : "", item->subject, item->indicator[0] != '\0' ? " " : "",
                 item->indicator);
}

void ph_col_show_state(const ph_col_app *app, const ph_col_item *item, char *dst, size_t size)
{
    const char *stage = ph_col_stage_word(ph_col_stage_of(item->state, item->verdict), app->lang);
    switch (item->state) {
    case PH_COL_QUEUED:
    case PH_COL_SENT:
        snprintf(dst, size, "%s", stage);
        return;
    case PH_COL_JUDGED:
        snprintf(dst, size, "%s: %s", stage, ph_col_verdict_word(item->verdict, app->lang));
        return;
    case PH_COL_PARKED:
        snprintf(dst, size, "%s: %s (%s)", stage, ph_col_refusal_word(item->verdict, app->lang), item->reason);
        return;
    case PH_COL_SUPERSEDED:
        snprintf(dst, size, "%s: %s", stage,
                 PH_T("đã có bản sau thay trước khi gửi", "replaced by a later one before it was sent"));
        return;
    case PH_COL_QUARANTINED:
        snprintf(dst, size, "%s: %s (%s)", stage,
                 PH_T("dữ liệu lưu bị hỏng, submit lại", "the stored bytes are damaged, submit again"), item->reason);
        return;
    }
}

static void put_word_json(ph_json *j, const char *word)
{
    if (word[0] == '\0')
        ph_json_null(j);
    else
        ph_json_str(j, word);
}

void ph_col_show_item_json(const ph_col_app *app, const ph_col_item *item, ph_json *j)
{
    ph_col_sent sent;
    char id[PH_UUID_TEXT_BYTES], period[PH_PERIOD_TEXT_BYTES];
    ph_uuid_print(&item->id, id);
    (void)ph_period_print(item->key.period, period);
    ph_col_sent_load(app, item, &sent);
    ph_json_key(j, "base_revision");
    ph_json_uint(j, item->base_revision);
    ph_json_key(j, "cluster");
    ph_json_str(j, item->key.cluster);
    ph_json_key(j, "decision");
    put_word_json(j, item->kind == PH_ENTRY_DECISION ? ph_decision_name(item->decision) : "");
    ph_json_key(j, "digest");
    ph_json_hex(j, &item->body);
    ph_json_key(j, "due_us");
    if (sent.due_us == 0)
        ph_json_null(j);
    else
        ph_json_uint(j, (uint64_t)sent.due_us);
    ph_json_key(j, "form");
    ph_json_str(j, item->key.form);
    ph_json_key(j, "id");
    ph_json_str(j, id);
    ph_json_key(j, "indicator");
    put_word_json(j, item->indicator);
    ph_json_key(j, "kind");
    ph_json_str(j, ph_entry_kind_name(item->kind));
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "reason");
    ph_json_text(j, sent.words);
    ph_json_key(j, "refusal");
    ph_json_str(j, item->reason);
    ph_json_key(j, "revision");
    ph_json_uint(j, item->revision);
    ph_json_key(j, "sent_at_us");
    ph_json_uint(j, (uint64_t)item->sent_at_us);
    ph_json_key(j, "seq");
    ph_json_uint(j, item->seq);
    ph_json_key(j, "spooled_at_us");
    ph_json_uint(j, (uint64_t)item->spooled_at_us);
    ph_json_key(j, "stage");
    ph_json_str(j, ph_col_stage_code(ph_col_stage_of(item->state, item->verdict)));
    ph_json_key(j, "state");
    ph_json_str(j, ph_col_state_name(item->state));
    ph_json_key(j, "subject");
    put_word_json(j, item->subject);
    ph_json_key(j, "verdict");
    if (item->verdict == 0)
        ph_json_null(j);
    else
        ph_json_str(j, ph_verdict_name(item->verdict));
    ph_col_sent_done(&sent);
}

ph_rc ph_col_show_table(ph_table *t, FILE *f)
{
    ph_rc rc = ph_table_write(t, f);
    ph_table_free(t);
    return rc;
}

static const char *indicator_name(const ph_col_app *app, ph_span code, char *dst, size_t size)
{
    uint16_t i = ph_registry_find_indicator(app->registry, code);
    if (i == PH_NO_INDEX)
        (void)ph_span_copy(code, dst, size);
    else
        (void)ph_span_copy(ph_span_str(ph_name_in(ph_registry_indicator(app->registry, i)->name, app->lang)), dst,
                           size);
    return dst;
}

static void show_change(const ph_col_app *app, const ph_col_change *c, ph_table *t)
{
    char name[256], was[128] = "", is[128];
    if (c->had)
        ph_col_show_value(&c->was, app->lang, was, sizeof was);
    ph_col_show_value(&c->is, app->lang, is, sizeof is);
    ph_table_cellf(t, "%.*s", (int)c->is.indicator.len, (const char *)c->is.indicator.ptr);
    ph_table_cell(t, indicator_name(app, c->is.indicator, name, sizeof name));
    ph_table_cell(t, was);
    ph_table_cell(t, is);
    ph_table_cellf(t, "%.*s", (int)c->is.note.len, (const char *)c->is.note.ptr);
    if (c->had)
        ph_table_colour(t, PH_COLOUR_YELLOW);
    ph_table_row(t);
}

static void show_heading(const ph_col_prepared *p, FILE *f)
{
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(p->key.period, period);
    (void)fprintf(f, PH_T("Biểu %s, cụm %s, kỳ %s: bản số %u", "Form %s, cluster %s, period %s: revision %u"),
                  p->key.form, p->key.cluster, period, p->sub.revision);
    if (p->has_base)
        (void)fprintf(f, PH_T(", sửa từ bản số %u", ", changing revision %u"), p->base_revision);
    (void)fprintf(f,
                  PH_T("; %zu ô đổi, %zu ô giữ nguyên từ bản trước\n", "; %zu cells changed, %zu kept from before\n"),
                  p->revision.n_changes, p->revision.n - p->revision.n_changes);
    if (p->items_changed)
        (void)fprintf(f,
                      PH_T("%zu mục nội dung (phong trào, văn bản, mô hình), trước là %zu\n",
                           "%zu narrative items (movements, directives, models), %zu before\n"),
                      p->sub.n_narratives, p->base_is_known ? p->base.n_narratives : 0);
    if (p->has_base && !p->base_is_known)
        (void)fprintf(f, "%s\n",
                      PH_T("Lưu ý: máy này không còn giữ nội dung bản trước, nên tệp phải có đủ mọi chỉ tiêu, và "
                           "--items nếu đã gửi nội dung bằng lời.",
                           "Note: this machine does not hold the cells of that revision, so the file must name every "
                           "indicator, and --items what was said in words."));
}

void ph_col_show_no_change(const ph_col_prepared *p)
{
    if (p->replaces || p->newest_state == PH_COL_SENT)
        (void)fprintf(stderr, "%s\n",
                      PH_T("Bản giống hệt đã nằm trong spool, chưa có biên nhận. Xem vì sao: phusa-collector status; "
                           "để tự gửi: phusa-collector run",
                           "The same is in the spool already, without a receipt yet. To see why: phusa-collector "
                           "status; to have it sent: phusa-collector run"));
    else
        (void)fprintf(stderr,
                      PH_T("Không có ô nào khác bản số %u: không cần gửi gì.\n",
                           "No cell differs from revision %u: there is nothing to send.\n"),
                      p->base_revision);
}

ph_rc ph_col_show_difference(const ph_col_app *app, const ph_col_prepared *p, FILE *f)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_RIGHT, PH_ALIGN_RIGHT, PH_ALIGN_LEFT};
    ph_table *t;
    show_heading(p, f);
    if (p->revision.n_changes == 0)
        return PH_OK;
    ph_rc rc = ph_table_new(aligns, sizeof aligns / sizeof aligns[0], &t);
    if (rc != PH_OK)
        return rc;
    ph_table_cell(t, PH_T("mã", "code"));
    ph_table_cell(t, PH_T("chỉ tiêu", "indicator"));
    ph_table_cell(t, PH_T("trước", "before"));
    ph_table_cell(t, PH_T("nay", "now"));
    ph_table_cell(t, PH_T("ghi chú", "note"));
    ph_table_row(t);
    ph_table_rule(t);
    for (size_t i = 0; i < p->revision.n_changes; i++)
        show_change(app, &p->revision.changes[i], t);
    return ph_col_show_table(t, f);
}
