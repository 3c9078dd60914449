/* ph_score_values - targets and score sheets: what stands where, once, and in order.   Layer: domain/io */
#include "ph_locale.h"
#include "ph_score_draft.h"

/* ---- which unit, which criterion ---- */

static size_t find_unit(ph_score_draft *d, const ph_yaml *at)
{
    if (at == NULL || *ph_doc_id(&d->doc, at) == '\0')
        return PH_NO_INDEX;
    for (size_t i = 0; i < d->cycle->n_members; i++)
        if (ph_span_is(at->text, d->units[i]))
            return i;
    ph_doc_tell_unknown(&d->doc, at, "ref.unknown", PH_T("đơn vị thành viên", "member"), d->units, sizeof d->units[0],
                        d->cycle->n_members);
    return PH_NO_INDEX;
}

static size_t find_node(ph_score_draft *d, const ph_yaml *at)
{
    if (at == NULL || *ph_doc_id(&d->doc, at) == '\0')
        return PH_NO_INDEX;
    for (size_t i = 0; i < d->head.n_nodes; i++) {
        if (!ph_span_is(at->text, d->nodes[i].id))
            continue;
        if (d->doubts[i])
            return PH_NO_INDEX; /* what may stand there is not known */
        if (d->nodes[i].kind != PH_SCORE_GROUP)
            return i;
        ph_doc_tell(&d->doc, at, "criterion.group",
                    PH_T("%s là một nhóm: nhóm chỉ cộng điểm, không chấm trực tiếp",
                         "%s is a group: it only sums and is not scored itself"),
                    d->nodes[i].id);
        return PH_NO_INDEX;
    }
    ph_doc_tell_unknown(&d->doc, at, "ref.unknown", PH_T("tiêu chí", "criterion"), &d->nodes[0].id, sizeof d->nodes[0],
                        d->head.n_nodes);
    return PH_NO_INDEX;
}

/* Each value stands once over all files. */
static bool take_place(ph_score_draft *d, const ph_yaml *node, const ph_yaml **place)
{
    if (node == NULL)
        return false;
    if (*place != NULL) {
        ph_doc_tell(&d->doc, node, "value.repeated",
                    PH_T("giá trị này đã có trong %s, dòng %d", "stands already in %s:%d"), (*place)->file,
                    (*place)->line);
        return false;
    }
    *place = node;
    return true;
}

static size_t cell_of(const ph_score_draft *d, size_t unit, size_t node)
{
    return unit * d->head.n_nodes + node;
}

/* ---- targets ---- */

static void read_target(ph_score_draft *d, const ph_yaml *at, size_t node)
{
    if (ph_doc_tell_comma(&d->doc, at))
        return;
    size_t unit = find_unit(d, at->key);
    if (unit == PH_NO_INDEX || !take_place(d, at, &d->places[cell_of(d, unit, node)].target))
        return;
    ph_score_entry *e = &d->entries[cell_of(d, unit, node)];
    e->has_target = ph_doc_decimal(&d->doc, at, &e->target);
}

static void read_targets(ph_score_draft *d, const ph_yaml *section)
{
    const ph_yaml *list = ph_doc_list(&d->doc, section, 1, PH_SCORE_MAX_NODES);

    for (const ph_yaml *row = list == NULL ? NULL : list->first; row != NULL; row = row->next) {
        ph_doc_field f[] = {{.key = "criterion", .is_required = true}, {.key = "values", .is_required = true}};
        if (!ph_doc_open(&d->doc, row, f, 2))
            continue;
        size_t node = find_node(d, f[0].node);
        if (node != PH_NO_INDEX && d->nodes[node].kind != PH_SCORE_QUANTITATIVE) {
            ph_doc_tell(
                &d->doc, f[0].node, "target.kind",
                PH_T("chỉ tiêu chí quantitative mới có chỉ tiêu giao", "only a quantitative criterion has targets"));
            continue;
        }
        if (f[1].node != NULL && f[1].node->kind != PH_YAML_MAP)
            ph_doc_tell(&d->doc, f[1].node, "map.expected",
                        PH_T("chỗ này cần các đơn vị kèm chỉ tiêu giao", "here stand units with their targets"));
        else if (f[1].node != NULL && node != PH_NO_INDEX)
            for (const ph_yaml *v = f[1].node->first; v != NULL; v = v->next)
                read_target(d, v, node);
    }
}

/* ---- sheets ---- */

enum { CRITERION, SELF, REVIEW1, EXPLANATION, REVIEW2, ACTUAL, N_FIELDS };

