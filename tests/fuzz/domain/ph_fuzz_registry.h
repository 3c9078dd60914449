/* ph_fuzz_registry - the registry that the fuzz targets of sheets and submissions run against.   Layer: tests */
#ifndef PH_FUZZ_REGISTRY_H
#define PH_FUZZ_REGISTRY_H

#include "ph_registry.h"

/** One cluster `c1` of alpha and beta in 2023, one form `f1` (G required and weighted, S summed, C a count) for
 * 2023-S1. Made once, never freed. */
const ph_registry *ph_fuzz_registry(void);

#endif
