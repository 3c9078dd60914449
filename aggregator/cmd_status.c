/* cmd_status - where the ledger stands, read beside the daemon.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <stdio.h>

#include "ph_json.h"
#include "ph_locale.h"
#include "ph_sheet.h"

typedef struct sheet_lines {
    ph_buf *text;
    ph_json *json; /* NULL: for people */
    ph_rc rc;
} sheet_lines;

static unsigned n_reported(const ph_sheet *s)
{
    unsigned n = 0;
    for (uint16_t i = 0; i < s->n_rows; i++)
        n += s->rows[i].last_revision > 0;
    return n;
}

static void put_json(ph_json *j, const ph_sheet *s)
{
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(s->period, period);
    ph_json_begin_object(j);
    ph_json_key(j, "cluster");
    ph_json_str(j, s->cluster);
    ph_json_key(j, "expected");
    ph_json_uint(j, s->n_rows);
    ph_json_key(j, "form");
    ph_json_str(j, s->form);
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "reported");
    ph_json_uint(j, n_reported(s));
    ph_json_key(j, "state");
    ph_json_str(j, ph_period_state_name(s->state));
    ph_json_end_object(j);
}

static bool put_sheet(void *arg, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    sheet_lines *l = arg;
    ph_sheet *s = NULL;
    char period[PH_PERIOD_TEXT_BYTES];
    (void)key;
    (void)folded_to_seq;
    if (packed.len == 0)
        return true;
    l->rc = ph_sheet_unpack(packed, &s);
    if (l->rc != PH_OK) {
        l->rc = l->rc == PH_NOMEM ? l->rc : PH_CORRUPT;
        return false;
    }
    (void)ph_period_print(s->period, period);
    if (l->json != NULL)
        put_json(l->json, s);
    else
        (void)ph_buf_printf(l->text,
                            PH_T("  %s  %s  %s: %u/%u đơn vị đã báo cáo, kỳ %s\n",
                                 "  %s  %s  %s: %u of %u units have reported, period %s\n"),
                            s->cluster, s->form, period, n_reported(s), (unsigned)s->n_rows,
                            ph_period_state_name(s->state));
    ph_sheet_free(s);
    return true;
}

static ph_rc put_sheets(const ph_agg_reading *r, ph_buf *text, ph_json *json)
{
    sheet_lines lines = {.text = text, .json = json, .rc = PH_OK};
    ph_rc rc = r->store->ops->walk_sheets(r->store, put_sheet, &lines);
    return rc != PH_OK ? rc : lines.rc;
}

static ph_rc status_json(const ph_agg_reading *r, const ph_registry *reg, ph_buf *text)
{
    char epoch[PH_UUID_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];
    const ph_ledger_head *h = &r->head;
    ph_json j = ph_json_over(text);
    ph_uuid_print(&h->epoch, epoch);
    (void)ph_time_print_utc(h->sealed_at_us, sealed);
    ph_json_begin_object(&j);
    ph_json_key(&j, "durable_records");
    ph_json_uint(&j, h->durable_record);
    ph_json_key(&j, "entries");
    ph_json_uint(&j, h->last_seq);
    ph_json_key(&j, "epoch");
    ph_json_str(&j, epoch);
    ph_json_key(&j, "last_figure_seal");
    ph_json_uint(&j, h->last_figure_seal);
    ph_json_key(&j, "ledger");
    ph_json_str(&j, r->cfg.ledger);
    ph_json_key(&j, "records");
    ph_json_uint(&j, h->last_record);
    ph_json_key(&j, "registry");
    ph_json_hex(&j, &h->registry);
    ph_json_key(&j, "registry_version");
    ph_json_str(&j, ph_registry_version(reg));
    ph_json_key(&j, "roster_serial");
    ph_json_uint(&j, h->roster_serial);
    ph_json_key(&j, "sealed_at");
    ph_json_str(&j, sealed);
    ph_json_key(&j, "sheets");
    ph_json_begin_array(&j);
    ph_rc rc = put_sheets(r, text, &j);
    ph_json_end_array(&j);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(text, '\n');
    return rc;
}

static ph_rc status_text(const ph_agg_reading *r, const ph_registry *reg, ph_buf *text)
{
    char epoch[PH_UUID_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];
    const ph_ledger_head *h = &r->head;
    ph_uuid_print(&h->epoch, epoch);
    (void)ph_time_print_local(h->sealed_at_us, sealed);
    (void)ph_buf_printf(text, PH_T("sổ cái       %s\n", "ledger       %s\n"), r->cfg.ledger);
    (void)ph_buf_printf(text, "epoch        %s\n", epoch);
    (void)ph_buf_printf(text,
                        PH_T("nhật ký      %llu mục, niêm lần cuối %s\n", "log          %llu entries, last seal %s\n"),
                        (unsigned long long)h->last_seq, sealed);
    (void)ph_buf_printf(text, PH_T("bản ghi      %llu, đã chắc trên đĩa %llu\n", "records      %llu, durable %llu\n"),
                        (unsigned long long)h->last_record, (unsigned long long)h->durable_record);
    (void)ph_buf_printf(
        text, PH_T("danh mục     %s\ndanh sách khóa số %llu\n", "registry     %s\nroster       serial %llu\n"),
        ph_registry_version(reg), (unsigned long long)h->roster_serial);
    (void)ph_buf_put_str(text, PH_T("biểu:\n", "sheets:\n"));
    return put_sheets(r, text, NULL);
}

ph_rc ph_agg_cmd_status(const ph_args *args, ph_err *err)
{
    ph_agg_reading r;
    const ph_registry *reg = NULL;
    ph_buf text;
    ph_buf_init(&text, 4 * 1024 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK) {
        rc = r.registries.get(r.registries.arg, &r.head.registry, &reg);
        if (rc == PH_OK)
            rc = args->json ? status_json(&r, reg, &text) : status_text(&r, reg, &text);
        rc = rc == PH_OK ? ph_agg_cmd_print(&text, err) : ph_agg_reading_failed(&r, rc, "reading the ledger", err);
    }
    ph_buf_done(&text);
    ph_agg_reading_close(&r);
    return rc;
}