/* What people write for a kind of criterion, as points. */
static bool read_stage(ph_score_draft *d, const ph_yaml *at, const ph_score_node *n, int64_t *ret)
{
    static const char *const words[] = {"fail", "pass"};

    if (n->kind == PH_SCORE_QUALITATIVE) {
        size_t i = ph_doc_word(&d->doc, at, PH_T("kết quả", "result"), words, 2, 2);
        *ret = i == 1 ? n->max : 0;
        return i < 2;
    }
    if (n->kind == PH_SCORE_PER_OCCURRENCE) {
        int64_t count = ph_doc_int(&d->doc, at, 0, PH_SCORE_MAX_OCCURRENCES, -1);
        *ret = count * n->each > n->max ? n->max : count * n->each;
        return count >= 0;
    }
    return ph_score_read_points(d, at, n->max, ret);
}

static void read_actual(ph_score_draft *d, const ph_yaml *at, const ph_score_node *n, ph_score_entry *e)
{
    if (n->kind == PH_SCORE_QUANTITATIVE && n->indicator == NULL) {
        e->has_actual = ph_doc_decimal(&d->doc, at, &e->actual);
        e->state = e->has_actual ? PH_CELL_GIVEN : PH_CELL_MISSING;
        return;
    }
    ph_doc_tell(&d->doc, at, "actual.kind",
                n->indicator == NULL ? PH_T("chỉ tiêu chí quantitative mới có số thực hiện",
                                            "only a quantitative criterion has an actual value")
                                     : PH_T("số thực hiện của tiêu chí này lấy từ sổ cái, không nhập tay",
                                            "this criterion takes its actual value from the ledger, not from a sheet"));
}

static void read_item(ph_score_draft *d, const ph_yaml *at, size_t unit)
{
    ph_doc_field f[N_FIELDS] = {[CRITERION] = {.key = "criterion", .is_required = true},
                                [SELF] = {.key = "self"},
                                [REVIEW1] = {.key = "review1"},
                                [EXPLANATION] = {.key = "explanation"},
                                [REVIEW2] = {.key = "review2"},
                                [ACTUAL] = {.key = "actual"}};
    static const int stages[PH_SCORE_STAGES] = {SELF, REVIEW1, REVIEW2};

    if (!ph_doc_open(&d->doc, at, f, N_FIELDS))
        return;
    size_t node = find_node(d, f[CRITERION].node);
    if (node == PH_NO_INDEX || unit == PH_NO_INDEX)
        return;
    ph_score_entry *e = &d->entries[cell_of(d, unit, node)];
    ph_score_places *p = &d->places[cell_of(d, unit, node)];
    for (int k = 0; k < PH_SCORE_STAGES; k++)
        if (take_place(d, f[stages[k]].node, &p->stage[k]))
            e->has_stage[k] = read_stage(d, f[stages[k]].node, &d->nodes[node], &e->stage[k]);
    if (take_place(d, f[EXPLANATION].node, &p->explanation))
        e->explanation = ph_doc_text(&d->doc, f[EXPLANATION].node, PH_MAX_NOTE_BYTES + 1);
    if (take_place(d, f[ACTUAL].node, &p->actual))
        read_actual(d, f[ACTUAL].node, &d->nodes[node], e);
}

static void read_sheet(ph_score_draft *d, const ph_yaml *at)
{
    ph_doc_field f[] = {
        {.key = "unit", .is_required = true}, {.key = "criteria", .is_required = true}, {.key = "finalized"}};

    if (!ph_doc_open(&d->doc, at, f, 3))
        return;
    size_t unit = find_unit(d, f[0].node);
    if (ph_doc_bool(&d->doc, f[2].node, false) && unit != PH_NO_INDEX)
        d->finalized[unit] = f[2].node;
    const ph_yaml *list = ph_doc_list(&d->doc, f[1].node, 1, PH_SCORE_MAX_NODES);
    for (const ph_yaml *i = list == NULL ? NULL : list->first; i != NULL; i = i->next)
        read_item(d, i, unit);
}

/* ---- across files ---- */

static void tell_order(ph_score_draft *d, const ph_yaml *at, const char *later, const char *earlier)
{
    if (at != NULL)
        ph_doc_tell(&d->doc, at, "stage.order", PH_T("có %s mà chưa có %s", "%s stands without %s before it"), later,
                    earlier);
}

