/* ph_result - one table for result codes, their class and their text.   Layer: base/core (pure) */
#ifndef PH_RESULT_H
#define PH_RESULT_H

#define PH_CHECKED __attribute__((warn_unused_result))

/* Callers act on the class, never on the single code:
 * OK go on; RETRY the same call may succeed later; REJECT these inputs never will; FATAL stop, nothing may be
 * acknowledged any more. */
typedef enum ph_class { PH_CLASS_OK, PH_CLASS_RETRY, PH_CLASS_REJECT, PH_CLASS_FATAL } ph_class;

/* X(name, class, text): PH_<name>. New codes go to the end of their class. */
#define PH_RC_MAP(X)                                              \
    X(OK, OK, "ok")                                               \
    X(BUSY, RETRY, "busy, try again later")                       \
    X(NOMEM, RETRY, "out of memory")                              \
    X(IO, RETRY, "input or output failed")                        \
    X(TIMEOUT, RETRY, "the deadline passed")                      \
    X(UNREACHABLE, RETRY, "the peer cannot be reached")           \
    X(NO_SPACE, RETRY, "no space left")                           \
    X(MALFORMED, REJECT, "the bytes do not follow the grammar")   \
    X(LIMIT, REJECT, "larger than the limit allows")              \
    X(RANGE, REJECT, "a number lies outside its range")           \
    X(AMBIGUOUS, REJECT, "can be read in two ways")               \
    X(INVALID, REJECT, "does not satisfy the rules of its kind")  \
    X(NOT_FOUND, REJECT, "not found")                             \
    X(EXISTS, REJECT, "exists already")                           \
    X(CONFLICT, REJECT, "the same name stands for other content") \
    X(FORBIDDEN, REJECT, "not allowed")                           \
    X(UNSUPPORTED, REJECT, "this version does not know it")       \
    X(USAGE, REJECT, "the command line is wrong")                 \
    X(DURABILITY, FATAL, "the disk did not confirm a write")      \
    X(CORRUPT, FATAL, "stored data is damaged")                   \
    X(EPOCH, FATAL, "another ledger epoch")                       \
    X(HISTORY, FATAL, "history is missing or differs")            \
    X(CLOCK, FATAL, "the clock made an implausible jump")         \
    X(FENCED, FATAL, "another instance took over")                \
    X(BUG, FATAL, "a mistake of our own")

typedef enum ph_rc {
#define PH_X(name, cls, text) PH_##name,
    PH_RC_MAP(PH_X)
#undef PH_X
        PH_RC_COUNT
} ph_rc;

/**
 * Class, name ("NO_SPACE") and English text of @rc. Total: an unknown number is BUG's.
 * Owns: nothing, static strings.   Errors: none.   Thread: any.   Source: none.
 */
ph_class ph_rc_class(ph_rc rc);
const char *ph_rc_name(ph_rc rc);
const char *ph_rc_text(ph_rc rc);

#endif
