/* test_registry - what was built is found; versions, duties, states and boundaries; and the registry of this house.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ph_bundle.h"
#include "ph_file.h"
#include "ph_id_index.h"
#include "ph_registry_load.h"

static const ph_indicator one[] = {{.code = "X", .n_methods = 1, .methods = {PH_METHOD_MEAN}}};

static ph_period half(unsigned year, unsigned index)
{
    return (ph_period){.freq = PH_FREQ_S, .year = (uint16_t)year, .index = (uint8_t)index};
}

/* ---- ids ---- */

static void ids_have_their_grammar(void **unused)
{
    (void)unused;
    assert_true(ph_id_is_valid(ph_span_str("a")));
    assert_true(ph_id_is_valid(ph_span_str("GRDP_GROWTH-2010.v1")));
    assert_true(ph_id_is_valid(ph_span_str("12345678901234567890123456789012")));
    assert_false(ph_id_is_valid(ph_span_str("123456789012345678901234567890123")));
    assert_false(ph_id_is_valid(ph_span_str("")));
    assert_false(ph_id_is_valid(ph_span_str("a b")));
    assert_false(ph_id_is_valid(ph_span_str("a/b")));
    assert_false(ph_id_is_valid(ph_span_str("đ")));
    assert_false(ph_id_is_valid(ph_span_of("a\0b", 3)));
}

static void an_index_finds_ids_of_every_length(void **unused)
{
    enum { N = 2000 };
    static char ids[N][PH_ID_BUFFER_BYTES];
    ph_id_index x = {0};

    (void)unused;
    assert_int_equal(ph_id_index_find(&x, ph_span_str("a")), UINT16_MAX);
    assert_ok(ph_id_index_init(&x, N));
    for (unsigned i = 0; i < N; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%0*u", (int)(4 + i % 29), i);
        assert_true(ph_id_index_put(&x, ph_span_str(ids[i]), (uint16_t)i));
    }
    for (unsigned i = 0; i < N; i++) {
        assert_int_equal(ph_id_index_find(&x, ph_span_str(ids[i])), i);
        assert_false(ph_id_index_put(&x, ph_span_str(ids[i]), 7));
        ids[i][0] = 'n';
    }
    assert_int_equal(ph_id_index_find(&x, ph_span_str("0000")), UINT16_MAX); /* its bytes were changed: borrowed */
    ph_id_index_done(&x);
}

/* ---- versions ---- */

static ph_form *two_versions(void)
{
    ph_form *f = calloc(5, sizeof *f);

    assert_non_null(f);
    f[0] =
        (ph_form){.id = "f", .version = 1, .freq = PH_FREQ_S, .valid_from = 0, .valid_to = 19358}; /* to 2023-01-01 */
    f[1] = (ph_form){.id = "g", .version = 9, .freq = PH_FREQ_S, .valid_to = PH_DATE_FOREVER};
    f[2] = (ph_form){.id = "f", .version = 3, .freq = PH_FREQ_S, .valid_from = 19358, .valid_to = PH_DATE_FOREVER};
    f[3] = (ph_form){.id = "f", .version = 2, .freq = PH_FREQ_S, .valid_from = 19358, .valid_to = PH_DATE_FOREVER};
    f[4] = (ph_form){.id = "ended", .version = 1, .freq = PH_FREQ_S, .valid_from = 0, .valid_to = 19358};
    return f;
}

static void the_highest_valid_version_is_taken(void **unused)
{
    ph_registry_parts p = {.version = "t", .n_forms = 5, .forms = two_versions()};
    ph_registry *reg = NULL;

    (void)unused;
    assert_ok(ph_registry_build(&p, &reg));
    assert_null(p.forms); /* moved */
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("f"), half(2022, 2)), 0);
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("f"), half(2023, 1)), 2);
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("g"), half(2023, 1)), 1);
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("h"), half(2023, 1)), PH_NO_INDEX);
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("f"), half(1969, 1)), PH_NO_INDEX);
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("ended"), half(2022, 2)), 4);
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("ended"), half(2023, 1)), PH_NO_INDEX);
    ph_period quarter = {.freq = PH_FREQ_Q, .year = 2023, .index = 1};
    assert_int_equal(ph_registry_find_form(reg, ph_span_str("f"), quarter), PH_NO_INDEX);
    ph_registry_free(reg);
    ph_registry_free(NULL);
}