/* self → review1 → explanation → review2: each rests on the one before; a second review may do without explanation. */
static void check_order(ph_score_draft *d, const ph_score_places *p)
{
    if (p->stage[PH_SCORE_SELF] == NULL)
        tell_order(d, p->stage[PH_SCORE_REVIEW1], "review1", "self");
    if (p->stage[PH_SCORE_REVIEW1] == NULL) {
        tell_order(d, p->explanation, "explanation", "review1");
        tell_order(d, p->stage[PH_SCORE_REVIEW2], "review2", "review1");
    }
}

static void finish_unit(ph_score_draft *d, size_t unit)
{
    int64_t points;

    for (size_t i = 0; d->finalized[unit] != NULL && i < d->head.n_nodes; i++) {
        ph_score_entry *e = &d->entries[cell_of(d, unit, i)];
        bool is_by_people = d->nodes[i].kind == PH_SCORE_QUALITATIVE || d->nodes[i].kind == PH_SCORE_PER_OCCURRENCE;
        e->is_final = d->nodes[i].kind != PH_SCORE_GROUP;
        const ph_score_places *p = &d->places[cell_of(d, unit, i)];
        bool is_empty = p->stage[PH_SCORE_SELF] == NULL && p->stage[PH_SCORE_REVIEW1] == NULL &&
                        p->stage[PH_SCORE_REVIEW2] == NULL; /* else it stands there and could not be read */
        if (is_by_people && is_empty && !d->doubts[i] && ph_score_entered(e, &points) == PH_SCORE_BY_NONE)
            ph_doc_tell(&d->doc, d->finalized[unit], "finalized.incomplete",
                        PH_T("phiếu của %s ghi đã chốt nhưng tiêu chí %s chưa ai chấm",
                             "the sheet of %s says finalized, but nobody has scored %s"),
                        d->units[unit], d->nodes[i].id);
    }
}

static void check_applies_to(ph_score_draft *d, const ph_yaml *node)
{
    ph_doc_field f[] = {{.key = "cluster", .is_required = true},
                        {.key = "year", .is_required = true},
                        {.key = "version", .is_required = true}};

    if (!ph_doc_open(&d->doc, node, f, 3))
        return;
    const char *cluster = ph_doc_id(&d->doc, f[0].node);
    int64_t year = ph_doc_int(&d->doc, f[1].node, 1, 9998, d->head.year);
    int64_t version = ph_doc_int(&d->doc, f[2].node, 1, UINT16_MAX, d->head.version);
    if ((cluster[0] != '\0' && strcmp(cluster, d->head.cluster) != 0) || year != d->head.year ||
        (d->head.version != 0 && version != d->head.version))
        ph_doc_tell_hint(
            &d->doc, node, "scheme.other",
            PH_T("lấy tệp của đúng bộ tiêu chí; nếu tiêu chí đã sửa, xem lại rồi ghi phiên bản mới",
                 "take the file of these criteria; if the criteria changed, look it through and write the new version"),
            PH_T("tệp này thuộc bộ tiêu chí khác; ở đây là %s năm %u, phiên bản %u",
                 "it belongs to other criteria; here are those of %s for %u, version %u"),
            d->head.cluster, d->head.year, d->head.version);
}

ph_rc ph_score_read_values(ph_score_draft *d)
{
    if (d->cycle == NULL || d->head.n_nodes == 0) /* told; else every unit or criterion would be told as unknown */
        return PH_OK;
    size_t n = (size_t)d->cycle->n_members * d->head.n_nodes;
    d->entries = ph_arena_alloc(d->doc.arena, (n + 1) * sizeof *d->entries);
    d->places = ph_arena_alloc(d->doc.arena, (n + 1) * sizeof *d->places);
    if (d->entries == NULL || d->places == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < d->n_files; i++) {
        check_applies_to(d, d->applies_to[i]);
        if (d->targets[i] != NULL)
            read_targets(d, d->targets[i]);
        const ph_yaml *list = ph_doc_list(&d->doc, d->scores[i], 1, PH_MAX_MEMBERS);
        for (const ph_yaml *row = list == NULL ? NULL : list->first; row != NULL; row = row->next)
            read_sheet(d, row);
    }
    bool is_whole = d->n_unread == 0; /* else what a stage rests on may stand in what could not be read */
    for (size_t i = 0; is_whole && i < n; i++)
        check_order(d, &d->places[i]);
    for (size_t u = 0; is_whole && u < d->cycle->n_members; u++)
        finish_unit(d, u);
    return PH_OK;
}
