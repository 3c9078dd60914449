/* ph_agg_documents - loads what the ledger keeps, remembers registries.   Layer: aggregator/io */
#include "ph_agg_documents.h"

#include <stdlib.h>
#include <string.h>

#include "ph_log.h"
#include "ph_registry_load.h"

struct ph_agg_documents {
    ph_agg_store *store;
    bool has_root;
    uint8_t root_public[PH_SIGN_PUBLIC_BYTES];
    ph_registry **registries;
    size_t n, cap;
    ph_roster *roster; /* the last one that verify asked for */
};

ph_rc ph_documents_open(ph_agg_store *store, const uint8_t *root_public, ph_agg_documents **ret)
{
    ph_agg_documents *d = calloc(1, sizeof *d);
    if (d == NULL)
        return PH_NOMEM;
    d->store = store;
    d->has_root = root_public != NULL;
    if (root_public != NULL)
        memcpy(d->root_public, root_public, sizeof d->root_public);
    *ret = d;
    return PH_OK;
}

void ph_documents_close(ph_agg_documents *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->n; i++)
        ph_registry_free(d->registries[i]);
    ph_roster_free(d->roster);
    free(d->registries);
    free(d);
}

void ph_documents_log_err(void *arg, const ph_err *err)
{
    PH_LOG(PH_LOG_ERROR, (const char *)arg, PH_KV_ERR(err));
}

static const ph_registry *find(const ph_agg_documents *d, const ph_digest *digest)
{
    for (size_t i = 0; i < d->n; i++)
        if (ph_digest_eq(ph_registry_digest(d->registries[i]), digest))
            return d->registries[i];
    return NULL;
}

static ph_rc grow(ph_agg_documents *d)
{
    if (d->n < d->cap)
        return PH_OK;
    if (d->cap >= PH_DOCUMENTS_MAX_REGISTRIES)
        return PH_LIMIT;
    size_t cap = d->cap == 0 ? 8 : 2 * d->cap;
    ph_registry **more = reallocarray(d->registries, cap, sizeof(ph_registry *));
    if (more == NULL)
        return PH_NOMEM;
    d->registries = more;
    d->cap = cap;
    return PH_OK;
}

ph_rc ph_documents_keep(ph_agg_documents *d, ph_registry *reg)
{
    if (find(d, ph_registry_digest(reg)) != NULL) {
        ph_registry_free(reg);
        return PH_OK;
    }
    ph_rc rc = grow(d);
    if (rc == PH_OK)
        d->registries[d->n++] = reg;
    return rc;
}

static ph_rc get_registry(void *arg, const ph_digest *digest, const ph_registry **ret)
{
    static char event[] = "agg.registry.invalid";
    ph_agg_documents *d = arg;
    const ph_registry *known = find(d, digest);
    if (known != NULL) {
        *ret = known;
        return PH_OK;
    }
    ph_span bytes;
    ph_registry *reg = NULL;
    ph_rc rc = d->store->ops->get_document(d->store, digest, &bytes);
    if (rc == PH_OK)
        rc = ph_registry_load_kept(bytes, ph_documents_log_err, event, &reg);
    if (rc == PH_OK && !ph_digest_eq(ph_registry_digest(reg), digest))
        rc = PH_CORRUPT;
    if (rc == PH_OK)
        rc = ph_documents_keep(d, reg);
    if (rc != PH_OK) {
        ph_registry_free(reg);
        return rc;
    }
    *ret = reg;
    return PH_OK;
}

static ph_rc get_roster(void *arg, const ph_digest *digest, ph_span document, const ph_roster **ret)
{
    static char event[] = "agg.roster.invalid";
    ph_agg_documents *d = arg;
    if (d->roster == NULL || !ph_digest_eq(ph_roster_digest(d->roster), digest)) {
        ph_roster *fresh = NULL;
        ph_rc rc = ph_roster_load(document, "roster in the ledger", d->has_root ? d->root_public : NULL,
                                  ph_documents_log_err, event, &fresh);
        if (rc != PH_OK)
            return rc == PH_NOMEM ? rc : PH_INVALID;
        ph_roster_free(d->roster);
        d->roster = fresh;
    }
    *ret = d->roster;
    return PH_OK;
}

ph_registry_source ph_documents_registries(ph_agg_documents *d)
{
    return (ph_registry_source){.get = get_registry, .arg = d};
}

ph_roster_source ph_documents_rosters(ph_agg_documents *d)
{
    return (ph_roster_source){.get = get_roster, .arg = d};
}

/* Keeps the first error and logs all. */
typedef struct first_err {
    ph_err *err;
    bool is_set;
} first_err;

static void note_err(void *arg, const ph_err *err)
{
    static char event[] = "agg.roster.invalid";
    first_err *first = arg;
    ph_documents_log_err(event, err);
    if (!first->is_set && first->err != NULL)
        *first->err = *err;
    first->is_set = true;
}

ph_rc ph_documents_load_roster(ph_agg_documents *d, const ph_digest *digest, ph_roster **ret, ph_err *err)
{
    first_err first = {.err = err};
    ph_span bytes;
    ph_rc rc = d->store->ops->get_document(d->store, digest, &bytes);
    if (rc == PH_OK)
        rc = ph_roster_load(bytes, "roster in the ledger", d->has_root ? d->root_public : NULL, note_err, &first, ret);
    if (rc != PH_OK && !first.is_set)
        return ph_err_set(err, rc, "agg.roster.unreadable", "roster in the ledger", "%s", ph_rc_text(rc));
    return rc;
}