static void weights_are_found_by_unit_and_period(void **unused)
{
    const int64_t weights[] = {10, 20, 30};
    ph_registry *reg = small_registry(one, 1, 3, weights);
    uint16_t set = ph_registry_find_weights(reg, "w", half(2023, 1));

    (void)unused;
    assert_int_equal(set, 0);
    for (uint16_t i = 0; i < 3; i++)
        assert_int_equal(ph_weight_of(ph_registry_weight_set(reg, set), i), weights[i]);
    assert_int_equal(ph_weight_of(ph_registry_weight_set(reg, set), 3), 0);
    assert_string_equal(ph_registry_weight_set(reg, set)->label, "w@3");
    assert_int_equal(ph_registry_find_weights(reg, "v", half(2023, 1)), PH_NO_INDEX);
    ph_registry_free(reg);
}

static void weights_that_ended_are_not_taken(void **unused)
{
    ph_registry_parts p = {.version = "t", .n_weight_sets = 2, .weight_sets = calloc(2, sizeof(ph_weight_set))};
    ph_registry *reg = NULL;

    (void)unused;
    assert_non_null(p.weight_sets);
    p.weight_sets[0] = (ph_weight_set){.id = "w", .version = 2, .valid_from = 0, .valid_to = 19358};
    p.weight_sets[1] = (ph_weight_set){.id = "w", .version = 1, .valid_from = 18993, .valid_to = 19358};
    assert_ok(ph_registry_build(&p, &reg));
    assert_int_equal(ph_registry_find_weights(reg, "w", half(2022, 2)), 0);
    assert_int_equal(ph_registry_find_weights(reg, "w", half(2023, 1)), PH_NO_INDEX);
    ph_registry_free(reg);
}

/* ---- time ---- */

static void a_duty_goes_through_its_states(void **unused)
{
    ph_registry *reg = small_registry(one, 1, 2, NULL);
    const ph_calendar_item *duty = ph_registry_find_duty(reg, 0, 0, half(2023, 1));

    (void)unused;
    assert_non_null(duty);
    assert_null(ph_registry_find_duty(reg, 0, 0, half(2023, 2)));
    assert_null(ph_registry_find_duty(reg, 1, 0, half(2023, 1)));
    assert_int_equal(ph_calendar_state(duty, 999), PH_PERIOD_PLANNED);
    assert_int_equal(ph_calendar_state(duty, 1000), PH_PERIOD_OPEN);
    assert_int_equal(ph_calendar_state(duty, 1999), PH_PERIOD_OPEN);
    assert_int_equal(ph_calendar_state(duty, 2000), PH_PERIOD_DUE);
    assert_int_equal(ph_calendar_state(duty, 3000), PH_PERIOD_CLOSED);
    assert_true(ph_registry_next_boundary(reg, INT64_MIN) == 1000);
    assert_true(ph_registry_next_boundary(reg, 999) == 1000);
    assert_true(ph_registry_next_boundary(reg, 1000) == 2000);
    assert_true(ph_registry_next_boundary(reg, 2000) == 3000);
    assert_true(ph_registry_next_boundary(reg, 3000) == INT64_MAX);
    ph_registry_free(reg);
}

static void parts_that_point_nowhere_are_refused_and_stay_the_callers(void **unused)
{
    ph_registry *reg = NULL;
    ph_registry_parts p = {.n_calendar = 1, .calendar = calloc(1, sizeof(ph_calendar_item))};

    (void)unused;
    assert_non_null(p.calendar);
    assert_int_equal(ph_registry_build(&p, &reg), PH_BUG); /* its cluster is not there */
    assert_non_null(p.calendar);
    ph_registry_parts_done(&p);
    assert_null(p.calendar);

    p = (ph_registry_parts){.n_units = 2, .units = calloc(2, sizeof(ph_unit))};
    assert_non_null(p.units);
    p.units[0] = p.units[1] = (ph_unit){.id = "same", .successor = PH_NO_INDEX};
    assert_int_equal(ph_registry_build(&p, &reg), PH_BUG);
    p.units[1] = (ph_unit){.id = "other", .successor = 2};
    assert_int_equal(ph_registry_build(&p, &reg), PH_BUG);
    ph_registry_parts_done(&p);
    assert_null(reg);
}

/* ---- the registry of this house against the reference data ---- */

