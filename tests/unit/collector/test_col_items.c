/* test_col_items - files of movements, directives and models as clerks make them.   Layer: tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_col_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_reader.h"

static ph_narrative store[PH_MAX_NARRATIVES];

static ph_col_items *read_text(const char *text)
{
    ph_col_items *items = NULL;

    assert_int_equal(ph_col_items_read(ph_span_str(text), "hanam", &items), PH_OK);
    ph_reader r = ph_reader_over(ph_buf_span(&items->packed));
    if (items->n > 0)
        assert_int_equal(ph_narratives_read(&r, store), items->n);
    return items;
}

static void assert_item(const ph_narrative *n, const char *kind, const char *title, const char *number,
                        const char *date, const char *detail)
{
    assert_true(ph_span_is(n->kind, kind));
    assert_true(ph_span_is(n->title, title));
    assert_true(ph_span_is(n->document_no, number));
    assert_true(ph_span_is(n->document_date, date));
    assert_true(ph_span_is(n->detail, detail));
}

static void titles_and_kinds_in_both_languages(void **state)
{
    static const char *const texts[] = {
        "kind,title,document_no,document_date,detail\ndirective,Thi đua,03/CT-UBND,2023-03-31,x\n",
        "# ghi chú\nLoại;Nội dung;Số văn bản;Ngày văn bản;Chi tiết\nChỉ thị;Thi đua;03/CT-UBND;31/3/2023;x\n",
        "chi tiet\tso van ban\tngay van ban\ttieu de\tloai\nx\t03/CT-UBND\t31/03/2023\tThi đua\tvăn bản\n",
        "unit,kind,title,document_no,document_date,detail\nhue,model,A\nHà Nam,van ban,Thi đua,03/CT-UBND,31/3/2023,x",
        "STT;Loại;Tiêu đề;Số hiệu;Ngày ban hành;Mô tả\n1;văn bản chỉ đạo;Thi đua;03/CT-UBND;31.3.2023;x\n2;;;;;\n",
        "kind,title,number,date,description\ndirective,Thi đua,03/CT-UBND,31-03-2023,x\n",
        "loại;tiêu đề;số;ngày;nội dung\nchỉ thị;Thi đua;03/CT-UBND;2023/3/31;x\n", /* the content of a title */
        "loại;nội dung;số ký hiệu;ngày ký;diễn giải\nchỉ thị;Thi đua;03/CT-UBND;31/3/2023;x\n",
        "name,type,document number,issue date,notes,colour\nThi đua,directive,03/CT-UBND,2023-03-31,x,\n",
    };
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ph_col_items *items = read_text(texts[i]);
        assert_int_equal(items->problems.n_errors, 0);
        assert_int_equal(items->n, 1);
        assert_item(&store[0], "directive", "Thi đua", "03/CT-UBND", "2023-03-31", "x");
        assert_int_equal(items->problems.n, i == 3); /* the row of another */
        ph_col_items_free(items);
    }
}

static void decomposed_letters_are_composed(void **state)
{
    (void)state;
    ph_col_items *items = read_text("kind,title\nmodel,Xa\xCC\x83 Vu\xCC\x83 Ba\xCC\x89n\nmovement,\"a, \"\"b\"\"\"\n");
    assert_int_equal(items->n, 2);
    assert_item(&store[0], "model", "Xã Vũ Bản", "", "", "");
    assert_item(&store[1], "movement", "a, \"b\"", "", "", "");
    ph_col_items_free(items);
}

/* What is no day is not guessed at. */
static void odd_dates_are_told(void **state)
{
    static const char *const dates[] = {"31/2/2023",    "2023-02-31", "tháng 3",    "3/2023",     "1/2/3/4",
                                        "12345678/1/1", "31/3/23",    "3/31/2023",  "31/3-2023",  "31//2023",
                                        "/3/2023",      "20230331",   "31/3/2023/", "2023-3-2023"};
    (void)state;

    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "kind,title,document_date\nmodel,A,%s\n", dates[i]);
        ph_col_items *items = read_text(text);
        if (items->problems.n_errors != 1)
            fail_msg("%s: %zu errors", dates[i], items->problems.n_errors);
        assert_int_equal(items->problems.list[0].id, PH_COL_P_ITEM_DATE);
        assert_int_equal(items->problems.list[0].row, 2);
        assert_int_equal(items->problems.list[0].column, 3);
        ph_col_items_free(items);
    }
}

/* A column that nobody knows is no matter while it is empty; text in it is not dropped. */
static void text_in_an_unknown_column_is_told(void **state)
{
    static const struct {
        const char *title;
        ph_col_problem_id id;
        const char *other;
    } cases[] = {{"ngày ban hàng", PH_COL_P_ITEM_COLUMN_NEAR, "ngày văn bản / document date"},
                 {"documnet date", PH_COL_P_ITEM_COLUMN_NEAR, "ngày văn bản / document date"},
                 {"chi tiêt", PH_COL_P_ITEM_COLUMN_NEAR, "chi tiết / detail"},
                 {"màu", PH_COL_P_ITEM_COLUMN, "loại / kind, tiêu đề / title, "},
                 {"", PH_COL_P_ITEM_COLUMN, "loại / kind, tiêu đề / title, "}};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "# x\nkind,title,%s,detail\nmodel,A,,d\nmodel,B,mất,d\nmodel,C,mất,d\n",
                       cases[i].title);
        ph_col_items *items = read_text(text);
        bool is_known = i == 2; /* without its marks it is the very word */
        assert_int_equal(items->problems.n_errors, 1);
        const ph_col_problem *p = &items->problems.list[0];
        if (!is_known) {
            assert_int_equal(p->id, cases[i].id);
            assert_memory_equal(p->text2, cases[i].other, strlen(cases[i].other));
            assert_int_equal(p->row, 2);
            assert_int_equal(p->column, 3);
        }
        ph_col_items_free(items);
    }
    ph_col_items *items = read_text("kind,title,màu\nmodel,A,\n");
    assert_int_equal(items->problems.n, 0);
    ph_col_items_free(items);
    items = read_text("kind,title,màu,unit\nmodel,A,đỏ,hue\n"); /* others' rows are theirs to put right */
    assert_int_equal(items->problems.n_errors, 0);
    ph_col_items_free(items);
}

