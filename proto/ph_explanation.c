/* ph_explanation - the body of an explanation: read and written.   Layer: proto (pure) */
#include "ph_explanation.h"

#include "ph_limits.h"
#include "ph_wire.h"
#include "ph_writer.h"

static const char *const keys[] = {"i", "u", "c", "f", "p", "n", "d", "x", "t"};
enum { KEY_I, KEY_U, KEY_C, KEY_F, KEY_P, KEY_N, KEY_D, KEY_X, KEY_T, N_KEYS };

static ph_span read_words(ph_reader *r)
{
    const uint8_t *start = r->at;
    ph_span text = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);

    if (r->rc == PH_OK && text.len == 0) {
        r->at = start;
        ph_read_fail(r, PH_MALFORMED, "an explanation without words");
    }
    return text;
}

static void read_value(ph_reader *r, int key, ph_explanation *e)
{
    switch (key) {
    case KEY_I:
        e->id = ph_read_uuid(r);
        break;
    case KEY_U:
        e->unit = ph_read_id(r);
        break;
    case KEY_C:
        e->cluster = ph_read_id(r);
        break;
    case KEY_F:
        e->form = ph_read_id(r);
        break;
    case KEY_P:
        e->period = ph_read_period(r);
        break;
    case KEY_N:
        e->indicator = ph_read_id(r);
        break;
    case KEY_D:
        e->value = ph_read_digest(r);
        break;
    case KEY_X:
        e->text = read_words(r);
        break;
    default: /* KEY_T */
        e->agent_time_us = ph_read_time(r);
        break;
    }
}

ph_rc ph_explanation_read(ph_span body, ph_explanation *ret, const char **ret_why, size_t *ret_offset)
{
    ph_reader r = ph_reader_over(body);
    ph_explanation e = {0};
    ph_map m = ph_map_enter(&r, keys, N_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_value(&r, key, &e);
    ph_map_require(&r, &m, (1U << N_KEYS) - 1);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = e;
    if (rc != PH_OK && ret_why != NULL)
        *ret_why = r.why;
    if (rc != PH_OK && ret_offset != NULL)
        *ret_offset = ph_read_offset(&r);
    return rc;
}

void ph_explanation_write(const ph_explanation *e, ph_buf *dst)
{
    ph_write_map(dst, N_KEYS);
    ph_write_str(dst, keys[KEY_I]);
    ph_write_uuid(dst, &e->id);
    ph_write_str(dst, keys[KEY_U]);
    ph_write_text(dst, e->unit);
    ph_write_str(dst, keys[KEY_C]);
    ph_write_text(dst, e->cluster);
    ph_write_str(dst, keys[KEY_F]);
    ph_write_text(dst, e->form);
    ph_write_str(dst, keys[KEY_P]);
    ph_write_period(dst, e->period);
    ph_write_str(dst, keys[KEY_N]);
    ph_write_text(dst, e->indicator);
    ph_write_str(dst, keys[KEY_D]);
    ph_write_digest(dst, &e->value);
    ph_write_str(dst, keys[KEY_X]);
    ph_write_text(dst, e->text);
    ph_write_str(dst, keys[KEY_T]);
    ph_write_int(dst, e->agent_time_us);
}
