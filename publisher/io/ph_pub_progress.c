/* ph_pub_progress - progress in words that an operator can read with kcat. */
#include "ph_pub_progress.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_file.h"
#include "ph_uint.h"

static json_t *ends_to_json(const ph_pub_progress *p)
{
    json_t *ends = json_object();
    for (size_t i = 0; ends != NULL && i < p->n_ends; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s/%d", p->ends[i].topic, (int)p->ends[i].partition);
        if (json_object_set_new(ends, name, json_integer(p->ends[i].offset)) != 0) {
            json_decref(ends);
            return NULL;
        }
    }
    return ends;
}

ph_rc ph_pub_progress_write(const ph_pub_progress *p, const char *shard, ph_buf *dst)
{
    char epoch[PH_UUID_TEXT_BYTES], writer[PH_UUID_TEXT_BYTES], chain[PH_DIGEST_TEXT_BYTES], when[PH_TIME_TEXT_BYTES];
    json_t *ends = ends_to_json(p);
    if (ends == NULL)
        return PH_NOMEM;
    ph_uuid_print(&p->epoch, epoch);
    ph_uuid_print(&p->writer, writer);
    ph_hex_print(p->chain.bytes, sizeof p->chain.bytes, chain);
    ph_time_print_utc(p->time_us, when);
    json_t *root = json_pack("{s:s, s:s, s:o, s:I, s:s, s:s, s:s}", "epoch", epoch, "chain", chain, "ends", ends,
                             "last_record", (json_int_t)p->record, "shard", shard, "time", when, "writer", writer);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
    ph_rc rc = text == NULL ? PH_NOMEM : ph_buf_put_str(dst, text);
    free(text);
    json_decref(root);
    return rc;
}

static ph_rc read_end(const char *name, json_t *value, ph_topic_end *ret)
{
    const char *slash = strrchr(name, '/');
    uint64_t partition = 0;
    if (slash == NULL || slash == name || (size_t)(slash - name) >= sizeof ret->topic || !json_is_integer(value))
        return PH_MALFORMED;
    if (ph_uint_parse(ph_span_str(slash + 1), INT32_MAX, &partition) != PH_OK || json_integer_value(value) < 0)
        return PH_MALFORMED;
    memset(ret, 0, sizeof *ret);
    memcpy(ret->topic, name, (size_t)(slash - name));
    ret->partition = (int32_t)partition;
    ret->offset = json_integer_value(value);
    return PH_OK;
}

static ph_rc read_ends(json_t *ends, ph_pub_progress *ret)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(ends, name, value)
    {
        ph_rc rc = ret->n_ends == PH_PUB_MAX_ENDS ? PH_LIMIT : read_end(name, value, &ret->ends[ret->n_ends]);
        if (rc != PH_OK)
            return rc;
        ret->n_ends++;
    }
    return PH_OK;
}

ph_rc ph_pub_progress_read(ph_span json, ph_pub_progress *ret)
{
    const char *epoch = NULL, *chain = NULL, *when = NULL, *writer = NULL;
    json_t *ends = NULL;
    json_int_t record = -1;
    ph_pub_progress p = {0};
    json_t *root = json_loadb((const char *)json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    ph_rc rc = PH_MALFORMED;

    if (root != NULL &&
        json_unpack(root, "{s:s, s:s, s:o, s:I, s:s, s:s}", "epoch", &epoch, "chain", &chain, "ends", &ends,
                    "last_record", &record, "time", &when, "writer", &writer) == 0 &&
        record >= 0 && json_is_object(ends))
        rc = ph_uuid_parse(ph_span_str(epoch), &p.epoch);
    if (rc == PH_OK)
        rc = ph_uuid_parse(ph_span_str(writer), &p.writer);
    if (rc == PH_OK)
        rc = ph_hex_parse(ph_span_str(chain), p.chain.bytes, sizeof p.chain.bytes);
    if (rc == PH_OK)
        rc = ph_time_parse(ph_span_str(when), &p.time_us);
    if (rc == PH_OK)
        rc = read_ends(ends, &p);
    p.record = (uint64_t)(record < 0 ? 0 : record);
    json_decref(root);
    if (rc == PH_OK)
        *ret = p;
    return rc;
}

typedef struct file_memory {
    ph_pub_memory base;
    char path[4096];
    char shard[PH_PUB_SHARD_BYTES];
} file_memory;

static ph_rc load_memory(ph_pub_memory *base, ph_pub_progress *ret, ph_err *err)
{
    file_memory *m = (file_memory *)base;
    ph_buf buf;
    ph_buf_init(&buf, PH_PROGRESS_MAX_BYTES);
    ph_rc rc = ph_file_read(m->path, &buf, err);
    if (rc == PH_OK && ph_pub_progress_read(ph_buf_span(&buf), ret) != PH_OK) {
        rc = ph_err_set(err, PH_CORRUPT, "pub.memory.corrupt", m->path,
                        "the file that remembers the last progress cannot be read");
        ph_err_means(err, "nothing was published; the topic itself is the truth, this file is a check");
        ph_err_hint(err, "compare `phusa-publisher status` with the topic, then remove the file");
    }
    ph_buf_done(&buf);
    return rc;
}

static ph_rc store_memory(ph_pub_memory *base, const ph_pub_progress *p, ph_err *err)
{
    file_memory *m = (file_memory *)base;
    ph_buf buf;
    ph_buf_init(&buf, PH_PROGRESS_MAX_BYTES);
    ph_rc rc = ph_pub_progress_write(p, m->shard, &buf);
    if (rc == PH_OK)
        rc = ph_file_write(m->path, ph_buf_span(&buf), 0600, err);
    ph_buf_done(&buf);
    return rc;
}

static const ph_pub_memory_ops ops = {.load = load_memory, .store = store_memory};

ph_rc ph_pub_memory_file(const char *path, const char *shard, ph_pub_memory **ret)
{
    file_memory *m = calloc(1, sizeof *m);
    if (m == NULL)
        return PH_NOMEM;
    m->base.ops = &ops;
    if (!ph_span_copy(ph_span_str(path), m->path, sizeof m->path) ||
        !ph_span_copy(ph_span_str(shard), m->shard, sizeof m->shard)) {
        free(m);
        return PH_LIMIT;
    }
    *ret = &m->base;
    return PH_OK;
}

void ph_pub_memory_free(ph_pub_memory *m)
{
    free(m);
}
