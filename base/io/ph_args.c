/* ph_args - command lines: commands, long options, did-you-mean.   Layer: base/io */
#include "ph_args.h"

#include <stdio.h>
#include <string.h>

#include "ph_args_priv.h"
#include "ph_locale.h"
#include "ph_log.h"
#include "ph_suggest.h"
#include "ph_term.h"

const ph_opt ph_args_standard[] = {
    {PH_ARGS_ID_HELP, 'h', "help", NULL, "in trợ giúp này", "print this help"},
    {PH_ARGS_ID_VERSION, 0, "version", NULL, "in phiên bản", "print the version"},
    {PH_ARGS_ID_LANG, 0, "lang", "vi|en", "tiếng nói của chương trình", "the language to speak"},
    {PH_ARGS_ID_COLOR, 0, "color", "auto|always|never", "khi nào dùng màu (NO_COLOR tắt màu)",
     "when to use colours (NO_COLOR turns them off)"},
    {0}};
const ph_opt ph_args_cfg[] = {{PH_ARGS_ID_CONFIG, 'c', "config", "FILE", "tệp cấu hình", "the configuration file"},
                              {PH_ARGS_ID_SET, 0, "set", "KEY=VALUE", "đặt một khóa cấu hình, thắng tệp; lặp lại được",
                               "set one configuration key, over the file; may be repeated"},
                              {PH_ARGS_ID_CHECK, 0, "check", NULL, "kiểm tra cấu hình, in mọi lỗi rồi thoát",
                               "check the configuration, print every error and leave"},
                              {PH_ARGS_ID_PRINT, 0, "print-config", NULL, "in cấu hình đang dùng rồi thoát",
                               "print the configuration in use and leave"},
                              {PH_ARGS_ID_LOG, 0, "log-level", "LEVEL", "error, warning, notice, info hoặc debug",
                               "error, warning, notice, info or debug"},
                              {0}};
const ph_opt ph_args_json[] = {{PH_ARGS_ID_JSON, 0, "json", NULL, "in dữ liệu dạng JSON", "print data as JSON"}, {0}};

/* Where parsing stands. */
typedef struct parsing {
    const ph_args_spec *spec;
    ph_args *out;
    char *const *argv;
    int argc;
    int at;
    bool options_over;
    ph_err *err;
} parsing;

size_t ph_args_tables(const ph_args_spec *spec, const ph_command *command, const ph_opt *ret[PH_ARGS_MAX_TABLES])
{
    size_t n = 0;

    if (command != NULL && command->opts != NULL)
        ret[n++] = command->opts;
    if (spec->opts != NULL)
        ret[n++] = spec->opts;
    if ((spec->flags & PH_ARGS_CFG) != 0)
        ret[n++] = ph_args_cfg;
    if ((spec->flags & PH_ARGS_JSON) != 0)
        ret[n++] = ph_args_json;
    ret[n++] = ph_args_standard;
    return n;
}

static ph_rc usage(parsing *p, const char *code, const char *what, const char *hint)
{
    (void)ph_err_set(p->err, PH_USAGE, code, p->spec->program, "%s", what);
    ph_err_hint(p->err, "%s%s%s --help", hint, hint[0] == '\0' ? "" : "; ", p->spec->program);
    return PH_USAGE;
}

/* ---- options ---- */

static const ph_opt *find_opt(const parsing *p, ph_span name, char letter)
{
    const ph_opt *tables[PH_ARGS_MAX_TABLES];
    size_t n = ph_args_tables(p->spec, p->out->command, tables);

    for (size_t i = 0; i < n; i++)
        for (const ph_opt *o = tables[i]; o->name != NULL; o++)
            if (letter != 0 ? o->letter == letter : ph_span_is(name, o->name))
                return o;
    return NULL;
}

