/* ph_pub_checks - whoever lost or exchanged something finds out here, before a record is written. */
#include "ph_pub_checks.h"

#include <string.h>

ph_rc ph_pub_refuse(ph_err *err, ph_rc rc, const char *code, const char *what, const char *hint)
{
    (void)ph_err_set(err, rc, code, "phusa.progress", "%s", what);
    ph_err_means(err, "nothing was published; topic and ledger are as they were");
    ph_err_hint(err, "%s", hint);
    return rc;
}

ph_rc ph_pub_check_memory(ph_pub_memory *memory, const ph_pub_evidence *e, ph_err *err)
{
    ph_pub_progress known;
    ph_rc rc = memory->ops->load(memory, &known, err);
    if (rc == PH_NOT_FOUND)
        return PH_OK;
    if (rc != PH_OK)
        return rc;
    if (e->found != PH_PUB_FOUND_OURS && known.record > 0)
        return ph_pub_refuse(
            err, PH_HISTORY, "pub.topic.empty",
            "the progress topic holds nothing of ours, yet this publisher has published before",
            "find out who emptied or recreated the topic and restore it; to publish everything again, make all three "
            "topics new and remove the memory file");
    if (e->found == PH_PUB_FOUND_OURS && ph_uuid_eq(&known.epoch, &e->topic->epoch) && e->topic->record < known.record)
        return ph_pub_refuse(
            err, PH_HISTORY, "pub.topic.behind", "progress in the topic is older than what this publisher remembers",
            "the topic lost committed records; restore it, or remove the memory file to go on from the topic");
    return PH_OK;
}

ph_rc ph_pub_check_ledger(ph_pub_ledger *ledger, const ph_pub_evidence *e, bool adopt, ph_err *err)
{
    ph_pub_head head;
    ph_digest chain;
    ph_rc rc = ledger->ops->head(ledger, &head, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_uuid_eq(&e->topic->epoch, &head.epoch) && !adopt)
        return ph_pub_refuse(err, PH_EPOCH, "pub.progress.epoch", "the topic was written from another ledger epoch",
                             "after a legitimate restore run `phusa-publisher adopt-epoch`; else point this publisher "
                             "at the right ledger");
    e->topic->epoch = head.epoch;
    if (e->topic->record == 0)
        return PH_OK;
    if (e->topic->record > head.last_record)
        return ph_pub_refuse(
            err, PH_HISTORY, "pub.progress.ahead", "the topic holds records that the ledger does not",
            "the ledger was restored from an older copy; bring back the newer one, or follow the restore procedure");
    rc = ledger->ops->chain_at(ledger, e->topic->record, &chain, err);
    if (rc != PH_OK && rc != PH_NOT_FOUND)
        return rc;
    if (rc == PH_NOT_FOUND || !ph_digest_eq(&chain, &e->topic->chain))
        return ph_pub_refuse(
            err, PH_HISTORY, "pub.progress.chain", "the ledger holds other records under the numbers already published",
            "the ledger is not the one that published; run `phusa-aggregator verify` and `phusa-publisher audit`");
    return PH_OK;
}

static const ph_topic_end *find_end(const ph_topic_end *ends, size_t n, const ph_topic_end *wanted)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].partition == wanted->partition && strcmp(ends[i].topic, wanted->topic) == 0)
            return &ends[i];
    return NULL;
}

ph_rc ph_pub_check_ends(const ph_pub_evidence *e, ph_err *err)
{
    for (size_t i = 0; i < e->topic->n_ends; i++) {
        const ph_topic_end *now = find_end(e->ends, e->n_ends, &e->topic->ends[i]);
        if (now == NULL || now->offset < e->topic->ends[i].offset)
            return ph_pub_refuse(err, PH_HISTORY, "pub.topic.truncated",
                                 "a data partition ends before the point that progress names",
                                 "the topic was deleted, recreated or truncated; restore it before publishing on");
    }
    for (size_t i = 0; i < e->n_ends; i++) {
        bool is_known = find_end(e->topic->ends, e->topic->n_ends, &e->ends[i]) != NULL;
        if (!is_known && e->found == PH_PUB_FOUND_OURS)
            return ph_pub_refuse(
                err, PH_HISTORY, "pub.topic.partitions", "a data topic has more partitions than when it was written to",
                "keys would move to other partitions and the old values would stay beside the new: make topics with "
                "the wanted number of partitions and publish into them");
        /* with progress of others the records may be theirs */
        if (!is_known && e->found == PH_PUB_FOUND_NONE && e->ends[i].offset > 0)
            return ph_pub_refuse(
                err, PH_HISTORY, "pub.topic.empty", "the data topics hold records, yet the progress topic is empty",
                "publishing would repeat what is there: restore the progress topic, or make all three topics new");
    }
    return PH_OK;
}
