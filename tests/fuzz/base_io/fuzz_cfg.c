/* fuzz_cfg - any bytes as a configuration: refused with a place and a code, or printed as a file that loads to the
 * same.   Layer: tests */
#include <stdlib.h>
#include <string.h>

#include "ph_cfg.h"

typedef struct cfg {
    char listen[64];
    char health[64];
    char ledger[128];
    char title[32];
    char brokers[64];
    bool strict;
    int mode;
    int64_t batch_max;
    int64_t memory;
    int64_t wait_us;
} cfg;

static const char *const modes[] = {"embedded", "distributed", NULL};

static const ph_cfg_key keys[] = {
    PH_CFG_KEY(cfg, listen, "listen", ENDPOINT, 0, 63, "tcp://*:7001", PH_CFG_LISTEN, "", ""),
    PH_CFG_KEY(cfg, health, "health", ADDRESS, 0, 63, "", 0, "", ""),
    PH_CFG_KEY(cfg, ledger, "ledger", PATH, 0, 127, "ledger.db", 0, "", ""),
    PH_CFG_KEY(cfg, title, "title", TEXT, 0, 31, "", 0, "", ""),
    PH_CFG_KEY(cfg, brokers, "brokers", LIST, 0, 5, "", 0, "", ""),
    PH_CFG_KEY(cfg, strict, "strict", BOOL, 0, 1, "true", 0, "", ""),
    PH_CFG_KEY_ENUM(cfg, mode, "mode", modes, "embedded", 0, "", ""),
    PH_CFG_KEY(cfg, batch_max, "batch_max", COUNT, 0, INT64_MAX, "500", 0, "", ""),
    PH_CFG_KEY(cfg, memory, "memory", BYTES, 0, INT64_MAX, "1 MiB", 0, "", ""),
    PH_CFG_KEY(cfg, wait_us, "wait", DURATION, 0, INT64_MAX - 1, "20ms", 0, "", ""),
};

static const ph_cfg_schema schema = {
    .program = "fuzz", .keys = keys, .n_keys = sizeof keys / sizeof keys[0], .size = sizeof(cfg)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void count(void *arg, const ph_err *e)
{
    ++*(int *)arg;
    expect(strncmp(e->code, "cfg.", 4) == 0 && e->what[0] != '\0' && e->line >= 0 && (e->line == 0) == (e->col == 0));
}

/* All bytes, the padding included: each was zeroed with the rest. */
static bool same_bytes(const void *a, const void *b, size_t len)
{
    return memcmp(a, b, len) == 0;
}

static void same_again(const cfg *c)
{
    const ph_cfg_source none = {0};
    cfg again;
    ph_buf text;

    memset(&again, 0x5A, sizeof again);
    ph_buf_init(&text, PH_CFG_MAX_FILE_BYTES);
    expect(ph_cfg_print(&schema, c, PH_LANG_VI, &text) == PH_OK);
    expect(ph_cfg_parse(&schema, ph_buf_span(&text), &none, &again, NULL, NULL, NULL) == PH_OK);
    expect(same_bytes(c, &again, sizeof again));
    ph_buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ph_cfg_source none = {0};
    cfg c, untouched;
    int n = 0;

    memset(&untouched, 0x5A, sizeof untouched);
    memcpy(&c, &untouched, sizeof c); /* with its padding */
    ph_rc rc = ph_cfg_parse(&schema, ph_span_of(data, size), &none, &c, count, &n, NULL);
    expect(rc == PH_NOMEM || (rc == PH_OK) == (n == 0));
    if (rc == PH_OK)
        same_again(&c);
    else
        expect(same_bytes(&c, &untouched, sizeof c));
    return 0;
}
