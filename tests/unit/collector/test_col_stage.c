/* test_col_stage - the four states that people see, and that every word is there in both languages.   Layer: tests */
#include "ph_col_fixture.h"

#include <string.h>

#include "ph_col_stage.h"

static void four_states(void **state)
{
    (void)state;
    assert_int_equal(ph_col_stage_of(PH_COL_QUEUED, (ph_verdict)0), PH_COL_STAGE_NOT_SENT);
    assert_int_equal(ph_col_stage_of(PH_COL_PARKED, PH_VERDICT_FORBIDDEN), PH_COL_STAGE_NOT_SENT);
    assert_int_equal(ph_col_stage_of(PH_COL_SENT, (ph_verdict)0), PH_COL_STAGE_SENT);
    assert_int_equal(ph_col_stage_of(PH_COL_JUDGED, PH_VERDICT_HELD), PH_COL_STAGE_RECEIVED);
    assert_int_equal(ph_col_stage_of(PH_COL_JUDGED, PH_VERDICT_ACCEPTED), PH_COL_STAGE_JUDGED);
    assert_int_equal(ph_col_stage_of(PH_COL_JUDGED, PH_VERDICT_REJECTED), PH_COL_STAGE_JUDGED);
    assert_string_equal(ph_col_stage_word(PH_COL_STAGE_NOT_SENT, PH_LANG_VI), "chưa gửi");
    assert_string_equal(ph_col_stage_word(PH_COL_STAGE_SENT, PH_LANG_VI), "đã gửi");
    assert_string_equal(ph_col_stage_word(PH_COL_STAGE_RECEIVED, PH_LANG_VI), "đã nhận");
    assert_string_equal(ph_col_stage_word(PH_COL_STAGE_JUDGED, PH_LANG_VI), "đã xét");
}

static void every_cause_has_words_and_is_found(void **state)
{
    (void)state;
    for (int c = 0; c < PH_COL_CAUSE_COUNT; c++) {
        assert_int_equal(ph_col_cause_find(ph_col_cause_code((ph_col_cause)c)), c);
        assert_true(strlen(ph_col_cause_word((ph_col_cause)c, PH_LANG_VI)) > 0);
        assert_true(strlen(ph_col_cause_word((ph_col_cause)c, PH_LANG_EN)) > 0);
        if (c != PH_COL_CAUSE_NONE && c != PH_COL_CAUSE_STARTING) {
            assert_true(strlen(ph_col_cause_remedy((ph_col_cause)c, PH_LANG_VI)) > 0);
            assert_true(strlen(ph_col_cause_remedy((ph_col_cause)c, PH_LANG_EN)) > 0);
        }
    }
    assert_int_equal(ph_col_cause_find("nonsense"), PH_COL_CAUSE_NONE);
}

/* An unsigned card is the first thing to ask about in each way that it shows; and the words fit where they are told. */
static void an_unsigned_card_is_asked_for(void **state)
{
    static const ph_col_cause causes[] = {PH_COL_CAUSE_SERVER_KEY, PH_COL_CAUSE_NOT_GREETED, PH_COL_CAUSE_KEY_REFUSED};
    enum { HINT_BYTES = 256, TAIL_BYTES = 66 };
    (void)state;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        assert_non_null(
            strstr(ph_col_cause_remedy(causes[i], PH_LANG_EN), "card (command card) signed into the roster?"));
        assert_non_null(
            strstr(ph_col_cause_remedy(causes[i], PH_LANG_VI), "(lệnh card) đã được ký vào danh sách chưa?"));
    }
    for (int c = 0; c < PH_COL_CAUSE_COUNT; c++)
        assert_true(strlen(ph_col_cause_remedy((ph_col_cause)c, PH_LANG_VI)) + TAIL_BYTES < HINT_BYTES);
}

static void every_refusal_says_what_to_do(void **state)
{
    static const ph_verdict refusals[] = {PH_VERDICT_FORBIDDEN, PH_VERDICT_BUSY,    PH_VERDICT_NO_SPACE,
                                          PH_VERDICT_TOO_LARGE, PH_VERDICT_UPGRADE, PH_VERDICT_MALFORMED,
                                          PH_VERDICT_CONFLICT};
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        assert_true(strlen(ph_col_refusal_word(refusals[i], PH_LANG_VI)) > 10);
        assert_true(strlen(ph_col_refusal_word(refusals[i], PH_LANG_EN)) > 10);
    }
}

static void decisions_and_cases_have_their_words(void **state)
{
    (void)state;
#define PH_X(name, number, text, of_cell, wants_reason)                           \
    assert_string_not_equal(ph_col_decision_word(PH_DECISION_##name, PH_LANG_VI), \
                            ph_col_decision_word(PH_DECISION_##name, PH_LANG_EN));
    PH_DECISION_MAP(PH_X)
#undef PH_X
#define PH_X(name, number, text)                                           \
    assert_string_not_equal(ph_col_case_word(PH_CASE_##name, PH_LANG_VI),  \
                            ph_col_case_word(PH_CASE_##name, PH_LANG_EN)); \
    assert_string_equal(ph_col_case_word(PH_CASE_##name, PH_LANG_EN), text);
    PH_CASE_MAP(PH_X)
#undef PH_X
    assert_string_equal(ph_col_decision_word(PH_DECISION_FREEZE, PH_LANG_VI), "chốt số liệu");
    assert_string_equal(ph_col_case_word(PH_CASE_HELD, PH_LANG_VI), "tạm giữ");
    assert_string_equal(ph_col_kind_word(PH_ENTRY_EXPLANATION, PH_LANG_VI), "giải trình");
    assert_string_equal(ph_col_kind_word(PH_ENTRY_DECISION, PH_LANG_VI), "quyết định");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_states),
        cmocka_unit_test(every_cause_has_words_and_is_found),
        cmocka_unit_test(an_unsigned_card_is_asked_for),
        cmocka_unit_test(every_refusal_says_what_to_do),
        cmocka_unit_test(decisions_and_cases_have_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
