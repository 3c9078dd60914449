/* ph_col_show_check - what is wrong with a file: where, what, which rule, what to do.   Layer: collector/app */
#include <string.h>

#include "ph_clock.h"
#include "ph_col_names.h"
#include "ph_col_show.h"
#include "ph_locale.h"
#include "ph_report.h"

enum { WORDS_BYTES = 1024 };

/* "so-lieu.csv:5:4 (ô D5)" */
static void print_place(const char *file, uint32_t row, uint32_t column, char *dst, size_t size)
{
    char letter[8];
    if (row == 0) {
        snprintf(dst, size, "%s", file);
    } else if (column == 0) {
        snprintf(dst, size, PH_T("%s:%u (dòng %u)", "%s:%u (row %u)"), file, row, row);
    } else {
        ph_col_column_name(column, letter);
        snprintf(dst, size, PH_T("%s:%u:%u (ô %s%u)", "%s:%u:%u (cell %s%u)"), file, row, column, letter, row);
    }
}

static ph_colour colour_of(ph_action action)
{
    return action == PH_ACTION_REJECT ? PH_COLOUR_RED : action == PH_ACTION_NOTE ? PH_COLOUR_PLAIN : PH_COLOUR_YELLOW;
}

static const char *level_word(bool is_error, ph_action action)
{
    if (is_error || action == PH_ACTION_REJECT)
        return PH_T("lỗi", "error");
    if (action == PH_ACTION_HOLD)
        return PH_T("tạm giữ", "held");
    return action == PH_ACTION_FLAG ? PH_T("cảnh báo", "warning") : PH_T("lưu ý", "note");
}

static void put_line(ph_buf *dst, ph_colour colour, const char *place, const char *level, const char *words,
                     const char *code)
{
    (void)ph_buf_printf(dst, "%s: %s%s%s: %s [%s]\n", place, ph_term_on(stdout, colour), level,
                        ph_term_off(stdout, colour), words, code);
}

static void put_problems(const ph_col_app *app, const char *file, const ph_col_problems *ps, ph_buf *dst)
{
    char place[PH_COL_PATH_BYTES + 64], words[WORDS_BYTES];
    for (size_t i = 0; i < ps->n; i++) {
        bool is_error = ph_col_problem_level(ps->list[i].id) == PH_COL_ERROR;
        print_place(file, ps->list[i].row, ps->list[i].column, place, sizeof place);
        (void)ph_col_problem_say(&ps->list[i], app->lang, words, sizeof words);
        put_line(dst, is_error ? PH_COLOUR_RED : PH_COLOUR_PLAIN, place, level_word(is_error, PH_ACTION_NOTE), words,
                 ph_col_problem_code(ps->list[i].id));
    }
    if (ps->n_left_out > 0)
        (void)ph_buf_printf(dst, PH_T("… và %zu lỗi nữa\n", "… and %zu more\n"), ps->n_left_out);
}

static const char *items_file(const ph_col_app *app)
{
    const char *file = ph_args_get(app->args, PH_COL_OPT_ITEMS);
    return file == NULL ? "" : file;
}

/* Row and column of the file that a finding speaks of; 0 for a cell kept from the base, or for the whole. */
static void place_of(const ph_col_prepared *p, const ph_finding *f, uint32_t *ret_row, uint32_t *ret_column)
{
    bool in_file = f->row >= 0 && (size_t)f->row < p->revision.n;
    *ret_row = in_file ? p->revision.row[f->row] : 0;
    *ret_column = in_file ? p->revision.column[f->row] : 0;
}

static void put_findings(const ph_col_app *app, const ph_col_prepared *p, ph_buf *dst)
{
    char place[PH_COL_PATH_BYTES + 64], words[WORDS_BYTES], rule[PH_ID_BUFFER_BYTES];
    for (size_t i = 0; i < p->findings.n; i++) {
        const ph_finding *f = &p->findings.list[i];
        uint32_t row, column;
        place_of(p, f, &row, &column);
        print_place(p->file, row, column, place, sizeof place);
        (void)ph_finding_say(f, app->registry, app->lang, words, sizeof words);
        (void)ph_span_copy(f->rule, rule, sizeof rule);
        put_line(dst, colour_of(f->action), place, level_word(false, f->action), words, rule);
    }
}

static void put_format(const ph_col_prepared *p, ph_buf *dst)
{
    const ph_col_input *in = p->input;
    const char *separator = in->separator == '\t' ? "TAB" : in->separator == ';' ? ";" : ",";
    const char *notation =
        in->notation == PH_NOTATION_UNSAID ? PH_T("không khai", "not declared") : ph_col_notation_name(in->notation);
    if (in->separator == '\0')
        return;
    (void)ph_buf_printf(dst,
                        PH_T("%s: phân cách “%s”, ký hiệu số: %s, %zu dòng, %zu ô có số liệu\n",
                             "%s: separated by “%s”, notation: %s, %zu rows, %zu cells given\n"),
                        p->file, separator, notation, in->n_rows, in->n_cells);
}

ph_rc ph_col_show_check(const ph_col_app *app, const ph_col_prepared *p)
{
    ph_buf text;
    ph_buf_init(&text, 1024 * 1024);
    put_format(p, &text);
    put_problems(app, p->file, &p->input->problems, &text);
    if (p->items != NULL)
        put_problems(app, items_file(app), &p->items->problems, &text);
    put_findings(app, p, &text);
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}

bool ph_col_show_has_words(const ph_col_prepared *p)
{
    return p->input->problems.n > 0 || (p->items != NULL && p->items->problems.n > 0) || p->findings.n > 0;
}

