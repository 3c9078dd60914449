/* ph_cfg - configuration as a table of keys: checks, prints, documents itself.   Layer: base/io */
#ifndef PH_CFG_H
#define PH_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_err.h"
#include "ph_lang.h"
#include "ph_result.h"
#include "ph_span.h"

/* The field each type fills, and how its value is written. */
typedef enum ph_cfg_type {
    PH_CFG_TEXT,     /* char[n]: min..max bytes of text without control characters */
    PH_CFG_BOOL,     /* bool: true or false (yes, no, on, off are refused: YAML versions differ over them) */
    PH_CFG_COUNT,    /* int64_t: 1000 or 1_000 */
    PH_CFG_BYTES,    /* int64_t: 4096, 64 KiB, 1 MiB, 2 GiB, 500 kB (1000) */
    PH_CFG_DURATION, /* int64_t microseconds, a unit must be given: 500us 20ms 5s 2min 1h 7d */
    PH_CFG_PATH,     /* char[n]: a relative one starts at the folder of the config file */
    PH_CFG_ENDPOINT, /* char[n]: tcp://host:port, tcp://[::1]:7001, ipc:///run/x; a star as host with PH_CFG_LISTEN */
    PH_CFG_ADDRESS,  /* char[n]: host:port, [::1]:9464; "" (off) when min is 0 */
    PH_CFG_ENUM,     /* int: index of one of @names */
    PH_CFG_LIST      /* char[n]: min..max items, a YAML sequence or separated by commas; stored joined by commas */
} ph_cfg_type;

enum {
    PH_CFG_RELOAD = 1,   /* may change while running */
    PH_CFG_SECRET = 2,   /* printed as *** */
    PH_CFG_REQUIRED = 4, /* no default: must be given, by file or --set */
    PH_CFG_LISTEN = 8    /* an ENDPOINT to bind: the host may be a star */
};

enum { PH_CFG_MAX_FILE_BYTES = 64 * 1024, PH_CFG_MAX_VALUE_BYTES = 1024, PH_CFG_MAX_ERRORS = 100 };
#define PH_CFG_MS   INT64_C(1000)
#define PH_CFG_S    INT64_C(1000000)
#define PH_CFG_MIN  (60 * PH_CFG_S)
#define PH_CFG_HOUR (60 * PH_CFG_MIN)
#define PH_CFG_DAY  (24 * PH_CFG_HOUR)
#define PH_CFG_KIB  INT64_C(1024)
#define PH_CFG_MIB  (1024 * PH_CFG_KIB)
#define PH_CFG_GIB  (1024 * PH_CFG_MIB)

typedef struct ph_cfg_key {
    const char *name; /* snake_case, no unit in it: the unit stands in the value */
    ph_cfg_type type;
    int flags;
    int64_t min;
    int64_t max;
    const char *deflt;        /* as it would be written in the file; "" is an empty text */
    const char *const *names; /* ENUM: NULL-terminated */
    size_t offset;
    size_t size;
    const char *vi;
    const char *en;
} ph_cfg_key;

/* PH_CFG_KEY(agg_cfg, batch_wait_us, "batch_wait", DURATION, PH_CFG_MS, PH_CFG_S, "20ms", PH_CFG_RELOAD, "…", "…") */
#define PH_CFG_KEY(type_, field_, name_, kind_, min_, max_, default_, flags_, vi_, en_)                                \
    {                                                                                                                  \
        .name = (name_), .type = PH_CFG_##kind_, .flags = (flags_), .min = (min_), .max = (max_), .deflt = (default_), \
        .names = NULL, .offset = offsetof(type_, field_), .size = sizeof(((type_ *)0)->field_), .vi = (vi_),           \
        .en = (en_)                                                                                                    \
    }
