/* ph_registry_load - from a bundle to a registry.   Layer: domain/io */
#include "ph_registry_load.h"

#include <stdlib.h>
#include <string.h>

#include "ph_bundle.h"
#include "ph_draft.h"
#include "ph_locale.h"

/* The rows' nodes live as long as the texts: both are the arena's. */
static void free_arena(void *arena)
{
    ph_arena_done(arena);
    free(arena);
}

static ph_rc grow(ph_rows *rows)
{
    size_t room = rows->room == 0 ? 64 : 2 * rows->room;
    const ph_yaml **nodes = reallocarray((void *)rows->nodes, room, sizeof *nodes);

    if (nodes == NULL)
        return PH_NOMEM;
    rows->nodes = nodes;
    bool *doubts = reallocarray(rows->doubts, room, sizeof *doubts);
    if (doubts == NULL)
        return PH_NOMEM;
    memset(doubts + rows->n, 0, (room - rows->n) * sizeof *doubts);
    rows->doubts = doubts;
    rows->room = room;
    return PH_OK;
}

static ph_rc gather_rows(ph_draft *d, ph_rows *rows, const ph_yaml *section)
{
    const ph_yaml *list = ph_doc_list(&d->doc, section, 0, PH_DRAFT_MAX_ROWS - rows->n);
    ph_rc rc = PH_OK;

    if (section != NULL && list == NULL)
        ph_draft_lose(d, (ph_span){0}, section);
    for (const ph_yaml *row = list == NULL ? NULL : list->first; row != NULL && rc == PH_OK; row = row->next) {
        if (rows->n == rows->room)
            rc = grow(rows);
        if (rc == PH_OK)
            rows->nodes[rows->n++] = row;
    }
    return rc;
}

static void read_version(ph_draft *d, const ph_yaml *node)
{
    ph_doc_field f[] = {{.key = "version", .is_required = true}, {.key = "known_since"}};

    if (node == NULL)
        return;
    if (d->version != NULL) {
        ph_doc_tell(&d->doc, node, "key.repeated", PH_T("registry đã có trong %s", "registry stands already in %s"),
                    d->version->file);
        return;
    }
    d->version = node;
    if (!ph_doc_open(&d->doc, node, f, 2))
        return;
    d->parts.version = ph_doc_text(&d->doc, f[0].node, PH_MAX_TEXT_BYTES);
    d->known_since = ph_doc_date(&d->doc, f[1].node, 0);
}

/* A section under a mistyped name is told once, and its ids are not missed. */
static void lose_unknown(ph_draft *d, const ph_yaml *root, const ph_doc_field *f, size_t n)
{
    for (const ph_yaml *child = root->first; child != NULL; child = child->next) {
        size_t i = 0;
        while (i < n && f[i].node != child)
            i++;
        if (i == n)
            ph_draft_lose(d, (ph_span){0}, child);
    }
}

/* Any file may hold any sections; lists of the same name are joined in the order of the files. */
static ph_rc gather_file(ph_draft *d, const ph_yaml *root)
{
    ph_doc_field f[] = {
        [PH_SECTION_UNITS] = {.key = "units"},           [PH_SECTION_CLUSTERS] = {.key = "clusters"},
        [PH_SECTION_INDICATORS] = {.key = "indicators"}, [PH_SECTION_FORMS] = {.key = "forms"},
        [PH_SECTION_WEIGHTS] = {.key = "weights"},       [PH_SECTION_CALENDAR] = {.key = "calendar"},
        [PH_SECTION_LINKS] = {.key = "links"},           [PH_SECTION_REFERENCES] = {.key = "references"},
        [PH_SECTION_RULES] = {.key = "rules"},           [PH_SECTION_DAYS_OFF] = {.key = "days_off"},
        [PH_SECTION_COUNT] = {.key = "registry"}};
    ph_rc rc = PH_OK;

    if (!ph_doc_open(&d->doc, root, f, PH_SECTION_COUNT + 1)) {
        ph_draft_lose(d, (ph_span){0}, root);
        return PH_OK;
    }
    lose_unknown(d, root, f, PH_SECTION_COUNT + 1);
    read_version(d, f[PH_SECTION_COUNT].node);
    for (size_t i = 0; rc == PH_OK && i < PH_SECTION_COUNT; i++)
        rc = gather_rows(d, &d->rows[i], f[i].node);
    return rc;
}

static ph_rc parse_file(ph_draft *d, const ph_bundle_file *file)
{
    const char *name = ph_arena_text(d->doc.arena, file->name);
    ph_yaml *root = NULL;
    ph_err err = {0};
    ph_rc rc = name == NULL ? PH_NOMEM : ph_yaml_parse(file->text, "registry", name, d->doc.arena, &root, &err);

    if (rc == PH_MALFORMED || rc == PH_LIMIT) {
        ph_doc_pass_on(&d->doc, &err);
        ph_draft_lose(d, file->text, NULL);
        return PH_OK; /* the other files are looked at all the same */
    }
    return rc == PH_OK ? gather_file(d, root) : rc;
}

