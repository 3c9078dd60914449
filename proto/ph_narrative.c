/* ph_narrative - see the header.   Layer: proto (pure) */
#include "ph_narrative.h"

#include "ph_wire.h"
#include "ph_writer.h"

static const char *const kinds[] = {
#define PH_X(name, text, vi, en) text,
    PH_NARRATIVE_KIND_MAP(PH_X)
#undef PH_X
};

const char *ph_narrative_kind_text(ph_narrative_kind k)
{
    return k < PH_NARRATIVE_KINDS ? kinds[k] : "";
}

ph_narrative_kind ph_narrative_kind_find(ph_span text)
{
    unsigned k = 0;

    while (k < PH_NARRATIVE_KINDS && !ph_span_is(text, kinds[k]))
        k++;
    return (ph_narrative_kind)k;
}

static void read_one(ph_reader *r, ph_narrative *n)
{
    ph_read_tuple(r, 5);
    n->kind = ph_read_id(r);
    n->title = ph_read_clean_text(r, PH_MAX_NARRATIVE_BYTES);
    n->document_no = ph_read_clean_text(r, PH_MAX_DOCUMENT_NO_BYTES);
    n->document_date = ph_read_clean_text(r, PH_MAX_DATE_BYTES);
    n->detail = ph_read_clean_text(r, PH_MAX_NARRATIVE_BYTES);
    ph_read_leave(r);
}

size_t ph_narratives_read(ph_reader *r, ph_narrative *store)
{
    size_t n = ph_read_array(r, PH_MAX_NARRATIVES);

    for (size_t i = 0; i < n && r->rc == PH_OK; i++)
        read_one(r, &store[i]);
    ph_read_leave(r);
    return r->rc == PH_OK ? n : 0;
}

void ph_narratives_write(const ph_narrative *items, size_t n, ph_buf *dst)
{
    ph_write_array(dst, n);
    for (size_t i = 0; i < n; i++) {
        ph_write_array(dst, 5);
        ph_write_text(dst, items[i].kind);
        ph_write_text(dst, items[i].title);
        ph_write_text(dst, items[i].document_no);
        ph_write_text(dst, items[i].document_date);
        ph_write_text(dst, items[i].detail);
    }
}
