/* connection.c: which server manages this computer, and who is logged in. */
#include "minibackup.h"

#include <errno.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

/* From the environment, for scripts; else it is asked for, unseen. Never from the command line, where others can read it. */
const char *password(const char *user, const char *variable) {
    const char *given = getenv(variable);
    if (!given) fprintf(stderr, "%s, ", user), given = getpass("password: ");
    if (!given) fail(user, "there is no terminal to type the password at");
    return given;
}

/* Can the server be reached, is it the confirmed one, does it admit us, are user and password right? Nothing is changed. */
void test_server(const char *connection, const char *user) {
    sbm_server_test *result;
    check(sbm_client_test_server(client, connection, user, password(user, "MINIBACKUP_PASSWORD"), &result, &error));
    fputs(sbm_server_test_report(result), stdout);
    sbm_check good = sbm_server_test_credentials(result);
    sbm_server_test_free(result);
    if (good != SBM_CHECK_PASSED) stop(FAILED);
}

void log_in(const char *connection, const char *user) {
    check(sbm_client_login(client, connection, user, password(user, "MINIBACKUP_PASSWORD"), &error));
    caption(stderr, "");
    take_over();
}

void log_out(void) {
    check(sbm_client_logout(client, &error));
}

/* Login settings: only=USER keeps everybody else out of this minibackup. */
static void admit(void) {
    static struct keys settings;
    char path[MAX_TEXT];
    const struct passwd *user = getpwuid(geteuid());
    read_settings(&settings, "login", path);
    const char *only = get(&settings, "only");
    if (only && (!user || strcmp(user->pw_name, only) != 0)) fail(only, "this minibackup is for that user alone");
}

static void make_folder(const char *path) {
    must(mkdir(path, 0700) == 0 || errno == EEXIST, path);
}

void open_client(void) {
    char path[MAX_TEXT];
    sbm_config *config;
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    make_folder(home);
    join(path, home, "/profiles", "");
    make_folder(path);
    admit();
    join(path, home, "/sbm", "");
    check(sbm_config_new(SBM_ABI, path, &config, &error));
    check(sbm_config_set_program(config, "minibackup 1.1", &error));
    check(sbm_client_open(config, &client, &error));
    sbm_config_free(config);
    check(sbm_client_sync_if_due(client, &summary, &error)); /* a program asks the server when it starts, if it has one */
    take_over();
}
