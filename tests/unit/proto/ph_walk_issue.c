/* ph_walk_issue - packed issues told as JSON.   Layer: tests */
#include "ph_walk.h"

#include "ph_figure.h"

static json_t *say_marks(uint8_t marks)
{
    json_t *j = json_array();

    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((marks & bit) != 0)
            (void)json_array_append_new(j, json_string(ph_mark_name(bit)));
    return j;
}

static json_t *say_cell(const ph_figure_member *c)
{
    json_t *j = json_pack("{ss so}", "state", ph_cell_state_name(c->state), "marks", say_marks(c->marks));

    if (c->state == PH_CELL_MISSING)
        return j;
    bool has_value = c->state != PH_CELL_NO_VALUE;
    (void)json_object_set_new(j, "value", has_value ? ph_say_decimal(c->value) : json_null());
    (void)json_object_set_new(j, "status", json_stringn(&c->status, 1));
    (void)json_object_set_new(j, "rank", ph_say_uint(c->rank));
    (void)json_object_set_new(j, "revision", ph_say_uint(c->revision));
    (void)json_object_set_new(j, "entry", ph_say_uint(c->entry));
    return j;
}

static json_t *say_coverage(const ph_figure *f)
{
    json_t *weights = json_null();

    if (f->has_weights)
        weights = json_pack("{so so so}", "expected", json_integer(f->weight_expected), "received",
                            json_integer(f->weight_received), "held", json_integer(f->weight_held));
    return json_pack("{si si si si si so}", "provisional_percent", (int)f->provisional_percent, "expected",
                     (int)f->n_expected, "received", (int)f->n_received, "held", (int)f->n_held, "no_value",
                     (int)f->n_no_value, "weights", weights);
}

static json_t *say_explanation(const ph_ruling *r)
{
    return r->explanation == 0
               ? json_null()
               : json_pack("{so so}", "entry", ph_say_uint(r->explanation), "text", ph_say_text(r->text));
}

static json_t *say_rulings(const ph_figure *f)
{
    ph_ruling rulings[PH_MAX_MEMBERS];
    size_t n = ph_figure_rulings(f, rulings);
    json_t *said = json_array();

    for (size_t i = 0; i < n; i++) {
        const ph_ruling *r = &rulings[i];
        json_t *rules = json_array();
        for (unsigned k = 0; k < r->n_rules; k++)
            (void)json_array_append_new(rules, ph_say_text(r->rules[k]));
        (void)json_array_append_new(said, json_pack("{si ss so so so so so}", "member", (int)r->member, "kind",
                                                    ph_decision_name(r->kind), "by", ph_say_text(r->unit), "entry",
                                                    ph_say_uint(r->decision), "reason", ph_say_text(r->reason),
                                                    "explanation", say_explanation(r), "rules", rules));
    }
    return said;
}

static json_t *say_figure(const ph_figure *f, unsigned n_members)
{
    json_t *values = json_array();
    json_t *members = json_array();

    for (unsigned i = 0; i < f->n_values; i++) {
        const ph_figure_value *v = &f->values[i];
        (void)json_array_append_new(values, json_pack("{ss si so so}", "method", ph_method_name(v->method), "used",
                                                      (int)v->n_used, "weight_set", ph_say_text(v->weight_set), "value",
                                                      v->has_value ? ph_say_decimal(v->value) : json_null()));
    }
    for (unsigned i = 0; i < n_members; i++)
        (void)json_array_append_new(members, say_cell(&f->members[i]));
    return json_pack("{so si so so so so so so so so}", "indicator", ph_say_text(f->indicator), "decimals",
                     (int)f->decimals, "lower_is_better", json_boolean(f->lower_is_better), "is_ranked",
                     json_boolean(f->is_ranked), "has_break", json_boolean(f->has_break), "coverage", say_coverage(f),
                     "values", values, "members", members, "inputs", ph_say_digest(&f->inputs), "rulings",
                     say_rulings(f));
}

static json_t *say_unit(const ph_register_unit *u)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = ph_register_items(u, items);

    return json_pack("{so so so}", "revision", ph_say_uint(u->revision), "entry", ph_say_uint(u->entry), "items",
                     ph_say_narratives(items, n));
}

static json_t *say_register(const ph_issue *issue)
{
    json_t *parts = json_array();

    for (unsigned p = 0; p < issue->n_parts; p++) {
        json_t *units = json_array();
        for (unsigned i = 0; i < issue->parts[p].n_units; i++)
            (void)json_array_append_new(units, say_unit(&issue->parts[p].units[i]));
        (void)json_array_append_new(parts, json_pack("{si so}", "part", (int)issue->parts[p].number, "units", units));
    }
    return parts;
}

static json_t *say_issue(const ph_issue *issue)
{
    json_t *members = json_array();
    json_t *figures = json_array();

    for (unsigned i = 0; i < issue->n_members; i++)
        (void)json_array_append_new(members, ph_say_text(issue->members[i]));
    for (unsigned i = 0; i < issue->n_figures; i++)
        (void)json_array_append_new(figures, say_figure(&issue->figures[i], issue->n_members));
    return json_pack("{so so so so so ss so so so so}", "cluster", ph_say_text(issue->cluster), "form",
                     ph_say_text(issue->form), "period", ph_say_period(issue->period), "seal", ph_say_uint(issue->seal),
                     "sealed_at_us", json_integer(issue->sealed_at_us), "state", ph_period_state_name(issue->state),
                     "registry", ph_say_digest(&issue->registry), "members", members, "figures", figures, "register",
                     say_register(issue));
}

ph_rc ph_walk_issue(ph_span bytes, json_t **ret, ph_buf *again)
{
    enum { MAX_FIGURES = 256 };
    static ph_figure store[MAX_FIGURES]; /* 1 MiB: too much for a stack */
    ph_issue issue;
    ph_rc rc = ph_issue_read(bytes, store, MAX_FIGURES, &issue);

    if (rc != PH_OK)
        return rc;
    *ret = say_issue(&issue);
    ph_issue_write(&issue, again);
    return PH_OK;
}
