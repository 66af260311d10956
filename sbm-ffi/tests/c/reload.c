/*
 * A host that loads the library, uses it and throws it out again, a thousand times: every tenth time with a worker thread that is
 * started and stopped. What the process holds at the end is what it held after the first times.
 *
 *     reload DIRECTORY LIBRARY
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include "expect.h"

enum { TIMES = 1000, WARM_UP = 100, MAY_GROW_KIB = 4096 };

/* The functions come from dlsym alone: this program is not linked against the library. POSIX wants the cast to be done so. */
#define LOAD(library, name) (*(void **)&name = dlsym(library, "sbm_" #name), EXPECT_LOADED(name))
#define EXPECT_LOADED(name) ((name) ? (void)0 : (fprintf(stderr, "%s\n", dlerror()), exit(1)))

static long resident_kib(void) {
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file && fscanf(file, "%ld %ld", &pages, &resident) == 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int open_files(void) {
    int number = 0;
    for (int file = 0; file < 256; file++) number += fcntl(file, F_GETFD) != -1;
    return number;
}

static void look(void *user_data, sbm_notice notice, sbm_status why) {
    (void)notice, (void)why;
    __atomic_add_fetch((int *)user_data, 1, __ATOMIC_SEQ_CST);
}

static void use(void *library, const char *directory, int with_worker) {
    sbm_status (*config_new)(uint32_t, const char *, sbm_config **, sbm_error **);
    void (*config_free)(sbm_config *);
    sbm_status (*client_open)(const sbm_config *, sbm_client **, sbm_error **);
    sbm_status (*client_free)(sbm_client *);
    sbm_status (*client_may)(const sbm_client *, int32_t, const char *, sbm_effect *, sbm_error **);
    sbm_status (*client_start_worker)(const sbm_client *, sbm_worker_callback, void *, sbm_destroy, sbm_worker **, sbm_error **);
    sbm_status (*worker_sync_now)(const sbm_worker *, sbm_error **);
    sbm_status (*worker_free)(sbm_worker *);
    LOAD(library, config_new), LOAD(library, config_free), LOAD(library, client_open), LOAD(library, client_free);
    LOAD(library, client_may), LOAD(library, client_start_worker), LOAD(library, worker_sync_now), LOAD(library, worker_free);
    sbm_config *config;
    sbm_client *client;
    sbm_worker *worker;
    sbm_effect effect;
    int told = 0;
    EXPECT(config_new(SBM_ABI, directory, &config, NULL) == SBM_OK && client_open(config, &client, NULL) == SBM_OK);
    config_free(config);
    EXPECT(client_may(client, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_OK && effect == SBM_EFFECT_UNMANAGED);
    if (with_worker) {
        EXPECT(client_start_worker(client, look, &told, NULL, &worker, NULL) == SBM_OK);
        EXPECT(worker_sync_now(worker, NULL) == SBM_OK && worker_free(worker) == SBM_OK);
    }
    EXPECT(client_free(client) == SBM_OK);
}

int main(int count, char **argument) {
    long before = 0;
    int files = 0;
    EXPECT(count == 3);
    for (int i = 0; i < TIMES; i++) {
        void *library = dlopen(argument[2], RTLD_NOW | RTLD_LOCAL);
        if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
        use(library, argument[1], i % 10 == 0);
        EXPECT(dlclose(library) == 0);
        if (i == WARM_UP) before = resident_kib(), files = open_files();
    }
    long grown = resident_kib() - before;
    if (grown > MAY_GROW_KIB) fprintf(stderr, "it grew by %ld KiB\n", grown);
    EXPECT(grown <= MAY_GROW_KIB && open_files() <= files);
    puts("ok");
    return 0;
}
