/* ph_col_spool_sql - statements and insides of the SQLite spool.   Layer: collector/io (SQLite) */
#ifndef PH_COL_SPOOL_SQL_H
#define PH_COL_SPOOL_SQL_H

#include "ph_col_spool_sqlite.h"
#include "ph_sqlite.h"

#define PH_COL_ITEM_COLUMNS                                                                                \
    "number, id, cluster, form, period, revision, base_revision, body, signature, key_id, spooled_at_us, " \
    "state, sent_at_us, verdict, reason, seq, judged_at_us, epoch, kind, decision, subject, indicator"

/* Kinds by number: 2 SUBMISSION, 7 EXPLANATION, 8 DECISION. States by number: 1 QUEUED, 2 SENT, 3 PARKED, 4 JUDGED, 5
 * SUPERSEDED, 6 QUARANTINED. */
#define PH_COL_QUERY_MAP(X)                                                                                            \
    X(INSERT, "INSERT INTO item (" PH_COL_ITEM_COLUMNS                                                                 \
              ") VALUES (NULL,?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,1,0,0,'',0,0,x'',?11,?12,?13,?14)")                       \
    X(INSERT_ENVELOPE, "INSERT INTO envelope (number, digest, bytes) VALUES (?1, ?2, ?3)")                             \
    X(SUPERSEDE, "UPDATE item SET state = 5, reason = 'superseded' WHERE cluster = ?1 AND form = ?2 AND period = ?3 "  \
                 "AND state IN (1, 3) AND number <> ?4 AND kind = ?5 AND subject = ?6 AND indicator = ?7 "             \
                 "AND (kind <> 8 OR indicator <> '' OR decision = ?8)")                                                \
    X(COUNT_WAITING, "SELECT COUNT(*) FROM item WHERE state IN (1, 2, 3)")                                             \
    X(PENDING, "SELECT " PH_COL_ITEM_COLUMNS " FROM item WHERE number IN "                                             \
               "(SELECT MIN(number) FROM item WHERE state IN (1, 2) GROUP BY cluster, form, period) "                  \
               "ORDER BY number LIMIT ?1")                                                                             \
    X(LOAD, "SELECT e.digest, e.bytes FROM envelope e JOIN item i ON i.number = e.number WHERE i.id = ?1")             \
    X(FIND, "SELECT " PH_COL_ITEM_COLUMNS " FROM item WHERE id = ?1")                                                  \
    X(MARK_SENT, "UPDATE item SET state = 2, sent_at_us = CASE sent_at_us WHEN 0 THEN ?2 ELSE sent_at_us END "         \
                 "WHERE id = ?1 AND state IN (1, 2)")                                                                  \
    X(PARK, "UPDATE item SET state = 3, verdict = ?2, reason = ?3 WHERE id = ?1 AND state IN (1, 2)")                  \
    X(UNPARK, "UPDATE item SET state = CASE sent_at_us WHEN 0 THEN 1 ELSE 2 END, verdict = 0, reason = '' "            \
              "WHERE state = 3 AND (?1 = 0 OR verdict = ?1)")                                                          \
    X(QUARANTINE, "UPDATE item SET state = 6, reason = ?2 WHERE id = ?1")                                              \
    X(QUARANTINE_ROW, "UPDATE item SET state = 6, reason = 'spool.row.damaged' WHERE number = ?1")                     \
    X(JUDGE, "UPDATE item SET state = 4, verdict = ?2, seq = ?3, judged_at_us = ?4, epoch = ?5, reason = '' "          \
             "WHERE id = ?1 AND state <> 6")                                                                           \
    X(PUT_RECEIPT, "INSERT OR REPLACE INTO receipt (number, stored_at_us, frame) "                                     \
                   "SELECT number, ?2, ?3 FROM item WHERE id = ?1")                                                    \
    X(RECEIPT, "SELECT r.frame FROM receipt r JOIN item i ON i.number = r.number WHERE i.id = ?1")                     \
    X(OFFER_AGAIN, "UPDATE item SET state = 2 WHERE state = 4 AND epoch <> ?1")                                        \
    X(NEWEST, "SELECT " PH_COL_ITEM_COLUMNS " FROM item WHERE cluster = ?1 AND form = ?2 AND period = ?3 "             \
              "AND kind = 2 AND state <> 6 ORDER BY number DESC LIMIT 1")                                              \
    X(LAST_ACCEPTED, "SELECT " PH_COL_ITEM_COLUMNS " FROM item WHERE cluster = ?1 AND form = ?2 AND period = ?3 "      \
                     "AND kind = 2 AND state IN (2, 4) AND verdict IN (1, 2) ORDER BY revision DESC LIMIT 1")          \
    X(HIGHEST, "SELECT COALESCE(MAX(revision), 0) FROM item WHERE cluster = ?1 AND form = ?2 AND period = ?3")         \
    X(LIST, "SELECT " PH_COL_ITEM_COLUMNS " FROM item ORDER BY number DESC LIMIT ?1")                                  \
    X(PUT_STANDING,                                                                                                    \
      "INSERT OR REPLACE INTO standing (cluster, form, period, state, due_us, highest, last, digest, held, "           \
      "heard_at_us) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")                                                          \
    X(STANDING, "SELECT cluster, form, period, state, due_us, highest, last, digest, held, heard_at_us FROM standing " \
                "WHERE cluster = ?1 AND form = ?2 AND period = ?3")                                                    \
    X(LIST_STANDINGS, "SELECT cluster, form, period, state, due_us, highest, last, digest, held, heard_at_us "         \
                      "FROM standing ORDER BY cluster, form, period")                                                  \
    X(PUT_META, "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")                                           \
    X(META, "SELECT value FROM meta WHERE name = ?1")                                                                  \
    X(PUT_CASES, "INSERT OR REPLACE INTO cases (one, asked, at_us, n, more, lines) VALUES (1, ?1, ?2, ?3, ?4, ?5)")    \
    X(CASES, "SELECT asked, at_us, n, more, lines FROM cases")                                                         \
    X(DATA_VERSION, "PRAGMA data_version")

