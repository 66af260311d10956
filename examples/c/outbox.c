/*
 * The outbox: runs that the server has not heard of yet wait on disk, up to a limit, and go when it is there again.
 *
 *     outbox DIRECTORY         somebody logged in there before
 */
#include <stdio.h>
#include <stdlib.h>

#include "sbm.h"

/* Around every call that this program cannot do without. `error` goes by its address: C may read arguments in any order. */
static void check(sbm_status status, sbm_error **error) {
    if (status == SBM_OK) return;
    fprintf(stderr, "%s: %s\n", sbm_status_name(status), sbm_error_message(*error));
    exit(1); /* the system takes back what is open; sbm_error_free() and the others are for programs that go on */
}

static sbm_client *open_client(const char *directory) {
    sbm_config *config;
    sbm_client *client;
    sbm_error *error;
    check(sbm_config_new(SBM_ABI, directory, &config, &error), &error);
    /* How much may wait: a laptop that is away for a month makes some hundred runs. */
    check(sbm_config_set_outbox(config, 2000, 4u << 20, &error), &error);
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config);
    return client;
}

static void report_a_run(sbm_client *client) {
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_MIRROR, .trigger = SBM_TRIGGER_SCHEDULE};
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS, .files_copied = 7, .bytes_stored = -1};
    sbm_run *run;
    sbm_error *error;
    uint64_t sequence;
    start.profile_name = "photos";
    check(sbm_client_begin_run(client, &start, &run, &error), &error);
    check(sbm_run_finish(run, &end, &sequence, &error), &error); /* the same, whether the server is there or not */
    sbm_run_free(run);
    printf("run %llu: noted\n", (unsigned long long)sequence);
}

int main(int argc, char **argv) {
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_error *error;
    if (argc < 2) return 2;
    sbm_client *client = open_client(argv[1]);
    report_a_run(client);

    /* Before a program that backs up a machine shuts it down: as long as the server takes some, give it more. */
    do check(sbm_client_sync(client, &summary, &error), &error);
    while (summary.online && summary.runs_waiting > 0 && summary.runs_sent > 0);
    printf("server: %s, runs waiting: %u\n", summary.online ? "online" : "offline", (unsigned)summary.runs_waiting);
    sbm_client_free(client); /* what waits stays on disk, for the next start of the program */
    return 0;
}
