/* ph_args_priv - what the files of ph_args share among themselves.   Layer: base/io */
#ifndef PH_ARGS_PRIV_H
#define PH_ARGS_PRIV_H

#include "ph_args.h"

enum { PH_ARGS_MAX_TABLES = 5 };

enum {
    PH_ARGS_ID_HELP = -1,
    PH_ARGS_ID_VERSION = -2,
    PH_ARGS_ID_LANG = -3,
    PH_ARGS_ID_COLOR = -4,
    PH_ARGS_ID_CONFIG = -5,
    PH_ARGS_ID_SET = -6,
    PH_ARGS_ID_CHECK = -7,
    PH_ARGS_ID_PRINT = -8,
    PH_ARGS_ID_LOG = -9,
    PH_ARGS_ID_JSON = -10
};

extern const ph_opt ph_args_standard[];
extern const ph_opt ph_args_cfg[];
extern const ph_opt ph_args_json[];

/**
 * The option tables that hold for @command (NULL = before one was given), nearest first; returns how many.
 * Errors: none.
 */
size_t ph_args_tables(const ph_args_spec *spec, const ph_command *command, const ph_opt *ret[PH_ARGS_MAX_TABLES]);

#endif
