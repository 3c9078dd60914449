/* ph_test_fault - a store that fails its n-th call, before or after the real work.   Layer: tests/support */
#ifndef PH_TEST_FAULT_H
#define PH_TEST_FAULT_H

#include "ph_agg_store.h"

/* nth: which call fails, counted from 1 over all that can fail; 0 = none. With after, the real work is done first and
 * the failure told all the same; a walk then has shown its rows. for_ever: every call from there on fails. */
typedef struct ph_fault_plan {
    uint64_t nth;
    bool after, for_ever;
    ph_rc rc;
} ph_fault_plan;

/** Over @real, which stays the caller's: close ends the decorator only. */
ph_agg_store *ph_fault_over(ph_agg_store *real);
void ph_fault_arm(ph_agg_store *st, ph_fault_plan plan); /* counts from 1 again */
uint64_t ph_fault_calls(const ph_agg_store *st);         /* since it was armed */
bool ph_fault_hit(const ph_agg_store *st);

#endif
