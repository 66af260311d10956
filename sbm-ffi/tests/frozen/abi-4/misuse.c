/* Handles that are not what they were: freed, freed twice, another's, from before a fork. Each is a status. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "expect.h"

static sbm_run *begin(sbm_client *client) {
    sbm_run_start start = {0};
    sbm_run *run;
    start.struct_size = sizeof start;
    start.kind = SBM_PROFILE_KIND_BACKUP;
    start.trigger = SBM_TRIGGER_MANUAL;
    start.profile_name = "documents";
    EXPECT(sbm_client_begin_run(client, &start, &run, NULL) == SBM_OK && run);
    return run;
}

static void freed_handles_stay_freed(const char *directory) {
    sbm_effect effect = SBM_EFFECT_UNMANAGED;
    sbm_client *client = open_client(directory);
    sbm_run *run = begin(client);
    sbm_run_end end = {0};
    end.struct_size = sizeof end;
    end.result = SBM_RESULT_SUCCESS;
    end.bytes_stored = -1;

    EXPECT(sbm_run_finish(run, &end, NULL, NULL) == SBM_OK);
    FAILS(SBM_STATUS_NOT_FINISHED, sbm_run_finish(run, &end, NULL, &error));
    EXPECT(sbm_run_free(run) == SBM_OK);
    EXPECT(sbm_run_free(run) == SBM_STATUS_BAD_HANDLE);
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_run_finish(run, &end, NULL, &error));

    EXPECT(sbm_client_free(client) == SBM_OK);
    for (int i = 0; i < 100; i++) {
        /* Its slot may be another client's by now; the old handle is not that client. */
        sbm_client *other = i % 2 ? open_client(directory) : NULL;
        EXPECT(sbm_client_free(client) == SBM_STATUS_BAD_HANDLE);
        FAILS(SBM_STATUS_BAD_HANDLE, sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, &error));
        FAILS(SBM_STATUS_BAD_HANDLE, sbm_client_take_over(client, "sbm://127.0.0.1:1", "root>pc", "secret", NULL, &error));
        EXPECT(sbm_client_free(other) == SBM_OK);
    }
    EXPECT(effect == SBM_EFFECT_UNMANAGED);
}

static void kinds_are_not_mixed(const char *directory) {
    sbm_client *client = open_client(directory);
    sbm_run *run = begin(client);
    sbm_effect effect;
    EXPECT(sbm_run_free((sbm_run *)client) == SBM_STATUS_BAD_HANDLE);
    EXPECT(sbm_client_free((sbm_client *)run) == SBM_STATUS_BAD_HANDLE);
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_client_may((sbm_client *)run, SBM_ACTION_CREATE, NULL, &effect, &error));
    /* A run outlives its client. */
    EXPECT(sbm_client_free(client) == SBM_OK);
    EXPECT(sbm_run_free(run) == SBM_OK);
}

#if !defined(_WIN32) /* where no process is another's copy */
static void a_child_opens_its_own(const char *directory) {
    sbm_client *client = open_client(directory);
    sbm_run *run = begin(client);
    sbm_effect effect;
    int status;
    pid_t child = fork();
    if (child == 0) {
        FAILS(SBM_STATUS_FORKED, sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, &error));
        EXPECT(sbm_client_free(client) == SBM_STATUS_FORKED);
        EXPECT(sbm_run_free(run) == SBM_STATUS_FORKED);
        sbm_client *own = open_client(directory);
        EXPECT(sbm_client_may(own, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_OK);
        EXPECT(sbm_client_free(own) == SBM_OK);
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_OK);
    EXPECT(sbm_run_free(run) == SBM_OK && sbm_client_free(client) == SBM_OK);
}
#endif

static void *ask_until_freed(void *client) {
    sbm_effect effect;
    sbm_status status;
    while ((status = sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, NULL)) == SBM_OK) continue;
    return status == SBM_STATUS_BAD_HANDLE ? client : NULL;
}

static void a_free_pulls_nothing_from_under_another_thread(const char *directory) {
    for (int round = 0; round < 20; round++) {
        pthread_t threads[4];
        sbm_client *client = open_client(directory);
        for (int i = 0; i < 4; i++) EXPECT(pthread_create(&threads[i], NULL, ask_until_freed, client) == 0);
        EXPECT(sbm_client_free(client) == SBM_OK);
        for (int i = 0; i < 4; i++) {
            void *good;
            EXPECT(pthread_join(threads[i], &good) == 0 && good);
        }
    }
}

int main(int count, char **argument) {
    EXPECT(count == 2);
    freed_handles_stay_freed(argument[1]);
    kinds_are_not_mixed(argument[1]);
#if !defined(_WIN32)
    a_child_opens_its_own(argument[1]);
#endif
    a_free_pulls_nothing_from_under_another_thread(argument[1]);
    puts("ok");
    return 0;
}
