/* ph_score_tree - the head of a scheme and its criteria.   Layer: domain/io */
#include "ph_locale.h"
#include "ph_score_draft.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- the head ---- */

static void find_cycle(ph_score_draft *d, const ph_yaml *cluster, const ph_yaml *year)
{
    const char *names[64] = {0};
    size_t n = 0;

    if (d->head.cluster[0] == '\0' || year == NULL || d->head.year == 0)
        return;
    for (size_t i = 0; i < ph_registry_n_clusters(d->reg) && n < COUNT(names); i++)
        names[n++] = ph_registry_cluster(d->reg, i)->id;
    uint16_t i = ph_registry_find_cluster(d->reg, cluster->text);
    if (i == PH_NO_INDEX) {
        ph_doc_tell_unknown(&d->doc, cluster, "ref.unknown", PH_T("cụm", "cluster"), names, sizeof names[0], n);
        return;
    }
    ph_period whole = {.freq = PH_FREQ_A, .year = d->head.year, .index = 1};
    d->cycle = ph_cluster_cycle(ph_registry_cluster(d->reg, i), whole);
    if (d->cycle == NULL)
        ph_doc_tell(&d->doc, year, "cycle.unknown",
                    PH_T("danh mục không có thành viên của cụm %s năm %u", "the registry has no members of %s for %u"),
                    d->head.cluster, d->head.year);
    for (size_t k = 0; d->cycle != NULL && k < d->cycle->n_members; k++)
        d->units[k] = ph_registry_unit(d->reg, d->cycle->units[k])->id;
}

enum { CLUSTER, YEAR, VERSION, TITLE, BASIS, FROM, TO, DECIMALS, ILLUSTRATIVE, N_HEAD };

void ph_score_read_scheme(ph_score_draft *d)
{
    ph_doc_field f[N_HEAD] = {[CLUSTER] = {.key = "cluster", .is_required = true},
                              [YEAR] = {.key = "year", .is_required = true},
                              [VERSION] = {.key = "version", .is_required = true},
                              [TITLE] = {.key = "title", .is_required = true},
                              [BASIS] = {.key = "basis", .is_required = true},
                              [FROM] = {.key = "valid_from", .is_required = true},
                              [TO] = {.key = "valid_to"},
                              [DECIMALS] = {.key = "decimals"},
                              [ILLUSTRATIVE] = {.key = "illustrative"}};
    ph_score_scheme *s = &d->head;

    *s = (ph_score_scheme){.cluster = "", .title = {"", ""}, .basis = {"", ""}, .decimals = 2};
    if (!ph_doc_open(&d->doc, d->scheme, f, N_HEAD))
        return;
    s->cluster = ph_doc_id(&d->doc, f[CLUSTER].node);
    s->year = (uint16_t)ph_doc_int(&d->doc, f[YEAR].node, 1, 9998, 0);
    s->version = (uint16_t)ph_doc_int(&d->doc, f[VERSION].node, 1, UINT16_MAX, 0);
    s->title = ph_doc_name(&d->doc, f[TITLE].node);
    s->basis = ph_doc_name(&d->doc, f[BASIS].node);
    s->valid_from = ph_doc_date(&d->doc, f[FROM].node, 0);
    s->valid_to = ph_doc_date(&d->doc, f[TO].node, PH_DATE_FOREVER);
    s->decimals = (uint8_t)ph_doc_int(&d->doc, f[DECIMALS].node, 0, PH_SCORE_MAX_DECIMALS, 2);
    s->is_illustrative = ph_doc_bool(&d->doc, f[ILLUSTRATIVE].node, false);
    if (s->valid_to <= s->valid_from)
        ph_doc_tell(&d->doc, f[TO].node, "interval.empty",
                    PH_T("valid_to phải sau valid_from", "valid_to must be after valid_from"));
    find_cycle(d, f[CLUSTER].node, f[YEAR].node);
}

/* ---- criteria ---- */

