/* ph_card - what one machine hands to another: public keys, and a signature by which a slip of copying shows.   Layer:
 * domain/io */
#include <stdlib.h>

#include "ph_emit.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

static const char *const kinds[] = {[PH_CARD_PROVINCE] = "province", [PH_CARD_AGGREGATOR] = "aggregator"};

/* What is signed is the meaning, not the YAML: mail programs may change line ends and blanks. */
static void put_meaning(const ph_card *card, ph_buf *dst)
{
    bool is_aggregator = card->kind == PH_CARD_AGGREGATOR;

    (void)ph_buf_printf(dst, "phusa card 1\n%s\n%s\n", kinds[card->kind], is_aggregator ? card->address : card->unit);
    (void)ph_buf_put(dst, card->curve_public, sizeof card->curve_public);
    (void)ph_buf_put(dst, card->sign_public, sizeof card->sign_public);
    if (is_aggregator)
        (void)ph_buf_put(dst, card->root_public, sizeof card->root_public);
}

ph_rc ph_card_write(const ph_card *card, const uint8_t sign_secret[PH_SIGN_SECRET_BYTES], ph_buf *ret)
{
    char text[PH_BASE64_SIGNATURE_BYTES];
    ph_signature signature;
    ph_buf meaning;

    ph_buf_init(&meaning, 1024);
    put_meaning(card, &meaning);
    ph_rc rc = meaning.rc;
    if (rc == PH_OK)
        rc = ph_sign_make(PH_SIGN_CARD, sign_secret, ph_buf_span(&meaning), &signature);
    ph_buf_done(&meaning);
    if (rc != PH_OK)
        return rc;
    (void)ph_buf_put_str(ret, "# phusa: public keys, nothing secret. Hand it on as it is.\n");
    ph_emit_text(ret, "", "card", kinds[card->kind]);
    if (card->kind == PH_CARD_PROVINCE)
        ph_emit_text(ret, "", "unit", card->unit);
    else
        ph_emit_text(ret, "", "address", card->address);
    ph_emit_curve(ret, "", "curve", card->curve_public);
    ph_emit_hex(ret, "", "sign", card->sign_public, sizeof card->sign_public);
    if (card->kind == PH_CARD_AGGREGATOR)
        ph_emit_hex(ret, "", "root", card->root_public, sizeof card->root_public);
    ph_signature_print(&signature, text);
    ph_emit_text(ret, "", "signature", text);
    return ret->rc;
}

/* ---- reading ---- */

enum { CARD, UNIT, ADDRESS, CURVE, SIGN, ROOT, SIGNATURE, N_FIELDS };

static void refuse_if_there(ph_doc *d, const ph_doc_field *f, const char *kind)
{
    if (f->node != NULL)
        ph_doc_tell(d, f->node, "key.unknown",
                    PH_T("%s không có trên thẻ của %s", "%s does not belong on the card of %s"), f->key, kind);
}

static void require(ph_doc *d, const ph_yaml *root, const ph_doc_field *f)
{
    if (f->node == NULL)
        ph_doc_tell(d, root, "key.missing", PH_T("thiếu %s", "%s is missing"), f->key);
}

static void read_own_fields(ph_doc *d, const ph_yaml *root, const ph_doc_field *f, ph_card *ret)
{
    if (ret->kind == PH_CARD_PROVINCE) {
        require(d, root, &f[UNIT]);
        refuse_if_there(d, &f[ADDRESS], PH_T("một tỉnh", "a province"));
        refuse_if_there(d, &f[ROOT], PH_T("một tỉnh", "a province"));
        (void)ph_span_copy(ph_span_str(ph_doc_id(d, f[UNIT].node)), ret->unit, sizeof ret->unit);
        return;
    }
    require(d, root, &f[ADDRESS]);
    require(d, root, &f[ROOT]);
    refuse_if_there(d, &f[UNIT], PH_T("một bộ tổng hợp", "an aggregator"));
    const char *address = ph_doc_text(d, f[ADDRESS].node, PH_MAX_TEXT_BYTES);
    if (*address != '\0' && strncmp(address, "tcp://", 6) != 0)
        ph_doc_tell(d, f[ADDRESS].node, "address",
                    PH_T("địa chỉ viết dạng tcp://máy:cổng", "an address is written tcp://host:port"));
    (void)ph_span_copy(ph_span_str(address), ret->address, sizeof ret->address);
    (void)ph_doc_hex_key(d, f[ROOT].node, ret->root_public);
}

