/* ph_col_fixture - the registry of this repository, files as texts, what was told.   Layer: tests */
#include "ph_col_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_registry_load.h"

const ph_registry *col_registry(void)
{
    static ph_registry *reg;
    char path[512];
    const char *root = getenv("PHUSA_SOURCE");
    snprintf(path, sizeof path, "%s/domain/registry", root == NULL ? "." : root);
    if (reg == NULL)
        assert_ok(ph_registry_load_dir(path, NULL, NULL, NULL, &reg));
    return reg;
}

const ph_form *col_form(void)
{
    return ph_registry_form(col_registry(), 0);
}

ph_col_input_opts col_opts(void)
{
    return (ph_col_input_opts){.registry = col_registry(), .unit = "thaibinh", .notation = PH_NOTATION_UNSAID};
}

ph_col_input *col_read_bytes(const void *bytes, size_t len, const ph_col_input_opts *opts)
{
    ph_col_input *in = NULL;
    ph_col_input_opts deflt = col_opts();
    uint8_t *exact = malloc(len == 0 ? 1 : len); /* so that a read behind the end is seen */
    assert_non_null(exact);
    if (len > 0)
        memcpy(exact, bytes, len);
    assert_ok(ph_col_input_read(ph_span_of(exact, len), opts == NULL ? &deflt : opts, &in));
    free(exact);
    return in;
}

ph_col_input *col_read(const char *text, const ph_col_input_opts *opts)
{
    return col_read_bytes(text, strlen(text), opts);
}

bool col_has(const ph_col_problems *ps, ph_col_problem_id id, uint32_t row, uint32_t column)
{
    for (size_t i = 0; i < ps->n; i++)
        if (ps->list[i].id == id && ps->list[i].row == row && ps->list[i].column == column)
            return true;
    print_message("no %s at %u:%u among %zu\n", ph_col_problem_code(id), row, column, ps->n);
    for (size_t i = 0; i < ps->n; i++)
        print_message("  %s at %u:%u “%s” “%s”\n", ph_col_problem_code(ps->list[i].id), ps->list[i].row,
                      ps->list[i].column, ps->list[i].text1, ps->list[i].text2);
    return false;
}

const ph_col_cell *col_cell(const ph_col_input *in, const char *indicator)
{
    for (size_t i = 0; i < in->n_cells; i++)
        if (strcmp(in->cells[i].indicator, indicator) == 0)
            return &in->cells[i];
    return NULL;
}

ph_decimal col_number(const char *canonical)
{
    ph_decimal d;
    assert_ok(ph_decimal_parse(ph_span_str(canonical), &d));
    return d;
}
