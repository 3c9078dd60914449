/* ph_card_fixture - see the header.   Layer: tests */
#include "ph_card_fixture.h"

#include <stdio.h>
#include <stdlib.h>

keys keys_of(unsigned number)
{
    keys k;
    uint8_t seed[PH_SIGN_SEED_BYTES] = {(uint8_t)number, (uint8_t)(number >> 8), 1};
    ph_digest curve = ph_digest_of_span(ph_span_of(seed, sizeof seed));

    ph_sign_keypair(seed, k.sign_public, k.sign_secret);
    memcpy(k.curve_public, curve.bytes, sizeof k.curve_public);
    return k;
}

ph_card province_card(unsigned number)
{
    keys k = keys_of(number);
    ph_card c = {.kind = PH_CARD_PROVINCE};

    (void)snprintf(c.unit, sizeof c.unit, "u%u", number);
    memcpy(c.curve_public, k.curve_public, sizeof c.curve_public);
    memcpy(c.sign_public, k.sign_public, sizeof c.sign_public);
    return c;
}

char *card_text(const ph_card *card, unsigned signer)
{
    keys k = keys_of(signer);
    ph_buf b;

    ph_buf_init(&b, PH_CARD_MAX_BYTES);
    assert_ok(ph_card_write(card, k.sign_secret, &b));
    assert_ok(ph_buf_put_byte(&b, 0));
    return (char *)b.ptr;
}

char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *new = calloc(1, strlen(text) + strlen(to) + 1);

    assert_non_null(new);
    if (at == NULL)
        fail_msg("there is no %s in %s", from, text);
    (void)snprintf(new, strlen(text) + strlen(to) + 1, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return new;
}
