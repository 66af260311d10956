/*
 * Giving a profile to the server, so that it can be given to others. It takes an administrator, for this one act.
 *
 *     upload DIRECTORY CONNECTION ADMINISTRATOR PASSWORD        somebody logged in there before
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(int argc, char **argv) {
    static const char content[] = "source=/home\ndest=/backup\n", changed[] = "source=/home\ndest=/vault\n";
    uint64_t first, again, next;
    sbm_error *error;
    if (argc != 5) return 2;
    sbm_client *client = open_client(argv[1]);

    sbm_upload upload = {.struct_size = sizeof upload, .version = 1, .based_on = 0 /* a new one */};
    upload.guid = "0C5A2C1F4B7E4D6A9F3E1B2C3D4E5F60"; /* the host makes it once and keeps it beside the profile */
    upload.name = "Home folders";
    upload.description = "what everybody has";
    upload.body = (const uint8_t *)content; /* bytes that only the host understands */
    upload.body_size = strlen(content);
    check(sbm_client_upload_profile(client, argv[3], argv[4], &upload, &first, &error), &error);
    printf("uploaded: revision %llu\n", (unsigned long long)first);

    /* The same once more is harmless, so that an upload whose answer was lost can simply be repeated. */
    check(sbm_client_upload_profile(client, argv[3], argv[4], &upload, &again, &error), &error);
    printf("the same again: revision %llu\n", (unsigned long long)again);

    upload.body = (const uint8_t *)changed;
    upload.body_size = strlen(changed);
    upload.based_on = again; /* what the host had when the profile was changed */
    check(sbm_client_upload_profile(client, argv[3], argv[4], &upload, &next, &error), &error);
    printf("changed: revision %llu\n", (unsigned long long)next);

    /* Who changed an older revision hears of it, and overwrites nobody's work. */
    upload.body = (const uint8_t *)"source=/home\n";
    upload.body_size = strlen("source=/home\n");
    upload.based_on = first;
    sbm_status status = sbm_client_upload_profile(client, argv[3], argv[4], &upload, NULL, &error);
    printf("based on revision %llu: %s\n", (unsigned long long)first, sbm_status_name(status));
    sbm_error_free(error);
    sbm_client_free(client);
    return status == SBM_STATUS_STALE ? 0 : 1;
}