bool ph_score_read_points(ph_score_draft *d, const ph_yaml *node, int64_t max, int64_t *ret)
{
    ph_decimal v, same;
    char text[PH_DECIMAL_TEXT_BYTES];

    if (!ph_doc_decimal(&d->doc, node, &v))
        return false;
    if (ph_decimal_rescale(v, d->head.decimals, &same) != PH_OK) {
        ph_doc_tell(&d->doc, node, "points.decimals",
                    PH_T("điểm có nhiều nhất %u chữ số thập phân", "points have at most %u decimals"),
                    d->head.decimals);
        return false;
    }
    if (same.mantissa < 0 || same.mantissa > max) {
        (void)ph_decimal_print((ph_decimal){.mantissa = max, .scale = d->head.decimals}, text);
        ph_doc_tell(&d->doc, node, "points.range", PH_T("điểm từ 0 đến %s", "points lie between 0 and %s"), text);
        return false;
    }
    *ret = same.mantissa;
    return true;
}

enum { ID, NAME, KIND, MAX, EACH, DIRECTION, INDICATOR, CHILDREN, N_NODE };

/* A key that means nothing for the kind would be believed to do something. */
static void check_keys(ph_score_draft *d, const ph_yaml *at, const ph_doc_field *f, ph_score_kind kind)
{
    static const ph_score_kind owner[N_NODE] = {[EACH] = PH_SCORE_PER_OCCURRENCE,
                                                [DIRECTION] = PH_SCORE_QUANTITATIVE,
                                                [INDICATOR] = PH_SCORE_QUANTITATIVE,
                                                [CHILDREN] = PH_SCORE_GROUP};

    for (int k = EACH; k < N_NODE; k++) {
        bool is_owner = owner[k] == kind;
        if (f[k].node != NULL && !is_owner)
            ph_doc_tell(&d->doc, f[k].node->key, "key.unneeded",
                        PH_T("%s không dùng cho tiêu chí loại %s", "%s means nothing for a criterion of kind %s"),
                        f[k].key, ph_score_kind_name(kind));
        if (f[k].node == NULL && is_owner && k != INDICATOR)
            ph_doc_tell(&d->doc, at, "key.missing", PH_T("thiếu %s", "%s is missing"), f[k].key);
    }
}

static void check_indicator(ph_score_draft *d, const ph_yaml *node, ph_score_node *n)
{
    const char *names[1024];
    size_t count = 0;

    if (node == NULL)
        return;
    n->indicator = ph_doc_id(&d->doc, node);
    if (n->indicator[0] == '\0' || ph_registry_find_indicator(d->reg, node->text) != PH_NO_INDEX)
        return;
    for (size_t i = 0; i < ph_registry_n_indicators(d->reg) && count < COUNT(names); i++)
        names[count++] = ph_registry_indicator(d->reg, i)->code;
    ph_doc_tell_unknown(&d->doc, node, "ref.unknown", PH_T("chỉ tiêu", "indicator"), names, sizeof names[0], count);
}

static void check_id(ph_score_draft *d, const ph_yaml *at, const ph_score_node *n)
{
    for (size_t i = 0; i < d->head.n_nodes && n->id[0] != '\0'; i++)
        if (&d->nodes[i] != n && strcmp(d->nodes[i].id, n->id) == 0)
            ph_doc_tell(&d->doc, at, "id.repeated", PH_T("tiêu chí %s có hai lần", "the criterion %s stands twice"),
                        n->id);
}

static void read_kind(ph_score_draft *d, const ph_yaml *at, const ph_doc_field *f, ph_score_node *n)
{
    static const char *const kinds[] = {
#define PH_X(name, text) text,
        PH_SCORE_KIND_MAP(PH_X)
#undef PH_X
    };
    static const char *const directions[] = {"higher_is_better", "lower_is_better"};
    size_t errors = d->doc.n_errors;

    n->kind = (ph_score_kind)ph_doc_word(&d->doc, f[KIND].node, PH_T("loại tiêu chí", "kind of criterion"), kinds,
                                         COUNT(kinds), PH_SCORE_GROUP);
    bool has_kind = d->doc.n_errors == errors;
    n->direction = (ph_direction)ph_doc_word(&d->doc, f[DIRECTION].node, PH_T("chiều", "direction"), directions, 2, 0);
    d->doubts[n - d->nodes] = !has_kind;
    if (has_kind)
        check_keys(d, at, f, n->kind);
    if (n->level > 0 && (n->kind == PH_SCORE_BONUS || n->kind == PH_SCORE_PENALTY)) {
        d->doubts[n - d->nodes] = true;
        ph_doc_tell_hint(
            &d->doc, f[KIND].node, "kind.place",
            PH_T("đưa ra ngoài cùng, ngang hàng với các nhóm", "move it to the top, beside the groups"),
            PH_T("điểm thưởng, điểm trừ không nằm trong nhóm: điểm tối đa của nhóm là tổng các tiêu chí con",
                 "bonus and penalty stand in no group: a group's maximum is the sum of its criteria"));
    }
}