#define PH_CFG_KEY_ENUM(type_, field_, name_, names_, default_, flags_, vi_, en_)                                \
    {                                                                                                            \
        .name = (name_), .type = PH_CFG_ENUM, .flags = (flags_), .min = 0, .max = 0, .deflt = (default_),        \
        .names = (names_), .offset = offsetof(type_, field_), .size = sizeof(((type_ *)0)->field_), .vi = (vi_), \
        .en = (en_)                                                                                              \
    }

typedef struct ph_cfg_schema {
    const char *program; /* "phusa-aggregator" */
    const ph_cfg_key *keys;
    size_t n_keys;
    size_t size; /* of the struct the keys point into */
    /* Rules between keys, called when every key alone is right; reports through @on_error as often as it likes. May be
     * NULL. */
    void (*check)(const void *cfg, ph_err_fn on_error, void *arg);
} ph_cfg_schema;

/* What to read. @sets are "key=value" from the command line and win over the file. file NULL or "" = defaults and sets
 * only. */
typedef struct ph_cfg_source {
    const char *file;
    const char *const *sets;
    size_t n_sets;
} ph_cfg_source;

/**
 * Fill @cfg (schema->size bytes) from defaults, file and sets. Each error goes to @on_error (NULL allowed) with
 * file:line:col, a stable code "cfg.…", the reason and a suggestion; @err says how many there were.
 * Shape: the file is one YAML mapping of keys to scalars (or sequences for LIST), UTF-8, at most
 * PH_CFG_MAX_FILE_BYTES.
 * Owns: nothing.
 * Errors: INVALID when any was reported (@cfg untouched), NOT_FOUND no such file, FORBIDDEN, IO, LIMIT, NOMEM, BUG
 * for a table that contradicts itself.
 * Thread: any.   Source: docs, configuration reference (generated).
 */
ph_rc ph_cfg_load(const ph_cfg_schema *schema, const ph_cfg_source *source, void *cfg, ph_err_fn on_error, void *arg,
                  ph_err *err) PH_CHECKED;

/** The same from bytes; source->file only names them in errors and says where relative PATHs start. */
ph_rc ph_cfg_parse(const ph_cfg_schema *schema, ph_span text, const ph_cfg_source *source, void *cfg,
                   ph_err_fn on_error, void *arg, ph_err *err) PH_CHECKED;

/**
 * Defaults alone; REQUIRED keys are left empty.
 * Errors: BUG (a default that its own key refuses; a test loads each table).
 */
ph_rc ph_cfg_defaults(const ph_cfg_schema *schema, void *cfg) PH_CHECKED;

/* Called by reload for each key whose value changed; @applied false: the key cannot change while running. Values as in
 * print. */
typedef void (*ph_cfg_change_fn)(void *arg, const ph_cfg_key *key, const char *was, const char *is, bool applied);

/**
 * Load again; on success copy the RELOAD keys that changed into @cfg and name each change, applied or not. On error
 * @cfg is untouched: the old configuration goes on.
 * Errors: as load.   Thread: the one that reads @cfg.
 */
ph_rc ph_cfg_reload(const ph_cfg_schema *schema, const ph_cfg_source *source, void *cfg, ph_cfg_change_fn on_change,
                    ph_err_fn on_error, void *arg, ph_err *err) PH_CHECKED;

/**
 * --print-config: a file that loads to the same values, with a comment on each key (secrets as ***).
 * Errors: LIMIT, NOMEM.
 */
ph_rc ph_cfg_print(const ph_cfg_schema *schema, const void *cfg, ph_lang lang, ph_buf *dst) PH_CHECKED;
/**
 * The same as one JSON object, keys sorted as in the table, values as text in their canonical unit.
 * Errors: LIMIT, NOMEM.
 */
ph_rc ph_cfg_print_json(const ph_cfg_schema *schema, const void *cfg, ph_buf *dst) PH_CHECKED;
/** The reference in Markdown, one section a key.   Errors: LIMIT, NOMEM. */
ph_rc ph_cfg_reference(const ph_cfg_schema *schema, ph_lang lang, ph_buf *dst) PH_CHECKED;

#endif