static void the_units_are_those_of_the_reference(void **unused)
{
    ph_registry *reg = own_registry();
    char *text = read_source("tests/data/reference/units.csv");
    size_t n = 0;

    (void)unused;
    for (csv c = csv_open(text); csv_next(&c); n++) {
        uint16_t at = ph_registry_find_unit(reg, ph_span_str(c.cell[0]));
        ph_date date;
        assert_int_equal(at, n); /* in the same order, too */
        const ph_unit *u = ph_registry_unit(reg, at);
        assert_string_equal(ph_name_in(u->name, PH_LANG_VI), c.cell[1]);
        assert_string_equal(ph_name_in(u->name, PH_LANG_EN), c.cell[2]);
        assert_string_equal(u->codes[0].scheme, "gso");
        assert_string_equal(u->codes[0].value, c.cell[3]);
        assert_int_equal(u->n_codes, 1 + (c.cell[4][0] != '\0') + (c.cell[8][0] != '\0'));
        if (c.cell[4][0] != '\0')
            assert_string_equal(u->codes[1].value, c.cell[4]);
        if (c.cell[8][0] != '\0')
            assert_string_equal(u->codes[2].value, c.cell[8]);
        assert_ok(ph_date_parse(ph_span_str(c.cell[5]), &date));
        assert_int_equal(u->valid_from, date);
        if (c.cell[6][0] != '\0')
            assert_ok(ph_date_parse(ph_span_str(c.cell[6]), &date));
        assert_int_equal(u->valid_to, c.cell[6][0] == '\0' ? PH_DATE_FOREVER : date);
        assert_int_equal(u->successor,
                         c.cell[7][0] == '\0' ? PH_NO_INDEX : ph_registry_find_unit(reg, ph_span_str(c.cell[7])));
    }
    assert_int_equal(n, 14);
    assert_int_equal(ph_registry_n_units(reg), 18); /* and the four that merged with them from outside */
    free(text);
    ph_registry_free(reg);
}

static void the_cluster_and_its_weights_are_those_of_the_reference(void **unused)
{
    static const char *const roles[] = {"head", "deputy", "member"};
    ph_registry *reg = own_registry();
    char *members = read_source("tests/data/reference/cluster-2023.csv"),
         *weights = read_source("tests/data/reference/weights-grdp-const-2022.csv");
    const ph_cluster *cluster = ph_registry_cluster(reg, ph_registry_find_cluster(reg, ph_span_str("dbsh")));
    const ph_cycle *cycle = ph_cluster_cycle(cluster, half(2023, 1));
    const ph_weight_set *set =
        ph_registry_weight_set(reg, ph_registry_find_weights(reg, "grdp-const-2022", half(2023, 1)));
    size_t n = 0;
    int64_t sum = 0;

    (void)unused;
    assert_null(ph_cluster_cycle(cluster, half(2022, 1)));
    for (csv c = csv_open(members); csv_next(&c); n++) {
        uint16_t unit = ph_registry_find_unit(reg, ph_span_str(c.cell[2]));
        assert_int_equal(ph_cycle_member(cycle, unit), n);
        assert_string_equal(roles[cycle->roles[n]], c.cell[3]);
    }
    assert_int_equal(cycle->n_members, 9);
    assert_int_equal(n, 9);
    for (csv c = csv_open(weights); csv_next(&c); n--) {
        ph_decimal value;
        assert_ok(ph_decimal_parse(ph_span_str(c.cell[1]), &value));
        assert_true(ph_weight_of(set, ph_registry_find_unit(reg, ph_span_str(c.cell[0]))) == value.mantissa);
        sum += value.mantissa;
    }
    assert_int_equal(n, 0);
    assert_int_equal(sum, 771653);
    assert_string_equal(set->quality, "unofficial");
    free(members);
    free(weights);
    ph_registry_free(reg);
}

static void the_form_of_the_review_asks_for_two_and_offers_seven(void **unused)
{
    ph_registry *reg = own_registry();
    uint16_t at = ph_registry_find_form(reg, ph_span_str("socio-economic"), half(2023, 1));
    const ph_form *form = ph_registry_form(reg, at);
    const ph_calendar_item *duty = ph_registry_find_duty(reg, 0, at, half(2023, 1));
    char text[PH_TIME_TEXT_BYTES];

    (void)unused;
    assert_int_equal(form->n_items, 9);
    for (size_t i = 0; i < form->n_items; i++)
        assert_int_equal(form->items[i].is_required, i < 2);
    assert_string_equal(ph_registry_indicator(reg, form->items[0].indicator)->code, "GRDP_GROWTH");
    assert_string_equal(ph_registry_indicator(reg, form->items[1].indicator)->code, "IIP");
    assert_non_null(duty);
    (void)ph_time_print_utc(duty->due_us, text);
    assert_string_equal(text, "2023-07-15T10:00:00Z");
    ph_registry_free(reg);
}

/* ---- bundles and folders ---- */

