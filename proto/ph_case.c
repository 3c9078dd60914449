/* ph_case - one line of a status answer about a held value, and the digest of a value.   Layer: proto (pure) */
#include "ph_case.h"

#include "ph_wire.h"
#include "ph_writer.h"

const char *ph_case_state_name(ph_case_state s)
{
    switch (s) {
#define PH_X(name, number, text) \
    case PH_CASE_##name:         \
        return text;
        PH_CASE_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

static uint8_t *put_text(uint8_t *at, ph_span text)
{
    at = ph_put_be(at, text.len, 1);
    return ph_put_bytes(at, text.ptr, text.len);
}

ph_digest ph_spoken_value_digest(const ph_spoken_value *v)
{
    static const char context[] = "phusa value";
    uint8_t bytes[sizeof context + 4 * (PH_MAX_ID_TEXT + 1) + PH_PERIOD_TEXT_BYTES + 1 + 1 + 8 + 1], *at = bytes;
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(v->period, period);
    at = ph_put_bytes(at, context, sizeof context);
    at = put_text(at, v->cluster);
    at = put_text(at, v->form);
    at = put_text(at, ph_span_str(period));
    at = put_text(at, v->unit);
    at = put_text(at, v->indicator);
    at = ph_put_be(at, v->value.scale, 1);
    at = ph_put_be(at, (uint64_t)v->value.mantissa, 8);
    at = ph_put_be(at, (uint8_t)v->status, 1);
    return ph_digest_of_span(ph_span_of(bytes, (size_t)(at - bytes)));
}

void ph_case_line_write(const ph_case_line *c, ph_buf *dst)
{
    ph_write_array(dst, 14);
    ph_write_text(dst, c->of.cluster);
    ph_write_text(dst, c->of.form);
    ph_write_period(dst, c->of.period);
    ph_write_text(dst, c->of.unit);
    ph_write_text(dst, c->of.indicator);
    ph_write_int(dst, c->of.value.mantissa);
    ph_write_uint(dst, c->of.value.scale);
    ph_write_uint(dst, (uint8_t)c->of.status);
    ph_write_digest(dst, &c->digest);
    ph_write_uint(dst, c->state);
    ph_write_array(dst, c->n_rules);
    for (unsigned i = 0; i < c->n_rules; i++)
        ph_write_text(dst, c->rules[i]);
    ph_write_text(dst, c->explanation);
    ph_write_text(dst, c->reason);
    ph_write_uint(dst, c->entry);
}

void ph_case_line_read(ph_reader *r, ph_case_line *c)
{
    ph_read_tuple(r, 14);
    c->of.cluster = ph_read_id(r);
    c->of.form = ph_read_id(r);
    c->of.period = ph_read_period(r);
    c->of.unit = ph_read_id(r);
    c->of.indicator = ph_read_id(r);
    c->of.value = ph_read_mantissa_scale(r);
    c->of.status = (char)ph_read_int(r, 'A', 'Z');
    c->digest = ph_read_digest(r);
    c->state = (ph_case_state)ph_read_int(r, PH_CASE_HELD, PH_CASE_OVERRIDDEN);
    c->n_rules = (uint8_t)ph_read_array(r, PH_CASE_MAX_RULES);
    for (unsigned i = 0; i < c->n_rules; i++)
        c->rules[i] = ph_read_id(r);
    for (unsigned i = 0; i < PH_CASE_MAX_RULES; i++)
        c->found[i] = (ph_case_found){0};
    ph_read_leave(r);
    c->explanation = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);
    c->reason = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);
    c->entry = ph_read_uint(r, PH_WIRE_MAX_SEQ);
    ph_read_leave(r);
}

bool ph_case_has_found(const ph_case_line *c)
{
    for (unsigned i = 0; i < c->n_rules; i++)
        if (c->found[i].is_known)
            return true;
    return false;
}

void ph_case_found_write(const ph_case_line *c, ph_buf *dst)
{
    ph_write_array(dst, c->n_rules);
    for (unsigned i = 0; i < c->n_rules; i++) {
        const ph_case_found *f = &c->found[i];

        if (!f->is_known) {
            ph_write_nil(dst);
            continue;
        }
        ph_write_array(dst, 3);
        ph_write_decimal_or_nil(dst, f->has_value, f->value);
        ph_write_decimal_or_nil(dst, f->has_bound, f->bound);
        ph_write_text(dst, f->detail);
    }
}

static void read_found(ph_reader *r, ph_case_found *f)
{
    *f = (ph_case_found){.is_known = !ph_read_is_nil(r)};
    if (!f->is_known)
        return;
    ph_read_tuple(r, 3);
    f->has_value = ph_read_decimal_or_nil(r, &f->value);
    f->has_bound = ph_read_decimal_or_nil(r, &f->bound);
    f->detail = ph_read_text(r, PH_MAX_TEXT_BYTES);
    ph_read_leave(r);
}

void ph_case_found_read(ph_reader *r, ph_case_line *c)
{
    ph_read_tuple(r, c->n_rules);
    for (unsigned i = 0; i < c->n_rules && r->rc == PH_OK; i++)
        read_found(r, &c->found[i]);
    ph_read_leave(r);
}
