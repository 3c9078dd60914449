/* ph_draft_units - units and clusters.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

bool ph_draft_interval(ph_draft *d, const ph_yaml *at, const ph_yaml *from, const ph_yaml *to, ph_date *ret_from,
                       ph_date *ret_to)
{
    size_t errors = d->doc.n_errors;

    *ret_from = ph_doc_date(&d->doc, from, 0);
    *ret_to = ph_doc_date(&d->doc, to, PH_DATE_FOREVER);
    if (from != NULL && *ret_to <= *ret_from) {
        ph_doc_tell_hint(&d->doc, to == NULL ? at : to, "interval.empty",
                         PH_T("valid_to là ngày đầu tiên không còn hiệu lực",
                              "valid_to is the first day on which it is valid no more"),
                         PH_T("khoảng hiệu lực trống: valid_to phải sau valid_from",
                              "the interval is empty: valid_to must be after valid_from"));
        *ret_to = PH_DATE_FOREVER;
    }
    return from != NULL && d->doc.n_errors == errors;
}

/* ---- codes of other systems ---- */

static void read_code(ph_draft *d, const ph_yaml *node, ph_date from, ph_date to, ph_code *ret)
{
    ph_doc_field f[] = {{.key = "scheme", .is_required = true},
                        {.key = "value", .is_required = true},
                        {.key = "valid_from"},
                        {.key = "valid_to"}};

    *ret = (ph_code){.scheme = "", .value = "", .valid_from = from, .valid_to = to};
    if (!ph_doc_open(&d->doc, node, f, 4))
        return;
    ret->scheme = ph_doc_id(&d->doc, f[0].node);
    ret->value = ph_doc_text(&d->doc, f[1].node, PH_MAX_TEXT_BYTES);
    ret->valid_from = ph_doc_date(&d->doc, f[2].node, from);
    ret->valid_to = ph_doc_date(&d->doc, f[3].node, to);
    if (ret->valid_to <= ret->valid_from)
        ph_doc_tell(&d->doc, node, "interval.empty",
                    PH_T("khoảng hiệu lực của mã trống", "the code's interval is empty"));
    else if (ret->valid_from < from || ret->valid_to > to)
        ph_doc_tell(&d->doc, node, "code.outside",
                    PH_T("mã có hiệu lực khi đơn vị không tồn tại", "the code is valid when its unit is not"));
}

ph_rc ph_draft_codes(ph_draft *d, const ph_yaml *list, ph_date from, ph_date to, ph_code **ret, uint8_t *ret_n)
{
    list = ph_doc_list(&d->doc, list, 0, PH_MAX_CODES);
    if (list == NULL)
        return PH_OK;
    *ret = calloc(list->n_children + 1U, sizeof **ret);
    if (*ret == NULL)
        return PH_NOMEM;
    for (const ph_yaml *node = list->first; node != NULL; node = node->next)
        read_code(d, node, from, to, &(*ret)[(*ret_n)++]);
    return PH_OK;
}

/* ---- units ---- */

static void read_unit_name(ph_draft *d, const ph_yaml *node, ph_unit *u)
{
    ph_doc_field f[] = {{.key = "name", .is_required = true}, {.key = "valid_from"}, {.key = "valid_to"}};
    ph_dated_name *n = &u->names[u->n_names];

    if (!ph_doc_open(&d->doc, node, f, 3))
        return;
    n->name = ph_doc_name(&d->doc, f[0].node);
    n->valid_from = ph_doc_date(&d->doc, f[1].node, u->valid_from);
    n->valid_to = ph_doc_date(&d->doc, f[2].node, u->valid_to);
    if (n->valid_to <= n->valid_from)
        ph_doc_tell(&d->doc, node, "interval.empty",
                    PH_T("khoảng hiệu lực của tên trống", "the name's interval is empty"));
    else if (n->valid_from < u->valid_from || n->valid_to > u->valid_to)
        ph_doc_tell(&d->doc, node, "name.outside",
                    PH_T("tên có hiệu lực khi đơn vị không tồn tại", "the name is valid when its unit is not"));
    for (size_t i = 0; i < u->n_names; i++)
        if (u->names[i].valid_from < n->valid_to && n->valid_from < u->names[i].valid_to)
            ph_doc_tell(&d->doc, node, "name.overlap",
                        PH_T("hai tên có hiệu lực cùng lúc", "two names are valid at the same time"));
    u->n_names++;
}

