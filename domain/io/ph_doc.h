/* ph_doc - reading a YAML tree by a table of fields; every error is told, none stops the reading.   Layer: domain/io */
#ifndef PH_DOC_H
#define PH_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_arena.h"
#include "ph_decimal.h"
#include "ph_err.h"
#include "ph_registry.h"
#include "ph_time.h"
#include "ph_yaml.h"

enum { PH_DOC_MAX_ERRORS = 200, PH_DOC_MAX_NAMES = 4096 };

/* One reading. n_errors counts all; only the first PH_DOC_MAX_ERRORS are told, and then that there are more. */
typedef struct ph_doc {
    const char *area; /* first part of each code: "registry", "roster", "card" */
    ph_arena *arena;
    ph_err_fn sink;
    void *arg;
    const char *const *passed; /* codes that are passed over, ended by NULL; or NULL */
    size_t n_errors;
    bool is_out_of_memory;
} ph_doc;

/** Tell an error at @at (NULL: of the whole). Code is "<area>.<code>". tell_hint adds what to do next. */
void ph_doc_tell(ph_doc *d, const ph_yaml *at, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void ph_doc_tell_hint(ph_doc *d, const ph_yaml *at, const char *code, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/** An error that is finished already, from the YAML reader or a file. */
void ph_doc_pass_on(ph_doc *d, const ph_err *err);
/** "<what> is not known", with the name that was probably meant; where none is near, with all names, or the nearest of
 * too many. */
void ph_doc_tell_unknown(ph_doc *d, const ph_yaml *at, const char *code, const char *what, const char *const *first,
                         size_t stride, size_t n);
/** Whether @child (of a map) is what is left of a decimal comma, `{ value: 7,23 }`: a key of digits without a value.
 * Then it is told so. */
bool ph_doc_tell_comma(ph_doc *d, const ph_yaml *child);

/* A key of a map: found by ph_doc_open. */
typedef struct ph_doc_field {
    const char *key;
    bool is_required;
    const ph_yaml *node; /* NULL = not there */
} ph_doc_field;

/** Match the children of @node with @fields; tells unknown, repeated and missing keys. False when @node is no map at
 * all. */
bool ph_doc_open(ph_doc *d, const ph_yaml *node, ph_doc_field *fields, size_t n);

/** A list of at least @min and at most @max entries; NULL when it is not, or @node is NULL. The chain starts at
 * ->first. */
const ph_yaml *ph_doc_list(ph_doc *d, const ph_yaml *node, size_t min, size_t max);

/*
 * Values. A NULL @node gives the default without a word (ph_doc_open has spoken); what is wrong is told and gives the
 * default. text: one line, clean NFC, not empty; never NULL ("" by default), borrowed from the tree. id: the grammar of
 * ids besides. word: index in @names. name: map of vi and en. day_or_time: an instant, or a date for the beginning of
 * that day in UTC+7.
 */
const char *ph_doc_text(ph_doc *d, const ph_yaml *node, size_t max_bytes);
const char *ph_doc_id(ph_doc *d, const ph_yaml *node);
int64_t ph_doc_int(ph_doc *d, const ph_yaml *node, int64_t min, int64_t max, int64_t otherwise);
bool ph_doc_bool(ph_doc *d, const ph_yaml *node, bool otherwise);
bool ph_doc_decimal(ph_doc *d, const ph_yaml *node, ph_decimal *ret);
ph_date ph_doc_date(ph_doc *d, const ph_yaml *node, ph_date otherwise);
int64_t ph_doc_time(ph_doc *d, const ph_yaml *node, int64_t otherwise);
int64_t ph_doc_day_or_time(ph_doc *d, const ph_yaml *node, int64_t otherwise);
size_t ph_doc_word(ph_doc *d, const ph_yaml *node, const char *what, const char *const *names, size_t n,
                   size_t otherwise);
ph_name ph_doc_name(ph_doc *d, const ph_yaml *node);

#endif
