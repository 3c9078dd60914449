/* ph_col_look_cases - how many values wait, and for whom, as status says it.   Layer: collector/app */
#include <stdio.h>

#include "ph_col_look.h"
#include "ph_col_show.h"
#include "ph_locale.h"

static void print_count(uint32_t n, const char *words, ph_colour colour)
{
    if (n > 0)
        (void)printf("%s%u %s%s\n", ph_term_on(stdout, colour), (unsigned)n, words, ph_term_off(stdout, colour));
}

/* How many values wait, and for whom; without a case there is nothing to say. */
void ph_col_look_cases(const ph_col_app *app, const ph_col_cases *cases)
{
    ph_col_case_counts counts;
    char at[PH_TIME_TEXT_BYTES];
    ph_col_cases_count(cases, ph_span_str(app->cfg.unit), &counts);
    if (counts.own_to_explain + counts.others_to_explain + counts.to_decide == 0)
        return;
    ph_col_show_time(cases->heard.at_us, at);
    (void)printf("\n");
    print_count(counts.own_to_explain, PH_T("số liệu tạm giữ: cần giải trình", "values held: to be explained"),
                PH_COLOUR_YELLOW);
    print_count(counts.to_decide,
                PH_T("số liệu đã giải trình: chờ cụm trưởng quyết định", "values explained: the head is to decide"),
                PH_COLOUR_YELLOW);
    print_count(counts.others_to_explain,
                PH_T("số liệu tạm giữ của đơn vị khác: chờ đơn vị giải trình",
                     "values held of other units: they are to explain"),
                PH_COLOUR_PLAIN);
    (void)printf(PH_T("  (nghe lúc %s) xem: phusa-collector cases\n", "  (heard at %s) see: phusa-collector cases\n"),
                 at);
}

void ph_col_look_cases_json(const ph_col_app *app, const ph_col_cases *cases, ph_json *j)
{
    ph_col_case_counts counts;
    ph_col_cases_count(cases, ph_span_str(app->cfg.unit), &counts);
    ph_json_begin_object(j);
    ph_json_key(j, "heard_at_us");
    ph_json_uint(j, (uint64_t)cases->heard.at_us);
    ph_json_key(j, "others_to_explain");
    ph_json_uint(j, counts.others_to_explain);
    ph_json_key(j, "own_to_explain");
    ph_json_uint(j, counts.own_to_explain);
    ph_json_key(j, "to_decide");
    ph_json_uint(j, counts.to_decide);
    ph_json_end_object(j);
}