/* What the template writes is read, and what stands comes back as it was. */
static void the_template_reads_back(void **state)
{
    static const ph_narrative stand[] = {
        {.kind = {(const uint8_t *)"movement", 8}, .title = {(const uint8_t *)"a; b, \"c\"", 9}},
        {.kind = {(const uint8_t *)"directive", 9},
         .title = {(const uint8_t *)"Thi đua", 8},
         .document_no = {(const uint8_t *)"03/CT", 5},
         .document_date = {(const uint8_t *)"2023-03-31", 10},
         .detail = {(const uint8_t *)"x", 1}}};
    (void)state;

    for (int lang = PH_LANG_VI; lang <= PH_LANG_EN; lang++)
        for (int excel = 0; excel <= 1; excel++) {
            ph_buf text;
            ph_buf_init(&text, 64 * 1024);
            ph_col_items_template(NULL, 0, (ph_lang)lang, excel == 1, &text);
            (void)ph_buf_put_byte(&text, '\0');
            ph_col_items *items = read_text((const char *)text.ptr);
            assert_int_equal(items->problems.n, 0);
            assert_int_equal(items->n, 0);
            ph_col_items_free(items);
            ph_buf_clear(&text);
            ph_col_items_template(stand, 2, (ph_lang)lang, excel == 1, &text);
            (void)ph_buf_put_byte(&text, '\0');
            assert_int_equal(strstr((const char *)text.ptr, "31/03/2023") != NULL, lang == PH_LANG_VI);
            assert_int_equal(strstr((const char *)text.ptr, "\r\n") != NULL, excel == 1);
            items = read_text((const char *)text.ptr);
            assert_int_equal(items->problems.n, 0);
            assert_int_equal(items->n, 2);
            assert_item(&store[0], "movement", "a; b, \"c\"", "", "", "");
            assert_item(&store[1], "directive", "Thi đua", "03/CT", "2023-03-31", "x");
            ph_col_items_free(items);
            ph_buf_done(&text);
        }
}

static void no_items_take_all_back(void **state)
{
    (void)state;
    ph_col_items *items = read_text("kind,title\n");
    assert_int_equal(items->n, 0);
    assert_int_equal(items->packed.len, 0);
    assert_int_equal(items->problems.n_errors, 0);
    ph_col_items_free(items);
}

static void problems_are_told(void **state)
{
    static char long_title[1200], many[2048];
    static const struct {
        const char *text, *code;
        uint32_t row, column;
    } cases[] = {{"", "file.empty", 0, 0},
                 {"kind,detail\nmodel,x\n", "items.header", 1, 0},
                 {"kind,title,loại\nmodel,x,y\n", "header.repeated", 1, 3},
                 {"kind,title\nslogan,x\n", "items.kind", 2, 1},
                 {"kind,title\n,x\n", "items.kind", 2, 1},
                 {"kind,title,detail\nmodel,,x\n", "items.title", 2, 2},
                 {"tiêu đề,loại,nội dung,chi tiết\nx,model,y,z\n", "header.repeated", 1, 3},
                 {"kind,title\nmodel,Làng văn hóa, kiểu mẫu\n", "csv.ragged", 2, 3},
                 {long_title, "cell.note_long", 2, 2},
                 {many, "items.many", 34, 0}};
    (void)state;

    (void)snprintf(long_title, sizeof long_title, "kind,title\nmodel,%01025d\n", 7);
    (void)snprintf(many, sizeof many, "kind,title\n");
    for (int i = 0; i < 33; i++)
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), "model,t%d\n", i);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_col_items *items = read_text(cases[i].text);
        if (items->problems.n_errors != 1)
            fail_msg("case %zu: %zu errors", i, items->problems.n_errors);
        assert_string_equal(ph_col_problem_code(items->problems.list[0].id), cases[i].code);
        assert_int_equal(items->problems.list[0].row, cases[i].row);
        assert_int_equal(items->problems.list[0].column, cases[i].column);
        ph_col_items_free(items);
    }
}

/* The longest that may be, so often as may be: all of it is kept. */
static void the_largest_file(void **state)
{
    static char text[PH_MAX_NARRATIVES * 2300];
    size_t at = (size_t)snprintf(text, sizeof text, "kind,title,document_no,document_date,detail\n");
    (void)state;

    for (int i = 0; i < PH_MAX_NARRATIVES; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "model,%01024d,%064d,2023-03-31,%01024d\n", i, i, i);
    ph_col_items *items = read_text(text);
    assert_int_equal(items->problems.n_errors, 0);
    assert_int_equal(items->n, PH_MAX_NARRATIVES);
    assert_int_equal(store[31].detail.len, 1024);
    assert_int_equal(store[31].title.ptr[1023], '1');
    ph_col_items_free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_and_kinds_in_both_languages),
        cmocka_unit_test(decomposed_letters_are_composed),
        cmocka_unit_test(odd_dates_are_told),
        cmocka_unit_test(text_in_an_unknown_column_is_told),
        cmocka_unit_test(the_template_reads_back),
        cmocka_unit_test(no_items_take_all_back),
        cmocka_unit_test(problems_are_told),
        cmocka_unit_test(the_largest_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
