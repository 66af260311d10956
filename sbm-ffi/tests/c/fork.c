/* A host that forks while its threads work, and keeps a lock of its own over each fork: the parent goes on, and children open
 * clients of their own, in either kind of cache; also where the fork fell into the very first call. */
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

/* A lock of the host's, under which it calls the library and which it takes before a fork, as it should. */
static pthread_mutex_t own_lock = PTHREAD_MUTEX_INITIALIZER;
static void take_own(void) { EXPECT(pthread_mutex_lock(&own_lock) == 0); }
static void give_own(void) { EXPECT(pthread_mutex_unlock(&own_lock) == 0); }

static void nothing(void *user_data, sbm_log_level level, const char *message) {
    (void)user_data, (void)level, (void)message;
}

static void *work(void *client) {
    for (;;) {
        sbm_sync_summary summary = {0};
        sbm_change *change = NULL;
        summary.struct_size = sizeof summary;
        take_own();
        sbm_status status = sbm_client_sync(client, &summary, NULL);
        give_own();
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

static void *open_first(void *config) {
    sbm_client *client;
    EXPECT(sbm_client_open(config, &client, NULL) == SBM_OK);
    return client;
}

/* The first call of a process on one thread, and a fork on another at about the same time. */
static void the_first_call(const char *directory, int number) {
    char place[4096];
    sbm_config *config;
    pthread_t thread;
    void *client;
    int status;
    EXPECT(snprintf(place, sizeof place, "%s-first-%d", directory, number) < (int)sizeof place);
    EXPECT(sbm_config_new(SBM_ABI, place, &config, NULL) == SBM_OK);
    EXPECT(pthread_create(&thread, NULL, open_first, config) == 0);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        alarm(LONGEST);
        EXPECT(sbm_client_free(open_first(config)) == SBM_OK);
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(pthread_join(thread, &client) == 0 && sbm_client_free(client) == SBM_OK);
    sbm_config_free(config);
}

int main(int count, char **argument) {
    EXPECT(count == 2);
    EXPECT(pthread_atfork(take_own, give_own, give_own) == 0);
    for (int i = 0; i < FORKS; i++) {
        /* Each in a process of its own: there is one first call in each. */
        int status;
        pid_t host = fork();
        EXPECT(host >= 0);
        if (host == 0) {
            the_first_call(argument[1], i);
            _exit(0);
        }
        EXPECT(waitpid(host, &status, 0) == host && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    one_kind(argument[1], 0);
    one_kind(argument[1], 1);
    puts("ok");
    return 0;
}
