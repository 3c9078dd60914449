/* test_narratives - the checks on what a report says in words.   Layer: tests */
#include "ph_domain_fixture.h"

#include "ph_validate.h"

typedef struct example {
    const char *name;
    const char *items[3][5]; /* up to the first without a kind */
    const char *rule;        /* of the only finding; NULL: there is none */
    int64_t number;
    const char *detail;
} example;

static const example examples[] = {
    {"one of each",
     {{"movement", "a", "", "", ""}, {"directive", "b", "03/CT-UBND", "2023-03-31", ""}, {"model", "c", "", "", "d"}},
     NULL,
     0,
     NULL},
    {"a date alone", {{"directive", "b", "", "2024-02-29", ""}}, NULL, 0, NULL},
    {"unknown kind", {{"movement", "a", "", "", ""}, {"slogan", "b", "", "", ""}}, "narrative.item", 2, "slogan"},
    {"a kind in another case", {{"Model", "b", "", "", ""}}, "narrative.item", 1, "Model"},
    {"no title", {{"model", "", "", "", "d"}}, "narrative.item", 1, "title"},
    {"no such day", {{"directive", "b", "", "2023-02-29", ""}}, "narrative.item", 1, "2023-02-29"},
    {"a date as people write it", {{"directive", "b", "", "31/3/2023", ""}}, "narrative.item", 1, "31/3/2023"},
    {"twice",
     {{"model", "a", "1", "", "x"}, {"model", "b", "1", "", ""}, {"model", "a", "1", "", "y"}},
     "narrative.repeated",
     3,
     "a"},
    {"the same title of another document",
     {{"directive", "a", "1", "", ""}, {"directive", "a", "2", "", ""}},
     NULL,
     0,
     NULL},
    {"the same title of another kind", {{"model", "a", "", "", ""}, {"movement", "a", "", "", ""}}, NULL, 0, NULL},
};

static void check(const example *e)
{
    ph_narrative items[3];
    static ph_findings findings;
    size_t n = 0;
    ph_buf packed;

    for (; n < 3 && e->items[n][0] != NULL; n++)
        items[n] = (ph_narrative){.kind = ph_span_str(e->items[n][0]),
                                  .title = ph_span_str(e->items[n][1]),
                                  .document_no = ph_span_str(e->items[n][2]),
                                  .document_date = ph_span_str(e->items[n][3]),
                                  .detail = ph_span_str(e->items[n][4])};
    ph_buf_init(&packed, 4096);
    ph_narratives_write(items, n, &packed);
    assert_ok(packed.rc);
    const ph_submission sub = {.n_narratives = n, .narratives = ph_buf_span(&packed)};
    findings = (ph_findings){0};
    ph_validate_narratives(&sub, &findings);
    if (findings.n_all != (e->rule != NULL))
        fail_msg("%s: %u findings", e->name, findings.n_all);
    if (e->rule != NULL &&
        (!ph_span_is(findings.list[0].rule, e->rule) || findings.list[0].value.mantissa != e->number ||
         !ph_span_is(findings.list[0].detail, e->detail)))
        fail_msg("%s: another finding", e->name);
    ph_buf_done(&packed);
}

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        check(&examples[i]);
}

/* What a finding can say of a title ends with a whole character. */
static void test_long_title(void **state)
{
    char title[3 * 300 + 1] = "";
    static ph_findings findings;
    ph_buf packed;
    (void)state;

    for (size_t i = 0; i < 300; i++)
        memcpy(title + 3 * i, "ữ", 4);
    const ph_narrative item = {.kind = ph_span_str("model"), .title = ph_span_str(title)};
    const ph_narrative twice[] = {item, item};
    ph_buf_init(&packed, 4096);
    ph_narratives_write(twice, 2, &packed);
    const ph_submission sub = {.n_narratives = 2, .narratives = ph_buf_span(&packed)};
    findings = (ph_findings){0};
    ph_validate_narratives(&sub, &findings);
    assert_int_equal(findings.n_all, 1);
    assert_int_equal(findings.list[0].detail.len, PH_MAX_TEXT_BYTES / 3 * 3);
    ph_buf_done(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples), cmocka_unit_test(test_long_title)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
