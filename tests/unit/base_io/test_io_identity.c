/* test_io_identity - key files: made once, private, checked when loaded.   Layer: tests */
#include "ph_identity.h"

#include "ph_digest.h"
#include "ph_locale.h"
#include "ph_scratch.h"

#define NOW INT64_C(1700000000123456)

static void keys_come_back_as_they_were_made(void **state)
{
    (void)state;
    static const ph_identity_kind kinds[] = {PH_IDENTITY_CURVE, PH_IDENTITY_SIGN};
    struct stat st;

    for (size_t i = 0; i < 2; i++) {
        const char *path = in_scratch(i == 0 ? "curve.key" : "sign.key");
        ph_identity *made = NULL, *loaded = NULL;
        assert_int_equal(ph_identity_create(path, kinds[i], "PROV_07", NOW, &made, NULL), PH_OK);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(ph_identity_load(path, kinds[i], &loaded, NULL), PH_OK);
        assert_memory_equal(made, loaded, sizeof *made);
        assert_string_equal(loaded->name, "PROV_07");
        assert_int_equal(loaded->created_us, NOW - NOW % 1000000);
        ph_identity_free(made);
        ph_identity_free(loaded);
    }
    ph_identity_free(NULL);
}

static void a_loaded_signing_key_signs(void **state)
{
    (void)state;
    ph_identity *id = NULL;
    ph_signature sig;

    assert_int_equal(ph_identity_create(in_scratch("k"), PH_IDENTITY_SIGN, "root", NOW, NULL, NULL), PH_OK);
    assert_int_equal(ph_identity_load(in_scratch("k"), PH_IDENTITY_SIGN, &id, NULL), PH_OK);
    assert_int_equal(ph_sign_make(PH_SIGN_ROSTER, id->secret, ph_span_str("x"), &sig), PH_OK);
    assert_int_equal(ph_sign_verify(PH_SIGN_ROSTER, id->public_key, ph_span_str("x"), &sig), PH_OK);
    ph_identity_free(id);
}

static void a_key_is_never_overwritten(void **state)
{
    (void)state;
    char before[2048], after[2048];
    ph_err e;

    assert_int_equal(ph_identity_create(in_scratch("k"), PH_IDENTITY_SIGN, "a", NOW, NULL, NULL), PH_OK);
    read_text(in_scratch("k"), before, sizeof before);
    assert_int_equal(ph_identity_create(in_scratch("k"), PH_IDENTITY_SIGN, "b", NOW, NULL, &e), PH_EXISTS);
    assert_string_equal(e.code, "key.exists");
    read_text(in_scratch("k"), after, sizeof after);
    assert_string_equal(before, after);
}

static void names_are_words(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "a b", "a\nsecret: x", "../x y", "đ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ph_identity_create(in_scratch("k"), PH_IDENTITY_SIGN, bad[i], NOW, NULL, NULL), PH_INVALID);
}

static ph_rc load(const char *path, ph_err *e)
{
    ph_identity *id = NULL;
    ph_rc rc = ph_identity_load(path, PH_IDENTITY_CURVE, &id, e);

    if (rc == PH_OK)
        ph_identity_free(id);
    return rc;
}

static void unsafe_files_are_refused_with_the_command(void **state)
{
    (void)state;
    ph_err e;
    char command[PATH_MAX + 100];

    assert_int_equal(ph_identity_create(in_scratch("k"), PH_IDENTITY_CURVE, "a", NOW, NULL, NULL), PH_OK);
    assert_int_equal(chmod(in_scratch("k"), 0644), 0);
    assert_int_equal(load(in_scratch("k"), &e), PH_FORBIDDEN);
    (void)snprintf(command, sizeof command, "chmod 600 '%s'", in_scratch("k"));
    assert_string_equal(e.hint, command);
    assert_int_equal(chmod(in_scratch("k"), 0600), 0);
    assert_int_equal(symlink("k", in_scratch("link")), 0);
    assert_int_equal(load(in_scratch("link"), &e), PH_FORBIDDEN);
    assert_int_equal(load(in_scratch("none"), &e), PH_NOT_FOUND);
    ph_identity *id = NULL;
    assert_int_equal(ph_identity_load(in_scratch("k"), PH_IDENTITY_SIGN, &id, &e), PH_INVALID);
    assert_string_equal(e.code, "key.kind");
}

