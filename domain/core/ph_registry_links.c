/* ph_registry_links - what a territory was made of, and whether a cluster holds all of it.   Layer: domain/core (pure)
 */
#include "ph_registry.h"

ph_rc ph_registry_predecessors(const ph_registry *reg, uint16_t successor, uint16_t ret[PH_MAX_MEMBERS], size_t *n)
{
    size_t n_found = 0;

    for (size_t i = 0; i < ph_registry_n_links(reg); i++) {
        const ph_unit_link *link = ph_registry_link(reg, i);
        if (link->successor != successor)
            continue;
        if (n_found == PH_MAX_MEMBERS)
            return PH_LIMIT;
        ret[n_found++] = link->predecessor;
    }
    *n = n_found;
    return PH_OK;
}

/* A part of a territory cannot be told from the whole by the whole's figures. */
static bool is_whole_link(const ph_unit_link *link)
{
    return ph_decimal_cmp(link->share, (ph_decimal){.mantissa = 1}) == 0;
}

ph_rc ph_registry_whole_parts(const ph_registry *reg, const ph_cycle *cycle, uint16_t successor, ph_date known_on,
                              ph_parts *ret)
{
    *ret = (ph_parts){.lost = PH_NO_INDEX};
    for (size_t i = 0; i < ph_registry_n_links(reg); i++) {
        const ph_unit_link *link = ph_registry_link(reg, i);
        if (link->successor != successor || link->known_since > known_on)
            continue;
        bool is_member = ph_cycle_member(cycle, link->predecessor) != PH_NO_INDEX;
        if (is_member && is_whole_link(link)) /* members are at most PH_MAX_MEMBERS, and the pairs are distinct */
            ret->units[ret->n++] = link->predecessor;
        else if (ret->lost == PH_NO_INDEX) {
            ret->lost = link->predecessor;
            ret->is_split = is_member;
        }
    }
    if (ret->n == 0 && ret->lost == PH_NO_INDEX)
        return PH_NOT_FOUND;
    return ret->lost == PH_NO_INDEX ? PH_OK : PH_INVALID;
}

uint16_t ph_registry_find_successor(const ph_registry *reg, uint16_t unit, ph_date known_on)
{
    uint16_t found = PH_NO_INDEX;

    for (size_t i = 0; i < ph_registry_n_links(reg); i++) {
        const ph_unit_link *link = ph_registry_link(reg, i);
        if (link->predecessor != unit || link->known_since > known_on)
            continue;
        if (found != PH_NO_INDEX)
            return PH_NO_INDEX; /* split: no single one stands for it */
        found = link->successor;
    }
    return found;
}

ph_name ph_unit_name_on(const ph_unit *unit, ph_date day)
{
    for (size_t i = 0; i < unit->n_names; i++)
        if (unit->names[i].valid_from <= day && day < unit->names[i].valid_to)
            return unit->names[i].name;
    return unit->name;
}
