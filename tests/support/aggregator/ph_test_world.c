/* ph_test_world - a small invented world for tests of the ledger.   Layer: tests/support */
#include "ph_test_world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "ph_agg_append.h"
#include "ph_explanation.h"

/* ---- registry ---- */

typedef struct arena {
    char *at, *end;
    char bytes[64 * 1024];
} arena;

static const char *text(arena *a, const char *fmt, unsigned n)
{
    char *s = a->at;
    int len = snprintf(s, (size_t)(a->end - a->at), "%s%0*u", fmt, fmt[0] == 'I' ? 3 : fmt[0] == 'u' ? 2 : 1, n);

    assert(len > 0 && s + len + 1 < a->end);
    a->at += len + 1;
    return s;
}

static void *many(size_t n, size_t bytes)
{
    void *p = calloc(n + 1, bytes);

    assert(p != NULL);
    return p;
}

static void make_units(ph_registry_parts *p, arena *a, uint16_t n)
{
    p->n_units = n;
    p->units = many(n, sizeof *p->units);
    for (uint16_t i = 0; i < n; i++)
        p->units[i] = (ph_unit){
            .id = text(a, "u", i), .name = {"đơn vị", "unit"}, .valid_to = PH_DATE_FOREVER, .successor = PH_NO_INDEX};
}

static void make_clusters(ph_registry_parts *p, arena *a, uint16_t n, uint8_t n_members)
{
    p->n_clusters = n;
    p->clusters = many(n, sizeof *p->clusters);
    for (uint16_t i = 0; i < n; i++) {
        ph_cycle *cycle = many(1, sizeof *cycle);
        *cycle = (ph_cycle){.year = 2023, .n_members = n_members};
        for (uint16_t k = 0; k < n_members; k++) {
            cycle->units[k] = k;
            cycle->roles[k] = k == 0 ? PH_ROLE_HEAD : PH_ROLE_MEMBER;
        }
        p->clusters[i] =
            (ph_cluster){.id = text(a, "c", i), .name = {"cụm", "cluster"}, .n_cycles = 1, .cycles = cycle};
    }
}

static void make_indicators(ph_registry_parts *p, arena *a, uint16_t n)
{
    const ph_bounds hard = {.has_min = true, .has_max = true, .min = {.mantissa = -1000}, .max = {.mantissa = 1000}};
    const ph_bounds soft = {.has_min = true, .has_max = true, .min = {.mantissa = -100}, .max = {.mantissa = 100}};

    p->n_indicators = n;
    p->indicators = many(n, sizeof *p->indicators);
    for (uint16_t i = 0; i < n; i++)
        p->indicators[i] =
            (ph_indicator){.code = text(a, "I", i),
                           .name = {"chỉ tiêu", "indicator"},
                           .unit_measure = "PT",
                           .unit_name = {"%", "%"},
                           .comparison = "none",
                           .price_basis = "n/a",
                           .decimals = 2,
                           .direction = i % 3 == 0 ? PH_LOWER_IS_BETTER : PH_HIGHER_IS_BETTER,
                           .hard = hard,
                           .soft = soft,
                           .n_methods = 4,
                           .methods = {PH_METHOD_MEAN, PH_METHOD_WEIGHTED_MEAN, PH_METHOD_MEDIAN, PH_METHOD_MAX},
                           .weight_set = "W"};
}

/* The ratio's parts are the guarded columns: a held cell takes its member out of the ratio. The ratio is the column
 * that members leave out most, so that its parts move while it does not. */
static void make_derived(ph_registry_parts *p, uint16_t ratio)
{
    enum { LISTED = 0, NUMERATOR = 1, DENOMINATOR = 2 };

    assert(ratio > DENOMINATOR);
    p->indicators[LISTED].n_methods = 1;
    p->indicators[LISTED].methods[0] = PH_METHOD_LIST;
    p->indicators[NUMERATOR].methods[2] = PH_METHOD_SUM;
    p->indicators[ratio].methods[2] = PH_METHOD_RATIO;
    p->indicators[ratio].numerator = NUMERATOR;
    p->indicators[ratio].denominator = DENOMINATOR;
    p->indicators[ratio].times = 100;
}