typedef enum ph_col_query {
#define PH_X(name, text) PH_COL_Q_##name,
    PH_COL_QUERY_MAP(PH_X)
#undef PH_X
        PH_COL_Q_COUNT
} ph_col_query;

typedef struct ph_col_sql {
    ph_col_spool base;
    ph_db *db;
    ph_stmt *q[PH_COL_Q_COUNT];
    ph_col_spool_limits limits;
    int64_t own_changes;
    ph_err err;
    char path[256];
} ph_col_sql;

extern const ph_col_spool_ops ph_col_sql_ops;

void ph_col_sql_close(ph_col_spool *sp);

/* Statements are bound after query, which resets; row leaves one to be read (NOT_FOUND: none); run is for those without
 * rows; end commits what begin opened if @rc is OK, else takes it back, and gives what came of it. */
ph_col_sql *ph_col_sql_self(ph_col_spool *sp);
ph_stmt *ph_col_sql_query(ph_col_sql *s, ph_col_query q);
ph_rc ph_col_sql_run(ph_col_sql *s, ph_col_query q);
ph_rc ph_col_sql_row(ph_col_sql *s, ph_col_query q);
ph_rc ph_col_sql_end(ph_col_sql *s, ph_rc rc);
void ph_col_sql_bind_id(ph_stmt *q, const ph_uuid *id);
void ph_col_sql_bind_key(ph_stmt *q, const ph_col_key *key, char period[PH_PERIOD_TEXT_BYTES]);
ph_rc ph_col_sql_read_item(ph_stmt *q, ph_col_item *ret);
ph_rc ph_col_sql_one_item(ph_col_sql *s, ph_col_query q, ph_col_item *ret);
ph_rc ph_col_sql_put(ph_col_spool *sp, const ph_col_item *item, ph_span envelope, uint64_t newest,
                     ph_col_state newest_state, uint64_t *ret_number);
ph_rc ph_col_sql_newest(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret);
ph_rc ph_col_sql_last_accepted(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret);
ph_rc ph_col_sql_highest(ph_col_spool *sp, const ph_col_key *key, uint32_t *ret);
ph_rc ph_col_sql_list(ph_col_spool *sp, size_t max, ph_col_item_fn fn, void *arg);
ph_rc ph_col_sql_put_standing(ph_col_spool *sp, const ph_col_standing *standing);
ph_rc ph_col_sql_standing(ph_col_spool *sp, const ph_col_key *key, ph_col_standing *ret);
ph_rc ph_col_sql_put_cases(ph_col_spool *sp, const ph_col_heard *heard, ph_span lines);
ph_rc ph_col_sql_cases(ph_col_spool *sp, ph_col_heard *ret, ph_buf *dst);
ph_rc ph_col_sql_list_standings(ph_col_spool *sp, ph_col_standing_fn fn, void *arg);

#endif
