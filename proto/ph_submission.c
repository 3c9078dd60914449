/* ph_submission - the body of one sending: read and written.   Layer: proto (pure) */
#include "ph_submission.h"

#include "ph_wire.h"
#include "ph_writer.h"

static const char *const keys[] = {"i", "u", "c", "f", "p", "r", "br", "bd", "q", "y", "t", "g", "o", "n"};
enum { KEY_I, KEY_U, KEY_C, KEY_F, KEY_P, KEY_R, KEY_BR, KEY_BD, KEY_Q, KEY_Y, KEY_T, KEY_G, KEY_O, KEY_N, N_KEYS };
#define BIT(key) (UINT32_C(1) << (key))
#define REQUIRED                                                                                              \
    (BIT(KEY_I) | BIT(KEY_U) | BIT(KEY_C) | BIT(KEY_F) | BIT(KEY_P) | BIT(KEY_R) | BIT(KEY_BR) | BIT(KEY_Q) | \
     BIT(KEY_T) | BIT(KEY_O))

/* 1 for a letter of PH_OBS_STATUSES, 2 for one that carries no value. */
static const uint8_t status_kind['W' + 1] = {
    ['A'] = 1, ['B'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 2, ['I'] = 1, ['J'] = 1, ['K'] = 1,
    ['L'] = 2, ['M'] = 2, ['N'] = 1, ['O'] = 2, ['P'] = 1, ['Q'] = 2, ['S'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1,
};

static char read_status(ph_reader *r, ph_decimal value)
{
    const uint8_t *start = r->at;
    uint64_t c = ph_read_uint(r, 'W');

    if (r->rc != PH_OK)
        return 0;
    bool is_empty = value.mantissa == 0 && value.scale == 0;
    if (status_kind[c] != 0 && (status_kind[c] == 1 || is_empty))
        return (char)c;
    r->at = start;
    ph_read_fail(r, PH_MALFORMED,
                 status_kind[c] == 0 ? "not an observation status" : "a value beside a status without one");
    return 0;
}

/* [indicator, mantissa, scale, status] or with a note. */
static void read_observation(ph_reader *r, ph_observation *o)
{
    size_t n = ph_read_array(r, 5);

    if (r->rc == PH_OK && n < 4)
        ph_read_fail(r, PH_MALFORMED, "an observation with items missing");
    o->indicator = ph_read_id(r);
    o->value = ph_read_mantissa_scale(r);
    o->status = read_status(r, o->value);
    o->note = n == 5 ? ph_read_clean_text(r, PH_MAX_NOTE_BYTES) : (ph_span){0};
    ph_read_leave(r);
}

/* Looked through and kept packed: what does not count figures need not be carried about unpacked. */
static void read_narratives(ph_reader *r, ph_submission *s)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    const uint8_t *start = r->at;

    s->n_narratives = ph_narratives_read(r, items);
    if (r->rc == PH_OK)
        s->narratives = ph_span_of(start, (size_t)(r->at - start));
}

size_t ph_submission_narratives(const ph_submission *s, ph_narrative *store)
{
    ph_reader r = ph_reader_over(s->narratives);

    return s->n_narratives == 0 ? 0 : ph_narratives_read(&r, store);
}

ph_digest ph_submission_words(const ph_submission *s)
{
    return s->n_narratives == 0 ? (ph_digest){0} : ph_digest_of_span(s->narratives);
}

static void read_value(ph_reader *r, int key, ph_submission *s, ph_observation *store)
{
    switch (key) {
    case KEY_I:
        s->id = ph_read_uuid(r);
        break;
    case KEY_U:
        s->unit = ph_read_id(r);
        break;
    case KEY_C:
        s->cluster = ph_read_id(r);
        break;
    case KEY_F:
        s->form = ph_read_id(r);
        break;
    case KEY_P:
        s->period = ph_read_period(r);
        break;
    case KEY_R:
        s->revision = (uint32_t)ph_read_int(r, 1, UINT32_MAX);
        break;
    case KEY_BR:
        s->base_revision = (uint32_t)ph_read_int(r, 0, UINT32_MAX);
        break;
    case KEY_BD:
        s->base_digest = ph_read_digest(r);
        break;
    case KEY_Q:
        s->kind = (ph_revision_kind)ph_read_int(r, PH_REVISION_FIRST, PH_REVISION_WITHDRAWAL);
        break;
    case KEY_Y:
        s->reason = ph_read_clean_text(r, PH_MAX_NOTE_BYTES);
        break;
    case KEY_T:
        s->agent_time_us = ph_read_time(r);
        break;
    case KEY_G:
        s->registry = ph_read_digest(r);
        break;
    case KEY_N:
        read_narratives(r, s);
        break;
    default: /* KEY_O */
        s->n_observations = ph_read_array(r, PH_MAX_OBSERVATIONS);
        for (size_t i = 0; i < s->n_observations && r->rc == PH_OK; i++)
            read_observation(r, &store[i]);
        ph_read_leave(r);
        break;
    }
}

ph_rc ph_submission_read(ph_span body, ph_observation *store, ph_submission *ret, const char **ret_why,
                         size_t *ret_offset)
{
    ph_reader r = ph_reader_over(body);
    ph_submission s = {.observations = store};
    ph_map m = ph_map_enter(&r, keys, N_KEYS);

    for (int key; (key = ph_map_next(&r, &m)) >= 0;)
        read_value(&r, key, &s, store);
    ph_map_require(&r, &m, REQUIRED);
    if ((s.base_revision != 0) != ph_map_has(&m, KEY_BD))
        ph_read_fail(&r, PH_MALFORMED, "base revision and base digest come together");
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = s;
    if (rc != PH_OK && ret_why != NULL)
        *ret_why = r.why;
    if (rc != PH_OK && ret_offset != NULL)
        *ret_offset = ph_read_offset(&r);
    return rc;
}

static void write_observation(const ph_observation *o, ph_buf *dst)
{
    ph_write_array(dst, o->note.len > 0 ? 5 : 4);
    ph_write_text(dst, o->indicator);
    ph_write_int(dst, o->value.mantissa);
    ph_write_uint(dst, o->value.scale);
    ph_write_uint(dst, (uint8_t)o->status);
    if (o->note.len > 0)
        ph_write_text(dst, o->note);
}

/* What it rests on and why: the keys that a first revision does without. */
static void write_base(const ph_submission *s, ph_buf *dst)
{
    ph_write_str(dst, keys[KEY_BR]);
    ph_write_uint(dst, s->base_revision);
    if (s->base_revision != 0) {
        ph_write_str(dst, keys[KEY_BD]);
        ph_write_digest(dst, &s->base_digest);
    }
    ph_write_str(dst, keys[KEY_Q]);
    ph_write_uint(dst, s->kind);
    if (s->reason.len > 0) {
        ph_write_str(dst, keys[KEY_Y]);
        ph_write_text(dst, s->reason);
    }
}

/* Written anew, not copied: equal items give equal bytes. */
static void write_narratives(const ph_submission *s, ph_buf *dst)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = ph_submission_narratives(s, items);

    ph_write_str(dst, keys[KEY_N]);
    ph_narratives_write(items, n, dst);
}

