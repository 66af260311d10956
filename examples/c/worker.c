/*
 * The background worker: a thread of the library's that checks with the server, and a program that is woken when there is
 * something to see.
 *
 *     worker DIRECTORY         somebody logged in there before
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sbm.h"

struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    int synced;
    sbm_status why;
};

/* Around every call that this program cannot do without. `error` goes by its address: C may read arguments in any order. */
static void check(sbm_status status, sbm_error **error) {
    if (status == SBM_OK) return;
    fprintf(stderr, "%s: %s\n", sbm_status_name(status), sbm_error_message(*error));
    exit(1); /* the system takes back what is open; sbm_error_free() and the others are for programs that go on */
}

/* On the worker's thread: leave a note and wake our own. A window would post a message to itself here. */
static void look(void *user_data, sbm_notice notice, sbm_status why) {
    struct bell *bell = user_data;
    pthread_mutex_lock(&bell->lock);
    if (notice == SBM_NOTICE_SYNCED) bell->synced++, bell->why = why;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
}

static sbm_status wait_for_sync(struct bell *bell, int number) {
    pthread_mutex_lock(&bell->lock);
    while (bell->synced < number) pthread_cond_wait(&bell->rung, &bell->lock);
    sbm_status why = bell->why;
    pthread_mutex_unlock(&bell->lock);
    return why;
}

int main(int argc, char **argv) {
    struct bell bell = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, SBM_OK};
    sbm_config *config;
    sbm_client *client;
    sbm_worker *worker;
    sbm_change *change;
    sbm_error *error;
    if (argc < 2) return 2;
    check(sbm_config_new(SBM_ABI, argv[1], &config, &error), &error);
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config);

    check(sbm_client_start_worker(client, look, &bell, NULL, &worker, &error), &error);
    printf("first check: %s\n", sbm_status_name(wait_for_sync(&bell, 1))); /* it makes one at once, then about every hour */
    check(sbm_worker_sync_now(worker, &error), &error);
    printf("asked for: %s\n", sbm_status_name(wait_for_sync(&bell, 2)));

    /* Changes are pulled, on the thread that has the profiles. What is freed without an answer comes again. */
    check(sbm_client_next_change(client, &change, &error), &error);
    printf("to apply: %s\n", change ? sbm_change_name(change) : "nothing");
    sbm_change_free(change);

    /* It waits until the thread has ended, so hold no lock that the callback takes; `bell` may go afterwards. */
    printf("stopped: %s\n", sbm_status_name(sbm_worker_free(worker)));
    sbm_client_free(client);
    return 0;
}
