/*
 * One client, sixteen threads: asking, explaining, runs, changes and cancels, and in the middle of it somebody frees the client.
 * Every answer is one that the header names; who comes too late gets SBM_STATUS_BAD_HANDLE, and nothing crashes.
 *
 *     stress DIRECTORY [ROUNDS]
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "expect.h"

enum { THREADS = 16, CALLS_BEFORE_THE_END = 400 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int calls, too_late;

/* Counts a call that worked; false once the client is gone. Anything else is a fault. */
static int fine(sbm_status status, const char *what) {
    if (status != SBM_OK && status != SBM_STATUS_BAD_HANDLE && status != SBM_STATUS_CACHE_BUSY) {
        fprintf(stderr, "%s: %s\n", what, sbm_status_name(status));
        exit(1);
    }
    pthread_mutex_lock(&lock);
    calls++;
    too_late += status == SBM_STATUS_BAD_HANDLE;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return status != SBM_STATUS_BAD_HANDLE;
}

static int one_run(const sbm_client *client) {
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = SBM_TRIGGER_MANUAL};
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS, .bytes_stored = -1};
    sbm_run *run;
    uint64_t sequence;
    start.profile_name = "documents";
    int goes_on = fine(sbm_client_begin_run(client, &start, &run, NULL), "begin_run");
    if (!run) return goes_on;
    /* A run is as usable as before when its client is gone. */
    sbm_status status = sbm_run_finish(run, &end, &sequence, NULL);
    EXPECT(status == SBM_OK || status == SBM_STATUS_CACHE_BUSY);
    EXPECT(sbm_run_free(run) == SBM_OK && sbm_run_free(run) == SBM_STATUS_BAD_HANDLE);
    return goes_on;
}

static int one_explanation(const sbm_client *client, int number) {
    sbm_decision *decision;
    int goes_on = fine(sbm_client_explain(client, 1 + number % 11, NULL, &decision, NULL), "explain");
    if (decision) EXPECT(*sbm_decision_sentence(decision) && *sbm_decision_json(decision));
    sbm_decision_free(decision);
    return goes_on;
}

static int one_change(const sbm_client *client) {
    sbm_change *change;
    int goes_on = fine(sbm_client_next_change(client, &change, NULL), "next_change");
    EXPECT(!change);
    return goes_on;
}

/* What accounts bring: a word of what is stored, the room, and a login that takes over and is refused before anything is sent. */
static int one_account(const sbm_client *client) {
    int64_t left;
    sbm_status status = sbm_client_take_over(client, "sbm://127.0.0.1:1", "root>pc", "secret", "123456", NULL);
    if (status == SBM_STATUS_UNTRUSTED_SERVER) status = sbm_client_report_stored(client, 1, NULL);
    if (status == SBM_STATUS_NOT_LOGGED_IN) status = sbm_client_room(client, &left, NULL, NULL, NULL);
    return fine(status, "take_over, report_stored or room");
}

struct place {
    const sbm_client *client;
    int number;
};

static void *work(void *argument) {
    const struct place *place = argument;
    for (int i = place->number, goes_on = 1; goes_on; i++) {
        sbm_effect effect;
        sbm_state state;
        switch (i % 7) {
        case 0: goes_on = fine(sbm_client_may(place->client, 1 + i % 11, NULL, &effect, NULL), "may"); break;
        case 1: goes_on = one_explanation(place->client, i); break;
        case 2: goes_on = fine(sbm_client_state(place->client, &state, NULL, NULL), "state"); break;
        case 3: goes_on = one_run(place->client); break;
        case 4: goes_on = one_change(place->client); break;
        case 5: goes_on = one_account(place->client); break;
        default: goes_on = fine(sbm_client_cancel(place->client, NULL), "cancel"); break;
        }
    }
    return NULL;
}

static void of_sixteen_threads_each_ends_when_the_client_is_freed(const char *directory) {
    pthread_t threads[THREADS];
    struct place places[THREADS];
    sbm_client *client = open_client(directory);
    calls = too_late = 0;
    for (int i = 0; i < THREADS; i++) {
        places[i].client = client;
        places[i].number = i;
        EXPECT(pthread_create(&threads[i], NULL, work, &places[i]) == 0);
    }
    pthread_mutex_lock(&lock);
    while (calls < CALLS_BEFORE_THE_END) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    EXPECT(sbm_client_free(client) == SBM_OK);
    for (int i = 0; i < THREADS; i++) EXPECT(pthread_join(threads[i], NULL) == 0);
    EXPECT(too_late == THREADS);
    EXPECT(sbm_client_free(client) == SBM_STATUS_BAD_HANDLE);
}

int main(int count, char **argument) {
    EXPECT(count == 2 || count == 3);
    for (int rounds = count == 3 ? atoi(argument[2]) : 5; rounds > 0; rounds--)
        of_sixteen_threads_each_ends_when_the_client_is_freed(argument[1]);
    puts("ok");
    return 0;
}