/* The nearest option of this command and, when there is none, a command that does know it. */
static ph_rc unknown_opt(parsing *p, ph_span name)
{
    const ph_opt *tables[PH_ARGS_MAX_TABLES];
    const char *names[128];
    size_t n_names = 0;
    char what[160], hint[160] = "";

    size_t n = ph_args_tables(p->spec, p->out->command, tables);
    for (size_t i = 0; i < n; i++)
        for (const ph_opt *o = tables[i]; o->name != NULL && n_names < sizeof names / sizeof names[0]; o++)
            names[n_names++] = o->name;
    const char *near = ph_suggest(name, names, n_names);
    for (const ph_command *c = p->spec->commands; near == NULL && c != NULL && c->name != NULL; c++)
        for (const ph_opt *o = c->opts; o != NULL && o->name != NULL; o++)
            if (ph_span_is(name, o->name))
                (void)snprintf(hint, sizeof hint, PH_T("nó đi sau lệnh \"%s\"", "it belongs after the command \"%s\""),
                               c->name);
    if (near != NULL)
        (void)snprintf(hint, sizeof hint, PH_T("có phải --%s?", "did you mean --%s?"), near);
    (void)snprintf(what, sizeof what, PH_T("không có tùy chọn --%.*s", "there is no option --%.*s"),
                   (int)(name.len < 80 ? name.len : 80), (const char *)name.ptr);
    return usage(p, "usage.option", what, hint);
}

static ph_rc take_lang(parsing *p, const char *value)
{
    bool known;

    p->out->lang = ph_lang_choose(value, p->spec->fallback, &known);
    return known ? PH_OK : usage(p, "usage.lang", PH_T("--lang chỉ nhận vi hoặc en", "--lang takes vi or en only"), "");
}

static ph_rc take_color(parsing *p, const char *value)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], value) == 0) {
            ph_term_set_colour((ph_colour_when)i);
            return PH_OK;
        }
    return usage(p, "usage.color",
                 PH_T("--color chỉ nhận auto, always, never", "--color takes auto, always or never only"), "");
}

static ph_rc take_log_level(parsing *p, const char *value)
{
    ph_log_level level;

    if (ph_log_level_parse(value, &level) != PH_OK)
        return usage(p, "usage.log",
                     PH_T("--log-level chỉ nhận error, warning, notice, info, debug",
                          "--log-level takes error, warning, notice, info or debug"),
                     "");
    ph_log_set_level(level);
    return PH_OK;
}

static ph_rc take_set(parsing *p, const char *value)
{
    ph_cfg_source *c = &p->out->config;

    if (c->n_sets == PH_ARGS_MAX_SETS)
        return usage(p, "usage.many", PH_T("quá nhiều --set", "too many --set"), "");
    p->out->sets[c->n_sets++] = value;
    return PH_OK;
}

static ph_rc keep_value(parsing *p, int id, const char *value)
{
    if (p->out->n_values == PH_ARGS_MAX_VALUES)
        return usage(p, "usage.many", PH_T("quá nhiều tùy chọn", "too many options"), "");
    p->out->values[p->out->n_values++] = (ph_args_value){.id = id, .value = value};
    return PH_OK;
}

static ph_rc take_opt(parsing *p, const ph_opt *o, const char *value)
{
    switch (o->id) {
    case PH_ARGS_ID_HELP:
        p->out->help = true;
        return PH_OK;
    case PH_ARGS_ID_VERSION:
        p->out->version = true;
        return PH_OK;
    case PH_ARGS_ID_JSON:
        p->out->json = true;
        return PH_OK;
    case PH_ARGS_ID_CHECK:
        p->out->check = true;
        return PH_OK;
    case PH_ARGS_ID_PRINT:
        p->out->print_config = true;
        return PH_OK;
    case PH_ARGS_ID_CONFIG:
        p->out->config.file = value;
        p->out->config_given = true;
        return PH_OK;
    case PH_ARGS_ID_LANG:
        return take_lang(p, value);
    case PH_ARGS_ID_COLOR:
        return take_color(p, value);
    case PH_ARGS_ID_LOG:
        return take_log_level(p, value);
    case PH_ARGS_ID_SET:
        return take_set(p, value);
    default:
        return keep_value(p, o->id, value);
    }
}

