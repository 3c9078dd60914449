/* cmd_csv - lines of CSV, for programs or for a Vietnamese Excel.   Layer: aggregator (app) */
#include "ph_agg_csv.h"

#include <inttypes.h>
#include <string.h>

bool ph_agg_csv_asked(const ph_args *args)
{
    return ph_args_has(args, PH_AGG_OPT_CSV) || ph_args_has(args, PH_AGG_OPT_EXCEL);
}

static void next(ph_agg_csv *c)
{
    if (c->is_in_line)
        (void)ph_buf_put_byte(c->dst, c->for_excel ? ';' : ',');
    c->is_in_line = true;
}

void ph_agg_csv_end_line(ph_agg_csv *c)
{
    (void)ph_buf_put_str(c->dst, c->for_excel ? "\r\n" : "\n");
    c->is_in_line = false;
}

ph_agg_csv ph_agg_csv_begin(ph_buf *dst, bool for_excel, const char *header)
{
    ph_agg_csv c = {.dst = dst, .for_excel = for_excel};

    if (for_excel)
        (void)ph_buf_put_str(dst, "\xEF\xBB\xBF");
    for (const char *at = header; *at != '\0';) {
        size_t n = strcspn(at, ",");
        ph_agg_csv_text(&c, ph_span_of(at, n));
        at += at[n] == ',' ? n + 1 : n;
    }
    ph_agg_csv_end_line(&c);
    return c;
}

static bool is_quoted(ph_span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr(",;\"\r\n\t", text.ptr[i]) != NULL)
            return true;
    return text.len > 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ');
}

void ph_agg_csv_text(ph_agg_csv *c, ph_span text)
{
    bool quoted = is_quoted(text), is_formula = text.len > 0 && strchr("=+-@\t\r", text.ptr[0]) != NULL;

    next(c);
    if (quoted)
        (void)ph_buf_put_byte(c->dst, '"');
    if (is_formula && c->for_excel)
        (void)ph_buf_put_byte(c->dst, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            (void)ph_buf_put_byte(c->dst, '"');
        (void)ph_buf_put_byte(c->dst, text.ptr[i]);
    }
    if (quoted)
        (void)ph_buf_put_byte(c->dst, '"');
}

void ph_agg_csv_str(ph_agg_csv *c, const char *text)
{
    ph_agg_csv_text(c, ph_span_str(text));
}

void ph_agg_csv_int(ph_agg_csv *c, int64_t v)
{
    next(c);
    (void)ph_buf_printf(c->dst, "%" PRId64, v);
}

void ph_agg_csv_decimal(ph_agg_csv *c, ph_decimal d)
{
    char text[PH_DECIMAL_TEXT_BYTES];
    char *point;

    (void)ph_decimal_print(d, text);
    point = strchr(text, '.');
    if (point != NULL && c->for_excel)
        *point = ',';
    next(c);
    (void)ph_buf_put_str(c->dst, text);
}

void ph_agg_csv_value(ph_agg_csv *c, ph_span text)
{
    ph_decimal d;

    if (ph_decimal_parse(text, &d) == PH_OK)
        ph_agg_csv_decimal(c, d);
    else
        ph_agg_csv_text(c, text);
}

void ph_agg_csv_empty(ph_agg_csv *c)
{
    next(c);
}
