/*
 * Applying what the server wants: profiles to take over, to replace and to remove. Here a profile is a file DIRECTORY.GUID.
 *
 *     changes DIRECTORY        somebody logged in there before
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

/* The content must be safe before the change is answered: a file half written must never look like a whole one. */
static int store(const char *path, const uint8_t *data, size_t size) {
    char fresh[1100];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) return 0;
    FILE *file = fopen(fresh, "wb");
    if (!file) return 0;
    int good = fwrite(data, 1, size, file) == size;
    good = fclose(file) == 0 && good;
#if defined(_WIN32)
    if (good) remove(path); /* rename() does not replace there */
#endif
    return good && rename(fresh, path) == 0;
}

static void apply(sbm_change *change, const char *directory) {
    char path[1000];
    const uint8_t *data;
    size_t size;
    sbm_error *error;
    sbm_delivery kind = sbm_change_kind(change);
    int good = snprintf(path, sizeof path, "%s.%s", directory, sbm_change_guid(change)) < (int)sizeof path;
    check(sbm_change_body(change, &data, &size, &error), &error);
    if (kind == SBM_DELIVERY_INSTALL || kind == SBM_DELIVERY_UPDATE) good = good && store(path, data, size);
    else remove(path); /* the copy of the profile, never what it backs up; gone already is as good */
    printf("%s %s, revision %llu, %u bytes\n", kind == SBM_DELIVERY_INSTALL ? "install" : kind == SBM_DELIVERY_UPDATE ? "update" : "remove",
           sbm_change_name(change), (unsigned long long)sbm_change_revision(change), (unsigned)size);
    /* One of the two, always: what is not answered comes again. The administrator reads the reason. */
    if (good) check(sbm_change_done(change, &error), &error);
    else check(sbm_change_failed(change, "the profile could not be written to disk", &error), &error);
}

int main(int argc, char **argv) {
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_change *change;
    sbm_error *error;
    int applied = 0;
    if (argc < 2) return 2;
    sbm_client *client = open_client(argv[1]);
    check(sbm_client_sync(client, &summary, &error), &error);
    for (;; applied++) {
        check(sbm_client_next_change(client, &change, &error), &error);
        if (!change) break; /* none waits */
        apply(change, argv[1]);
        sbm_change_free(change);
    }
    printf("applied: %d\n", applied);
    check(sbm_client_sync(client, &summary, &error), &error); /* tells the server; the next exchange would do it as well */
    printf("still waiting: %u\n", (unsigned)summary.changes_waiting);
    sbm_client_free(client);
    return 0;
}
