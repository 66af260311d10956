/*
 * The worker: its callback comes from another thread, under the host's floating-point state; it may call the library, and
 * even free the worker; what the host gave is given back once. Handles of it are as safe as those of a client.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "expect.h"
#include "traps.h"

/* WATCHED: by valgrind, which has no traps. */
#if defined(WATCHED)
enum { TRAPS = 0 };
#else
enum { TRAPS = FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW };
#endif

/* What the host and the worker tell each other. */
struct desk {
    pthread_mutex_t lock;
    pthread_cond_t bell;
    pthread_t host;
    sbm_client *client;
    sbm_worker *worker; /* to be freed by the callback */
    int failed, destroyed, same_thread, traps;
    sbm_status why;
};

static void look(void *user_data, sbm_notice notice, sbm_status why) {
    struct desk *desk = user_data;
    sbm_state state;
    sbm_effect effect;
    pthread_mutex_lock(&desk->lock);
    desk->traps = fegetexcept();
    desk->same_thread |= pthread_equal(pthread_self(), desk->host) != 0;
    EXPECT(sbm_client_state(desk->client, &state, NULL, NULL) == SBM_OK && state == SBM_STATE_UNMANAGED);
    EXPECT(sbm_client_may(desk->client, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_OK && fegetexcept() == desk->traps);
    if (notice == SBM_NOTICE_FAILED) desk->failed++, desk->why = why;
    if (desk->worker) {
        EXPECT(sbm_worker_free(desk->worker) == SBM_OK);
        FAILS(SBM_STATUS_BAD_HANDLE, sbm_worker_sync_now(desk->worker, &error));
        desk->worker = NULL;
    }
    pthread_cond_broadcast(&desk->bell);
    pthread_mutex_unlock(&desk->lock);
}

static void destroy(void *user_data) {
    struct desk *desk = user_data;
    pthread_mutex_lock(&desk->lock);
    desk->destroyed++;
    pthread_cond_broadcast(&desk->bell);
    pthread_mutex_unlock(&desk->lock);
}

static void wait_for(struct desk *desk, const int *number, int at_least) {
    pthread_mutex_lock(&desk->lock);
    while (*number < at_least) pthread_cond_wait(&desk->bell, &desk->lock);
    pthread_mutex_unlock(&desk->lock);
}

static void the_callback_comes_from_another_thread(struct desk *desk) {
    sbm_worker *worker;
    EXPECT(sbm_client_start_worker(desk->client, look, desk, destroy, &worker, NULL) == SBM_OK && worker);
    /* Nobody is logged in here, so a sync that was asked for fails and says so; one that is due does not. */
    for (int i = 1; i <= 3; i++) {
        EXPECT(sbm_worker_sync_now(worker, NULL) == SBM_OK);
        wait_for(desk, &desk->failed, i);
    }
    EXPECT(desk->failed == 3 && desk->why == SBM_STATUS_NOT_LOGGED_IN);
    EXPECT(!desk->same_thread && desk->traps == TRAPS && desk->destroyed == 0);
    EXPECT(sbm_worker_free(worker) == SBM_OK && desk->destroyed == 1);
    EXPECT(sbm_worker_free(worker) == SBM_STATUS_BAD_HANDLE);
}

static void the_callback_may_free_its_worker(struct desk *desk) {
    sbm_worker *worker;
    desk->failed = desk->destroyed = 0;
    EXPECT(sbm_client_start_worker(desk->client, look, desk, destroy, &worker, NULL) == SBM_OK);
    pthread_mutex_lock(&desk->lock);
    desk->worker = worker;
    EXPECT(sbm_worker_sync_now(worker, NULL) == SBM_OK);
    pthread_mutex_unlock(&desk->lock);
    wait_for(desk, &desk->destroyed, 1);
    EXPECT(sbm_worker_free(worker) == SBM_STATUS_BAD_HANDLE && desk->destroyed == 1);
}

#if !defined(WATCHED) && !defined(_WIN32)
static void a_child_has_no_worker(struct desk *desk) {
    sbm_worker *worker;
    int status;
    EXPECT(sbm_client_start_worker(desk->client, NULL, NULL, NULL, &worker, NULL) == SBM_OK);
    pid_t child = fork();
    if (child == 0) {
        FAILS(SBM_STATUS_FORKED, sbm_worker_sync_now(worker, &error));
        EXPECT(sbm_worker_free(worker) == SBM_STATUS_FORKED);
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(sbm_worker_free(worker) == SBM_OK);
}
#endif

static void *free_it(void *worker) {
    return sbm_worker_free(worker) == SBM_OK ? worker : NULL;
}

static void of_many_frees_one_wins(struct desk *desk) {
    for (int round = 0; round < 20; round++) {
        pthread_t threads[4];
        sbm_worker *worker;
        int freed = 0;
        desk->destroyed = 0;
        EXPECT(sbm_client_start_worker(desk->client, look, desk, destroy, &worker, NULL) == SBM_OK);
        for (int i = 0; i < 4; i++) EXPECT(pthread_create(&threads[i], NULL, free_it, worker) == 0);
        for (int i = 0; i < 4; i++) {
            void *good;
            EXPECT(pthread_join(threads[i], &good) == 0);
            freed += good != NULL;
        }
        EXPECT(freed == 1 && desk->destroyed == 1);
    }
}

/* A callback that is inside the library when its worker is freed; all of it by __atomic, which C99 has not by another name. */
struct asker {
    sbm_worker *worker;
    int asked, destroyed;
};

static void ask_again(void *user_data, sbm_notice notice, sbm_status why) {
    struct asker *asker = user_data;
    (void)notice, (void)why;
    for (;;) {
        sbm_worker *worker = __atomic_load_n(&asker->worker, __ATOMIC_SEQ_CST);
        if (worker && sbm_worker_sync_now(worker, NULL) != SBM_OK) break; /* it is being freed */
        __atomic_fetch_add(&asker->asked, 1, __ATOMIC_SEQ_CST);
    }
    for (int i = 0; i < 100; i++) sched_yield(); /* a callback takes its time, and is waited for */
}

static void *ask_beside(void *user_data) {
    struct asker *asker = user_data;
    while (sbm_worker_sync_now(__atomic_load_n(&asker->worker, __ATOMIC_SEQ_CST), NULL) == SBM_OK) continue;
    return NULL;
}

static void ask_no_more(void *user_data) {
    struct asker *asker = user_data;
    __atomic_store_n(&asker->destroyed, 1, __ATOMIC_SEQ_CST);
}

static void a_free_waits_for_a_callback_that_uses_the_worker(struct desk *desk) {
    enum { ROUNDS = 40 };
    static struct asker askers[ROUNDS]; /* what is late is seen in memory that still stands */
    int late = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct asker *asker = &askers[round];
        sbm_worker *worker;
        pthread_t beside;
        EXPECT(sbm_client_start_worker(desk->client, ask_again, asker, ask_no_more, &worker, NULL) == SBM_OK);
        EXPECT(sbm_worker_sync_now(worker, NULL) == SBM_OK);
        __atomic_store_n(&asker->worker, worker, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&asker->asked, __ATOMIC_SEQ_CST) < 100) sched_yield();
        /* In every other round a thread of the host's asks as well: nor is it the one that waits. */
        if (round % 2) EXPECT(pthread_create(&beside, NULL, ask_beside, asker) == 0);
        EXPECT(sbm_worker_free(worker) == SBM_OK);
        late += !__atomic_load_n(&asker->destroyed, __ATOMIC_SEQ_CST); /* what it used could be freed now */
        if (round % 2) EXPECT(pthread_join(beside, NULL) == 0);
    }
    EXPECT(late == 0);
}

