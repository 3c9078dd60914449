/* ph_domain_fixture - see the header.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "ph_registry_load.h"

char *read_source(const char *path)
{
    const char *root = getenv("PHUSA_SOURCE");
    char full[4096];

    assert_non_null(root);
    (void)snprintf(full, sizeof full, "%s/%s", root, path);
    FILE *f = fopen(full, "rb");
    if (f == NULL)
        fail_msg("%s cannot be read", full);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    assert_true(n > 0 && n < (1 << 20) - 1);
    (void)fclose(f);
    return text;
}

/* ---- CSV ---- */

static const char *line_end(const char *at)
{
    return at + strcspn(at, "\n");
}

static void skip_line(csv *c)
{
    c->at = line_end(c->at);
    if (*c->at == '\n')
        c->at++;
}

csv csv_open(const char *text)
{
    csv c = {.at = text};

    while (*c.at == '#')
        skip_line(&c);
    skip_line(&c); /* the header */
    return c;
}

static void take_cell(csv *c)
{
    char *dst = c->cell[c->n++];
    bool is_quoted = *c->at == '"';
    size_t n = 0;

    if (is_quoted)
        c->at++;
    while (*c->at != '\0' && *c->at != '\n' && (is_quoted ? *c->at != '"' : *c->at != ',')) {
        assert_true(n < CSV_CELL_BYTES - 1);
        dst[n++] = *c->at++;
    }
    dst[n] = '\0';
    if (is_quoted)
        c->at++;
}

bool csv_next(csv *c)
{
    while (*c->at == '#')
        skip_line(c);
    if (*c->at == '\0')
        return false;
    c->n = 0;
    take_cell(c);
    while (*c->at == ',') {
        c->at++;
        take_cell(c);
    }
    skip_line(c);
    return true;
}

/* ---- registries ---- */

ph_registry *own_registry(void)
{
    const char *root = getenv("PHUSA_SOURCE");
    char path[4096];
    ph_registry *reg = NULL;
    told errors = {0};

    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/domain/registry", root);
    ph_rc rc = ph_registry_load_dir(path, told_sink, &errors, NULL, &reg);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s:%d: %s (%s)\n", errors.list[i].where, errors.list[i].line, errors.list[i].what,
                    errors.list[i].code);
    assert_ok(rc);
    return reg;
}

typedef struct texts {
    char ids[PH_MAX_MEMBERS][4];
} texts;

static void fill_units(ph_registry_parts *p, texts *t)
{
    for (size_t i = 0; i < p->n_units; i++) {
        (void)snprintf(t->ids[i], sizeof t->ids[i], "u%02u", (unsigned)(i % 100));
        p->units[i] = (ph_unit){.id = t->ids[i],
                                .name = {.vi = "Đơn vị", .en = "Unit"},
                                .valid_to = PH_DATE_FOREVER,
                                .successor = PH_NO_INDEX};
    }
}

static void fill_cluster(ph_registry_parts *p)
{
    p->clusters[0] = (ph_cluster){.id = "c", .name = {.vi = "Cụm", .en = "Cluster"}, .n_cycles = 1};
    p->clusters[0].cycles = calloc(1, sizeof(ph_cycle));
    assert_non_null(p->clusters[0].cycles);
    ph_cycle *cycle = &p->clusters[0].cycles[0];
    cycle->year = 2023;
    cycle->n_members = (uint8_t)p->n_units;
    for (size_t i = 0; i < p->n_units; i++) {
        cycle->units[i] = (uint16_t)i;
        cycle->roles[i] = i == 0 ? PH_ROLE_HEAD : PH_ROLE_MEMBER;
    }
}

static void fill_form(ph_registry_parts *p)
{
    p->forms[0] = (ph_form){.id = "f",
                            .version = 1,
                            .name = {.vi = "Biểu", .en = "Form"},
                            .freq = PH_FREQ_S,
                            .valid_to = PH_DATE_FOREVER,
                            .n_items = (uint16_t)p->n_indicators};
    p->forms[0].items = calloc(p->n_indicators + 1, sizeof(ph_form_item));
    assert_non_null(p->forms[0].items);
    for (size_t i = 0; i < p->n_indicators; i++)
        p->forms[0].items[i] = (ph_form_item){.indicator = (uint16_t)i, .is_required = i == 0};
}

