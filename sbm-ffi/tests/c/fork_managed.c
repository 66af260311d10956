/*
 * A child and its parent keep runs in one cache, and the parent closes first: what the child keeps stays. sbm-tests runs it:
 *
 *     fork_managed DIRECTORY CONNECTION USER PASSWORD
 *
 * And a child that lives on when its parent has died keeps nothing of it: the parent's run is told as interrupted.
 *
 * A child that believed the locks of its parent to be its own would write into a log that the parent's close takes away.
 */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"

enum { LONGEST = 60 };

static sbm_run *begin(sbm_client *client) {
    sbm_run_start start = {0};
    sbm_run *run;
    start.struct_size = sizeof start;
    start.kind = SBM_PROFILE_KIND_BACKUP, start.trigger = SBM_TRIGGER_MANUAL;
    start.profile_name = "Documents";
    EXPECT(sbm_client_begin_run(client, &start, &run, NULL) == SBM_OK);
    return run;
}

static uint64_t one_run(sbm_client *client) {
    sbm_run *run = begin(client);
    sbm_run_end end = {0};
    uint64_t sequence = 0;
    end.struct_size = sizeof end;
    end.result = SBM_RESULT_SUCCESS;
    EXPECT(sbm_run_finish(run, &end, &sequence, NULL) == SBM_OK);
    EXPECT(sbm_run_free(run) == SBM_OK);
    return sequence;
}

static void wait_for(const int *ends) {
    char one;
    EXPECT(read(ends[0], &one, 1) == 1);
}

static void tell(const int *ends) { EXPECT(write(ends[1], "", 1) == 1); }

static void the_parent_dies(sbm_config *config) {
    sbm_client *client;
    int status, helper[2];
    pid_t left;
    EXPECT(pipe(helper) == 0);
    pid_t host = fork();
    EXPECT(host >= 0);
    if (host == 0) {
        EXPECT(sbm_client_open(config, &client, NULL) == SBM_OK);
        (void)begin(client);
        pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0) {
            /* It says so itself: until it runs it has let go of nothing. */
            left = getpid();
            EXPECT(write(helper[1], &left, sizeof left) == sizeof left);
            alarm(4 * LONGEST);
            for (;;) pause();
        }
        _exit(0);
    }
    EXPECT(read(helper[0], &left, sizeof left) == sizeof left);
    EXPECT(waitpid(host, &status, 0) == host && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(sbm_client_open(config, &client, NULL) == SBM_OK);
    /* The fifth is the one that was interrupted. */
    EXPECT(one_run(client) == 6);
    EXPECT(sbm_client_free(client) == SBM_OK);
    EXPECT(kill(left, SIGKILL) == 0);
}

static void the_parent_closes_first(const char **argument, int is_plain) {
    char place[4096];
    sbm_config *config;
    sbm_client *client;
    int status, to_child[2], to_parent[2];
    EXPECT(snprintf(place, sizeof place, "%s-%d", argument[1], is_plain) < (int)sizeof place);
    EXPECT(pipe(to_child) == 0 && pipe(to_parent) == 0);
    EXPECT(sbm_config_new(SBM_ABI, place, &config, NULL) == SBM_OK);
    EXPECT(sbm_config_set_plain_files(config, is_plain, NULL) == SBM_OK);
    EXPECT(sbm_client_open(config, &client, NULL) == SBM_OK);
    EXPECT(sbm_client_login(client, argument[2], argument[3], argument[4], NULL) == SBM_OK);
    EXPECT(one_run(client) == 1);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        sbm_client *own;
        alarm(LONGEST);
        EXPECT(sbm_client_open(config, &own, NULL) == SBM_OK);
        EXPECT(one_run(own) == 2);
        tell(to_parent);
        wait_for(to_child);
        EXPECT(one_run(own) == 3);
        /* Its end is as sudden as a crash: nothing is closed. */
        _exit(0);
    }
    wait_for(to_parent);
    EXPECT(sbm_client_free(client) == SBM_OK);
    tell(to_child);
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(sbm_client_open(config, &client, NULL) == SBM_OK);
    EXPECT(one_run(client) == 4);
    EXPECT(sbm_client_free(client) == SBM_OK);
    the_parent_dies(config);
    sbm_config_free(config);
}

int main(int count, char **argument) {
    EXPECT(count == 5);
    the_parent_closes_first((const char **)argument, 0);
    the_parent_closes_first((const char **)argument, 1);
    puts("ok");
    return 0;
}
