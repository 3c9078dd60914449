/* ph_ruling - see the header.   Layer: proto (pure) */
#include "ph_ruling.h"

#include "ph_wire.h"
#include "ph_writer.h"

enum { RULING_ITEMS = 8 };

static void read_rules(ph_reader *r, ph_ruling *ret)
{
    ret->n_rules = (uint8_t)ph_read_array(r, PH_CASE_MAX_RULES);
    if (r->rc == PH_OK && ret->n_rules == 0)
        ph_read_fail(r, PH_MALFORMED, "a ruling on what no rule held");
    for (unsigned i = 0; i < ret->n_rules && r->rc == PH_OK; i++)
        ret->rules[i] = ph_read_id(r);
    ph_read_leave(r);
}

static void read_one(ph_reader *r, size_t n_members, ph_ruling *ret)
{
    ph_read_tuple(r, RULING_ITEMS);
    ret->member = (uint8_t)ph_read_int(r, 0, n_members == 0 ? 0 : (int64_t)n_members - 1);
    ret->kind = (ph_decision_kind)ph_read_int(r, PH_DECISION_CONFIRM, PH_DECISION_OVERRIDE);
    if (r->rc == PH_OK && ret->kind == PH_DECISION_RETURN)
        ph_read_fail(r, PH_MALFORMED, "a returned value does not count");
    ret->unit = ph_read_id(r);
    ret->decision = ph_read_uint(r, PH_WIRE_MAX_SEQ);
    ret->reason = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);
    ret->explanation = ph_read_uint(r, PH_WIRE_MAX_SEQ);
    ret->text = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);
    if (r->rc == PH_OK && (ret->explanation == 0) != (ret->text.len == 0))
        ph_read_fail(r, PH_MALFORMED, "an explanation and its entry come together");
    read_rules(r, ret);
    ph_read_leave(r);
}

size_t ph_rulings_read(ph_reader *r, size_t n_members, ph_ruling *store)
{
    size_t n = ph_read_array(r, n_members);

    if (r->rc == PH_OK && n == 0)
        ph_read_fail(r, PH_MALFORMED, "an empty list of rulings");
    for (size_t i = 0; i < n && r->rc == PH_OK; i++) {
        read_one(r, n_members, &store[i]);
        if (r->rc == PH_OK && i > 0 && store[i].member <= store[i - 1].member)
            ph_read_fail(r, PH_MALFORMED, "rulings out of order");
    }
    ph_read_leave(r);
    return r->rc == PH_OK ? n : 0;
}

const ph_ruling *ph_ruling_of(const ph_ruling *rulings, size_t n, unsigned member)
{
    for (size_t i = 0; i < n; i++)
        if (rulings[i].member == member)
            return &rulings[i];
    return NULL;
}

void ph_ruling_write(const ph_ruling *ruling, ph_buf *dst)
{
    ph_write_array(dst, RULING_ITEMS);
    ph_write_uint(dst, ruling->member);
    ph_write_uint(dst, ruling->kind);
    ph_write_text(dst, ruling->unit);
    ph_write_uint(dst, ruling->decision);
    ph_write_text(dst, ruling->reason);
    ph_write_uint(dst, ruling->explanation);
    ph_write_text(dst, ruling->text);
    ph_write_array(dst, ruling->n_rules);
    for (unsigned i = 0; i < ruling->n_rules; i++)
        ph_write_text(dst, ruling->rules[i]);
}

/* Lengths and numbers stand before the texts, so that no two rulings give the same bytes. */
ph_digest ph_rulings_identity(const ph_ruling *rulings, size_t n)
{
    enum { HEAD_BYTES = 1 + 1 + 1 + 2 + 2 + 1 + PH_CASE_MAX_RULES, SPANS = 4 + PH_CASE_MAX_RULES };
    uint8_t heads[PH_MAX_MEMBERS][HEAD_BYTES];
    ph_span parts[PH_MAX_MEMBERS * SPANS];
    size_t n_parts = 0;

    for (size_t i = 0; i < n; i++) {
        const ph_ruling *r = &rulings[i];
        uint8_t *p = ph_put_be(ph_put_be(heads[i], r->member, 1), r->kind, 1);
        p = ph_put_be(ph_put_be(p, r->unit.len, 1), r->reason.len, 2);
        p = ph_put_be(ph_put_be(p, r->text.len, 2), r->n_rules, 1);
        for (unsigned k = 0; k < r->n_rules; k++)
            p = ph_put_be(p, r->rules[k].len, 1);
        parts[n_parts++] = ph_span_of(heads[i], (size_t)(p - heads[i]));
        parts[n_parts++] = r->unit;
        parts[n_parts++] = r->reason;
        parts[n_parts++] = r->text;
        for (unsigned k = 0; k < r->n_rules; k++)
            parts[n_parts++] = r->rules[k];
    }
    return ph_digest_of(parts, n_parts);
}

static void put_explanation(ph_json *j, const ph_ruling *ruling)
{
    if (ruling->explanation == 0)
        return;
    ph_json_key(j, "explanation");
    ph_json_begin_object(j);
    ph_json_key(j, "entry");
    ph_json_uint(j, ruling->explanation);
    ph_json_key(j, "text");
    ph_json_text(j, ruling->text);
    ph_json_end_object(j);
}

void ph_ruling_put_json(ph_json *j, const ph_ruling *ruling)
{
    ph_json_begin_object(j);
    ph_json_key(j, "by");
    ph_json_text(j, ruling->unit);
    ph_json_key(j, "entry");
    ph_json_uint(j, ruling->decision);
    put_explanation(j, ruling);
    ph_json_key(j, "kind");
    ph_json_str(j, ph_decision_name(ruling->kind));
    ph_json_key(j, "reason");
    ph_json_text(j, ruling->reason);
    ph_json_key(j, "rules");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < ruling->n_rules; i++)
        ph_json_text(j, ruling->rules[i]);
    ph_json_end_array(j);
    ph_json_end_object(j);
}
