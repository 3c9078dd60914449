/* test_agg_peers - references live as long as the same key on the same connection, the table never outgrows its size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_peers.h"

/* As libzmq names connections: a zero byte, then a number that counts up. */
typedef struct name {
    uint8_t bytes[PH_PEER_NAME_BYTES];
} name;

static name name_of(uint32_t number)
{
    name n = {{0}};
    memcpy(n.bytes + 1, &number, sizeof number);
    return n;
}

static ph_span span_of(const name *n)
{
    return ph_span_of(n->bytes, sizeof n->bytes);
}

static const uint8_t *key_of(uint8_t seed)
{
    static uint8_t keys[256][PH_CURVE_PUBLIC_BYTES];
    memset(keys[seed], seed, sizeof keys[seed]);
    return keys[seed];
}

static ph_peer_ref hear(ph_peers *p, uint32_t number, uint8_t key)
{
    name n = name_of(number);
    ph_peer_ref ref;
    assert_int_equal(ph_peers_hear(p, span_of(&n), key_of(key), &ref), PH_OK);
    return ref;
}

static bool finds(const ph_peers *p, ph_peer_ref ref, uint32_t number)
{
    name n = name_of(number);
    ph_span found;
    return ph_peers_find(p, ref, &found) && ph_span_eq(found, span_of(&n));
}

static void same_key_keeps_its_reference(void **state)
{
    (void)state;
    ph_peers *p;
    assert_int_equal(ph_peers_new(4, &p), PH_OK);
    ph_peer_ref a = hear(p, 7, 1), again = hear(p, 7, 1);
    assert_true(a.index == again.index && a.generation == again.generation);
    assert_true(finds(p, a, 7));
    assert_int_equal(ph_peers_n(p), 1);
    ph_peers_free(p);
}

static void another_key_ends_the_old_reference(void **state)
{
    (void)state;
    ph_peers *p;
    assert_int_equal(ph_peers_new(4, &p), PH_OK);
    ph_peer_ref a = hear(p, 7, 1), b = hear(p, 7, 2);
    assert_false(finds(p, a, 7));
    assert_true(finds(p, b, 7));
    ph_peer_ref back = hear(p, 7, 1); /* the first key again: still not the first reference */
    assert_false(finds(p, a, 7));
    assert_true(finds(p, back, 7));
    ph_peers_free(p);
}

static void forgotten_and_zero_find_nothing(void **state)
{
    (void)state;
    ph_peers *p;
    ph_span found;
    assert_int_equal(ph_peers_new(4, &p), PH_OK);
    ph_peer_ref a = hear(p, 7, 1);
    ph_peers_forget(p, a);
    ph_peers_forget(p, a);
    assert_false(finds(p, a, 7));
    assert_int_equal(ph_peers_n(p), 0);
    assert_false(ph_peers_find(p, (ph_peer_ref){0}, &found));
    assert_false(ph_peers_find(p, (ph_peer_ref){.index = 99, .generation = 1}, &found));
    ph_peer_ref b = hear(p, 7, 1);
    assert_false(finds(p, a, 7));
    assert_true(finds(p, b, 7));
    ph_peers_free(p);
}

static void the_longest_silent_goes_first(void **state)
{
    (void)state;
    ph_peers *p;
    assert_int_equal(ph_peers_new(3, &p), PH_OK);
    (void)hear(p, 1, 1);
    ph_peer_ref b = hear(p, 2, 2), c = hear(p, 3, 3);
    ph_peer_ref a = hear(p, 1, 1); /* b is now the oldest */
    ph_peer_ref d = hear(p, 4, 4);
    assert_int_equal(ph_peers_n(p), 3);
    assert_false(finds(p, b, 2));
    assert_true(finds(p, a, 1) && finds(p, c, 3) && finds(p, d, 4));
    ph_peers_free(p);
}

static void names_of_their_own_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {{"", 0}, {"haidg", 5}, {"\0abc", 4}, {"\0abcde", 6}, {"province-07", 11}};
    ph_peers *p;
    ph_peer_ref ref;
    assert_int_equal(ph_peers_new(3, &p), PH_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ph_peers_hear(p, ph_span_of(cases[i].bytes, cases[i].len), key_of(1), &ref), PH_MALFORMED);
    assert_int_equal(ph_peers_n(p), 0);
    assert_int_equal(ph_peers_new(0, &p), PH_INVALID);
    assert_int_equal(ph_peers_new(65537, &p), PH_INVALID);
    ph_peers_free(p);
}

/* Against a plain model: last reference of each name, and the order of last words. */
static void random_walk_agrees_with_a_model(void **state)
{
    (void)state;
    enum { MAX = 16, NAMES = 40, STEPS = 20000 };
    struct {
        ph_peer_ref ref;
        uint8_t key;
        int last;
    } model[NAMES] = {{{0}, 0, 0}};
    unsigned seed = 20230726;
    ph_peers *p;
    print_message("seed %u\n", seed);
    assert_int_equal(ph_peers_new(MAX, &p), PH_OK);
    for (int step = 1; step <= STEPS; step++) {
        uint32_t i = (uint32_t)rand_r(&seed) % NAMES;
        uint8_t key = (uint8_t)(rand_r(&seed) % 3 == 0 ? 2 : 1);
        if (rand_r(&seed) % 8 == 0 && model[i].last > 0) {
            ph_peers_forget(p, model[i].ref);
            model[i].last = 0;
        } else {
            model[i].ref = hear(p, i, key);
            model[i].key = key;
            model[i].last = step;
        }
        int n_newer_than[NAMES] = {0}, n_alive = 0;
        for (uint32_t a = 0; a < NAMES; a++)
            for (uint32_t b = 0; b < NAMES; b++)
                n_newer_than[a] += model[b].last > model[a].last;
        for (uint32_t a = 0; a < NAMES; a++) {
            bool is_alive = model[a].last > 0 && n_newer_than[a] < MAX;
            if (!is_alive)
                model[a].last = 0; /* pushed out */
            n_alive += is_alive;
            assert_int_equal(finds(p, model[a].ref, a), is_alive);
        }
        assert_int_equal(ph_peers_n(p), n_alive);
    }
    ph_peers_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_key_keeps_its_reference),    cmocka_unit_test(another_key_ends_the_old_reference),
        cmocka_unit_test(forgotten_and_zero_find_nothing), cmocka_unit_test(the_longest_silent_goes_first),
        cmocka_unit_test(names_of_their_own_are_refused),  cmocka_unit_test(random_walk_agrees_with_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
