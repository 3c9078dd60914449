/* ph_registry_ask - rows by place and by id.   Layer: domain/core (pure) */
#include "ph_registry_inside.h"

const ph_digest *ph_registry_digest(const ph_registry *reg)
{
    return &reg->parts.digest;
}

const char *ph_registry_version(const ph_registry *reg)
{
    return reg->parts.version;
}

size_t ph_registry_n_units(const ph_registry *reg)
{
    return reg->parts.n_units;
}

size_t ph_registry_n_clusters(const ph_registry *reg)
{
    return reg->parts.n_clusters;
}

size_t ph_registry_n_indicators(const ph_registry *reg)
{
    return reg->parts.n_indicators;
}

size_t ph_registry_n_forms(const ph_registry *reg)
{
    return reg->parts.n_forms;
}

size_t ph_registry_n_weight_sets(const ph_registry *reg)
{
    return reg->parts.n_weight_sets;
}

size_t ph_registry_n_calendar(const ph_registry *reg)
{
    return reg->parts.n_calendar;
}

const ph_unit *ph_registry_unit(const ph_registry *reg, size_t i)
{
    return &reg->parts.units[i];
}

const ph_cluster *ph_registry_cluster(const ph_registry *reg, size_t i)
{
    return &reg->parts.clusters[i];
}

const ph_indicator *ph_registry_indicator(const ph_registry *reg, size_t i)
{
    return &reg->parts.indicators[i];
}

const ph_form *ph_registry_form(const ph_registry *reg, size_t i)
{
    return &reg->parts.forms[i];
}

const ph_weight_set *ph_registry_weight_set(const ph_registry *reg, size_t i)
{
    return &reg->parts.weight_sets[i];
}

const ph_calendar_item *ph_registry_calendar(const ph_registry *reg, size_t i)
{
    return &reg->parts.calendar[i];
}

size_t ph_registry_n_links(const ph_registry *reg)
{
    return reg->parts.n_links;
}

size_t ph_registry_n_references(const ph_registry *reg)
{
    return reg->parts.n_references;
}

size_t ph_registry_n_rules(const ph_registry *reg)
{
    return reg->parts.n_rules;
}

size_t ph_registry_n_days_off(const ph_registry *reg)
{
    return reg->parts.n_days_off;
}

const ph_unit_link *ph_registry_link(const ph_registry *reg, size_t i)
{
    return &reg->parts.links[i];
}

const ph_reference *ph_registry_reference(const ph_registry *reg, size_t i)
{
    return &reg->parts.references[i];
}

const ph_rule_def *ph_registry_rule(const ph_registry *reg, size_t i)
{
    return &reg->parts.rules[i];
}

const ph_day_off *ph_registry_day_off(const ph_registry *reg, size_t i)
{
    return &reg->parts.days_off[i];
}

uint16_t ph_registry_find_unit(const ph_registry *reg, ph_span id)
{
    return ph_id_index_find(&reg->units, id);
}

uint16_t ph_registry_find_cluster(const ph_registry *reg, ph_span id)
{
    return ph_id_index_find(&reg->clusters, id);
}

uint16_t ph_registry_find_indicator(const ph_registry *reg, ph_span code)
{
    return ph_id_index_find(&reg->indicators, code);
}
