/* ph_col_template - the CSV that a clerk fills in, with form, period and the last values written already.   Layer:
 * collector/core (pure) */
#include "ph_col_template.h"

#include <string.h>

#include "ph_col_csv.h"
#include "ph_col_names.h"

static char separator(const ph_col_template *t)
{
    return t->for_excel ? ';' : ',';
}

static void end_row(const ph_col_template *t, ph_buf *dst)
{
    (void)ph_buf_put_str(dst, t->for_excel ? "\r\n" : "\n");
}

static void put_cell(const ph_col_template *t, ph_buf *dst, bool first, const char *text)
{
    if (!first)
        (void)ph_buf_put_byte(dst, (uint8_t)separator(t));
    ph_col_csv_write_cell(dst, ph_span_str(text), separator(t));
}

static void put_setting(const ph_col_template *t, ph_buf *dst, ph_col_column c, const char *value)
{
    (void)ph_buf_printf(dst, "# %s: %s", ph_col_column_title(c, t->lang), value);
    end_row(t, dst);
}

static void put_settings(const ph_col_template *t, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(t->duty->period, period);
    put_setting(t, dst, PH_COL_C_UNIT, t->unit);
    put_setting(t, dst, PH_COL_C_CLUSTER, ph_registry_cluster(t->registry, t->duty->cluster)->id);
    put_setting(t, dst, PH_COL_C_FORM, ph_registry_form(t->registry, t->duty->form)->id);
    put_setting(t, dst, PH_COL_C_PERIOD, period);
    put_setting(t, dst, PH_COL_C_NOTATION, ph_col_notation_name(t->notation));
}

static const ph_observation *find(const ph_submission *s, const char *code)
{
    for (size_t i = 0; s != NULL && i < s->n_observations; i++)
        if (ph_span_is(s->observations[i].indicator, code))
            return &s->observations[i];
    return NULL;
}

static void put_value(const ph_col_template *t, ph_buf *dst, const ph_observation *o)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES] = "";
    if (o != NULL && strchr(PH_OBS_NO_VALUE, o->status) == NULL)
        (void)ph_decimal_print_human(o->value, t->notation, text);
    put_cell(t, dst, false, text);
}

static void put_row(const ph_col_template *t, ph_buf *dst, const ph_form_item *item)
{
    const ph_indicator *ind = ph_registry_indicator(t->registry, item->indicator);
    const ph_observation *now = find(t->base, ind->code);
    char letter[2] = {now != NULL && now->status != 'A' ? now->status : '\0', '\0'};
    put_cell(t, dst, true, ind->code);
    put_cell(t, dst, false, ph_name_in(ind->name, t->lang));
    put_cell(t, dst, false, ph_name_in(ind->unit_name, t->lang));
    put_cell(t, dst, false, item->is_required ? "x" : "");
    put_value(t, dst, find(t->previous, ind->code));
    put_value(t, dst, now);
    put_cell(t, dst, false, letter);
    put_cell(t, dst, false, "");
    end_row(t, dst);
}

void ph_col_template_write(const ph_col_template *t, ph_buf *dst)
{
    static const ph_col_column columns[] = {PH_COL_C_INDICATOR, PH_COL_C_NAME,  PH_COL_C_MEASURE, PH_COL_C_REQUIRED,
                                            PH_COL_C_PREVIOUS,  PH_COL_C_VALUE, PH_COL_C_STATUS,  PH_COL_C_NOTE};
    if (t->for_excel)
        (void)ph_buf_put_str(dst, "\xEF\xBB\xBF");
    put_settings(t, dst);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        put_cell(t, dst, i == 0, ph_col_column_title(columns[i], t->lang));
    end_row(t, dst);
    const ph_form *form = ph_registry_form(t->registry, t->duty->form);
    for (uint16_t i = 0; i < form->n_items; i++)
        put_row(t, dst, &form->items[i]);
}