void ph_col_show_unread(const ph_col_prepared *p)
{
    if (p->input->problems.n_errors > 0 && !p->is_checked)
        (void)fprintf(stderr, "%s\n",
                      PH_T("Số liệu trong tệp chưa xét theo quy tắc: sửa các lỗi trên rồi check lại.",
                           "The rules did not look at the figures yet: mend the errors above and check again."));
    else if (p->input->n_unread_rows > 0)
        (void)fprintf(
            stderr,
            PH_T("%zu dòng không đọc được nên chưa xét theo quy tắc; các dòng khác đã xét.\n",
                 "Rows that could not be read: %zu; the rules did not look at them, they did at the others.\n"),
            p->input->n_unread_rows);
}

/* ---- JSON ---- */

static void put_entry(ph_json *j, const char *file, const char *code, const char *level, const char *words,
                      uint32_t row, uint32_t column)
{
    ph_json_begin_object(j);
    ph_json_key(j, "code");
    ph_json_str(j, code);
    ph_json_key(j, "column");
    ph_json_uint(j, column);
    ph_json_key(j, "file");
    ph_json_str(j, file);
    ph_json_key(j, "level");
    ph_json_str(j, level);
    ph_json_key(j, "row");
    ph_json_uint(j, row);
    ph_json_key(j, "text");
    ph_json_str(j, words);
    ph_json_end_object(j);
}

static void put_problem_entries(const ph_col_app *app, const char *file, const ph_col_problems *ps, ph_json *j)
{
    char words[WORDS_BYTES];
    for (size_t i = 0; i < ps->n; i++) {
        const ph_col_problem *problem = &ps->list[i];
        (void)ph_col_problem_say(problem, app->lang, words, sizeof words);
        put_entry(j, file, ph_col_problem_code(problem->id),
                  ph_col_problem_level(problem->id) == PH_COL_ERROR ? "reject" : "note", words, problem->row,
                  problem->column);
    }
}

static void put_entries(const ph_col_app *app, const ph_col_prepared *p, ph_json *j)
{
    char words[WORDS_BYTES], rule[PH_ID_BUFFER_BYTES];
    ph_json_begin_array(j);
    put_problem_entries(app, p->file, &p->input->problems, j);
    if (p->items != NULL)
        put_problem_entries(app, items_file(app), &p->items->problems, j);
    for (size_t i = 0; i < p->findings.n; i++) {
        const ph_finding *f = &p->findings.list[i];
        uint32_t row, column;
        place_of(p, f, &row, &column);
        (void)ph_finding_say(f, app->registry, app->lang, words, sizeof words);
        (void)ph_span_copy(f->rule, rule, sizeof rule);
        put_entry(j, p->file, rule, ph_action_name(f->action), words, row, column);
    }
    ph_json_end_array(j);
}

static void put_changes(const ph_col_prepared *p, ph_json *j)
{
    ph_json_begin_array(j);
    for (size_t i = 0; ph_col_prepared_is_read(p) && i < p->revision.n_changes; i++) {
        const ph_col_change *c = &p->revision.changes[i];
        ph_json_begin_object(j);
        ph_json_key(j, "indicator");
        ph_json_text(j, c->is.indicator);
        ph_json_key(j, "is");
        ph_json_decimal(j, c->is.value);
        ph_json_key(j, "status");
        ph_json_text(j, ph_span_of(&c->is.status, 1));
        ph_json_key(j, "was");
        if (c->had)
            ph_json_decimal(j, c->was.value);
        else
            ph_json_null(j);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

/* The findings again, as a validation report in the ESS layout; no receipt stands behind it yet. */
static void put_report(const ph_col_app *app, const ph_col_prepared *p, ph_json *j)
{
    ph_rule_count counts[PH_RULE_ALL];
    const ph_report r = {.id = "check",
                         .actor = "phusa-collector",
                         .agent = "phusa " PH_VERSION,
                         .trigger = "check",
                         .time_us = ph_clock_now_us(),
                         .cluster = p->sub.cluster,
                         .form = p->sub.form,
                         .unit = p->sub.unit,
                         .period = p->sub.period,
                         .revision = p->sub.revision,
                         .verdict = ph_verdict_name(ph_col_prepared_is_read(p) ? ph_findings_verdict(&p->findings)
                                                                               : PH_VERDICT_REJECTED),
                         .registry = app->registry,
                         .lang = app->lang};

    ph_json_begin_array(j);
    if (p->is_checked) {
        ph_report_findings(j, &r, p->findings.list, p->findings.n);
        ph_report_counts(j, &r, counts, ph_findings_counts(&p->findings, counts));
    }
    ph_json_end_array(j);
}

ph_rc ph_col_show_check_json(const ph_col_app *app, const ph_col_prepared *p)
{
    ph_buf text;
    ph_buf_init(&text, 1024 * 1024);
    ph_json j = ph_json_over(&text);
    ph_json_begin_object(&j);
    ph_json_key(&j, "base_revision");
    ph_json_uint(&j, p->base_revision);
    ph_json_key(&j, "changes");
    put_changes(p, &j);
    ph_json_key(&j, "clean");
    ph_json_bool(&j, ph_col_prepared_is_clean(p));
    ph_json_key(&j, "file");
    ph_json_str(&j, p->file);
    ph_json_key(&j, "findings");
    put_entries(app, p, &j);
    ph_json_key(&j, "notation");
    ph_json_str(&j, ph_col_notation_name(p->input->notation));
    ph_json_key(&j, "report");
    put_report(app, p, &j);
    ph_json_key(&j, "revision");
    ph_json_uint(&j, p->sub.revision);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(&text, '\n');
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}