/* @attached: what stood behind '=' or the letter, NULL if nothing did; the next argument is the value then. */
static ph_rc take_opt_value(parsing *p, const ph_opt *o, const char *attached)
{
    char what[120];

    if (o->value == NULL && attached == NULL)
        return take_opt(p, o, "");
    if (o->value == NULL) {
        (void)snprintf(what, sizeof what, PH_T("--%s không nhận giá trị", "--%s takes no value"), o->name);
        return usage(p, "usage.value", what, "");
    }
    if (attached == NULL && p->at + 1 < p->argc)
        attached = p->argv[++p->at];
    if (attached == NULL) {
        (void)snprintf(what, sizeof what, PH_T("--%s cần một giá trị: %s", "--%s needs a value: %s"), o->name,
                       o->value);
        return usage(p, "usage.value", what, "");
    }
    return take_opt(p, o, attached);
}

static ph_rc take_long(parsing *p, const char *text)
{
    const char *equals = strchr(text, '=');
    ph_span name = ph_span_of(text, equals == NULL ? strlen(text) : (size_t)(equals - text));
    const ph_opt *o = find_opt(p, name, 0);

    return o == NULL ? unknown_opt(p, name) : take_opt_value(p, o, equals == NULL ? NULL : equals + 1);
}

static ph_rc take_short(parsing *p, const char *text)
{
    const ph_opt *o = find_opt(p, ph_span_of(NULL, 0), text[0]);
    char what[80];

    if (o != NULL)
        return take_opt_value(p, o, text[1] == '\0' ? NULL : text + 1);
    (void)snprintf(what, sizeof what, PH_T("không có tùy chọn -%.20s", "there is no option -%.20s"), text);
    return usage(p, "usage.option", what, "");
}

/* ---- commands and operands ---- */