static void make_form(ph_registry_parts *p, uint16_t n)
{
    p->n_forms = 1;
    p->forms = many(1, sizeof *p->forms);
    p->forms[0] = (ph_form){.id = "F",
                            .version = 1,
                            .name = {"biểu", "form"},
                            .freq = PH_FREQ_M,
                            .valid_to = PH_DATE_FOREVER,
                            .n_items = n,
                            .items = many(n, sizeof(ph_form_item))};
    for (uint16_t i = 0; i < n; i++)
        p->forms[0].items[i] = (ph_form_item){.indicator = i, .is_required = i < 2};
}

static void make_weights(ph_registry_parts *p, uint16_t n)
{
    p->n_weight_sets = 1;
    p->weight_sets = many(1, sizeof *p->weight_sets);
    p->weight_sets[0] = (ph_weight_set){.id = "W",
                                        .version = 1,
                                        .quality = "official",
                                        .source = {"nguồn", "source"},
                                        .valid_to = PH_DATE_FOREVER,
                                        .n_units = n,
                                        .units = many(n, sizeof(uint16_t)),
                                        .values = many(n, sizeof(int64_t))};
    for (uint16_t i = 0; i < n; i++) {
        p->weight_sets[0].units[i] = i;
        p->weight_sets[0].values[i] = 100 + 37 * i;
    }
}

static void make_calendar(ph_registry_parts *p, const ph_world_shape *s)
{
    p->n_calendar = (size_t)s->n_clusters * s->n_periods;
    p->calendar = many(p->n_calendar, sizeof *p->calendar);
    for (size_t i = 0; i < p->n_calendar; i++) {
        size_t month = i % s->n_periods;
        int64_t opens = PH_WORLD_START_US + (s->is_staggered ? (int64_t)month * PH_US_PER_DAY : 0);
        p->calendar[i] = (ph_calendar_item){.cluster = (uint16_t)(i / s->n_periods),
                                            .period = {.freq = PH_FREQ_M, .year = 2023, .index = (uint8_t)(month + 1)},
                                            .opens_us = opens,
                                            .due_us = opens + PH_US_PER_DAY,
                                            .closes_us = opens + 2 * PH_US_PER_DAY};
        if (s->is_extended) {
            p->calendar[i].n_extensions = 1;
            p->calendar[i].extensions = many(1, sizeof *p->calendar[i].extensions);
            p->calendar[i].extensions[0] = (ph_extension){
                .unit = 1, .due_us = p->calendar[i].due_us + INT64_C(3600) * PH_US_PER_S, .reason = {"lụt", "flood"}};
        }
    }
}

/* ---- guards ---- */

static void make_guard(ph_rule_def *rule, const char *id, uint16_t first, uint16_t n, int64_t tolerance)
{
    *rule = (ph_rule_def){.id = id,
                          .kind = PH_RULE_KIND_REFERENCE,
                          .action = PH_ACTION_HOLD,
                          .message = {"%1: %2 khác %3", "%1: %2 is not %3"},
                          .n_targets = n,
                          .targets = many(n, sizeof(uint16_t)),
                          .n_params = 1,
                          .params = {{.key = "tolerance", .value = {.mantissa = tolerance}}},
                          .valid_to = PH_DATE_FOREVER};
    for (uint16_t i = 0; i < n; i++)
        rule->targets[i] = (uint16_t)(first + i);
}

static void make_guards(ph_registry_parts *p, const ph_world_shape *s)
{
    enum { FIRST = 1, GUARDED = 2 };
    const uint16_t guarded = GUARDED;

    p->n_rules = 2;
    p->rules = many(p->n_rules, sizeof *p->rules);
    make_guard(&p->rules[0], "guard.a", FIRST, GUARDED, 50);
    make_guard(&p->rules[1], "guard.b", FIRST + 1, 1, 80);
    p->references = many((size_t)s->n_units * GUARDED * s->n_periods, sizeof *p->references);
    for (uint16_t unit = 0; unit < s->n_units; unit++)
        for (uint16_t i = 0; i < guarded; i++)
            for (uint16_t month = 1; month <= s->n_periods; month++)
                p->references[p->n_references++] =
                    (ph_reference){.unit = unit,
                                   .indicator = (uint16_t)(FIRST + i),
                                   .period = {.freq = PH_FREQ_M, .year = 2023, .index = (uint8_t)month},
                                   .source = {"nguồn", "source"}};
}

