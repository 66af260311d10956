/*
 * What crossing the boundary costs from C, beside what everybody knows: strlen and sqlite3_bind_int, in the same run.
 *
 *   boundary_bench LIBRARY DIRECTORY
 *
 * LIBRARY is loaded by dlopen, as a program does that looks for it at run time; DIRECTORY is a client's. Each sample is the mean
 * of a batch of calls; printed are the middle and the 99th of the samples, in nanoseconds, and how long the library takes from
 * dlopen to its first answer, in milliseconds, as the middle of many fresh processes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"

enum { SAMPLES = 1001, BATCH = 500, STARTS = 31 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static double samples[SAMPLES];

/* Each row measures one call; what it answers goes where no compiler leaves it out. */
static volatile uint64_t kept;
#define MEASURE(name, call)                                                                                            \
    do {                                                                                                               \
        for (int sample = 0; sample < SAMPLES; sample++) {                                                             \
            double start = now();                                                                                      \
            for (int i = 0; i < BATCH; i++) kept += (uint64_t)(call);                                                  \
            samples[sample] = (now() - start) / BATCH;                                                                 \
        }                                                                                                              \
        qsort(samples, SAMPLES, sizeof *samples, by_value);                                                            \
        printf("%s: p50 %.1f ns, p99 %.1f ns\n", name, samples[SAMPLES / 2], samples[SAMPLES * 99 / 100]);             \
    } while (0)

/* The functions, as a loader finds them. */
static struct {
    const char *(*version)(void);
    uint32_t (*abi_version)(void);
    sbm_status (*config_new)(uint32_t, const char *, sbm_config **, sbm_error **);
    void (*config_free)(sbm_config *);
    sbm_status (*client_open)(const sbm_config *, sbm_client **, sbm_error **);
    sbm_status (*client_free)(sbm_client *);
    sbm_status (*client_cancel)(const sbm_client *, sbm_error **);
    sbm_status (*client_may)(const sbm_client *, int32_t, const char *, sbm_effect *, sbm_error **);
} sbm;

static void load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) fprintf(stderr, "%s\n", dlerror());
    EXPECT(library);
#define FIND(field, name)                                       \
    do {                                                        \
        void *found = dlsym(library, name);                     \
        EXPECT(found);                                          \
        memcpy(&sbm.field, &found, sizeof found);               \
    } while (0)
    FIND(version, "sbm_version");
    FIND(abi_version, "sbm_abi_version");
    FIND(config_new, "sbm_config_new");
    FIND(config_free, "sbm_config_free");
    FIND(client_open, "sbm_client_open");
    FIND(client_free, "sbm_client_free");
    FIND(client_cancel, "sbm_client_cancel");
    FIND(client_may, "sbm_client_may");
}

/* From nothing to the first answer, in a process of its own each time: a library is loaded only once in one. */
static double first_answer(const char *path) {
    int ends[2];
    double took = 0;
    EXPECT(pipe(ends) == 0);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        double start = now();
        load(path);
        kept += (uint64_t)*sbm.version() + sbm.abi_version();
        took = now() - start;
        _exit(write(ends[1], &took, sizeof took) == (ssize_t)sizeof took ? 0 : 1);
    }
    EXPECT(read(ends[0], &took, sizeof took) == (ssize_t)sizeof took);
    EXPECT(waitpid(child, NULL, 0) == child);
    close(ends[0]);
    close(ends[1]);
    return took / 1e6;
}

int main(int count, char **argument) {
    static double starts[STARTS];
    static volatile uint32_t counter;
    /* Not known when it is compiled, so that the call is made. */
    const char *volatile text = "94D3D1C174724DC9A5E99EE763E23159";
    EXPECT(count == 3);
    for (int i = 0; i < STARTS; i++) starts[i] = first_answer(argument[1]);
    qsort(starts, STARTS, sizeof *starts, by_value);
    printf("dlopen to the first answer: p50 %.2f ms\n", starts[STARTS / 2]);

    load(argument[1]);
    sbm_config *config;
    sbm_client *client;
    sbm_effect effect;
    EXPECT(sbm.config_new(SBM_ABI, argument[2], &config, NULL) == SBM_OK);
    EXPECT(sbm.client_open(config, &client, NULL) == SBM_OK);
    sbm.config_free(config);
    EXPECT(sbm.client_may(client, SBM_ACTION_RESTORE, NULL, &effect, NULL) == SBM_OK);

    sqlite3 *database;
    sqlite3_stmt *statement;
    EXPECT(sqlite3_open(":memory:", &database) == SQLITE_OK);
    EXPECT(sqlite3_prepare_v2(database, "SELECT ?1", -1, &statement, NULL) == SQLITE_OK);

    MEASURE("empty loop", ++counter);
    MEASURE("strlen of 32 bytes", strlen(text));
    MEASURE("sqlite3_bind_int", sqlite3_bind_int(statement, 1, 7));
    MEASURE("sbm_version", (uintptr_t)sbm.version());
    /* The least that a call with a handle can be: the arguments, the handle, and one number that is raised. */
    MEASURE("a call with a handle", sbm.client_cancel(client, NULL));
    MEASURE("a freed handle", sbm.client_cancel((const sbm_client *)text, NULL));
    MEASURE("sbm_client_may", sbm.client_may(client, SBM_ACTION_RESTORE, NULL, &effect, NULL));

    sqlite3_finalize(statement);
    sqlite3_close(database);
    EXPECT(sbm.client_free(client) == SBM_OK);
    return 0;
}