static const ph_command *find_command(const ph_args_spec *spec, const char *name)
{
    for (const ph_command *c = spec->commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static size_t n_commands(const ph_args_spec *spec)
{
    size_t n = 0;

    while (spec->commands[n].name != NULL)
        n++;
    return n;
}

/* "decide" alone: the second words that it can have, into @dst; false when no command begins with it. */
static bool list_family(const ph_args_spec *spec, const char *word, char *dst, size_t size)
{
    size_t n = strlen(word), len = 0;

    for (const ph_command *c = spec->commands; c->name != NULL; c++)
        if (strncmp(c->name, word, n) == 0 && c->name[n] == ' ' && len + strlen(c->name + n) + 2 < size)
            len += (size_t)snprintf(dst + len, size - len, "%s%s", len == 0 ? "" : ", ", c->name + n + 1);
    return len > 0;
}

static ph_rc take_command(parsing *p, const char *word)
{
    char two[64] = "", what[120], hint[120] = "", family[90];

    if (p->at + 1 < p->argc)
        (void)snprintf(two, sizeof two, "%.30s %.30s", word, p->argv[p->at + 1]);
    p->out->command = find_command(p->spec, two);
    if (p->out->command != NULL) {
        p->at++;
        return PH_OK;
    }
    p->out->command = find_command(p->spec, word);
    if (p->out->command != NULL)
        return PH_OK;
    const char *near =
        ph_suggest_rows(ph_span_str(two), &p->spec->commands[0].name, sizeof p->spec->commands[0], n_commands(p->spec));
    if (near == NULL && list_family(p->spec, word, family, sizeof family)) {
        (void)snprintf(what, sizeof what, PH_T("sau \"%.30s\" còn thiếu một từ", "\"%.30s\" wants a word more"), word);
        return usage(p, "usage.command", what, family);
    }
    if (near == NULL)
        near = ph_suggest_rows(ph_span_str(word), &p->spec->commands[0].name, sizeof p->spec->commands[0],
                               n_commands(p->spec));
    if (near != NULL)
        (void)snprintf(hint, sizeof hint, PH_T("có phải \"%s\"?", "did you mean \"%s\"?"), near);
    (void)snprintf(what, sizeof what, PH_T("không có lệnh \"%.60s\"", "there is no command \"%.60s\""), word);
    return usage(p, "usage.command", what, hint);
}

static ph_rc take_operand(parsing *p, const char *text)
{
    if (p->spec->commands != NULL && p->out->command == NULL)
        return take_command(p, text);
    if (p->out->n_operands == PH_ARGS_MAX_OPERANDS)
        return usage(p, "usage.many", PH_T("quá nhiều đối số", "too many arguments"), "");
    p->out->operands[p->out->n_operands++] = text;
    return PH_OK;
}

static ph_rc take_argument(parsing *p)
{
    const char *text = p->argv[p->at];

    if (p->options_over || text[0] != '-' || text[1] == '\0')
        return take_operand(p, text);
    if (strcmp(text, "--") == 0) {
        p->options_over = true;
        return PH_OK;
    }
    return text[1] == '-' ? take_long(p, text + 2) : take_short(p, text + 1);
}

static ph_rc check_operands(parsing *p)
{
    const ph_command *c = p->out->command;
    char what[200];
    bool no_work = p->out->help || p->out->version;

    if (no_work)
        return PH_OK;
    if (c == NULL && p->spec->commands != NULL)
        return p->out->check || p->out->print_config
                   ? PH_OK
                   : usage(p, "usage.command", PH_T("thiếu lệnh", "a command is missing"), "");
    size_t min = c == NULL ? 0 : c->min_operands, max = c == NULL ? 0 : c->max_operands;
    if (p->out->n_operands >= min && p->out->n_operands <= max)
        return PH_OK;
    if (p->out->n_operands < min)
        (void)snprintf(what, sizeof what, PH_T("thiếu đối số: %s %s %s", "an argument is missing: %s %s %s"),
                       p->spec->program, c->name, c->operands == NULL ? "" : c->operands);
    else
        (void)snprintf(what, sizeof what, PH_T("thừa đối số \"%.100s\"", "one argument too many: \"%.100s\""),
                       p->out->operands[max]);
    return usage(p, "usage.operands", what, "");
}

/* The language first, so that the first error already speaks it; a wrong one is found again in its turn. */
static void choose_language(parsing *p)
{
    const char *value = NULL;

    for (int i = 1; i < p->argc && strcmp(p->argv[i], "--") != 0; i++) {
        if (strncmp(p->argv[i], "--lang=", 7) == 0)
            value = p->argv[i] + 7;
        else if (strcmp(p->argv[i], "--lang") == 0 && i + 1 < p->argc)
            value = p->argv[i + 1];
    }
    p->out->lang = ph_lang_choose(value, p->spec->fallback, NULL);
}

ph_rc ph_args_parse(const ph_args_spec *spec, int argc, char *const *argv, ph_args *ret, ph_err *err)
{
    parsing p = {.spec = spec, .out = ret, .argv = argv, .argc = argc, .err = err};
    ph_rc rc = PH_OK;

    *ret = (ph_args){.config = {.file = spec->default_config, .sets = ret->sets}};
    choose_language(&p);
    for (p.at = 1; p.at < argc && rc == PH_OK; p.at++)
        rc = take_argument(&p);
    return rc == PH_OK ? check_operands(&p) : rc;
}

const char *ph_args_get(const ph_args *args, int id)
{
    const char *value = NULL;

    for (size_t i = 0; i < args->n_values; i++)
        if (args->values[i].id == id)
            value = args->values[i].value;
    return value;
}

bool ph_args_has(const ph_args *args, int id)
{
    return ph_args_get(args, id) != NULL;
}

const char *ph_args_nth(const ph_args *args, int id, size_t n)
{
    for (size_t i = 0; i < args->n_values; i++)
        if (args->values[i].id == id && n-- == 0)
            return args->values[i].value;
    return NULL;
}