/* Every prefix of a key file, and one changed character at every place that matters. */
static void damaged_files_are_refused(void **state)
{
    (void)state;
    char good[2048], bad[2100];
    ph_err e;

    assert_int_equal(ph_identity_create(in_scratch("k"), PH_IDENTITY_CURVE, "a", NOW, NULL, NULL), PH_OK);
    read_text(in_scratch("k"), good, sizeof good);
    size_t len = strlen(good);
    for (size_t n = 0; n + 1 < len; n++) { /* without the last line break it is whole */
        memcpy(bad, good, n);
        bad[n] = '\0';
        write_text(in_scratch("bad"), bad, 0600);
        assert_int_not_equal(load(in_scratch("bad"), &e), PH_OK);
    }
    size_t from = (size_t)(strstr(good, "public: ") - good);
    for (size_t n = from; n < len; n++) {
        memcpy(bad, good, len + 1);
        bad[n] = bad[n] == 'a' ? 'b' : 'a';
        write_text(in_scratch("bad"), bad, 0600);
        ph_rc rc = load(in_scratch("bad"), &e);
        /* Curve25519 ignores five bits of a secret; a change there names the same key. */
        assert_true(rc == PH_MALFORMED || rc == PH_INVALID || n > len - 42);
    }
    (void)snprintf(bad, sizeof bad, "%sname: again\n", good);
    write_text(in_scratch("bad"), bad, 0600);
    assert_int_equal(load(in_scratch("bad"), &e), PH_MALFORMED);
    memset(bad, '#', sizeof bad - 1);
    bad[sizeof bad - 1] = '\0';
    write_text(in_scratch("bad"), bad, 0600);
    assert_int_equal(load(in_scratch("bad"), &e), PH_MALFORMED);
}

static void a_public_part_of_another_key_is_refused(void **state)
{
    (void)state;
    char one[2048], two[2048];
    ph_err e;

    assert_int_equal(ph_identity_create(in_scratch("1"), PH_IDENTITY_CURVE, "a", NOW, NULL, NULL), PH_OK);
    assert_int_equal(ph_identity_create(in_scratch("2"), PH_IDENTITY_CURVE, "a", NOW, NULL, NULL), PH_OK);
    read_text(in_scratch("1"), one, sizeof one);
    read_text(in_scratch("2"), two, sizeof two);
    memcpy(strstr(one, "public: "), strstr(two, "public: "), 8 + 40);
    write_text(in_scratch("3"), one, 0600);
    assert_int_equal(load(in_scratch("3"), &e), PH_INVALID);
    assert_string_equal(e.code, "key.mismatch");
}

/* The keys of zmq_curve(7). */
static void z85_is_that_of_zeromq(void **state)
{
    (void)state;
    static const char text[] = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
    static const char hex[] = "54fcba24e93249969316fb617c872bb0c1d1ff14800427c594cbfacf1bc2d652";
    uint8_t key[PH_CURVE_KEY_BYTES];
    char back[PH_Z85_TEXT_BYTES], as_hex[65];

    assert_int_equal(ph_z85_parse(ph_span_str(text), key), PH_OK);
    ph_hex_print(key, sizeof key, as_hex);
    assert_string_equal(as_hex, hex);
    ph_z85_print(key, back);
    assert_string_equal(back, text);
    memset(key, 0xff, sizeof key);
    ph_z85_print(key, back);
    assert_int_equal(ph_z85_parse(ph_span_str(back), key), PH_OK);
    static const char *const bad[] = {
        "", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf77",
        "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf ", "#####>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ph_z85_parse(ph_span_str(bad[i]), key), PH_MALFORMED);
}

static void random_bytes_differ(void **state)
{
    (void)state;
    uint8_t a[32] = {0}, b[32] = {0};

    ph_random(a, sizeof a);
    ph_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_come_back_as_they_were_made, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_loaded_signing_key_signs, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_key_is_never_overwritten, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(names_are_words, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(unsafe_files_are_refused_with_the_command, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_public_part_of_another_key_is_refused, scratch_open, scratch_close),
        cmocka_unit_test(z85_is_that_of_zeromq),
        cmocka_unit_test(random_bytes_differ),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
