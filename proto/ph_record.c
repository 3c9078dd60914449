/* ph_record - one figure as the Kafka record that central readers see.   Layer: proto (pure) */
#include "ph_figure.h"

#include <inttypes.h>
#include <stdio.h>

#include "ph_json.h"

enum { KEY_MAX_BYTES = 128, HEADERS_MAX_BYTES = 2048, SHARE_DECIMALS = 4 };

void ph_record_init(ph_record *r)
{
    *r = (ph_record){0};
    ph_buf_init(&r->key, KEY_MAX_BYTES);
    ph_buf_init(&r->value, PH_RECORD_MAX_BYTES);
    ph_buf_init(&r->headers, HEADERS_MAX_BYTES);
}

void ph_record_done(ph_record *r)
{
    ph_buf_done(&r->key);
    ph_buf_done(&r->value);
    ph_buf_done(&r->headers);
    r->n_headers = 0;
}

static void put_uint(ph_json *j, const char *key, uint64_t v)
{
    ph_json_key(j, key);
    ph_json_uint(j, v);
}

static void put_str(ph_json *j, const char *key, const char *v)
{
    ph_json_key(j, key);
    ph_json_str(j, v);
}

static void put_text(ph_json *j, const char *key, ph_span v)
{
    ph_json_key(j, key);
    ph_json_text(j, v);
}

/* What share of the weight the received members carry; null when nothing can be weighed. */
static void put_share(ph_json *j, const ph_figure *f)
{
    ph_decimal share;

    ph_json_key(j, "share");
    if (f->weight_expected > 0 &&
        ph_decimal_divide(f->weight_received, 0, f->weight_expected, SHARE_DECIMALS, &share) == PH_OK)
        ph_json_decimal(j, share);
    else
        ph_json_null(j);
}

static void put_weight(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "by_weight");
    if (!f->has_weights) {
        ph_json_null(j);
        return;
    }
    ph_json_begin_object(j);
    put_uint(j, "expected", (uint64_t)f->weight_expected);
    put_uint(j, "held", (uint64_t)f->weight_held);
    put_uint(j, "missing", (uint64_t)(f->weight_expected - f->weight_received - f->weight_held));
    put_uint(j, "received", (uint64_t)f->weight_received);
    put_share(j, f);
    ph_json_end_object(j);
}

static void put_coverage(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "coverage");
    ph_json_begin_object(j);
    put_weight(j, f);
    put_uint(j, "expected", f->n_expected);
    put_uint(j, "held", f->n_held);
    put_uint(j, "missing", (uint64_t)(f->n_expected - f->n_received - f->n_held));
    put_uint(j, "no_value", f->n_no_value);
    put_uint(j, "received", f->n_received);
    ph_json_end_object(j);
}

static void put_marks(ph_json *j, uint8_t marks)
{
    ph_json_key(j, "marks");
    ph_json_begin_array(j);
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((marks & bit) != 0)
            ph_json_str(j, ph_mark_name(bit));
    ph_json_end_array(j);
}

static void put_member(ph_json *j, ph_span unit, const ph_figure_member *c)
{
    bool is_there = c->state != PH_CELL_MISSING;

    ph_json_begin_object(j);
    if (is_there)
        put_uint(j, "entry", c->entry);
    put_marks(j, c->marks);
    if (c->rank > 0)
        put_uint(j, "rank", c->rank);
    if (is_there)
        put_uint(j, "revision", c->revision);
    put_str(j, "state", ph_cell_state_name(c->state));
    if (is_there)
        put_text(j, "status", ph_span_of(&c->status, 1));
    put_text(j, "unit", unit);
    if (c->state == PH_CELL_GIVEN || c->state == PH_CELL_HELD) {
        ph_json_key(j, "value");
        ph_json_decimal(j, c->value);
    }
    ph_json_end_object(j);
}

static void put_members(ph_json *j, const ph_issue *issue, const ph_figure *f)
{
    ph_json_key(j, "members");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < issue->n_members; i++)
        put_member(j, issue->members[i], &f->members[i]);
    ph_json_end_array(j);
}

static void put_units(ph_json *j, const char *key, const ph_issue *issue, const ph_figure *f, ph_cell_state state)
{
    ph_json_key(j, key);
    ph_json_begin_array(j);
    for (unsigned i = 0; i < issue->n_members; i++)
        if (f->members[i].state == state)
            ph_json_text(j, issue->members[i]);
    ph_json_end_array(j);
}

