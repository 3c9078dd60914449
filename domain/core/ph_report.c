/* ph_report - findings as a validation report.   Layer: domain/core (pure) */
#include "ph_report.h"

#include <stdio.h>

#include "ph_validate.h"

enum { WORDS_BYTES = 1024, KEY_BYTES = 160, ID_BYTES = 96 };

/* What is left out of figures or refused is an error, what counts and is marked a warning. */
static const char *severity_of(ph_action action)
{
    switch (action) {
    case PH_ACTION_REJECT:
    case PH_ACTION_HOLD:
        return "error";
    case PH_ACTION_FLAG:
        return "warning";
    case PH_ACTION_NOTE:
        break;
    }
    return "information";
}

static bool begins(ph_span text, const char *with)
{
    size_t n = strlen(with);

    return text.len >= n && memcmp(text.ptr, with, n) == 0;
}

static bool was_evaluated(const ph_finding *f)
{
    return !begins(f->detail, "missing:") && !begins(f->detail, "expr.failed:");
}

/* The key of a data point, dot-joined as SDMX has it: FREQ.REF_AREA.INDICATOR.TIME_PERIOD; of no cell: of all. */
static void print_key(const ph_report *r, ph_span indicator, char *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];

    indicator = indicator.len == 0 ? ph_span_str("*") : indicator;
    (void)ph_period_print(r->period, period);
    (void)snprintf(dst, KEY_BYTES, "%c.%.*s.%.*s.%s", (char)r->period.freq, (int)r->unit.len, (const char *)r->unit.ptr,
                   (int)indicator.len, (const char *)indicator.ptr, period);
}

/* ---- JSON ---- */

static void put_event(ph_json *j, const ph_report *r)
{
    char time[PH_TIME_TEXT_BYTES];

    (void)ph_time_print_utc(r->time_us, time);
    ph_json_key(j, "event");
    ph_json_begin_object(j);
    ph_json_key(j, "actor");
    ph_json_str(j, r->actor);
    ph_json_key(j, "agent");
    ph_json_str(j, r->agent);
    ph_json_key(j, "time");
    ph_json_str(j, time);
    ph_json_key(j, "trigger");
    ph_json_str(j, r->trigger);
    ph_json_end_object(j);
}

static void put_points(ph_json *j, const char *name, const char *first, const char *second)
{
    ph_json_key(j, name);
    ph_json_begin_array(j);
    ph_json_begin_array(j);
    if (first != NULL)
        ph_json_str(j, first);
    if (second != NULL)
        ph_json_str(j, second);
    ph_json_end_array(j);
    ph_json_end_array(j);
}

/* source: what the rule looked at, as far as the finding names it; target: what it judges. */
static void put_data(ph_json *j, const ph_report *r, const ph_finding *f)
{
    char key[KEY_BYTES], other[KEY_BYTES], text[2 * PH_DECIMAL_TEXT_BYTES + 48] = "";
    bool has_other = ph_registry_find_indicator(r->registry, f->detail) != PH_NO_INDEX;
    size_t n = 0;

    print_key(r, f->indicator, key);
    print_key(r, f->detail, other);
    if (f->row >= 0)
        n = (size_t)snprintf(text, sizeof text, "row %d", f->row + 1);
    if (f->has_value) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%svalue ", n > 0 ? ", " : "");
        n += ph_decimal_print(f->value, text + n);
    }
    if (f->has_bound) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%sbound ", n > 0 ? ", " : "");
        (void)ph_decimal_print(f->bound, text + n);
    }
    ph_json_key(j, "data");
    ph_json_begin_object(j);
    ph_json_key(j, "description");
    ph_json_str(j, text);
    put_points(j, "source", key, has_other ? other : NULL);
    put_points(j, "target", key, NULL);
    ph_json_end_object(j);
}

static void put_rule(ph_json *j, const ph_report *r, const ph_finding *f)
{
    char words[WORDS_BYTES];

    ph_json_key(j, "rule");
    ph_json_begin_object(j);
    ph_json_key(j, "description");
    (void)ph_finding_say(f, r->registry, r->lang, words, sizeof words);
    ph_json_str(j, words);
    ph_json_key(j, "explanation");
    (void)ph_finding_say(f, r->registry, r->lang == PH_LANG_VI ? PH_LANG_EN : PH_LANG_VI, words, sizeof words);
    ph_json_str(j, words);
    ph_json_key(j, "expression");
    ph_json_text(j, f->rule);
    ph_json_key(j, "language");
    ph_json_str(j, "phusa");
    ph_json_key(j, "severity");
    ph_json_str(j, severity_of(f->action));
    ph_json_end_object(j);
}

void ph_report_findings(ph_json *j, const ph_report *r, const ph_finding *list, size_t n)
{
    char id[ID_BYTES];

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(id, sizeof id, "%s/%zu", r->id, i + 1);
        ph_json_begin_object(j);
        put_data(j, r, &list[i]);
        put_event(j, r);
        ph_json_key(j, "id");
        ph_json_str(j, id);
        put_rule(j, r, &list[i]);
        ph_json_key(j, "type");
        ph_json_str(j, "validation");
        ph_json_key(j, "value");
        ph_json_str(j, was_evaluated(&list[i]) ? "0" : "NA");
        ph_json_end_object(j);
    }
}

static void put_count(ph_json *j, const ph_report *r, const ph_rule_count *count)
{
    char key[KEY_BYTES];

    print_key(r, ph_span_str("*"), key);
    ph_json_key(j, "aggregate");
    ph_json_begin_object(j);
    ph_json_key(j, "description");
    ph_json_str(j, ph_action_name(count->action));
    ph_json_key(j, "expression");
    ph_json_text(j, count->rule);
    ph_json_key(j, "language");
    ph_json_str(j, "phusa");
    ph_json_end_object(j);
    ph_json_key(j, "data");
    ph_json_begin_object(j);
    ph_json_key(j, "description");
    ph_json_str(j, "findings of this rule in the submission");
    put_points(j, "source", key, NULL);
    put_points(j, "target", key, NULL);
    ph_json_end_object(j);
}

void ph_report_counts(ph_json *j, const ph_report *r, const ph_rule_count *counts, size_t n)
{
    char id[ID_BYTES], number[16];

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(id, sizeof id, "%s/count/%zu", r->id, i + 1);
        (void)snprintf(number, sizeof number, "%u", counts[i].n);
        ph_json_begin_object(j);
        put_count(j, r, &counts[i]);
        put_event(j, r);
        ph_json_key(j, "id");
        ph_json_str(j, id);
        ph_json_key(j, "type");
        ph_json_str(j, "aggregation");
        ph_json_key(j, "value");
        ph_json_str(j, number);
        ph_json_end_object(j);
    }
}
