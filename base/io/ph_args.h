/* ph_args - command lines: commands, long options, help with examples first, did-you-mean.   Layer: base/io */
#ifndef PH_ARGS_H
#define PH_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "ph_buf.h"
#include "ph_cfg.h"
#include "ph_err.h"
#include "ph_lang.h"
#include "ph_result.h"

enum { PH_ARGS_MAX_VALUES = 64, PH_ARGS_MAX_OPERANDS = 64, PH_ARGS_MAX_SETS = 32 };

/* --name, --name VALUE or --name=VALUE, -s. id > 0 is the program's own. value NULL = a switch; else its name in the
 * help ("FILE"). */
typedef struct ph_opt {
    int id;
    char letter; /* 0 = none */
    const char *name;
    const char *value;
    const char *vi;
    const char *en;
} ph_opt;

/* name NULL ends a table. operands: as shown in the usage line ("FILE [PERIOD]"), with how many there must be. */
typedef struct ph_command {
    int id;
    const char *name; /* one word, or two: "roster sign" */
    const char *operands;
    size_t min_operands;
    size_t max_operands;
    const ph_opt *opts; /* ended by a NULL name; may be NULL */
    const char *vi;
    const char *en;
    const char *examples_vi; /* lines "phusa-collector submit so-lieu.csv   # …"; may be NULL */
    const char *examples_en;
} ph_command;

enum {
    PH_ARGS_CFG = 1, /* adds --config FILE (-c), --set KEY=VALUE, --check, --print-config, --log-level LEVEL */
    PH_ARGS_JSON = 2 /* adds --json */
};

typedef struct ph_args_spec {
    const char *program;
    const char *vi; /* one sentence on what it is for */
    const char *en;
    const char *examples_vi;
    const char *examples_en;
    const ph_command *commands; /* ended by a NULL name; NULL = a program without commands */
    const ph_opt *opts;         /* for all commands; may be NULL */
    int flags;
    ph_lang fallback; /* when neither --lang nor the environment says */
    const char *default_config;
} ph_args_spec;

typedef struct ph_args_value {
    int id;
    const char *value; /* "" for a switch */
} ph_args_value;

/* Borrows from argv. --help --version --lang and --color=auto|always|never are always understood. */
typedef struct ph_args {
    const ph_command *command; /* NULL when the program has none, or none was given (--check, --help …) */
    ph_args_value values[PH_ARGS_MAX_VALUES];
    size_t n_values;
    const char *operands[PH_ARGS_MAX_OPERANDS];
    size_t n_operands;
    const char *sets[PH_ARGS_MAX_SETS];
    ph_cfg_source config; /* file (spec's default when not given) and sets */
    bool config_given;
    ph_lang lang;
    bool help;
    bool version;
    bool json;
    bool check;
    bool print_config;
} ph_args;

/**
 * Parse; chooses the language and the colours first, so that errors already speak it. Options may stand before and
 * after operands; "--" ends them. A command is needed unless the table is NULL or one of --help --version --check
 * --print-config is there.
 * Owns: @ret borrows argv and @spec; ret->config points into @ret, so @ret must not move.
 * Errors: USAGE with a suggestion and the way to the help.   Thread: at start.
 * Source: GNU standards, command-line interfaces.
 */
ph_rc ph_args_parse(const ph_args_spec *spec, int argc, char *const *argv, ph_args *ret, ph_err *err) PH_CHECKED;

/** The last value of option @id, NULL if not given; was it given; the i-th value of a repeatable one (NULL at the end).
 */
const char *ph_args_get(const ph_args *args, int id);
bool ph_args_has(const ph_args *args, int id);
const char *ph_args_nth(const ph_args *args, int id, size_t i);

/** Answer --help and --version on stdout; true when one was there and the program is done. */
bool ph_args_answered(const ph_args_spec *spec, const ph_args *args);

/** The help text: examples first. @command NULL = of the program.   Errors: LIMIT, NOMEM. */
ph_rc ph_args_help(const ph_args_spec *spec, const ph_command *command, ph_lang lang, ph_buf *dst) PH_CHECKED;

#endif
