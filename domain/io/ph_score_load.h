/* ph_score_load - criteria, targets and score sheets from YAML, every error at once with its line.   Layer: domain/io
 * (libyaml) */
#ifndef PH_SCORE_LOAD_H
#define PH_SCORE_LOAD_H

#include "ph_err.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_score.h"
#include "ph_span.h"

enum { PH_SCORE_MAX_FILES = 128, PH_SCORE_MAX_FILE_BYTES = 2 * 1024 * 1024 };

/* A document of its own, no part of the registry: it comes with the head's letter each year. Any file may hold any of
 * the sections scheme, criteria, targets, scores; one without a scheme says in applies_to which it belongs to. */
typedef struct ph_score_file {
    const char *name; /* for messages; kept by nothing */
    ph_span text;
} ph_score_file;

typedef struct ph_score_set {
    ph_score_scheme scheme;
    uint8_t n_units;
    const char *const *units; /* members of the cycle, in the cluster's order */
    ph_score_entry *entries;  /* n_units * n_nodes; actual values of bound criteria are for the caller to fill in */
    void *memory;             /* what all of it lives in */
} ph_score_set;

/**
 * Read all files as one. @reg knows cluster, members and indicators. Each error goes to @sink (file:line:column, code
 * "score.…", hint with did-you-mean) and reading goes on, so that all are told at once.
 * Owns: *ret by the caller (ph_score_set_free), untouched by the files' and @reg's ends.   Errors: INVALID after at
 * least one error was told; LIMIT more than PH_SCORE_MAX_FILES; NOMEM.   Thread: any.   Source: docs/SCORING.md.
 */
ph_rc ph_score_load(const ph_score_file *files, size_t n, const ph_registry *reg, ph_err_fn sink, void *arg,
                    ph_score_set **ret) PH_CHECKED;
void ph_score_set_free(ph_score_set *set); /* NULL allowed */

#endif