static ph_rc read_unit_names(ph_draft *d, const ph_yaml *list, ph_unit *u)
{
    list = ph_doc_list(&d->doc, list, 0, PH_MAX_CODES);
    if (list == NULL)
        return PH_OK;
    u->names = calloc(list->n_children + 1U, sizeof *u->names);
    if (u->names == NULL)
        return PH_NOMEM;
    for (const ph_yaml *node = list->first; node != NULL; node = node->next)
        read_unit_name(d, node, u);
    return PH_OK;
}

static ph_rc read_unit(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {{.key = "id", .is_required = true},
                        {.key = "name", .is_required = true},
                        {.key = "valid_from", .is_required = true},
                        {.key = "valid_to"},
                        {.key = "names"},
                        {.key = "codes"}};
    ph_unit *u = &d->parts.units[i];
    const ph_yaml *node = d->rows[PH_SECTION_UNITS].nodes[i];

    *u = (ph_unit){.id = "", .name = {.vi = "", .en = ""}, .successor = PH_NO_INDEX};
    if (!ph_doc_open(&d->doc, node, f, 6))
        return PH_OK;
    u->id = ph_doc_id(&d->doc, f[0].node);
    if (u->id[0] != '\0' && !ph_id_index_put(&d->units, ph_span_str(u->id), (uint16_t)i))
        ph_doc_tell(&d->doc, f[0].node, "id.repeated", PH_T("đơn vị %s xuất hiện hai lần", "the unit %s stands twice"),
                    u->id);
    u->name = ph_doc_name(&d->doc, f[1].node);
    d->rows[PH_SECTION_UNITS].doubts[i] =
        !ph_draft_interval(d, node, f[2].node, f[3].node, &u->valid_from, &u->valid_to);
    ph_rc rc = read_unit_names(d, f[4].node, u);
    return rc == PH_OK ? ph_draft_codes(d, f[5].node, u->valid_from, u->valid_to, &u->codes, &u->n_codes) : rc;
}

ph_rc ph_draft_units(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_UNITS].n;
    ph_rc rc = PH_NOMEM;

    d->parts.units = calloc(n + 1, sizeof *d->parts.units);
    if (d->parts.units != NULL)
        rc = ph_id_index_init(&d->units, n);
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_units = i + 1;
        rc = read_unit(d, i);
    }
    return rc;
}

/* ---- clusters ---- */

static const char *const role_names[] = {
#define PH_X(name, text) text,
    PH_ROLE_MAP(PH_X)
#undef PH_X
};
enum { N_ROLES = sizeof role_names / sizeof role_names[0] };

static void check_member(ph_draft *d, const ph_yaml *at, const ph_cycle *cycle, uint16_t unit)
{
    const ph_unit *u = &d->parts.units[unit];
    ph_date from, to;

    ph_period_range((ph_period){.freq = PH_FREQ_A, .year = cycle->year == 0 ? 1 : cycle->year, .index = 1}, &from, &to);
    if (ph_cycle_member(cycle, unit) != PH_NO_INDEX)
        ph_doc_tell(&d->doc, at, "member.repeated",
                    PH_T("%s xuất hiện hai lần trong chu kỳ năm %u", "%s stands twice in the cycle of %u"), u->id,
                    cycle->year);
    else if (cycle->year != 0 && !d->rows[PH_SECTION_UNITS].doubts[unit] &&
             (u->valid_from >= to || u->valid_to <= from))
        ph_doc_tell(&d->doc, at, "member.not_valid", PH_T("%s không tồn tại trong năm %u", "%s does not exist in %u"),
                    u->id, cycle->year);
}

/* Who leads, as far as the rows say: a head whose unit is not known is a head all the same. */
typedef struct heads {
    unsigned n, n_unread;
} heads;

static void read_member(ph_draft *d, const ph_yaml *node, ph_cycle *cycle, heads *h)
{
    ph_doc_field f[] = {{.key = "unit", .is_required = true}, {.key = "role"}};
    size_t errors = d->doc.n_errors;

    if (!ph_doc_open(&d->doc, node, f, 2)) {
        h->n_unread++;
        return;
    }
    size_t role = ph_doc_word(&d->doc, f[1].node, PH_T("vai trò", "role"), role_names, N_ROLES, PH_ROLE_MEMBER);
    h->n += role == PH_ROLE_HEAD;
    h->n_unread += d->doc.n_errors != errors; /* the role, or a key that may have been meant for it */
    uint16_t unit = ph_draft_unit_ref(d, f[0].node);
    if (unit == PH_NO_INDEX)
        return;
    check_member(d, f[0].node, cycle, unit);
    cycle->units[cycle->n_members] = unit;
    cycle->roles[cycle->n_members] = (ph_role)role;
    cycle->n_members++;
}

