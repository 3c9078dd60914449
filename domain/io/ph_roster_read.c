/* ph_roster_read - see the header.   Layer: domain/io */
#include "ph_roster_read.h"

#include <stdlib.h>

#include "ph_emit.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

enum { UNIT, CARD, SIGN, CURVE, FROM, TO, STATUS, NOTE, N_FIELDS };

typedef struct reading {
    ph_doc *d;
    const char *base_dir;
} reading;

/* The card's own error is told with the line of the roster that names it. */
static void tell_card(ph_doc *d, const ph_yaml *at, const char *path, const ph_err *err)
{
    ph_doc_tell_hint(d, at, "card", err->hint[0] == '\0' ? NULL : err->hint, "%.200s:%d: %.220s (%s)", path, err->line,
                     err->what, err->code);
}

static ph_rc load_card(const char *path, ph_card *ret, ph_err *err)
{
    ph_buf text;

    ph_buf_init(&text, PH_CARD_MAX_BYTES);
    ph_rc rc = ph_file_read(path, &text, err);
    if (rc == PH_OK)
        rc = ph_card_load(ph_buf_span(&text), path, ret, err);
    ph_buf_done(&text);
    return rc;
}

static bool take_card(const reading *r, const ph_yaml *at, ph_roster_entry *e)
{
    const char *name = ph_doc_text(r->d, at, PH_MAX_TEXT_BYTES);
    char path[4096];
    ph_card card;
    ph_err err = {0};

    if (*name == '\0')
        return false;
    if (r->base_dir == NULL) {
        ph_doc_tell_hint(r->d, at, "card.unresolved",
                         PH_T("ký danh sách khóa khi các thẻ nằm cạnh nó: việc ký sẽ ghi khóa vào",
                              "sign the roster with the cards beside it: that writes them in"),
                         PH_T("danh sách nêu tên thẻ nhưng chưa chứa khóa của thẻ",
                              "the roster names a card but does not hold its keys"));
        return false;
    }
    if ((name[0] == '/' ? ph_span_copy(ph_span_str(name), path, sizeof path)
                        : ph_file_join(path, sizeof path, r->base_dir, name) == PH_OK) == false) {
        ph_doc_tell(r->d, at, "card", PH_T("đường dẫn quá dài", "the path is too long"));
        return false;
    }
    if (load_card(path, &card, &err) != PH_OK) {
        tell_card(r->d, at, path, &err);
        return false;
    }
    if (card.kind != PH_CARD_PROVINCE || (e->unit[0] != '\0' && strcmp(card.unit, e->unit) != 0)) {
        ph_doc_tell(r->d, at, "card.unit", PH_T("đây là thẻ của %s", "this is the card of %s"),
                    card.kind == PH_CARD_PROVINCE ? card.unit : PH_T("một bộ tổng hợp", "an aggregator"));
        return false;
    }
    memcpy(e->sign_public, card.sign_public, sizeof e->sign_public);
    memcpy(e->curve_public, card.curve_public, sizeof e->curve_public);
    return true;
}

static bool take_keys(const reading *r, const ph_yaml *node, const ph_doc_field *f, ph_roster_entry *e)
{
    if (f[CARD].node != NULL && (f[SIGN].node != NULL || f[CURVE].node != NULL)) {
        ph_doc_tell(r->d, f[CARD].node, "card.both",
                    PH_T("chỉ ghi card, hoặc hai khóa sign và curve, không ghi cả hai",
                         "either a card or the keys sign and curve, not both"));
        return false;
    }
    if (f[CARD].node != NULL)
        return take_card(r, f[CARD].node, e);
    if (f[SIGN].node == NULL || f[CURVE].node == NULL) {
        ph_doc_tell(
            r->d, node, "key.missing",
            PH_T("thiếu khóa: sign và curve, hoặc một card", "the keys are missing: sign and curve, or a card"));
        return false;
    }
    bool has_sign = ph_doc_hex_key(r->d, f[SIGN].node, e->sign_public);
    return ph_doc_curve(r->d, f[CURVE].node, e->curve_public) && has_sign;
}

static void check_repeated(const reading *r, const ph_yaml *node, const ph_roster_rows *rows)
{
    const ph_roster_entry *e = &rows->entries[rows->n];

    for (size_t i = 0; i < rows->n; i++) {
        const ph_roster_entry *other = &rows->entries[i];
        if (memcmp(e->sign_public, other->sign_public, sizeof e->sign_public) == 0)
            ph_doc_tell(r->d, node, "key.repeated",
                        PH_T("khóa ký này đã thuộc %s", "this signing key stands already with %s"), other->unit);
        if (memcmp(e->curve_public, other->curve_public, sizeof e->curve_public) == 0)
            ph_doc_tell(r->d, node, "key.repeated",
                        PH_T("khóa CURVE này đã thuộc %s", "this CURVE key stands already with %s"), other->unit);
    }
}

