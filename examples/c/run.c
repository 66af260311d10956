/*
 * Reporting a run: it is asked for, noted, done and told. Should the program die in between, SBM reports it as interrupted.
 *
 *     run DIRECTORY            somebody logged in there before
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
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config); /* the client has what it needs of it */
    return client;
}

/* The backup itself; gives how many files could not be read. */
static unsigned back_up(sbm_run_end *end) {
    end->files_copied = 42;
    end->bytes_copied = 1048576;
    end->files_failed = 1;
    end->bytes_failed = 512;
    end->bytes_stored = 7340032; /* what the destination holds now; -1 if you do not know */
    return 1;
}

int main(int argc, char **argv) {
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = SBM_TRIGGER_MANUAL};
    sbm_run_end end = {.struct_size = sizeof end};
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_profile_list *list;
    sbm_run *run;
    sbm_error *error;
    uint64_t sequence;
    if (argc < 2) return 2;
    sbm_client *client = open_client(argv[1]);

    check(sbm_client_profiles(client, &list, &error), &error);
    if (sbm_profile_list_count(list) == 0) return fputs("no managed profile here\n", stderr), 1;
    start.profile_guid = sbm_profile_list_guid(list, 0); /* NULL for a profile of the user's own */
    start.profile_name = sbm_profile_list_name(list, 0);
    start.version = sbm_profile_list_version(list, 0);
    printf("runs: %s\n", start.profile_name);

    /* It asks whether the run is allowed. A denial is an error here, with the sentence for the user: do not run then. */
    check(sbm_client_begin_run(client, &start, &run, &error), &error);
    sbm_profile_list_free(list); /* what the run needs of it was copied */

    end.result = back_up(&end) ? SBM_RESULT_WARNING : SBM_RESULT_SUCCESS;
    end.error_text = "one file was open in another program";

    /* On disk before it returns, and sent if the server is there. If the disk is full, the run goes on: finish it again. */
    check(sbm_run_finish(run, &end, &sequence, &error), &error);
    sbm_run_free(run);
    printf("run %llu: finished\n", (unsigned long long)sequence);

    check(sbm_client_sync(client, &summary, &error), &error);
    printf("runs waiting: %u\n", (unsigned)summary.runs_waiting);
    sbm_client_free(client);
    return 0;
}
