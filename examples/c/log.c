/*
 * The library's log in the host's own: here a file DIRECTORY.log, one line each. It never holds a password.
 *
 *     log DIRECTORY CONNECTION USER PASSWORD
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

/* On the thread of the call, or the worker's, and under no lock; stdio has one of its own, so that lines stay whole. */
static void write_line(void *user_data, sbm_log_level level, const char *message) {
    static const char *const names[] = {"", "error", "warning", "info", "debug"};
    /* A later library may have more levels. The message is borrowed: copy it if you need it longer. */
    fprintf(user_data, "%s: %s\n", level >= 1 && level <= 4 ? names[level] : "other", message);
}

static void close_file(void *user_data) {
    fclose(user_data);
    puts("log closed");
}

int main(int argc, char **argv) {
    char path[1000];
    sbm_config *config;
    sbm_client *client;
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_error *error;
    if (argc != 5 || snprintf(path, sizeof path, "%s.log", argv[1]) >= (int)sizeof path) return 2;
    FILE *file = fopen(path, "a");
    if (!file) return perror(path), 1;

    check(sbm_config_new(SBM_ABI, argv[1], &config, &error), &error);
    /* From here on the file is the library's: it closes it through close_file, also if this call fails. */
    check(sbm_config_set_log(config, SBM_LOG_LEVEL_DEBUG, write_line, file, close_file, &error), &error);
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config);
    puts("log open");

    check(sbm_client_login(client, argv[2], argv[3], argv[4], &error), &error);
    check(sbm_client_sync(client, &summary, &error), &error);
    puts("logged in");

    sbm_client_free(client); /* the last that held it */
    if (!(file = fopen(path, "r"))) return perror(path), 1;
    printf("something was told: %s\n", fgetc(file) != EOF ? "yes" : "no");
    fclose(file);
    return 0;
}
