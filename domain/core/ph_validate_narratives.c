/* ph_validate_narratives - the checks on what a report says in words.   Layer: domain/core (pure) */
#include "ph_time.h"
#include "ph_validate.h"

/* What of an item cannot be used; empty when all can. Borrowed from the item or static. */
static ph_span fault_of(const ph_narrative *n)
{
    ph_date date;

    if (ph_narrative_kind_find(n->kind) == PH_NARRATIVE_KINDS)
        return n->kind;
    if (n->title.len == 0)
        return ph_span_str("title");
    if (n->document_date.len > 0 && ph_date_parse(n->document_date, &date) != PH_OK)
        return n->document_date;
    return (ph_span){0};
}

/* A detail has room for the beginning of a title, whole characters only. */
static ph_span beginning(ph_span text)
{
    size_t n = text.len < PH_MAX_TEXT_BYTES ? text.len : PH_MAX_TEXT_BYTES;

    while (n < text.len && n > 0 && (text.ptr[n] & 0xC0) == 0x80)
        n--;
    return ph_span_of(text.ptr, n);
}

static bool is_repeated(const ph_narrative *items, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (ph_span_eq(items[k].kind, items[i].kind) && ph_span_eq(items[k].title, items[i].title) &&
            ph_span_eq(items[k].document_no, items[i].document_no))
            return true;
    return false;
}

void ph_validate_narratives(const ph_submission *sub, ph_findings *findings)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = ph_submission_narratives(sub, items);

    for (size_t i = 0; i < n; i++) {
        ph_finding f = {
            .row = -1, .has_value = true, .value = {.mantissa = (int64_t)i + 1}, .detail = fault_of(&items[i])};
        if (f.detail.len > 0)
            ph_findings_add(findings, PH_RULE_NARRATIVE, &f);
        f.detail = beginning(items[i].title);
        if (is_repeated(items, i))
            ph_findings_add(findings, PH_RULE_NARRATIVE_REPEATED, &f);
    }
}
