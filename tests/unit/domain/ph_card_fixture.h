/* ph_card_fixture - keys and cards for the tests of rosters and cards.   Layer: tests */
#ifndef PH_CARD_FIXTURE_H
#define PH_CARD_FIXTURE_H

#include "ph_domain_fixture.h"
#include "ph_registry_load.h"

/* Keys from a number: chance is not needed here. */
typedef struct keys {
    uint8_t sign_public[PH_SIGN_PUBLIC_BYTES], sign_secret[PH_SIGN_SECRET_BYTES], curve_public[PH_CURVE_PUBLIC_BYTES];
} keys;
keys keys_of(unsigned number);

/* The card of unit "u<number>" with the keys of that number; not signed yet. */
ph_card province_card(unsigned number);

/* A card as it travels, signed by the keys of @signer; freed by the caller. */
char *card_text(const ph_card *card, unsigned signer);

/* A copy of @text with the first @from replaced; freed by the caller. */
char *replaced(const char *text, const char *from, const char *to);

#endif