/* domain.md §2.2: all of it is reported by some form, and every rate can be made again from sums. */
static void the_catalogue_is_whole_and_reported(void **unused)
{
    static const char *const codes[] = {
        "GRDP_GROWTH", "GRDP_CONST", "GRDP_CUR", "GRDP_PC",  "VA_AGR",    "VA_IND",    "VA_SVC",  "IIP",    "GO_IND",
        "GO_AFF",      "PUB_DISB",   "INV_SOC",  "BUD_REV",  "BUD_DOM",   "FDI_REG",   "DDI_REG", "RETAIL", "EXPORT",
        "IMPORT",      "CPI",        "TOURISTS", "TOUR_REV", "POV_RATE",  "NTM_XA",    "NTM_NC",  "NTM_KM", "NTM_HUYEN",
        "BHXH",        "BHYT",       "JOBS",     "TRAINED",  "UNEMP",     "WASTE",     "WATER",   "PCI",    "PAR_INDEX",
        "SIPAS",       "PAPI",       "DTI",      "ENT_NEW",  "EMU_MOVES", "EMU_AWARDS"};
    ph_registry *reg = own_registry();
    size_t n_ratios = 0;

    (void)unused;
    assert_true(ph_registry_n_indicators(reg) >= 35);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (ph_registry_find_indicator(reg, ph_span_str(codes[i])) == PH_NO_INDEX)
            fail_msg("no indicator %s", codes[i]);
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++) {
        uint8_t reported = 0;
        for (size_t f = 0; f < ph_registry_n_forms(reg); f++)
            for (size_t k = 0; k < ph_registry_form(reg, f)->n_items; k++)
                if (ph_registry_form(reg, f)->items[k].indicator == i)
                    reported |= ph_freq_bit(ph_registry_form(reg, f)->freq);
        if (reported != ph_registry_indicator(reg, i)->freqs)
            fail_msg("%s is reported for %u, may be for %u", ph_registry_indicator(reg, i)->code, reported,
                     ph_registry_indicator(reg, i)->freqs);
        n_ratios += ph_indicator_has(ph_registry_indicator(reg, i), PH_METHOD_RATIO);
    }
    assert_int_equal(n_ratios, 12);
    ph_registry_free(reg);
}

static void a_ratio_knows_its_parts_and_a_series_its_break(void **unused)
{
    ph_registry *reg = own_registry();
    const ph_indicator *rate = ph_registry_indicator(reg, ph_registry_find_indicator(reg, ph_span_str("NTM_RATE")));
    ph_period whole = {.freq = PH_FREQ_A, .year = 2025, .index = 1},
              next = {.freq = PH_FREQ_A, .year = 2026, .index = 1};

    (void)unused;
    assert_string_equal(ph_registry_indicator(reg, rate->numerator)->code, "NTM_XA");
    assert_string_equal(ph_registry_indicator(reg, rate->denominator)->code, "COMMUNES"); /* read before it */
    assert_int_equal(rate->times, 100);
    assert_int_equal(rate->freqs, PH_FREQ_BIT_A | PH_FREQ_BIT_S);
    assert_false(rate->is_cumulative);
    assert_null(ph_indicator_break(rate, half(2024, 2), half(2025, 1)));
    assert_non_null(ph_indicator_break(rate, half(2025, 1), half(2025, 2))); /* it begins on the very day */
    assert_null(ph_indicator_break(rate, half(2025, 2), half(2026, 1)));
    assert_non_null(ph_indicator_break(rate, whole, next));
    const ph_indicator *per_head = ph_registry_indicator(reg, ph_registry_find_indicator(reg, ph_span_str("GRDP_PC")));
    assert_string_equal(ph_registry_indicator(reg, per_head->denominator)->code, "POP"); /* stands after it */
    ph_registry_free(reg);
}

static void a_bundle_gives_the_same_registry_again(void **unused)
{
    char path[4096];
    ph_buf bundle;
    ph_registry *a = NULL, *b = NULL;
    told t = {0};

    (void)unused;
    (void)snprintf(path, sizeof path, "%s/domain/registry", getenv("PHUSA_SOURCE"));
    ph_buf_init(&bundle, PH_BUNDLE_MAX_BYTES);
    assert_ok(ph_registry_load_dir(path, told_sink, &t, &bundle, &a));
    assert_ok(ph_registry_load(ph_buf_span(&bundle), told_sink, &t, &b));
    assert_true(ph_digest_eq(ph_registry_digest(a), ph_registry_digest(b)));
    ph_digest d = ph_digest_of_span(ph_buf_span(&bundle));
    assert_true(ph_digest_eq(ph_registry_digest(a), &d));
    assert_string_equal(ph_registry_version(a), ph_registry_version(b));
    assert_int_equal(t.n, 0);
    ph_buf_done(&bundle);
    ph_registry_free(a);
    ph_registry_free(b);
}