ph_span ph_world_document(unsigned variant)
{
    static const char *const documents[PH_WORLD_REGISTRIES] = {"registry 0", "registry 1", "registry 2", "registry 3"};

    return ph_span_str(documents[variant]);
}

const ph_registry *ph_world_registry(ph_world *w, unsigned variant)
{
    ph_registry_parts p = {.version = "test", .digest = ph_digest_of_span(ph_world_document(variant))};
    uint16_t n_indicators = (uint16_t)(w->shape.n_indicators + variant % 2);
    arena *a;

    if (w->registries[variant] != NULL)
        return w->registries[variant];
    a = malloc(sizeof *a);
    assert(a != NULL);
    a->at = a->bytes;
    a->end = a->bytes + sizeof a->bytes;
    p.arena = a;
    p.free_arena = free;
    make_units(&p, a, w->shape.n_units);
    make_clusters(&p, a, w->shape.n_clusters, (uint8_t)(w->shape.n_units - variant % 2));
    make_indicators(&p, a, n_indicators);
    if (w->shape.is_derived)
        make_derived(&p, (uint16_t)(w->shape.n_indicators - 1));
    make_form(&p, n_indicators);
    make_weights(&p, w->shape.n_units);
    make_calendar(&p, &w->shape);
    if (w->shape.is_guarded && variant != 2)
        make_guards(&p, &w->shape);
    assert(ph_registry_build(&p, &w->registries[variant]) == PH_OK);
    return w->registries[variant];
}

static ph_rc find_registry(void *arg, const ph_digest *digest, const ph_registry **ret)
{
    for (unsigned i = 0; i < PH_WORLD_REGISTRIES; i++) {
        ph_digest known = ph_digest_of_span(ph_world_document(i));
        if (ph_digest_eq(&known, digest)) {
            *ret = ph_world_registry(arg, i);
            return PH_OK;
        }
    }
    return PH_NOT_FOUND;
}

/* ---- keys ---- */

void ph_world_unit(uint16_t unit, char dst[8])
{
    (void)snprintf(dst, 8, "u%02u", unit);
}

static ph_rc find_roster(void *arg, const ph_digest *digest, ph_span document, const ph_roster **ret)
{
    ph_world *w = arg;

    (void)document;
    *ret = w->roster;
    return ph_digest_eq(digest, &w->roster_digest) ? PH_OK : PH_NOT_FOUND;
}

static void make_roster(ph_world *w)
{
    ph_roster_entry *entries = many(PH_WORLD_MAX_UNITS, sizeof *entries);

    for (uint16_t i = 0; i < (uint16_t)PH_WORLD_MAX_UNITS; i++) {
        ph_roster_entry *e = &entries[i];
        uint8_t seed[PH_SIGN_SEED_BYTES] = {1, (uint8_t)i};
        ph_sign_keypair(seed, w->public_keys[i], w->secrets[i]);
        w->key_ids[i] = ph_key_id_of(w->public_keys[i]);
        ph_world_unit(i, e->unit);
        e->key_id = w->key_ids[i];
        memcpy(e->sign_public, w->public_keys[i], sizeof e->sign_public);
        e->curve_public[0] = (uint8_t)(i + 1);
        e->valid_to_us = INT64_MAX;
    }
    (void)snprintf(w->roster_document, sizeof w->roster_document, "roster 1");
    w->roster_digest = ph_digest_of_span(ph_span_str(w->roster_document));
    assert(ph_roster_build(1, entries, PH_WORLD_MAX_UNITS, &w->roster_digest, &w->roster) == PH_OK);
    free(entries);
}

void ph_world_init(ph_world *w, ph_world_shape shape)
{
    uint8_t seed[PH_SIGN_SEED_BYTES] = {7};

    *w = (ph_world){.shape = shape, .epoch = {{9, 9, 9}}};
    assert(shape.n_units <= PH_WORLD_MAX_UNITS && shape.n_periods <= 12 && shape.n_clusters <= 40);
    w->source = (ph_registry_source){.get = find_registry, .arg = w};
    w->rosters = (ph_roster_source){.get = find_roster, .arg = w};
    ph_sign_keypair(seed, w->key.public_key, w->key.secret);
    w->key.id = ph_key_id_of(w->key.public_key);
    make_roster(w);
}

