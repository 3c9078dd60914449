/* ph_record_register - the value of the record of one part of the register.   Layer: proto (pure) */
#include "ph_record_parts.h"

typedef struct tally {
    unsigned received, with_items;
    uint64_t of_kind[PH_NARRATIVE_KINDS];
} tally;

static void count_unit(const ph_register_unit *u, tally *t)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = ph_register_items(u, items);

    t->received += u->revision > 0;
    t->with_items += n > 0;
    for (size_t i = 0; i < n; i++) {
        ph_narrative_kind kind = ph_narrative_kind_find(items[i].kind);
        if (kind < PH_NARRATIVE_KINDS)
            t->of_kind[kind]++;
    }
}

static tally count(const ph_register_part *part)
{
    tally t = {0};

    for (unsigned i = 0; i < part->n_units; i++)
        count_unit(&part->units[i], &t);
    return t;
}

static void put_counts(ph_json *j, const tally *t)
{
    ph_json_key(j, "counts");
    ph_json_begin_object(j);
    ph_record_put_uint(j, ph_narrative_kind_text(PH_NARRATIVE_DIRECTIVE), t->of_kind[PH_NARRATIVE_DIRECTIVE]);
    ph_record_put_uint(j, ph_narrative_kind_text(PH_NARRATIVE_MODEL), t->of_kind[PH_NARRATIVE_MODEL]);
    ph_record_put_uint(j, ph_narrative_kind_text(PH_NARRATIVE_MOVEMENT), t->of_kind[PH_NARRATIVE_MOVEMENT]);
    ph_json_end_object(j);
}

static void put_coverage(ph_json *j, const ph_register_part *part, const tally *t)
{
    ph_json_key(j, "coverage");
    ph_json_begin_object(j);
    ph_record_put_uint(j, "expected", part->n_units);
    ph_record_put_uint(j, "missing", part->n_units - t->received);
    ph_record_put_uint(j, "received", t->received);
    ph_record_put_uint(j, "with_items", t->with_items);
    ph_json_end_object(j);
}

static ph_span unit_name(const ph_issue *issue, const ph_register_part *part, unsigned i)
{
    return issue->members[(part->number - 1U) * PH_REGISTER_PART_UNITS + i];
}

static void put_missing(ph_json *j, const ph_issue *issue, const ph_register_part *part)
{
    ph_json_key(j, "missing");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < part->n_units; i++)
        if (part->units[i].revision == 0)
            ph_json_text(j, unit_name(issue, part, i));
    ph_json_end_array(j);
}

static void put_given(ph_json *j, const ph_register_unit *u)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = ph_register_items(u, items);

    ph_record_put_uint(j, "entry", u->entry);
    ph_json_key(j, "items");
    ph_json_begin_array(j);
    for (size_t i = 0; i < n; i++)
        ph_narrative_put_json(j, &items[i]);
    ph_json_end_array(j);
    ph_record_put_uint(j, "revision", u->revision);
}

static void put_units(ph_json *j, const ph_issue *issue, const ph_register_part *part)
{
    ph_json_key(j, "units");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < part->n_units; i++) {
        const ph_register_unit *u = &part->units[i];

        ph_json_begin_object(j);
        if (u->revision > 0)
            put_given(j, u);
        ph_record_put_str(j, "state", ph_cell_state_name(u->revision > 0 ? PH_CELL_GIVEN : PH_CELL_MISSING));
        ph_record_put_text(j, "unit", unit_name(issue, part, i));
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

void ph_record_put_register(const ph_issue *issue, const ph_register_part *part, const ph_digest *inputs, ph_buf *dst)
{
    ph_json j = ph_json_over(dst);
    char period[PH_PERIOD_TEXT_BYTES], time[PH_TIME_TEXT_BYTES];
    tally t = count(part);

    (void)ph_period_print(issue->period, period);
    (void)ph_time_print_utc(issue->sealed_at_us, time);
    ph_json_begin_object(&j);
    ph_record_put_text(&j, "cluster", issue->cluster);
    put_counts(&j, &t);
    put_coverage(&j, part, &t);
    ph_record_put_text(&j, "form", issue->form);
    ph_json_key(&j, "inputs");
    ph_json_hex(&j, inputs);
    ph_record_put_str(&j, "issued_at", time);
    put_missing(&j, issue, part);
    ph_record_put_uint(&j, "part", part->number);
    ph_record_put_uint(&j, "parts", ph_register_n_parts(issue->n_members));
    ph_record_put_str(&j, "period", period);
    ph_record_put_str(&j, "period_state", ph_period_state_name(issue->state));
    ph_json_key(&j, "provisional");
    ph_json_bool(&j, issue->state != PH_PERIOD_FROZEN);
    ph_json_key(&j, "registry");
    ph_json_hex(&j, &issue->registry);
    put_units(&j, issue, part);
    ph_record_put_uint(&j, "vintage", issue->seal);
    ph_json_end_object(&j);
}
