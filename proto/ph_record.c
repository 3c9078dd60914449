/* ph_record - the Kafka record that central readers see: key, headers, and whose value it is.   Layer: proto (pure) */
#include "ph_record_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY_MAX_BYTES = 128, HEADERS_MAX_BYTES = 2048 };

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

void ph_record_put_uint(ph_json *j, const char *key, uint64_t v)
{
    ph_json_key(j, key);
    ph_json_uint(j, v);
}

void ph_record_put_str(ph_json *j, const char *key, const char *v)
{
    ph_json_key(j, key);
    ph_json_str(j, v);
}

void ph_record_put_text(ph_json *j, const char *key, ph_span v)
{
    ph_json_key(j, key);
    ph_json_text(j, v);
}

/* Where figures lie. What comes behind it for a register has a form in it, so that no indicator can be taken for it. */
static void put_place(const ph_issue *issue, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(issue->period, period);
    (void)ph_buf_put_span(dst, issue->cluster);
    (void)ph_buf_put_byte(dst, '/');
    (void)ph_buf_put_str(dst, period);
    (void)ph_buf_put_byte(dst, '/');
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

/* What tells the two kinds of records apart. */
typedef struct kind {
    const char *type, *schema;
    ph_digest inputs;
} kind;

static void render_headers(const ph_issue *issue, const kind *k, const ph_uuid *epoch, ph_record *r)
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
    put_header_str(r, "ce_type", k->type);
    put_header(r, "ce_subject", ph_buf_span(&r->key));
    put_header_str(r, "ce_time", time);
    put_header_str(r, "ce_dataschema", k->schema);
    put_header_str(r, "content-type", "application/json");
    put_header_str(r, "ph-digest", digest);
    put_header_str(r, "ph-seq", number);
    put_traceparent(r, &k->inputs);
}

static kind render_figure(const ph_issue *issue, const ph_figure *f, ph_record *r)
{
    put_place(issue, &r->key);
    (void)ph_buf_put_span(&r->key, f->indicator);
    ph_record_put_figure(issue, f, &r->value);
    return (kind){.type = "vn.phusa.summary.v1", .schema = PH_SUMMARY_SCHEMA, .inputs = f->inputs};
}

static kind render_register(const ph_issue *issue, const ph_register_part *part, ph_record *r)
{
    kind k = {.type = "vn.phusa.register.v1", .schema = PH_REGISTER_SCHEMA, .inputs = ph_register_inputs(part)};

    put_place(issue, &r->key);
    (void)ph_buf_put_str(&r->key, "register/");
    (void)ph_buf_put_span(&r->key, issue->form);
    (void)ph_buf_printf(&r->key, "/%u", part->number);
    ph_record_put_register(issue, part, &k.inputs, &r->value);
    return k;
}

ph_rc ph_record_render(const ph_issue *issue, uint32_t at, uint64_t number, const ph_uuid *epoch, ph_record *ret)
{
    kind k;

    ph_buf_clear(&ret->key);
    ph_buf_clear(&ret->value);
    ph_buf_clear(&ret->headers);
    ret->n_headers = 0;
    ret->number = number;
    k = at < issue->n_figures ? render_figure(issue, &issue->figures[at], ret)
                              : render_register(issue, &issue->parts[at - issue->n_figures], ret);
    render_headers(issue, &k, epoch, ret);
    if (ret->key.rc != PH_OK)
        return ret->key.rc;
    return ret->value.rc != PH_OK ? ret->value.rc : ret->headers.rc;
}