void ph_world_done(ph_world *w)
{
    for (unsigned i = 0; i < PH_WORLD_REGISTRIES; i++)
        ph_registry_free(w->registries[i]);
    ph_roster_free(w->roster);
}

ph_rc ph_world_genesis(ph_world *w, ph_agg_store *st, int64_t now_us)
{
    const ph_first_documents first = {.registry = *ph_registry_digest(ph_world_registry(w, 0)),
                                      .roster = w->roster_digest,
                                      .registry_bytes = ph_world_document(0),
                                      .roster_bytes = ph_span_str(w->roster_document),
                                      .roster_serial = 1};

    return ph_engine_genesis(st, &w->source, &w->key, &w->epoch, now_us, &first);
}

ph_engine *ph_world_engine(ph_world *w, ph_agg_store *st)
{
    ph_engine *e = NULL;

    assert(ph_world_genesis(w, st, PH_WORLD_START_US) == PH_OK);
    assert(ph_engine_open(st, &w->source, &w->key, &e) == PH_OK);
    return e;
}

/* ---- submissions ---- */

ph_uuid ph_world_id(uint64_t number)
{
    uint8_t random[PH_UUID_RANDOM_BYTES] = {0};

    for (unsigned i = 0; i < 8; i++)
        random[i] = (uint8_t)(number >> (8 * i));
    return ph_uuid_v7(PH_WORLD_START_US / 1000 + (int64_t)(number / 16), random);
}

static void sign(const ph_world *w, uint16_t unit, ph_entry_kind kind, int64_t received_at_us, ph_world_sent *ret)
{
    assert(ret->body.rc == PH_OK);
    ret->intake = (ph_intake){.kind = kind,
                              .unit = ph_span_str(ret->unit),
                              .key_id = w->key_ids[unit],
                              .body = ph_buf_span(&ret->body),
                              .received_at_us = received_at_us};
    ret->intake.body_digest = ph_digest_of_span(ret->intake.body);
    assert(ph_sign_make(ph_entry_context(kind), w->secrets[unit], ret->intake.body, &ret->intake.signature) == PH_OK);
}

/* The items packed into @dst. */
static void say_items(const ph_world_form *form, ph_submission *sub, ph_buf *dst)
{
    ph_narrative items[PH_MAX_NARRATIVES] = {0};
    char titles[PH_MAX_NARRATIVES][24];

    assert(form->n_items <= PH_MAX_NARRATIVES);
    for (uint8_t i = 0; i < form->n_items; i++) {
        (void)snprintf(titles[i], sizeof titles[i], "w%u.%u", form->words, i);
        items[i].kind = ph_span_str("model");
        items[i].title = ph_span_str(titles[i]);
    }
    ph_buf_init(dst, PH_MAX_FRAME_BYTES);
    ph_narratives_write(items, form->n_items, dst);
    sub->n_narratives = form->n_items;
    sub->narratives = ph_buf_span(dst);
}