static void put_values(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "values");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < f->n_values; i++) {
        const ph_figure_value *v = &f->values[i];

        ph_json_begin_object(j);
        put_uint(j, "decimals", f->decimals);
        put_str(j, "method", ph_method_name(v->method));
        put_uint(j, "used", v->n_used);
        ph_json_key(j, "value");
        if (v->has_value)
            ph_json_decimal(j, v->value);
        else
            ph_json_null(j);
        if (v->weight_set.len > 0)
            put_text(j, "weight_set", v->weight_set);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

static const char *ranking_of(const ph_figure *f)
{
    if (!f->is_ranked)
        return "none";
    return f->lower_is_better ? "lower_is_better" : "higher_is_better";
}

static void render_value(const ph_issue *issue, const ph_figure *f, ph_buf *dst)
{
    ph_json j = ph_json_over(dst);
    char period[PH_PERIOD_TEXT_BYTES], time[PH_TIME_TEXT_BYTES];

    (void)ph_period_print(issue->period, period);
    (void)ph_time_print_utc(issue->sealed_at_us, time);
    ph_json_begin_object(&j);
    put_text(&j, "cluster", issue->cluster);
    put_str(&j, "completeness", ph_completeness_name(ph_figure_completeness(f)));
    put_coverage(&j, f);
    put_text(&j, "form", issue->form);
    put_units(&j, "held", issue, f, PH_CELL_HELD);
    put_text(&j, "indicator", f->indicator);
    ph_json_key(&j, "inputs");
    ph_json_hex(&j, &f->inputs);
    put_str(&j, "issued_at", time);
    put_members(&j, issue, f);
    put_units(&j, "missing", issue, f, PH_CELL_MISSING);
    put_units(&j, "no_value", issue, f, PH_CELL_NO_VALUE);
    put_str(&j, "period", period);
    put_str(&j, "period_state", ph_period_state_name(issue->state));
    ph_json_key(&j, "provisional");
    ph_json_bool(&j, ph_figure_is_provisional(issue, f));
    put_uint(&j, "provisional_percent", f->provisional_percent);
    put_str(&j, "ranking", ranking_of(f));
    ph_json_key(&j, "registry");
    ph_json_hex(&j, &issue->registry);
    ph_json_key(&j, "series_break");
    ph_json_bool(&j, f->has_break);
    put_values(&j, f);
    put_uint(&j, "vintage", issue->seal);
    ph_json_end_object(&j);
}

static void render_key(const ph_issue *issue, const ph_figure *f, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(issue->period, period);
    (void)ph_buf_put_span(dst, issue->cluster);
    (void)ph_buf_put_byte(dst, '/');
    (void)ph_buf_put_str(dst, period);
    (void)ph_buf_put_byte(dst, '/');
    (void)ph_buf_put_span(dst, f->indicator);
}

static void put_header(ph_record *r, const char *name, ph_span value)
{
    (void)ph_buf_put(&r->headers, name, strlen(name) + 1);
    (void)ph_buf_put_span(&r->headers, value);
    (void)ph_buf_put_byte(&r->headers, 0);
    r->n_headers++;
}

static void put_header_str(ph_record *r, const char *name, const char *value)
{
    put_header(r, name, ph_span_str(value));
}

/* W3C trace context: 16 bytes of trace and 8 of span from the digest of the inputs, neither all zero. */
static void put_traceparent(ph_record *r, const ph_digest *inputs)
{
    char trace[33], span[17], text[64];
    uint8_t ids[24];

    memcpy(ids, inputs->bytes, sizeof ids);
    ids[15] |= ph_digest_is_zero(inputs);
    ids[23] |= ph_digest_is_zero(inputs);
    ph_hex_print(ids, 16, trace);
    ph_hex_print(ids + 16, 8, span);
    (void)snprintf(text, sizeof text, "00-%s-%s-01", trace, span);
    put_header_str(r, "traceparent", text);
}

static void render_headers(const ph_issue *issue, const ph_figure *f, const ph_uuid *epoch, ph_record *r)
{
    char uuid[PH_UUID_TEXT_BYTES], time[PH_TIME_TEXT_BYTES], digest[PH_DIGEST_TEXT_BYTES], number[24], id[64];
    char source[8 + PH_ID_BUFFER_BYTES];
    ph_digest of_value = ph_digest_of_span(ph_buf_span(&r->value));

    ph_uuid_print(epoch, uuid);
    (void)snprintf(number, sizeof number, "%" PRIu64, r->number);
    (void)snprintf(id, sizeof id, "%s-%s", uuid, number);
    (void)snprintf(source, sizeof source, "/phusa/%.*s", (int)issue->cluster.len, (const char *)issue->cluster.ptr);
    (void)ph_time_print_utc(issue->sealed_at_us, time);
    ph_hex_print(of_value.bytes, sizeof of_value.bytes, digest);
    put_header_str(r, "ce_specversion", "1.0");
    put_header_str(r, "ce_id", id);
    put_header_str(r, "ce_source", source);
    put_header_str(r, "ce_type", "vn.phusa.summary.v1");
    put_header(r, "ce_subject", ph_buf_span(&r->key));
    put_header_str(r, "ce_time", time);
    put_header_str(r, "ce_dataschema", PH_SUMMARY_SCHEMA);
    put_header_str(r, "content-type", "application/json");
    put_header_str(r, "ph-digest", digest);
    put_header_str(r, "ph-seq", number);
    put_traceparent(r, &f->inputs);
}

ph_rc ph_record_render(const ph_issue *issue, const ph_figure *figure, uint64_t number, const ph_uuid *epoch,
                       ph_record *ret)
{
    ph_buf_clear(&ret->key);
    ph_buf_clear(&ret->value);
    ph_buf_clear(&ret->headers);
    ret->n_headers = 0;
    ret->number = number;
    render_key(issue, figure, &ret->key);
    render_value(issue, figure, &ret->value);
    render_headers(issue, figure, epoch, ret);
    if (ret->key.rc != PH_OK)
        return ret->key.rc;
    return ret->value.rc != PH_OK ? ret->value.rc : ret->headers.rc;
}
