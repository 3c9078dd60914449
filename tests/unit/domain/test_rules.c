/* test_rules - ids, words for people in both languages, and that the paper names every rule.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_rule_kinds.h"
#include "ph_utf8.h"
#include "ph_validate.h"

static void ids_are_stable_and_found(void **unused)
{
    static const char *const known[] = {
        "submission.duty",     "submission.member", "submission.not_open", "revision.reused",   "revision.stale_base",
        "revision.superseded", "submission.late",   "cell.unknown",        "cell.repeated",     "cell.required",
        "cell.status",         "cell.decimals",     "range.hard",          "range.soft",        "submission.frozen",
        "revision.reason",     "cell.released",     "explanation.no_case", "explanation.stale", "explanation.not_yours",
        "decision.not_head",   "decision.no_case",  "decision.stale",      "decision.reason",   "decision.state",
        "decision.due"};

    (void)unused;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        ph_rule rule = ph_rule_find(ph_span_str(known[i]));
        assert_true(rule < PH_RULE_COUNT);
        assert_string_equal(ph_rule_id(rule), known[i]);
    }
    assert_int_equal(ph_rule_find(ph_span_str("range.har")), PH_RULE_COUNT);
    assert_string_equal(ph_rule_id(PH_RULE_COUNT), "");
    assert_true((int)PH_RULE_COUNT <= (int)PH_MAX_RULES);
}

static void expect(const ph_finding *f, const ph_registry *reg, ph_lang lang, const char *words)
{
    char text[512];
    size_t n = ph_finding_say(f, reg, lang, text, sizeof text);

    assert_string_equal(text, words);
    assert_int_equal(n, strlen(words));
}

static const ph_finding too_high = {.rule = {.ptr = (const uint8_t *)"range.hard", .len = 10},
                                    .indicator = {.ptr = (const uint8_t *)"GRDP_GROWTH", .len = 11},
                                    .has_value = true,
                                    .value = {.mantissa = 1140, .scale = 1},
                                    .has_bound = true,
                                    .bound = {.mantissa = 60, .scale = 0}};

static void numbers_are_in_the_readers_notation(void **unused)
{
    ph_registry *reg = own_registry();
    ph_finding low = too_high, level = too_high;

    (void)unused;
    expect(
        &too_high, reg, PH_LANG_VI,
        "Tốc độ tăng GRDP (GRDP_GROWTH): 114,0% cao hơn giới hạn 60% nên cả biểu bị trả lại. Kiểm tra dấu thập phân, "
        "đơn vị tính và dấu âm.");
    expect(
        &too_high, reg, PH_LANG_EN,
        "GRDP growth (GRDP_GROWTH): 114.0% is above the limit of 60%, so the form is returned. Check the decimal mark, "
        "the unit and the sign.");
    low.rule = ph_span_str("range.soft");
    low.value = (ph_decimal){.mantissa = -1259, .scale = 2};
    low.bound = (ph_decimal){.mantissa = -5};
    expect(
        &low, reg, PH_LANG_VI,
        "Tốc độ tăng GRDP (GRDP_GROWTH): -12,59% thấp hơn mức thường gặp -5%. Số liệu vẫn được tính và được đánh dấu; "
        "nếu đúng, hãy ghi chú lý do.");
    level.indicator = ph_span_str("GRDP_CONST");
    level.rule = ph_span_str("cell.decimals");
    level.value = (ph_decimal){.mantissa = 12345678, .scale = 2};
    level.bound = (ph_decimal){.mantissa = 1};
    expect(&level, reg, PH_LANG_VI,
           "GRDP theo giá so sánh 2010 (GRDP_CONST): 123.456,78 tỷ đồng có nhiều hơn 1 chữ số thập phân. Làm tròn như "
           "nguồn công bố rồi gửi lại.");
    ph_registry_free(reg);
}

static void without_a_registry_codes_stand_for_names(void **unused)
{
    (void)unused;
    expect(&too_high, NULL, PH_LANG_EN,
           "GRDP_GROWTH: 114.0 is above the limit of 60, so the form is returned. Check the decimal mark, the unit and "
           "the "
           "sign.");
}

static void details_are_made_readable(void **unused)
{
    ph_finding late = {
        .rule = ph_span_str("submission.late"), .row = -1, .detail = ph_span_str("2023-07-15T10:00:00Z")};
    ph_finding first = {.rule = ph_span_str("revision.stale_base"), .row = -1, .detail = ph_span_str("0")};

    (void)unused;
    expect(&late, NULL, PH_LANG_VI,
           "Nhận sau hạn nộp (2023-07-15 17:00:00 (giờ Việt Nam)): số liệu mới hoặc đã sửa được ghi là nộp muộn. Riêng "
           "việc nộp muộn không làm số liệu bị trả lại hay tạm giữ.");
    expect(&first, NULL, PH_LANG_EN,
           "This revision corrects one that is no longer the last accepted (that one: none). Fetch the status, correct "
           "from there and send again.");
}

/* What an expression failed at is told in words, and by the name that it speaks of. */
static void a_failed_expression_says_why(void **unused)
{
    ph_finding f = {.rule = ph_span_str("x.expr"), .indicator = ph_span_str("IIP")};

    (void)unused;
    f.detail = ph_span_str("expr.failed:error:call:error");
    expect(&f, NULL, PH_LANG_EN,
           "IIP: this rule did not run (an error: it calls what does not exist: error), so the figure is held. Tell "
           "whoever keeps the registry; the figure need not be changed.");
    expect(&f, NULL, PH_LANG_VI,
           "IIP: quy tắc này không chạy được (lỗi: gọi hàm không có: error) nên số liệu tạm giữ. Báo cho người phụ "
           "trách bộ danh mục; không cần sửa số liệu.");
    f.detail = ph_span_str("expr.failed:instructions");
    expect(&f, NULL, PH_LANG_EN,
           "IIP: this rule did not run (it takes too many steps), so the figure is held. Tell whoever keeps the "
           "registry; the figure need not be changed.");
    f.detail = ph_span_str("expr.failed:error:of another version");
    expect(&f, NULL, PH_LANG_EN,
           "IIP: this rule did not run (error:of another version), so the figure is held. Tell whoever keeps the "
           "registry; the figure need not be changed.");
}