static ph_rc parse_files(ph_draft *d, ph_span bundle)
{
    ph_span rest = bundle, last = {0};
    ph_bundle_file file;
    ph_rc rc = PH_OK;

    if (bundle.len > PH_BUNDLE_MAX_BYTES)
        ph_doc_tell(&d->doc, NULL, "bundle.size", PH_T("lớn hơn %d byte", "larger than %d bytes"), PH_BUNDLE_MAX_BYTES);
    while (d->doc.n_errors < PH_DOC_MAX_ERRORS && bundle.len <= PH_BUNDLE_MAX_BYTES &&
           (rc = ph_bundle_next(&rest, &file)) == PH_OK) {
        if (last.len > 0 && ph_span_cmp(last, file.name) >= 0)
            ph_doc_tell(&d->doc, NULL, "bundle.order",
                        PH_T("các tệp trong gói phải theo thứ tự tên",
                             "the files of a bundle stand in the order of their names"));
        last = file.name;
        rc = parse_file(d, &file);
        if (rc != PH_OK)
            return rc;
    }
    if (rc == PH_MALFORMED)
        ph_doc_tell(
            &d->doc, NULL, "bundle.mark",
            PH_T("mỗi tệp trong gói bắt đầu bằng \"%sNAME.yaml\"", "a file of a bundle begins with \"%sNAME.yaml\""),
            PH_BUNDLE_MARK);
    return PH_OK;
}

static ph_rc read_sections(ph_draft *d)
{
    static ph_rc (*const readers[PH_SECTION_COUNT])(ph_draft *) = {
        [PH_SECTION_UNITS] = ph_draft_units,           [PH_SECTION_CLUSTERS] = ph_draft_clusters,
        [PH_SECTION_INDICATORS] = ph_draft_indicators, [PH_SECTION_FORMS] = ph_draft_forms,
        [PH_SECTION_WEIGHTS] = ph_draft_weights,       [PH_SECTION_CALENDAR] = ph_draft_calendar,
        [PH_SECTION_LINKS] = ph_draft_links,           [PH_SECTION_REFERENCES] = ph_draft_references,
        [PH_SECTION_RULES] = ph_draft_rules,           [PH_SECTION_DAYS_OFF] = ph_draft_days_off};
    ph_rc rc = PH_OK;

    if (d->version == NULL && !ph_draft_may_be_lost(d, ph_span_str("registry")))
        ph_doc_tell_hint(&d->doc, NULL, "version.missing",
                         PH_T("thêm \"registry: { version: … }\" vào một tệp",
                              "add \"registry: { version: … }\" to one of its files"),
                         PH_T("bộ danh mục không có phiên bản", "the registry has no version"));
    for (size_t i = 0; rc == PH_OK && i < PH_SECTION_COUNT; i++)
        rc = readers[i](d);
    return rc == PH_OK ? ph_draft_cross(d) : rc;
}

static void draft_done(ph_draft *d)
{
    for (size_t i = 0; i < PH_SECTION_COUNT; i++) {
        free((void *)d->rows[i].nodes);
        free(d->rows[i].doubts);
    }
    free((void *)d->weight_refs);
    free((void *)d->ratio_refs);
    ph_id_index_done(&d->units);
    ph_id_index_done(&d->clusters);
    ph_id_index_done(&d->indicators);
    ph_registry_parts_done(&d->parts);
}

/* What says that a registry makes no sense, though it can be read and figures can be made with it. */
static const char *const later_checks[] = {"method.list",     "weights.not_valid",
                                           "calendar.period", "calendar.embargo",
                                           "reference.range", "reference.not_valid",
                                           "reference.freq",  "rule.message",
                                           "rule.bounds",     "rule.idle",
                                           "rule.asks",       "code.outside",
                                           "name.outside",    NULL};

static ph_rc load(ph_span bundle, const char *const *passed, ph_err_fn sink, void *arg, ph_registry **ret)
{
    ph_draft d = {.doc = {.area = "registry", .passed = passed, .sink = sink, .arg = arg}};
    ph_rc rc = PH_NOMEM;

    d.doc.arena = calloc(1, sizeof *d.doc.arena);
    if (d.doc.arena == NULL)
        return PH_NOMEM;
    d.parts.arena = d.doc.arena;
    d.parts.free_arena = free_arena;
    d.parts.version = "";
    d.parts.digest = ph_digest_of_span(bundle);
    rc = parse_files(&d, bundle);
    if (rc == PH_OK)
        rc = read_sections(&d);
    if (rc == PH_OK)
        rc = d.doc.n_errors == 0 ? ph_registry_build(&d.parts, ret) : PH_INVALID;
    draft_done(&d);
    return rc;
}

ph_rc ph_registry_load(ph_span bundle, ph_err_fn sink, void *arg, ph_registry **ret)
{
    return load(bundle, NULL, sink, arg, ret);
}

ph_rc ph_registry_load_kept(ph_span bundle, ph_err_fn sink, void *arg, ph_registry **ret)
{
    return load(bundle, later_checks, sink, arg, ret);
}
