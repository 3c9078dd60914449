/* ph_draft_links - what became of which territory.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
static const char *const kinds[] = {
#define PH_X(name, text) text,
    PH_LINK_MAP(PH_X)
#undef PH_X
};
static const ph_decimal one = {.mantissa = 1};

ph_date ph_draft_known_since(ph_draft *d, const ph_yaml *node)
{
    return ph_doc_date(&d->doc, node, d->known_since);
}

/* ---- one link ---- */

enum { PREDECESSOR, SUCCESSOR, KIND, DATE, DECREE, SHARE, KNOWN };

/* 0, and told, when it cannot be. */
static ph_decimal read_share(ph_draft *d, const ph_yaml *node)
{
    const ph_decimal unread = {0};
    ph_decimal share = one;

    if (node == NULL)
        return one;
    if (!ph_doc_decimal(&d->doc, node, &share))
        return unread;
    if (share.mantissa > 0 && ph_decimal_cmp(share, one) <= 0)
        return share;
    ph_doc_tell(&d->doc, node, "link.share",
                PH_T("phần chuyển sang (share) phải lớn hơn 0 và không quá 1", "a share is above 0 and at most 1"));
    return unread;
}

static void check_date(ph_draft *d, const ph_yaml *at, const ph_unit_link *link)
{
    const ph_unit *old = &d->parts.units[link->predecessor], *next = &d->parts.units[link->successor];

    bool is_doubtful =
        d->rows[PH_SECTION_UNITS].doubts[link->predecessor] || d->rows[PH_SECTION_UNITS].doubts[link->successor];

    if (old == next)
        ph_doc_tell(&d->doc, at, "link.date", PH_T("%s không thể kế thừa chính mình", "%s cannot be its own successor"),
                    old->id);
    else if (!is_doubtful && (old->valid_to != link->date || next->valid_from != link->date))
        ph_doc_tell_hint(&d->doc, at, "link.date",
                         PH_T("đối chiếu valid_to của đơn vị cũ và valid_from của đơn vị mới",
                              "compare the old unit's valid_to and the new one's valid_from"),
                         PH_T("ngày này phải là ngày %s hết hiệu lực và ngày đầu tiên của %s",
                              "this must be the day on which %s ends, and the first day of %s"),
                         old->id, next->id);
}

static void read_link(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {[PREDECESSOR] = {.key = "predecessor", .is_required = true},
                        [SUCCESSOR] = {.key = "successor", .is_required = true},
                        [KIND] = {.key = "kind", .is_required = true},
                        [DATE] = {.key = "date", .is_required = true},
                        [DECREE] = {.key = "decree", .is_required = true},
                        [SHARE] = {.key = "share"},
                        [KNOWN] = {.key = "known_since"}};
    ph_unit_link *link = &d->parts.links[i];

    *link = (ph_unit_link){.predecessor = PH_NO_INDEX, .successor = PH_NO_INDEX, .share = one, .decree = ""};
    if (!ph_doc_open(&d->doc, d->rows[PH_SECTION_LINKS].nodes[i], f, COUNT(f)))
        return;
    link->predecessor = ph_draft_unit_ref(d, f[PREDECESSOR].node);
    link->successor = ph_draft_unit_ref(d, f[SUCCESSOR].node);
    size_t errors = d->doc.n_errors;
    link->kind =
        (ph_link_kind)ph_doc_word(&d->doc, f[KIND].node, PH_T("loại kế thừa", "kind of link"), kinds, COUNT(kinds), 0);
    d->rows[PH_SECTION_LINKS].doubts[i] = f[KIND].node == NULL || d->doc.n_errors != errors;
    errors = d->doc.n_errors;
    link->date = ph_doc_date(&d->doc, f[DATE].node, 0);
    bool has_date = f[DATE].node != NULL && d->doc.n_errors == errors;
    link->decree = ph_doc_text(&d->doc, f[DECREE].node, PH_MAX_TEXT_BYTES);
    link->share = read_share(d, f[SHARE].node);
    link->known_since = ph_draft_known_since(d, f[KNOWN].node);
    if (link->predecessor != PH_NO_INDEX && link->successor != PH_NO_INDEX && has_date)
        check_date(d, f[DATE].node, link);
}

/* ---- links together ---- */

typedef struct tally { /* of one unit */
    size_t n_successors, n_predecessors;
    int64_t shares;   /* at scale PH_DECIMAL_MAX_SCALE */
    bool is_doubtful; /* one of its shares could not be read */
} tally;

static int64_t at_full_scale(ph_decimal share)
{
    return share.mantissa * ph_pow10(PH_DECIMAL_MAX_SCALE - share.scale); /* at most 10^6: share <= 1 */
}

static bool is_repeated(const ph_draft *d, size_t i)
{
    const ph_unit_link *l = d->parts.links;

    for (size_t k = 0; l[i].predecessor != PH_NO_INDEX && l[i].successor != PH_NO_INDEX && k < i; k++)
        if (l[k].predecessor == l[i].predecessor && l[k].successor == l[i].successor)
            return true;
    return false;
}