static void read_children(ph_score_draft *d, const ph_yaml *list, uint16_t parent, uint8_t level);

/* Parents only sum, so their maximum is no opinion of its own. Nothing is added up where a maximum is not known. */
static void check_sum(ph_score_draft *d, const ph_doc_field *f, size_t group)
{
    char is[PH_DECIMAL_TEXT_BYTES], should[PH_DECIMAL_TEXT_BYTES];
    const ph_yaml *at = f[MAX].node, *list = f[CHILDREN].node;
    size_t n = 0;
    int64_t sum = 0;

    for (size_t i = group + 1; i < d->head.n_nodes; i++) {
        if (d->nodes[i].parent != group)
            continue;
        n += d->has_max[i];
        sum += d->nodes[i].max;
    }
    if (list == NULL || n != list->n_children || !d->has_max[group] || d->doubts[group] || sum == d->nodes[group].max)
        return;
    (void)ph_decimal_print((ph_decimal){.mantissa = sum, .scale = d->head.decimals}, is);
    (void)ph_decimal_print((ph_decimal){.mantissa = d->nodes[group].max, .scale = d->head.decimals}, should);
    ph_doc_tell(&d->doc, at, "max.sum",
                PH_T("các tiêu chí con của %s cộng lại tối đa %s điểm, không phải %s",
                     "the maxima below %s add up to %s, not %s"),
                d->nodes[group].id, is, should);
}

static void read_node(ph_score_draft *d, const ph_yaml *at, uint16_t parent, uint8_t level)
{
    ph_doc_field f[N_NODE] = {[ID] = {.key = "id", .is_required = true},
                              [NAME] = {.key = "name", .is_required = true},
                              [KIND] = {.key = "kind"},
                              [MAX] = {.key = "max", .is_required = true},
                              [EACH] = {.key = "each"},
                              [DIRECTION] = {.key = "direction"},
                              [INDICATOR] = {.key = "indicator"},
                              [CHILDREN] = {.key = "children"}};
    size_t index = d->head.n_nodes;

    if (index == PH_SCORE_MAX_NODES) {
        ph_doc_tell(&d->doc, at, "criteria.many", PH_T("nhiều hơn %d tiêu chí", "more than %d criteria"),
                    PH_SCORE_MAX_NODES);
        return;
    }
    ph_score_node *n = &d->nodes[index];
    *n = (ph_score_node){.id = "", .name = {"", ""}, .parent = parent, .level = level};
    if (!ph_doc_open(&d->doc, at, f, N_NODE))
        return;
    d->head.n_nodes++;
    n->id = ph_doc_id(&d->doc, f[ID].node);
    n->name = ph_doc_name(&d->doc, f[NAME].node);
    check_id(d, f[ID].node, n);
    read_kind(d, at, f, n);
    if (f[MAX].node != NULL)
        d->has_max[index] = ph_score_read_points(d, f[MAX].node, PH_SCORE_MAX_POINTS, &n->max);
    if (f[EACH].node != NULL)
        (void)ph_score_read_points(d, f[EACH].node, PH_SCORE_MAX_POINTS, &n->each);
    check_indicator(d, f[INDICATOR].node, n);
    if (n->kind == PH_SCORE_GROUP)
        read_children(d, f[CHILDREN].node, (uint16_t)index, (uint8_t)(level + 1));
    if (n->kind == PH_SCORE_GROUP)
        check_sum(d, f, index);
}

static void read_children(ph_score_draft *d, const ph_yaml *list, uint16_t parent, uint8_t level)
{
    if (list != NULL && level >= PH_SCORE_MAX_LEVELS) {
        ph_doc_tell(&d->doc, list, "criteria.deep", PH_T("sâu hơn %d cấp", "deeper than %d levels"),
                    PH_SCORE_MAX_LEVELS);
        return;
    }
    const ph_yaml *children = ph_doc_list(&d->doc, list, 1, PH_SCORE_MAX_NODES);
    for (const ph_yaml *c = children == NULL ? NULL : children->first; c != NULL; c = c->next)
        read_node(d, c, parent, level);
}

void ph_score_read_tree(ph_score_draft *d)
{
    read_children(d, d->criteria, PH_NO_INDEX, 0);
}