static ph_rc check_signature(ph_doc *d, const ph_yaml *at, const ph_card *card)
{
    ph_signature signature;
    ph_buf meaning;

    if (ph_signature_parse(at->text, &signature) != PH_OK) {
        ph_doc_tell(d, at, "signature.grammar",
                    PH_T("đây không phải chữ ký: 88 ký tự base64", "this is not a signature: 88 characters of base64"));
        return PH_INVALID;
    }
    ph_buf_init(&meaning, 1024);
    put_meaning(card, &meaning);
    ph_rc rc = meaning.rc;
    if (rc == PH_OK)
        rc = ph_sign_verify(PH_SIGN_CARD, card->sign_public, ph_buf_span(&meaning), &signature);
    ph_buf_done(&meaning);
    if (rc == PH_FORBIDDEN)
        ph_doc_tell_hint(d, at, "signature",
                         PH_T("xin lại thẻ và đối chiếu dấu vân tay qua điện thoại",
                              "ask for the card again, and compare the fingerprint by telephone"),
                         PH_T("chữ ký không khớp: thẻ đã bị thay đổi trên đường gửi",
                              "the signature does not fit: the card was changed on its way"));
    return rc;
}

static ph_rc read_card(ph_doc *d, const ph_yaml *root, ph_card *ret)
{
    ph_doc_field f[N_FIELDS] = {[CARD] = {.key = "card", .is_required = true},
                                [UNIT] = {.key = "unit"},
                                [ADDRESS] = {.key = "address"},
                                [CURVE] = {.key = "curve", .is_required = true},
                                [SIGN] = {.key = "sign", .is_required = true},
                                [ROOT] = {.key = "root"},
                                [SIGNATURE] = {.key = "signature", .is_required = true}};

    if (root == NULL)
        ph_doc_tell(d, NULL, "empty", PH_T("thẻ trống", "the card is empty"));
    if (!ph_doc_open(d, root, f, N_FIELDS) || f[CARD].node == NULL)
        return PH_INVALID;
    size_t errors = d->n_errors;
    ret->kind =
        (ph_card_kind)ph_doc_word(d, f[CARD].node, PH_T("loại thẻ", "kind of card"), kinds, 2, PH_CARD_PROVINCE);
    if (d->n_errors != errors)
        return PH_INVALID;
    read_own_fields(d, root, f, ret);
    (void)ph_doc_curve(d, f[CURVE].node, ret->curve_public);
    (void)ph_doc_hex_key(d, f[SIGN].node, ret->sign_public);
    const char *signature = ph_doc_text(d, f[SIGNATURE].node, PH_MAX_TEXT_BYTES);
    if (d->n_errors != 0 || *signature == '\0')
        return PH_INVALID;
    return check_signature(d, f[SIGNATURE].node, ret);
}

ph_rc ph_card_load(ph_span text, const char *name, ph_card *ret, ph_err *err)
{
    ph_first_err first = {.err = err};
    ph_arena arena = {0};
    ph_doc d = {.area = "card", .arena = &arena, .sink = ph_first_err_take, .arg = &first};
    ph_card card = {0};
    ph_yaml *root = NULL;
    ph_rc rc = text.len > PH_CARD_MAX_BYTES
                   ? ph_err_set(err, PH_LIMIT, "card.size", name,
                                PH_T("thẻ có nhiều nhất %d byte", "a card has at most %d bytes"), PH_CARD_MAX_BYTES)
                   : ph_yaml_parse(text, "card", name, &arena, &root, err);

    if (rc == PH_OK)
        rc = read_card(&d, root, &card);
    if (rc == PH_OK)
        *ret = card;
    ph_arena_done(&arena);
    return rc;
}

void ph_card_fingerprint(const ph_card *card, char *dst)
{
    const ph_span keys[] = {ph_span_of(card->curve_public, sizeof card->curve_public),
                            ph_span_of(card->sign_public, sizeof card->sign_public),
                            ph_span_of(card->root_public, sizeof card->root_public)};
    ph_digest digest = ph_digest_of(keys, card->kind == PH_CARD_AGGREGATOR ? 3 : 2);

    for (size_t group = 0; group < 8; group++) {
        ph_hex_print(digest.bytes + 2 * group, 2, dst + 5 * group);
        dst[5 * group + 4] = group == 7 ? '\0' : ' ';
    }
}