static void fill_weights(ph_registry_parts *p, const int64_t *weights)
{
    ph_weight_set *w = &p->weight_sets[0];

    *w = (ph_weight_set){.id = "w",
                         .version = 3,
                         .quality = "unofficial",
                         .source = {.vi = "thử", .en = "test"},
                         .valid_to = PH_DATE_FOREVER,
                         .n_units = (uint16_t)p->n_units};
    w->units = calloc(p->n_units, sizeof *w->units);
    w->values = calloc(p->n_units, sizeof *w->values);
    if (w->units == NULL || w->values == NULL)
        abort();
    for (size_t i = 0; i < p->n_units; i++) { /* backwards: the build puts them in order */
        w->units[i] = (uint16_t)(p->n_units - 1 - i);
        w->values[i] = weights[p->n_units - 1 - i];
    }
}

ph_registry *small_registry(const ph_indicator *indicators, size_t n, size_t n_units, const int64_t *weights)
{
    texts *t = calloc(1, sizeof *t);
    ph_registry_parts p = {.version = "test",
                           .n_units = n_units,
                           .n_clusters = 1,
                           .n_indicators = n,
                           .n_forms = 1,
                           .n_weight_sets = weights == NULL ? 0 : 1,
                           .n_calendar = 1,
                           .units = calloc(n_units, sizeof(ph_unit)),
                           .clusters = calloc(1, sizeof(ph_cluster)),
                           .indicators = calloc(n, sizeof(ph_indicator)),
                           .forms = calloc(1, sizeof(ph_form)),
                           .weight_sets = calloc(1, sizeof(ph_weight_set)),
                           .calendar = calloc(1, sizeof(ph_calendar_item)),
                           .arena = t,
                           .free_arena = free};
    ph_registry *reg = NULL;

    assert_true(t != NULL && p.units != NULL && p.clusters != NULL && p.indicators != NULL && p.forms != NULL &&
                p.weight_sets != NULL && p.calendar != NULL);
    fill_units(&p, t);
    fill_cluster(&p);
    memcpy(p.indicators, indicators, n * sizeof *indicators);
    fill_form(&p);
    if (weights != NULL)
        fill_weights(&p, weights);
    p.calendar[0] = (ph_calendar_item){
        .period = {.freq = PH_FREQ_S, .year = 2023, .index = 1}, .opens_us = 1000, .due_us = 2000, .closes_us = 3000};
    assert_ok(ph_registry_build(&p, &reg));
    return reg;
}

/* ---- sheets ---- */

void give(ph_sheet *s, const char *unit, const char *indicator, const char *value, ph_cell_state state)
{
    uint16_t row = ph_sheet_find_row(s, ph_span_str(unit));
    uint16_t column = ph_sheet_find_column(s, ph_span_str(indicator));
    ph_decimal d = {0};

    if (row == PH_NO_INDEX || column == PH_NO_INDEX)
        fail_msg("%s %s is not on the sheet", unit, indicator);
    assert_ok(ph_decimal_parse(ph_span_str(value), &d));
    assert_ok(ph_decimal_rescale(d, s->columns[column].decimals, &d));
    ph_cell *cell = ph_sheet_cell(s, row, column);
    *cell = (ph_cell){.mantissa = d.mantissa, .entry = 1U + row, .revision = 1, .state = (uint8_t)state, .status = 'A'};
}

/* ---- chance ---- */

static uint64_t state;

static void seed(void)
{
    const char *given = getenv("PHUSA_SEED");

    if (given != NULL)
        for (const char *c = given; *c >= '0' && *c <= '9'; c++)
            state = state * 10 + (uint64_t)(*c - '0');
    else
        assert_int_equal(getrandom(&state, sizeof state, 0), (int)sizeof state);
    state |= 1;
    print_message("PHUSA_SEED=%llu repeats this\n", (unsigned long long)state);
}

/* splitmix64 */
uint64_t draw(void)
{
    if (state == 0)
        seed();
    uint64_t z = (state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint64_t draw_below(uint64_t n)
{
    return draw() % n;
}

void told_sink(void *arg, const ph_err *err)
{
    told *t = arg;

    if (t->n < TOLD_MAX)
        t->list[t->n] = *err;
    t->n++;
}
