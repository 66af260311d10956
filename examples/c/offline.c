/*
 * Working without the server: what it said last holds, runs go on, and what they did is kept until it can be told.
 *
 *     offline DIRECTORY        somebody logged in there before
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

/* Whether the server answers is no condition of anything; a failed exchange is SBM_OK with online = 0. */
static sbm_sync_summary exchange(sbm_client *client) {
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_error *error;
    check(sbm_client_sync(client, &summary, &error), &error);
    return summary;
}

static const char *answer(sbm_client *client, sbm_action action) {
    sbm_effect effect;
    sbm_error *error;
    check(sbm_client_may(client, action, NULL, &effect, &error), &error);
    return effect == SBM_EFFECT_DENY ? "denied" : "allowed";
}

int main(int argc, char **argv) {
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = SBM_TRIGGER_MANUAL};
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS, .files_copied = 3, .bytes_stored = -1};
    sbm_run *run;
    sbm_state state;
    sbm_status why;
    sbm_error *error;
    uint64_t sequence;
    if (argc < 2) return 2;
    sbm_client *client = open_client(argv[1]);

    sbm_sync_summary summary = exchange(client);
    check(sbm_client_state(client, &state, &why, &error), &error);
    /* A caption for the user, not a reason to stop. */
    printf("state: %s, %s\n", state == SBM_STATE_OFFLINE ? "offline" : "not offline", sbm_status_name(why));
    printf("asked: %s, answered: %s\n", summary.tried ? "yes" : "no", summary.online ? "yes" : "no");

    /* From memory, so it is as quick as with a server. */
    printf("run by hand: %s\n", answer(client, SBM_ACTION_RUN_MANUALLY));
    printf("create: %s\n", answer(client, SBM_ACTION_CREATE));

    start.profile_name = "documents";
    check(sbm_client_begin_run(client, &start, &run, &error), &error);
    /* ... the backup ... */
    check(sbm_run_finish(run, &end, &sequence, &error), &error); /* on disk before it returns */
    sbm_run_free(run);
    printf("run %llu: kept\n", (unsigned long long)sequence);
    printf("runs waiting: %u\n", (unsigned)exchange(client).runs_waiting);
    sbm_client_free(client);
    return 0;
}