static void a_worker_outlives_its_client(struct desk *desk, const char *directory) {
    sbm_client *client = open_client(directory);
    sbm_worker *worker;
    EXPECT(sbm_client_start_worker(client, look, desk, NULL, &worker, NULL) == SBM_OK);
    EXPECT(sbm_client_free(client) == SBM_OK);
    desk->failed = 0;
    EXPECT(sbm_worker_sync_now(worker, NULL) == SBM_OK);
    wait_for(desk, &desk->failed, 1);
    EXPECT(sbm_worker_free(worker) == SBM_OK);
}

int main(int count, char **argument) {
    static struct desk desk = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, NULL, NULL, 0, 0, 0, 0, 0};
    EXPECT(count == 2);
    desk.host = pthread_self();
    desk.client = open_client(argument[1]);
    feenableexcept(TRAPS);
    the_callback_comes_from_another_thread(&desk);
    the_callback_may_free_its_worker(&desk);
#if !defined(WATCHED) && !defined(_WIN32) /* a child has the memory of a thread that it does not have, and valgrind says so */
    a_child_has_no_worker(&desk);
#endif
    of_many_frees_one_wins(&desk);
    a_free_waits_for_a_callback_that_uses_the_worker(&desk);
    a_worker_outlives_its_client(&desk, argument[1]);
    EXPECT(fegetexcept() == TRAPS);
    EXPECT(sbm_client_free(desk.client) == SBM_OK);
    puts("ok");
    return 0;
}
