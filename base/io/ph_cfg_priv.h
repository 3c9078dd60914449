/* ph_cfg_priv - what the files of ph_cfg share among themselves.   Layer: base/io */
#ifndef PH_CFG_PRIV_H
#define PH_CFG_PRIV_H

#include "ph_cfg.h"

enum { PH_CFG_MAX_ENTRIES = 512 };

/* Collects errors: passes each on, counts, keeps the first. */
typedef struct ph_cfg_report {
    ph_err_fn fn;
    void *arg;
    const char *where;
    int n;
    ph_err first;
} ph_cfg_report;

/* A ph_err_fn whose @arg is a ph_cfg_report. */
void ph_cfg_report_err(void *arg, const ph_err *err);

/* One "key: value" as it stands in the file; bytes live in the reader's arena. */
typedef struct ph_cfg_entry {
    ph_span key;
    ph_span value;
    bool is_list; /* the value was a sequence; its items are joined by commas */
    bool is_null; /* nothing, or a plain ~ or null */
    int key_line, key_col;
    int line, col;
} ph_cfg_entry;

typedef struct ph_cfg_entries {
    ph_cfg_entry rows[PH_CFG_MAX_ENTRIES];
    size_t n;
    ph_buf arena;
} ph_cfg_entries;

/**
 * Read YAML: one mapping of scalars and flat sequences. What is not that goes to @report, entries before it are kept.
 * Owns: caller inits (zeroes) and calls done.
 * Errors: NOMEM, LIMIT; PH_OK with reports otherwise.   Source: libyaml 0.2.5.
 */
ph_rc ph_cfg_read_yaml(ph_span text, ph_cfg_entries *ret, ph_cfg_report *report) PH_CHECKED;
void ph_cfg_entries_done(ph_cfg_entries *e);

/**
 * Text to the key's field inside @cfg; the error (code, what, hint) is in @err.
 * Errors: INVALID, RANGE, MALFORMED, LIMIT.
 */
ph_rc ph_cfg_value_parse(const ph_cfg_key *key, ph_span text, const char *folder, void *cfg, ph_err *err) PH_CHECKED;
/** The field as it would be written (without quotes), at most PH_CFG_MAX_VALUE_BYTES, terminated. */
void ph_cfg_value_print(const ph_cfg_key *key, const void *cfg, char *dst, size_t size);
/** The two halves of value_parse: COUNT, BYTES, DURATION; and all kinds of text.   Errors: as value_parse. */
ph_rc ph_cfg_number_parse(const ph_cfg_key *key, ph_span text, int64_t *ret, ph_err *err) PH_CHECKED;
ph_rc ph_cfg_text_parse(const ph_cfg_key *key, ph_span text, const char *folder, char *dst, ph_err *err) PH_CHECKED;
/** Digits with single underscores between them; *ret_rest is what follows.   Errors: MALFORMED no digit, RANGE. */
ph_rc ph_cfg_take_number(ph_span text, int64_t *ret, ph_span *ret_rest) PH_CHECKED;
/** Errors that several kinds share; both return the code. @hint: an example, may be NULL. */
ph_rc ph_cfg_bad_value(const ph_cfg_key *key, ph_span text, const char *hint, ph_err *err);
ph_rc ph_cfg_out_of_range(const ph_cfg_key *key, const char *is, ph_err *err);
/** A number in the largest unit that divides it; a bound the same, the largest there is as "∞". */
void ph_cfg_number_print(const ph_cfg_key *key, int64_t v, char *dst, size_t size);
void ph_cfg_bound_print(const ph_cfg_key *key, int64_t bound, char *dst, size_t size);
bool ph_cfg_is_text(const ph_cfg_key *key);
const char *ph_cfg_type_name(ph_cfg_type type, ph_lang lang);

#endif