static void an_unknown_rule_gives_its_id_and_detail(void **unused)
{
    ph_finding f = {.rule = ph_span_str("outlier.mad"), .row = 3, .detail = ph_span_str("x")};

    (void)unused;
    expect(&f, NULL, PH_LANG_VI, "outlier.mad: x");
}

static void a_short_buffer_cuts_between_characters(void **unused)
{
    ph_registry *reg = own_registry();
    char text[256];

    (void)unused;
    for (size_t size = 0; size < sizeof text; size++) {
        memset(text, 'z', sizeof text);
        size_t n = ph_finding_say(&too_high, reg, PH_LANG_VI, text, size);
        assert_true(size == 0 ? n == 0 : n < size);
        if (size > 0) {
            assert_int_equal(strlen(text), n);
            assert_true(ph_utf8_is_valid(ph_span_of(text, n)));
        }
        assert_int_equal(text[size], 'z');
    }
    ph_registry_free(reg);
}

static void every_rule_has_words_that_use_what_it_has(void **unused)
{
    ph_finding full = too_high;
    char vi[512], en[512];

    (void)unused;
    full.detail = ph_span_str("d");
    for (unsigned rule = 0; rule < PH_RULE_COUNT; rule++) {
        full.rule = ph_span_str(ph_rule_id((ph_rule)rule));
        assert_true(ph_finding_say(&full, NULL, PH_LANG_VI, vi, sizeof vi) > 20);
        assert_true(ph_finding_say(&full, NULL, PH_LANG_EN, en, sizeof en) > 20);
        assert_true(ph_utf8_is_clean_nfc(ph_span_str(vi)));
        assert_null(strchr(en, '%'));
        assert_true(ph_rule_action((ph_rule)rule) <= PH_ACTION_REJECT);
    }
}

/* docs/RULES.md: a row "| `id` | action |" for each. */
static void the_paper_names_every_rule_with_its_action(void **unused)
{
    char *paper = read_source("docs/RULES.md"), line[128];

    (void)unused;
    for (unsigned rule = 0; rule < PH_RULE_COUNT; rule++) {
        (void)snprintf(line, sizeof line, "| `%s` | %s |", ph_rule_id((ph_rule)rule),
                       ph_action_name(ph_rule_action((ph_rule)rule)));
        if (strstr(paper, line) == NULL)
            fail_msg("docs/RULES.md has no line %s", line);
    }
    free(paper);
}

/* … and each kind with its parameters, each shipped rule. */
static void the_paper_names_kinds_and_shipped_rules(void **unused)
{
    char *paper = read_source("docs/RULES.md"), word[128];
    ph_registry *reg = own_registry();

    (void)unused;
    for (int kind = PH_RULE_KIND_CHANGE; kind <= PH_RULE_KIND_EXPR; kind++) {
        const ph_kind_spec *spec = ph_kind_of((ph_rule_kind)kind);
        (void)snprintf(word, sizeof word, "| `%s` | ", ph_rule_kind_name((ph_rule_kind)kind));
        const char *line = strstr(paper, word);
        if (line == NULL)
            fail_msg("docs/RULES.md has no line %s", word);
        for (int i = 0; i < PH_KIND_MAX_PARAMS && spec->params[i].key != NULL; i++) {
            (void)snprintf(word, sizeof word, "`%s`", spec->params[i].key);
            const char *at = strstr(line, word);
            if (at == NULL || at > strchr(line, '\n'))
                fail_msg("docs/RULES.md: %s does not name %s", ph_rule_kind_name((ph_rule_kind)kind), word);
        }
    }
    for (size_t i = 0; i < ph_registry_n_rules(reg); i++) {
        (void)snprintf(word, sizeof word, "`%s`", ph_registry_rule(reg, i)->id);
        if (strstr(paper, word) == NULL)
            fail_msg("docs/RULES.md does not name %s", word);
    }
    ph_registry_free(reg);
    free(paper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_stable_and_found),
        cmocka_unit_test(numbers_are_in_the_readers_notation),
        cmocka_unit_test(without_a_registry_codes_stand_for_names),
        cmocka_unit_test(details_are_made_readable),
        cmocka_unit_test(a_failed_expression_says_why),
        cmocka_unit_test(an_unknown_rule_gives_its_id_and_detail),
        cmocka_unit_test(a_short_buffer_cuts_between_characters),
        cmocka_unit_test(every_rule_has_words_that_use_what_it_has),
        cmocka_unit_test(the_paper_names_every_rule_with_its_action),
        cmocka_unit_test(the_paper_names_kinds_and_shipped_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
