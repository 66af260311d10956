/* A host that forks while its threads work: the parent goes on, and children open clients of their own, in either
 * kind of cache. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"

enum { FORKS = 40, LONGEST = 60 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long rounds;
static int is_over;

static void nothing(void *user_data, sbm_log_level level, const char *message) {
    (void)user_data, (void)level, (void)message;
}

static void *work(void *client) {
    for (;;) {
        sbm_sync_summary summary = {0};
        sbm_change *change = NULL;
        summary.struct_size = sizeof summary;
        sbm_status status = sbm_client_sync(client, &summary, NULL);
        EXPECT(status == SBM_OK || status == SBM_STATUS_NOT_LOGGED_IN);
        EXPECT(sbm_client_next_change(client, &change, NULL) == SBM_OK);
        sbm_change_free(change);
        EXPECT(pthread_mutex_lock(&lock) == 0);
        rounds++;
        pthread_cond_signal(&changed);
        int ends = is_over;
        pthread_mutex_unlock(&lock);
        if (ends) return client;
    }
}

/* Waits until the thread came round twice: a round that begins behind the fork is over then. */
static void the_parent_goes_on(void) {
    struct timespec end;
    EXPECT(clock_gettime(CLOCK_REALTIME, &end) == 0);
    end.tv_sec += LONGEST;
    EXPECT(pthread_mutex_lock(&lock) == 0);
    for (long before = rounds; rounds < before + 2;) EXPECT(pthread_cond_timedwait(&changed, &lock, &end) == 0);
    pthread_mutex_unlock(&lock);
}

static void one_kind(const char *directory, int is_plain) {
    char place[4096];
    sbm_config *config;
    sbm_client *client;
    pthread_t thread;
    pid_t children[FORKS];
    void *good;
    EXPECT(snprintf(place, sizeof place, "%s-%d", directory, is_plain) < (int)sizeof place);
    EXPECT(sbm_config_new(SBM_ABI, place, &config, NULL) == SBM_OK);
    EXPECT(sbm_config_set_plain_files(config, is_plain, NULL) == SBM_OK);
    EXPECT(sbm_config_set_log(config, SBM_LOG_LEVEL_DEBUG, nothing, NULL, NULL, NULL) == SBM_OK);
    EXPECT(sbm_client_open(config, &client, NULL) == SBM_OK);
    is_over = 0;
    EXPECT(pthread_create(&thread, NULL, work, client) == 0);

    /* Children that live on without ever using the library keep what was open at the fork. */
    for (int i = 0; i < FORKS; i++) {
        children[i] = fork();
        EXPECT(children[i] >= 0);
        if (children[i] == 0) {
            alarm(4 * LONGEST);
            for (;;) pause();
        }
        the_parent_goes_on();
    }
    for (int i = 0; i < FORKS; i++) {
        EXPECT(kill(children[i], SIGKILL) == 0 && waitpid(children[i], NULL, 0) == children[i]);
    }

    for (int i = 0; i < FORKS; i++) {
        int status;
        pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0) {
            sbm_client *own;
            sbm_effect effect;
            /* One that waits for a lock of its parent's threads waits for ever. */
            alarm(LONGEST);
            EXPECT(sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_STATUS_FORKED);
            EXPECT(sbm_client_open(config, &own, NULL) == SBM_OK);
            EXPECT(sbm_client_may(own, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_OK);
            EXPECT(sbm_client_free(own) == SBM_OK);
            _exit(0);
        }
        EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        the_parent_goes_on();
    }
    EXPECT(pthread_mutex_lock(&lock) == 0);
    is_over = 1;
    pthread_mutex_unlock(&lock);
    EXPECT(pthread_join(thread, &good) == 0 && good == client);
    EXPECT(sbm_client_free(client) == SBM_OK);
    sbm_config_free(config);
}

int main(int count, char **argument) {
    EXPECT(count == 2);
    one_kind(argument[1], 0);
    one_kind(argument[1], 1);
    puts("ok");
    return 0;
}
