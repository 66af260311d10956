/*
 * What the question "may ...?" costs from C, whether it allocates, and whether it ever enters the kernel.
 *
 *   may_bench DIRECTORY [GUID]
 *
 * DIRECTORY is a client's; one that is logged in is asked about its verified permissions, any other about being unmanaged.
 * Each sample is the mean of a batch of calls; printed are the middle and the 99th of the samples.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"

enum { SAMPLES = 2001, BATCH = 500 };

static unsigned long allocations;

/* The library's malloc is this one, too: a program's own symbols come first. */
void *malloc(size_t size) {
    static void *(*real)(size_t);
    if (!real) {
        void *found = dlsym(RTLD_NEXT, "malloc");
        memcpy(&real, &found, sizeof real);
    }
    allocations++;
    return real(size);
}

static volatile int answered;

/* A thread that the kernel ends at its next system call, whatever it is: it can only compute. */
static void *ask_without_a_kernel(void *client) {
    sbm_effect effect;
    EXPECT(sbm_client_may(client, SBM_ACTION_RESTORE, NULL, &effect, NULL) == SBM_OK);
    EXPECT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
    for (int i = 0; i < 1000; i++) answered += sbm_client_may(client, SBM_ACTION_RESTORE, NULL, &effect, NULL) == SBM_OK;
    syscall(SYS_exit, 0); /* of the thread, the one call that it is left */
    return NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

/* Something to compare with on a machine that is slower or busier than another: an addition that cannot be left out. */
static volatile uint32_t counter;

static void loop(const char *name, sbm_client *client, int32_t action, const char *guid) {
    static double samples[SAMPLES];
    sbm_effect effect = SBM_EFFECT_DENY;
    sbm_error *error;
    for (int sample = 0; sample < SAMPLES; sample++) {
        double start = now();
        for (int i = 0; i < BATCH; i++) {
            if (client) EXPECT(sbm_client_may(client, action, guid, &effect, &error) == SBM_OK);
            else counter++;
        }
        samples[sample] = (now() - start) / BATCH;
    }
    qsort(samples, SAMPLES, sizeof *samples, by_value);
    printf("%s: p50 %.1f ns, p99 %.1f ns%s\n", name, samples[SAMPLES / 2], samples[SAMPLES * 99 / 100],
           client && effect == SBM_EFFECT_DENY ? " (denied)" : "");
}

int main(int count, char **argument) {
    EXPECT(count == 2 || count == 3);
    sbm_client *client = open_client(argument[1]);
    const char *guid = count == 3 ? argument[2] : NULL;
    sbm_effect effect;
    sbm_state state;

    /* The first question of a thread sets up the thread's place among the readers. */
    EXPECT(sbm_client_state(client, &state, NULL, NULL) == SBM_OK);
    EXPECT(sbm_client_may(client, SBM_ACTION_RESTORE, guid, &effect, NULL) == SBM_OK);
    unsigned long before = allocations;
    for (int i = 0; i < 1000; i++)
        for (int32_t action = SBM_ACTION_CREATE; action <= SBM_ACTION_RUN_SCHEDULED; action++)
            EXPECT(sbm_client_may(client, action, guid, &effect, NULL) == SBM_OK);
    unsigned long after = allocations;
    EXPECT(before > 0);

    printf("state: %s\n", state == SBM_STATE_UNMANAGED ? "unmanaged" : "managed");
    printf("allocations on allow: %lu\n", after - before);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, ask_without_a_kernel, client) == 0 && pthread_join(thread, NULL) == 0);
    printf("answers without a system call: %d of 1000\n", answered);
    loop("empty loop", NULL, 0, NULL);
    loop("may restore", client, SBM_ACTION_RESTORE, NULL);
    loop("may run", client, SBM_ACTION_RUN_MANUALLY, guid);
    EXPECT(sbm_client_free(client) == SBM_OK);
    return 0;
}
