/* Ending something takes no longer than it may, however it hangs. */
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ph_clock.h"
#include "ph_pub_kafka_end.h"

enum { PATIENT_MS = 20000, IMPATIENT_MS = 30 };

/* What ends only when it is allowed to, and says so. */
typedef struct hanging {
    sem_t may_end, has_ended;
} hanging;

static void hang(void *arg)
{
    hanging *h = arg;
    while (sem_wait(&h->may_end) != 0)
        ;
    sem_post(&h->has_ended);
}

static void begin(hanging *h, unsigned may_end)
{
    sem_init(&h->may_end, 0, may_end);
    sem_init(&h->has_ended, 0, 0);
}

static void finish(hanging *h)
{
    while (sem_wait(&h->has_ended) != 0)
        ;
    sem_destroy(&h->may_end);
    sem_destroy(&h->has_ended);
}

static void what_ends_is_waited_for(void **state)
{
    hanging h;
    (void)state;
    begin(&h, 1);
    assert_true(ph_kafka_end_within(hang, &h, PATIENT_MS));
    finish(&h);
}

static void what_hangs_is_left_behind_and_may_still_end(void **state)
{
    hanging h;
    (void)state;
    begin(&h, 0);
    int64_t began_us = ph_clock_mono_us();
    assert_false(ph_kafka_end_within(hang, &h, IMPATIENT_MS));
    assert_true(ph_clock_mono_us() - began_us >= IMPATIENT_MS * 1000);
    sem_post(&h.may_end);
    finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_is_waited_for),
        cmocka_unit_test(what_hangs_is_left_behind_and_may_still_end),
    };
    return cmocka_run_group_tests_name("pub_end", tests, NULL, NULL);
}
