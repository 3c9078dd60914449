/* ph_vectors - the files of proto/vectors for C tests.   Layer: tests */
#include "ph_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_digest.h"

void ph_vectors_each(const char *file, void (*check)(const json_t *v, void *arg), void *arg)
{
    const char *root = getenv("PHUSA_SOURCE");
    char path[4096];
    json_error_t error;
    size_t i;
    json_t *v;

    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/proto/vectors/%s.json", root, file);
    json_t *all = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (all == NULL)
        fail_msg("%s: %s", path, error.text);
    json_t *rows = json_object_get(all, "vectors");
    assert_true(json_array_size(rows) > 0);
    json_array_foreach(rows, i, v) check(v, arg);
    json_decref(all);
}

const char *ph_vector_text(const json_t *v, const char *key)
{
    const char *text = json_string_value(json_object_get(v, key));

    if (text == NULL)
        fail_msg("a vector without the text `%s`", key);
    return text;
}

uint64_t ph_vector_uint(const json_t *v, const char *key)
{
    const json_t *n = json_object_get(v, key);

    if (!json_is_integer(n) || json_integer_value(n) < 0)
        fail_msg("a vector without the number `%s`", key);
    return (uint64_t)json_integer_value(n);
}

void ph_vector_bytes(const json_t *v, const char *key, ph_buf *ret)
{
    ph_span hex = ph_span_str(ph_vector_text(v, key));

    ph_buf_init(ret, hex.len + 1);
    uint8_t *bytes = ph_buf_reserve(ret, hex.len / 2);
    assert_non_null(bytes);
    assert_int_equal(ph_hex_parse(hex, bytes, hex.len / 2), PH_OK);
    ret->len = hex.len / 2;
}

void ph_vector_exact(const json_t *v, const char *key, uint8_t *ret, size_t len)
{
    assert_int_equal(ph_hex_parse(ph_span_str(ph_vector_text(v, key)), ret, len), PH_OK);
}
