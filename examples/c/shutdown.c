/*
 * A clean shutdown in the middle of everything: a run is going on, a worker is at work, and a thread waits for the network.
 *
 *     shutdown DIRECTORY       somebody logged in there before
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sbm.h"

/* Around every call that this program cannot do without. `error` goes by its address: C may read arguments in any order. */
static void check(sbm_status status, sbm_error **error) {
    if (status == SBM_OK) return;
    fprintf(stderr, "%s: %s\n", sbm_status_name(status), sbm_error_message(*error));
    exit(1); /* the system takes back what is open; sbm_error_free() and the others are for programs that go on */
}

/* A thread that syncs until somebody ends that. */
static void *keep_syncing(void *client) {
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    /* SBM_STATUS_CANCELLED while it waits, SBM_STATUS_BAD_HANDLE once the client is closed: both are the end, not a fault. */
    while (sbm_client_sync(client, &summary, NULL) == SBM_OK) continue;
    return NULL;
}

int main(int argc, char **argv) {
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = SBM_TRIGGER_MANUAL};
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_ABORTED, .bytes_stored = -1};
    sbm_config *config;
    sbm_client *client;
    sbm_worker *worker;
    sbm_run *run;
    sbm_error *error;
    pthread_t thread;
    uint64_t sequence;
    if (argc < 2) return 2;
    check(sbm_config_new(SBM_ABI, argv[1], &config, &error), &error);
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config);
    start.profile_name = "documents";
    check(sbm_client_begin_run(client, &start, &run, &error), &error);
    check(sbm_client_start_worker(client, NULL, NULL, NULL, &worker, &error), &error);
    if (pthread_create(&thread, NULL, keep_syncing, client) != 0) return 1;

    /* Now the computer shuts down. First whoever makes new work: the worker. */
    printf("worker: %s\n", sbm_status_name(sbm_worker_free(worker)));
    /* The run ends as what it is. Not finished, it would be reported as interrupted at the next start. */
    check(sbm_run_finish(run, &end, &sequence, &error), &error);
    printf("run %llu: aborted\n", (unsigned long long)sequence);
    sbm_run_free(run);
    /* Then the calls that wait, and the client. A handle is a number: whoever still uses it gets a status, never a crash. */
    check(sbm_client_cancel(client, &error), &error);
    printf("client: %s\n", sbm_status_name(sbm_client_free(client)));
    pthread_join(thread, NULL);
    puts("thread: ended");
    printf("closed again: %s\n", sbm_status_name(sbm_client_free(client)));
    return 0;
}