static void a_bundle_holds_its_files_apart(void **unused)
{
    ph_buf b;
    ph_span rest;
    ph_bundle_file f;

    (void)unused;
    ph_buf_init(&b, 1000);
    assert_ok(ph_bundle_add(&b, ph_span_str("a.yaml"), ph_span_str("x: 1")));
    assert_ok(ph_bundle_add(&b, ph_span_str("b.yaml"), ph_span_str("")));
    assert_ok(ph_bundle_add(&b, ph_span_str("c.yaml"), ph_span_str("y: \"--- # file: q.yaml\"\n")));
    assert_int_equal(ph_bundle_add(&b, ph_span_str("d.yaml"), ph_span_str("x\n--- # file: q.yaml\n")), PH_INVALID);
    rest = ph_buf_span(&b);
    assert_ok(ph_bundle_next(&rest, &f));
    assert_true(ph_span_is(f.name, "a.yaml") && ph_span_is(f.text, "x: 1\n"));
    assert_ok(ph_bundle_next(&rest, &f));
    assert_true(ph_span_is(f.name, "b.yaml") && f.text.len == 0);
    assert_ok(ph_bundle_next(&rest, &f));
    assert_true(ph_span_is(f.name, "c.yaml") && f.text.len == 24);
    assert_int_equal(ph_bundle_next(&rest, &f), PH_NOT_FOUND);
    ph_buf_done(&b);
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[4096];

    assert_ok(ph_file_join(path, sizeof path, folder, name));
    assert_ok(ph_file_write(path, ph_span_str(text), 0600, NULL));
}

static void folders_are_read_in_order_and_their_faults_named(void **unused)
{
    char folder[] = "registry-XXXXXX";
    ph_buf b;
    ph_err err = {0};
    told t = {0};
    ph_registry *reg = NULL;

    (void)unused;
    assert_non_null(mkdtemp(folder));
    ph_buf_init(&b, PH_BUNDLE_MAX_BYTES);
    assert_int_equal(ph_registry_read_dir("there-is-none", &b, &err), PH_NOT_FOUND);
    assert_string_equal(err.code, "registry.folder");
    assert_int_equal(ph_registry_read_dir(folder, &b, &err), PH_NOT_FOUND);
    put_file(folder, "README.md", "not read");
    put_file(folder, ".b.yaml", "not read: [");
    put_file(folder, "b.yaml", "b: 1");
    put_file(folder, "B.yaml", "registry: { version: x }\n");
    assert_ok(ph_registry_read_dir(folder, &b, &err));
    assert_true(
        ph_span_is(ph_buf_span(&b), "--- # file: B.yaml\nregistry: { version: x }\n--- # file: b.yaml\nb: 1\n"));
    assert_int_equal(ph_registry_load_dir(folder, told_sink, &t, NULL, &reg), PH_INVALID);
    assert_int_equal(t.n, 1);
    assert_non_null(strstr(t.list[0].where, folder)); /* the path, not only the name in the bundle */
    put_file(folder, "c.yml", "c: 1");
    ph_buf_clear(&b);
    assert_int_equal(ph_registry_read_dir(folder, &b, &err), PH_INVALID);
    assert_string_equal(err.code, "registry.file.name");
    assert_int_equal(chdir(folder), 0);
    for (const char *const *name = (const char *const[]){"README.md", ".b.yaml", "b.yaml", "B.yaml", "c.yml", NULL};
         *name != NULL; name++)
        assert_int_equal(unlink(*name), 0);
    assert_int_equal(chdir(".."), 0);
    assert_int_equal(rmdir(folder), 0);
    ph_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_have_their_grammar),
        cmocka_unit_test(an_index_finds_ids_of_every_length),
        cmocka_unit_test(the_highest_valid_version_is_taken),
        cmocka_unit_test(weights_are_found_by_unit_and_period),
        cmocka_unit_test(weights_that_ended_are_not_taken),
        cmocka_unit_test(a_duty_goes_through_its_states),
        cmocka_unit_test(parts_that_point_nowhere_are_refused_and_stay_the_callers),
        cmocka_unit_test(the_units_are_those_of_the_reference),
        cmocka_unit_test(the_cluster_and_its_weights_are_those_of_the_reference),
        cmocka_unit_test(the_form_of_the_review_asks_for_two_and_offers_seven),
        cmocka_unit_test(the_catalogue_is_whole_and_reported),
        cmocka_unit_test(a_ratio_knows_its_parts_and_a_series_its_break),
        cmocka_unit_test(a_bundle_gives_the_same_registry_again),
        cmocka_unit_test(a_bundle_holds_its_files_apart),
        cmocka_unit_test(folders_are_read_in_order_and_their_faults_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