/* Each side counts by itself: a successor that is not known takes its share all the same. */
static tally *count_links(const ph_draft *d)
{
    tally *t = calloc(d->parts.n_units + 1, sizeof *t);

    for (size_t i = 0; t != NULL && i < d->parts.n_links; i++) {
        const ph_unit_link *link = &d->parts.links[i];
        if (is_repeated(d, i))
            continue;
        if (link->predecessor != PH_NO_INDEX) {
            t[link->predecessor].n_successors++;
            t[link->predecessor].shares += at_full_scale(link->share);
            t[link->predecessor].is_doubtful |= link->share.mantissa == 0;
        }
        if (link->successor != PH_NO_INDEX)
            t[link->successor].n_predecessors++;
    }
    return t;
}

/* Whether what @unit lacks stands in a link whose predecessor is not known, or in what could not be read. */
static bool may_be_elsewhere(ph_draft *d, const ph_yaml *at, uint16_t unit, const tally *t)
{
    int64_t lack = ph_pow10(PH_DECIMAL_MAX_SCALE) - t->shares;

    for (size_t i = 0; i < d->parts.n_links; i++)
        if (d->parts.links[i].predecessor == PH_NO_INDEX && at_full_scale(d->parts.links[i].share) == lack &&
            d->rows[PH_SECTION_LINKS].nodes[i] != at)
            return true;
    return ph_draft_may_be_lost(d, ph_span_str(d->parts.units[unit].id));
}

static ph_link_kind kind_of(const tally *old, const tally *next)
{
    if (old->n_successors > 1)
        return PH_LINK_SPLIT;
    return next->n_predecessors > 1 ? PH_LINK_MERGE : PH_LINK_RENAME;
}

static void check_kind(ph_draft *d, size_t i, const tally *t)
{
    const ph_unit_link *link = &d->parts.links[i];
    ph_link_kind kind = kind_of(&t[link->predecessor], &t[link->successor]);

    if (link->kind != kind && !d->rows[PH_SECTION_LINKS].doubts[i] &&
        !ph_draft_may_be_lost(d, ph_span_str(d->parts.units[link->successor].id)))
        ph_doc_tell_hint(&d->doc, d->rows[PH_SECTION_LINKS].nodes[i], "link.kind",
                         PH_T("merge: nhiều đơn vị thành một; split: một thành nhiều; rename: một thành một",
                              "merge: several become one; split: one becomes several; rename: one becomes one"),
                         PH_T("theo các liên kết đã ghi, %s là %s", "as the links stand, %s is a %s"),
                         d->parts.units[link->predecessor].id, kinds[kind]);
}

/* What follows from another error is not told: a kind that only a missing share makes wrong, a share that stands under
 * a mistyped id. */
static void check_link(ph_draft *d, size_t i, const tally *t)
{
    const ph_unit_link *link = &d->parts.links[i];
    const ph_yaml *at = d->rows[PH_SECTION_LINKS].nodes[i];

    if (link->predecessor == PH_NO_INDEX)
        return;
    const tally *old = &t[link->predecessor];
    const char *id = d->parts.units[link->predecessor].id;
    if (is_repeated(d, i))
        ph_doc_tell(&d->doc, at, "link.repeated", PH_T("%s sang %s xuất hiện hai lần", "%s to %s stands twice"), id,
                    d->parts.units[link->successor].id);
    else if (!old->is_doubtful && old->shares != ph_pow10(PH_DECIMAL_MAX_SCALE)) {
        if (!may_be_elsewhere(d, at, link->predecessor, old))
            ph_doc_tell_hint(&d->doc, at, "link.share",
                             PH_T("ghi đủ mọi đơn vị kế thừa, phần của chúng cộng lại bằng 1",
                                  "name all successors; their shares add up to 1"),
                             PH_T("các phần của %s cộng lại không bằng 1", "the shares of %s do not add up to 1"), id);
    } else if (link->successor != PH_NO_INDEX)
        check_kind(d, i, t);
}

/* A unit of several successors has none that stands for it. */
static void derive_successors(ph_draft *d, const tally *t)
{
    for (size_t i = 0; i < d->parts.n_links; i++) {
        const ph_unit_link *link = &d->parts.links[i];
        if (link->predecessor != PH_NO_INDEX && t[link->predecessor].n_successors == 1)
            d->parts.units[link->predecessor].successor = link->successor;
    }
}

ph_rc ph_draft_links(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_LINKS].n;

    d->parts.links = calloc(n + 1, sizeof *d->parts.links);
    if (d->parts.links == NULL)
        return PH_NOMEM;
    d->parts.n_links = n;
    for (size_t i = 0; i < n; i++)
        read_link(d, i);
    tally *t = count_links(d);
    if (t == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < n; i++)
        check_link(d, i, t);
    derive_successors(d, t);
    free(t);
    return PH_OK;
}