void ph_submission_write(const ph_submission *s, ph_buf *dst)
{
    bool has_registry = !ph_digest_is_zero(&s->registry), has_narratives = s->n_narratives > 0;

    ph_write_map(dst,
                 (size_t)N_KEYS - (s->base_revision == 0) - (s->reason.len == 0) - !has_registry - !has_narratives);
    ph_write_str(dst, keys[KEY_I]);
    ph_write_uuid(dst, &s->id);
    ph_write_str(dst, keys[KEY_U]);
    ph_write_text(dst, s->unit);
    ph_write_str(dst, keys[KEY_C]);
    ph_write_text(dst, s->cluster);
    ph_write_str(dst, keys[KEY_F]);
    ph_write_text(dst, s->form);
    ph_write_str(dst, keys[KEY_P]);
    ph_write_period(dst, s->period);
    ph_write_str(dst, keys[KEY_R]);
    ph_write_uint(dst, s->revision);
    write_base(s, dst);
    ph_write_str(dst, keys[KEY_T]);
    ph_write_int(dst, s->agent_time_us);
    if (has_registry) {
        ph_write_str(dst, keys[KEY_G]);
        ph_write_digest(dst, &s->registry);
    }
    ph_write_str(dst, keys[KEY_O]);
    ph_write_array(dst, s->n_observations);
    for (size_t i = 0; i < s->n_observations; i++)
        write_observation(&s->observations[i], dst);
    if (has_narratives)
        write_narratives(s, dst);
}
