/* ph_limits - every ceiling of the wire, named once. What a peer may rely on is announced in `welcome`.   Layer: proto
 * (pure) */
#ifndef PH_LIMITS_H
#define PH_LIMITS_H

enum {
    PH_FRAME_HEADER_BYTES = 4,
    PH_MAX_FRAME_BYTES = 16 * 1024,     /* announced: header and body of one frame from an agent */
    PH_MAX_REPLY_BYTES = 256 * 1024,    /* what an agent accepts in one frame from the aggregator */
    PH_ZMQ_MAXMSG_BYTES = 64 * 1024,    /* ZMQ_MAXMSGSIZE at the aggregator: between the two a peer is told TOO_LARGE */
    PH_ZMQ_MAXREPLY_BYTES = 512 * 1024, /* ZMQ_MAXMSGSIZE at the agent */
    PH_MAX_DEPTH = 8,                   /* nesting of msgpack containers */
    PH_MAX_OBSERVATIONS = 256,          /* in a submission, and indicators in a form */
    PH_MAX_FINDINGS = 64,               /* listed in one verdict; counts per rule are complete all the same */
    PH_MAX_MEMBERS = 64,                /* of a cluster */
    PH_MAX_METHODS = 8,                 /* published for one indicator */
    PH_MAX_RULES = 96,                  /* distinct rule ids in the counts of a verdict */
    PH_MAX_ID_TEXT = 32,                /* unit, cluster, form, indicator, weight set, rule: [A-Za-z0-9._-]{1,32} */
    PH_MAX_NOTE_BYTES = 1024,           /* note of an observation, reason of a correction */
    PH_MAX_TEXT_BYTES = 256,            /* any other text */
    PH_MAX_JUDGEMENT_BYTES = 4 * 1024,  /* verdict bytes with PH_MAX_RULES counts */
    PH_MAX_FINDINGS_BYTES = 32 * 1024,  /* a page of PH_MAX_FINDINGS */
    PH_MAX_RECEIPTS = 64,               /* receipts in one frame */
    PH_MAX_QUERY_IDS = 64,              /* ids asked for in one query */
    PH_MAX_EXPECTED = 64,               /* lines in a status answer */
    PH_MAX_CASES = 64,                  /* cases in a status answer */
    PH_CASE_MAX_RULES = 4,              /* named in one of them */
    PH_DEFAULT_CREDIT = 8,              /* submissions an agent may have unanswered */
    PH_ID_BUFFER_BYTES = PH_MAX_ID_TEXT + 1
};

#endif