static void check_head(ph_draft *d, const ph_yaml *members, const heads *h)
{
    if (h->n > 1 || (h->n == 0 && h->n_unread == 0))
        ph_doc_tell(&d->doc, members, "cycle.head",
                    PH_T("một chu kỳ có đúng một cụm trưởng; chu kỳ này có %u",
                         "a cycle has exactly one head; this one has %u"),
                    h->n);
}

static void read_cycle(ph_draft *d, const ph_yaml *node, ph_cluster *cluster, bool *is_doubtful)
{
    ph_doc_field f[] = {
        {.key = "year", .is_required = true}, {.key = "members", .is_required = true}, {.key = "known_since"}};
    ph_cycle *cycle = &cluster->cycles[cluster->n_cycles];

    if (!ph_doc_open(&d->doc, node, f, 3))
        return;
    cycle->known_since = ph_draft_known_since(d, f[2].node);
    cycle->year = (uint16_t)ph_doc_int(&d->doc, f[0].node, 1900, 2999, 0);
    *is_doubtful = *is_doubtful || cycle->year == 0;
    for (size_t i = 0; i < cluster->n_cycles; i++)
        if (cycle->year != 0 && cluster->cycles[i].year == cycle->year &&
            cluster->cycles[i].known_since == cycle->known_since)
            ph_doc_tell_hint(&d->doc, f[0].node, "cycle.repeated",
                             PH_T("chu kỳ được sửa về sau thì ghi known_since của lần sửa",
                                  "one that was corrected afterwards says so by its known_since"),
                             PH_T("chu kỳ năm %u xuất hiện hai lần", "the cycle of %u stands twice"), cycle->year);
    const ph_yaml *members = ph_doc_list(&d->doc, f[1].node, 1, PH_MAX_MEMBERS);
    heads h = {0};
    for (const ph_yaml *m = members == NULL ? NULL : members->first; m != NULL; m = m->next)
        read_member(d, m, cycle, &h);
    if (members != NULL)
        check_head(d, members, &h);
    cluster->n_cycles++;
}

static uint8_t read_coverage(ph_draft *d, const ph_yaml *node)
{
    ph_doc_field f[] = {{.key = "provisional", .is_required = true}};

    if (node == NULL || !ph_doc_open(&d->doc, node, f, 1))
        return PH_PROVISIONAL_PERCENT;
    return (uint8_t)ph_doc_int(&d->doc, f[0].node, 1, 100, PH_PROVISIONAL_PERCENT);
}

static ph_rc read_cluster(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {{.key = "id", .is_required = true},
                        {.key = "name", .is_required = true},
                        {.key = "cycles", .is_required = true},
                        {.key = "coverage"}};
    ph_cluster *c = &d->parts.clusters[i];

    *c = (ph_cluster){.id = "", .name = {.vi = "", .en = ""}, .provisional_percent = PH_PROVISIONAL_PERCENT};
    if (!ph_doc_open(&d->doc, d->rows[PH_SECTION_CLUSTERS].nodes[i], f, 4))
        return PH_OK;
    c->provisional_percent = read_coverage(d, f[3].node);
    c->id = ph_doc_id(&d->doc, f[0].node);
    if (c->id[0] != '\0' && !ph_id_index_put(&d->clusters, ph_span_str(c->id), (uint16_t)i))
        ph_doc_tell(&d->doc, f[0].node, "id.repeated", PH_T("cụm %s xuất hiện hai lần", "the cluster %s stands twice"),
                    c->id);
    c->name = ph_doc_name(&d->doc, f[1].node);
    const ph_yaml *cycles = ph_doc_list(&d->doc, f[2].node, 1, PH_MAX_CYCLES);
    if (cycles == NULL)
        return PH_OK;
    c->cycles = calloc(cycles->n_children + 1U, sizeof *c->cycles);
    if (c->cycles == NULL)
        return PH_NOMEM;
    for (const ph_yaml *node = cycles->first; node != NULL; node = node->next)
        read_cycle(d, node, c, &d->rows[PH_SECTION_CLUSTERS].doubts[i]);
    return PH_OK;
}

ph_rc ph_draft_clusters(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_CLUSTERS].n;

    d->parts.clusters = calloc(n + 1, sizeof *d->parts.clusters);
    ph_rc rc = d->parts.clusters == NULL ? PH_NOMEM : ph_id_index_init(&d->clusters, n);
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_clusters = i + 1;
        rc = read_cluster(d, i);
    }
    return rc;
}