static void read_entry(const reading *r, const ph_yaml *node, ph_roster_rows *rows)
{
    static const char *const statuses[] = {[PH_KEY_ACTIVE] = "active", [PH_KEY_REVOKED] = "revoked"};
    ph_doc_field f[N_FIELDS] = {[UNIT] = {.key = "unit", .is_required = true},
                                [CARD] = {.key = "card"},
                                [SIGN] = {.key = "sign"},
                                [CURVE] = {.key = "curve"},
                                [FROM] = {.key = "valid_from", .is_required = true},
                                [TO] = {.key = "valid_to"},
                                [STATUS] = {.key = "status"},
                                [NOTE] = {.key = "note"}};
    ph_roster_entry *e = &rows->entries[rows->n];

    if (!ph_doc_open(r->d, node, f, N_FIELDS))
        return;
    (void)ph_span_copy(ph_span_str(ph_doc_id(r->d, f[UNIT].node)), e->unit, sizeof e->unit);
    e->valid_from_us = ph_doc_day_or_time(r->d, f[FROM].node, 0);
    e->valid_to_us = ph_doc_day_or_time(r->d, f[TO].node, INT64_MAX);
    if (e->valid_to_us <= e->valid_from_us)
        ph_doc_tell(r->d, f[TO].node, "interval.empty",
                    PH_T("valid_to phải sau valid_from", "valid_to must be after valid_from"));
    e->status =
        (ph_key_status)ph_doc_word(r->d, f[STATUS].node, PH_T("trạng thái", "status"), statuses, 2, PH_KEY_ACTIVE);
    (void)ph_span_copy(ph_span_str(ph_doc_text(r->d, f[NOTE].node, sizeof e->note)), e->note, sizeof e->note);
    if (!take_keys(r, node, f, e))
        return;
    check_repeated(r, node, rows);
    e->key_id = ph_key_id_of(e->sign_public);
    rows->n++;
}

static ph_rc read_root(const reading *r, const ph_yaml *root, ph_roster_rows *ret)
{
    ph_doc_field f[] = {{.key = "serial", .is_required = true}, {.key = "keys", .is_required = true}};

    if (root == NULL)
        ph_doc_tell(r->d, NULL, "empty", PH_T("danh sách khóa trống", "the roster is empty"));
    if (!ph_doc_open(r->d, root, f, 2))
        return PH_OK;
    ret->serial = (uint64_t)ph_doc_int(r->d, f[0].node, 1, PH_DECIMAL_MAX_MANTISSA, 0);
    const ph_yaml *keys = ph_doc_list(r->d, f[1].node, 0, PH_ROSTER_MAX_ENTRIES);
    if (keys == NULL)
        return PH_OK;
    ret->entries = calloc(keys->n_children + 1U, sizeof *ret->entries);
    if (ret->entries == NULL)
        return PH_NOMEM;
    for (const ph_yaml *node = keys->first; node != NULL && r->d->n_errors < PH_DOC_MAX_ERRORS; node = node->next) {
        ret->entries[ret->n] = (ph_roster_entry){0};
        read_entry(r, node, ret);
    }
    return PH_OK;
}

ph_rc ph_roster_read(ph_doc *d, ph_span document, const char *name, const char *base_dir, ph_roster_rows *ret)
{
    reading r = {.d = d, .base_dir = base_dir};
    ph_yaml *root = NULL;
    ph_err err = {0};

    if (document.len > PH_ROSTER_MAX_BYTES) {
        ph_doc_tell(d, NULL, "size", PH_T("danh sách khóa có nhiều nhất %d byte", "a roster has at most %d bytes"),
                    PH_ROSTER_MAX_BYTES);
        return PH_INVALID;
    }
    ph_rc rc = ph_yaml_parse(document, d->area, name, d->arena, &root, &err);
    if (rc == PH_MALFORMED || rc == PH_LIMIT)
        ph_doc_pass_on(d, &err);
    else if (rc == PH_OK)
        rc = read_root(&r, root, ret);
    return rc == PH_NOMEM ? rc : d->n_errors != 0 ? PH_INVALID : PH_OK;
}