void ph_world_make(const ph_world *w, const ph_world_form *form, ph_world_sent *ret)
{
    static ph_observation rows[PH_MAX_OBSERVATIONS];
    static char codes[PH_MAX_OBSERVATIONS][8];
    char cluster[8];
    ph_buf items;
    ph_submission sub = {.id = ph_world_id(form->number),
                         .form = ph_span_str("F"),
                         .period = {.freq = PH_FREQ_M, .year = 2023, .index = (uint8_t)(form->period + 1)},
                         .revision = form->revision,
                         .base_revision = form->base_revision,
                         .base_digest = form->base_digest,
                         .kind =
                             form->base_revision == 0 || form->has_no_kind ? PH_REVISION_FIRST : PH_REVISION_CLERICAL,
                         .reason = ph_span_str(form->base_revision == 0 ? ""
                                               : form->reason == NULL   ? "corrected"
                                                                        : form->reason),
                         .agent_time_us = form->received_at_us,
                         .n_observations = form->n_values,
                         .observations = rows};

    (void)snprintf(cluster, sizeof cluster, "c%u", form->cluster);
    *ret = (ph_world_sent){0};
    ph_world_unit(form->unit, ret->unit);
    sub.unit = ph_span_str(ret->unit);
    sub.cluster = ph_span_str(cluster);
    for (uint16_t i = 0; i < form->n_values; i++) {
        (void)snprintf(codes[i], sizeof codes[i], "I%03u", i);
        rows[i] = (ph_observation){
            .indicator = ph_span_str(codes[i]), .value = {.mantissa = form->values[i], .scale = 2}, .status = 'A'};
    }
    say_items(form, &sub, &items);
    ph_buf_init(&ret->body, PH_MAX_FRAME_BYTES);
    ph_submission_write(&sub, &ret->body);
    assert(ret->body.rc == PH_OK && items.rc == PH_OK);
    ph_buf_done(&items);
    sign(w, form->unit, PH_ENTRY_SUBMISSION, form->received_at_us, ret);
}

/* ---- explanations and decisions ---- */

/* Names of what the words speak of. */
typedef struct spoken {
    char cluster[8], subject[8], indicator[8];
    ph_spoken_value of;
} spoken;

static void name(const ph_world_words *words, uint16_t unit, spoken *ret)
{
    (void)snprintf(ret->cluster, sizeof ret->cluster, "c%u", words->cluster);
    (void)snprintf(ret->indicator, sizeof ret->indicator, "I%03u", words->indicator);
    ph_world_unit(unit, ret->subject);
    ret->of = (ph_spoken_value){.cluster = ph_span_str(ret->cluster),
                                .form = ph_span_str("F"),
                                .period = {.freq = PH_FREQ_M, .year = 2023, .index = (uint8_t)(words->period + 1)},
                                .unit = ph_span_str(ret->subject),
                                .indicator = ph_span_str(ret->indicator),
                                .value = {.mantissa = words->value, .scale = 2},
                                .status = 'A'};
}

void ph_world_explain(const ph_world *w, const ph_world_words *words, ph_world_sent *ret)
{
    spoken s;

    *ret = (ph_world_sent){0};
    ph_world_unit(words->unit, ret->unit);
    name(words, words->subject == PH_NO_INDEX ? words->unit : words->subject, &s);
    const ph_explanation e = {.id = ph_world_id(words->number),
                              .unit = ph_span_str(ret->unit),
                              .cluster = s.of.cluster,
                              .form = s.of.form,
                              .period = s.of.period,
                              .indicator = s.of.indicator,
                              .value = ph_spoken_value_digest(&s.of),
                              .text = ph_span_str(words->text),
                              .agent_time_us = words->received_at_us};
    ph_buf_init(&ret->body, PH_MAX_FRAME_BYTES);
    ph_explanation_write(&e, &ret->body);
    sign(w, words->unit, PH_ENTRY_EXPLANATION, words->received_at_us, ret);
}

void ph_world_decide(const ph_world *w, const ph_world_words *words, ph_world_sent *ret)
{
    spoken s;

    *ret = (ph_world_sent){0};
    ph_world_unit(words->unit, ret->unit);
    name(words, words->subject, &s);
    const ph_decision d = {.id = ph_world_id(words->number),
                           .unit = ph_span_str(ret->unit),
                           .cluster = s.of.cluster,
                           .form = s.of.form,
                           .period = s.of.period,
                           .kind = words->kind,
                           .subject = words->subject == PH_NO_INDEX ? (ph_span){0} : s.of.unit,
                           .indicator = s.of.indicator,
                           .value = ph_spoken_value_digest(&s.of),
                           .due_us = words->due_us,
                           .reason = ph_span_str(words->text == NULL ? "" : words->text),
                           .agent_time_us = words->received_at_us};
    ph_buf_init(&ret->body, PH_MAX_FRAME_BYTES);
    ph_decision_write(&d, &ret->body);
    sign(w, words->unit, PH_ENTRY_DECISION, words->received_at_us, ret);
}

void ph_world_drop(ph_world_sent *s)
{
    ph_buf_done(&s->body);
}
