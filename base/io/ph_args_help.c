/* ph_args_help - the help that an options table writes: examples first.   Layer: base/io */
#include <stdio.h>
#include <string.h>

#include "ph_args_priv.h"
#include "ph_exit.h"
#include "ph_term.h"
#include "ph_utf8.h"

enum { INDENT = 2, TEXT_COLUMN = 30, HELP_BYTES = 64 * 1024 };

static void put_blanks(ph_buf *dst, size_t n)
{
    for (size_t i = 0; i < n; i++)
        (void)ph_buf_put_byte(dst, ' ');
}

/* "  left          text", the text on a line of its own where the left side is too wide; its own lines below it. */
static void put_row(ph_buf *dst, const char *left, const char *text)
{
    size_t width = INDENT + ph_utf8_columns(ph_span_str(left));

    put_blanks(dst, INDENT);
    (void)ph_buf_put_str(dst, left);
    if (width + 2 > TEXT_COLUMN) {
        (void)ph_buf_put_byte(dst, '\n');
        width = 0;
    }
    put_blanks(dst, TEXT_COLUMN - width);
    for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
        (void)ph_buf_printf(dst, "%.*s\n", (int)(end - text), text);
        put_blanks(dst, TEXT_COLUMN);
    }
    (void)ph_buf_printf(dst, "%s\n", text);
}

static void put_lines(ph_buf *dst, const char *lines)
{
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        (void)ph_buf_printf(dst, "  %.*s\n", (int)n, lines);
        lines += n + (lines[n] == '\n');
    }
}

static void put_examples(ph_buf *dst, const char *examples, ph_lang lang)
{
    if (examples == NULL)
        return;
    (void)ph_buf_printf(dst, "\n%s\n", ph_tr(lang, "Ví dụ:", "Examples:"));
    put_lines(dst, examples);
}

static void put_options(ph_buf *dst, const ph_args_spec *spec, const ph_command *command, ph_lang lang)
{
    const ph_opt *tables[PH_ARGS_MAX_TABLES];
    size_t n = ph_args_tables(spec, command, tables);
    char left[96];

    (void)ph_buf_printf(dst, "\n%s\n", ph_tr(lang, "Tùy chọn:", "Options:"));
    for (size_t i = 0; i < n; i++)
        for (const ph_opt *o = tables[i]; o->name != NULL; o++) {
            char letter[8] = "    ";
            if (o->letter != 0)
                (void)snprintf(letter, sizeof letter, "-%c, ", o->letter);
            (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->value == NULL ? "" : " ",
                           o->value == NULL ? "" : o->value);
            put_row(dst, left, ph_tr(lang, o->vi, o->en));
        }
}

static void put_commands(ph_buf *dst, const ph_args_spec *spec, ph_lang lang)
{
    char left[96];

    if (spec->commands == NULL)
        return;
    (void)ph_buf_printf(dst, "\n%s\n", ph_tr(lang, "Lệnh:", "Commands:"));
    for (const ph_command *c = spec->commands; c->name != NULL; c++) {
        (void)snprintf(left, sizeof left, "%s%s%s", c->name, c->operands == NULL ? "" : " ",
                       c->operands == NULL ? "" : c->operands);
        put_row(dst, left, ph_tr(lang, c->vi, c->en));
    }
}

static void help_of_program(const ph_args_spec *spec, ph_lang lang, ph_buf *dst)
{
    (void)ph_buf_printf(dst, "%s - %s\n", spec->program, ph_tr(lang, spec->vi, spec->en));
    put_examples(dst, ph_tr(lang, spec->examples_vi, spec->examples_en), lang);
    (void)ph_buf_printf(dst, "\n%s %s %s[%s]\n", ph_tr(lang, "Cách dùng:", "Usage:"), spec->program,
                        spec->commands == NULL ? "" : ph_tr(lang, "LỆNH ", "COMMAND "),
                        ph_tr(lang, "TÙY CHỌN", "OPTIONS"));
    put_commands(dst, spec, lang);
    put_options(dst, spec, NULL, lang);
    (void)ph_buf_printf(dst, "\n%s\n", ph_tr(lang, "Mã thoát:", "Exit codes:"));
    (void)ph_exit_table(lang, dst);
    if (spec->commands != NULL)
        (void)ph_buf_printf(dst, "\n%s: %s %s --help\n", ph_tr(lang, "Trợ giúp của một lệnh", "Help on one command"),
                            spec->program, ph_tr(lang, "LỆNH", "COMMAND"));
}

static void help_of_command(const ph_args_spec *spec, const ph_command *c, ph_lang lang, ph_buf *dst)
{
    (void)ph_buf_printf(dst, "%s %s - %s\n", spec->program, c->name, ph_tr(lang, c->vi, c->en));
    put_examples(dst, ph_tr(lang, c->examples_vi, c->examples_en), lang);
    (void)ph_buf_printf(dst, "\n%s %s %s [%s] %s\n", ph_tr(lang, "Cách dùng:", "Usage:"), spec->program, c->name,
                        ph_tr(lang, "TÙY CHỌN", "OPTIONS"), c->operands == NULL ? "" : c->operands);
    put_options(dst, spec, c, lang);
}

ph_rc ph_args_help(const ph_args_spec *spec, const ph_command *command, ph_lang lang, ph_buf *dst)
{
    if (command == NULL)
        help_of_program(spec, lang, dst);
    else
        help_of_command(spec, command, lang, dst);
    return dst->rc;
}

bool ph_args_answered(const ph_args_spec *spec, const ph_args *args)
{
    ph_buf text;

    if (!args->help && !args->version)
        return false;
    ph_buf_init(&text, HELP_BYTES);
    ph_rc rc = args->help ? ph_args_help(spec, args->command, args->lang, &text)
                          : ph_buf_printf(&text, "%s %s\n", spec->program, PH_VERSION);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &text);
    if (rc != PH_OK)
        (void)fprintf(stderr, "%s: stdout: %s\n", spec->program, ph_rc_text(rc));
    ph_buf_done(&text);
    return true;
}
