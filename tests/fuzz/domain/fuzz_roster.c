/* fuzz_roster - a roster: refused with words; or, once signed, loaded with the same keys.   Layer: tests */
#include <stdlib.h>

#include "ph_registry_load.h"

static void count(void *arg, const ph_err *err)
{
    if (err->code[0] == '\0' || err->what[0] == '\0')
        abort();
    ++*(size_t *)arg;
}

static void sign_and_load(ph_span document, size_t n_keys)
{
    static const uint8_t seed[PH_SIGN_SEED_BYTES] = {1};
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES], secret[PH_SIGN_SECRET_BYTES];
    ph_roster *roster = NULL;
    ph_buf text;
    ph_err err;

    ph_sign_keypair(seed, public_key, secret);
    ph_buf_init(&text, PH_ROSTER_MAX_BYTES + 256);
    if (ph_roster_sign(document, secret, &text, &err) != PH_OK ||
        ph_roster_load(ph_buf_span(&text), "r", public_key, NULL, NULL, &roster) != PH_OK ||
        ph_roster_n(roster) != n_keys)
        abort();
    ph_roster_free(roster);
    ph_buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t stranger[PH_SIGN_PUBLIC_BYTES] = {7};
    static const char head[] = "phusa-roster";
    ph_span text = ph_span_of(data, size);
    ph_roster *roster = NULL;
    size_t n_errors = 0;

    if (ph_roster_load(text, "r", stranger, count, &n_errors, &roster) == PH_OK || n_errors == 0)
        abort(); /* nobody can sign for a key without its secret */
    n_errors = 0;
    ph_rc rc = ph_roster_load(text, "r", NULL, count, &n_errors, &roster);
    if ((rc == PH_OK) != (n_errors == 0))
        abort();
    if (rc == PH_OK && (size < sizeof head || memcmp(data, head, sizeof head - 1) != 0))
        sign_and_load(text, ph_roster_n(roster));
    ph_roster_free(roster);
    return 0;
}
