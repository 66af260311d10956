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

/*
 * Can the server be reached, is it the confirmed one, does it admit us, are user and password right? If all is well, the
 * connection is locked to that server and user; rights begin with the login.
 */
void test_server(const char *connection, const char *user) {
    sbm_server_test *result;
    check(sbm_client_test_server(client, connection, user, password(user, "MINIBACKUP_PASSWORD"), &result, &error));
    fputs(sbm_server_test_report(result), stdout);
    if (sbm_server_test_locked(result) == SBM_CHECK_PASSED)
        printf("the connection is locked to %s at this server; `connect` changes it, with an administrator's password\n", user);
    sbm_check good = sbm_server_test_credentials(result);
    sbm_server_test_free(result);
    if (good != SBM_CHECK_PASSED) stop(FAILED);
}

/*
 * A window would try without code, and ask for it when the status is SBM_STATUS_DENIED_SECOND_FACTOR; and when it is
 * SBM_STATUS_OTHER_MACHINE it would show the sentence and ask whether the account is to be on this computer. Here it is another
 * command.
 */
void log_in(const char *connection, const char *user, int takes_over) {
    const char *code = getenv("MINIBACKUP_CODE"), *own = password(user, "MINIBACKUP_PASSWORD");
    check(takes_over ? sbm_client_take_over(client, connection, user, own, code, &error)
          : code     ? sbm_client_login_with_code(client, connection, user, own, code, &error)
                     : sbm_client_login(client, connection, user, own, &error));
    caption(stderr, "");
    if (!take_over()) stop(FAILED);
}

/* Without a password: an administrator gave the code out. Whoever has to wait enrols again, with the same code. */
void enrol(const char *connection) {
    const char *code = getenv("MINIBACKUP_CODE");
    sbm_enrolment state;
    if (!code) fail(connection, "put the enrolment code into MINIBACKUP_CODE");
    check(sbm_client_enrol(client, connection, code, &state, &error));
    if (state == SBM_ENROLMENT_WAITING) fail(connection, "a person has yet to let this computer in; enrol again later");
    caption(stderr, "");
    if (!take_over()) stop(FAILED);
}

void log_out(void) {
    check(sbm_client_logout(client, &error));
}

/* Another server, or another user. While the connection is locked, its administrator allows it with his password. */
void reconnect(const char *connection, const char *user, const char *administrator) {
    char own[MAX_TEXT];
    join(own, password(user, "MINIBACKUP_PASSWORD"), "", ""); /* the terminal's is overwritten by the next one */
    check(sbm_client_change_connection(client, connection, user, own, administrator,
                                       password(administrator, "MINIBACKUP_ADMIN_PASSWORD"), &error));
    caption(stderr, "");
    if (!take_over()) stop(FAILED);
}

/* What a form of the connection would show, read-only or not. */
void show_connection(void) {
    sbm_text *connection, *user, *fingerprint;
    int32_t locked;
    int64_t contact, age;
    check(sbm_client_connection(client, &connection, &user, &error));
    check(sbm_client_fingerprint(client, &fingerprint, &error));
    check(sbm_client_is_locked(client, &locked, &error));
    check(sbm_client_last_contact(client, &contact, &age, &error));
    printf("server: %s\nuser: %s\n", connection ? sbm_text_data(connection) : "none", user ? sbm_text_data(user) : "none");
    if (fingerprint) printf("fingerprint: %s\n", sbm_text_data(fingerprint));
    printf("locked: %s\n", locked ? "yes; `connect` changes it, with an administrator's password" : "no");
    if (contact >= 0) printf("last contact: %" PRId64 " seconds ago\n", age / 1000);
    sbm_text_free(connection), sbm_text_free(user), sbm_text_free(fingerprint);
}

/*
 * Login settings: only=USER keeps everybody else of this computer out of this minibackup; roots=system trusts a server whose
 * connection string has no fingerprint by the certificate authorities of this computer. Answers whether that was said.
 */
static int admit(void) {
    static struct keys settings;
    char path[MAX_TEXT];
    const struct passwd *user = getpwuid(geteuid());
    read_settings(&settings, "login", path);
    const char *only = get(&settings, "only");
    if (only && (!user || strcmp(user->pw_name, only) != 0)) fail(only, "this minibackup is for that user alone");
    const char *roots = get(&settings, "roots");
    return roots && strcmp(roots, "system") == 0;
}

static void make_folder(const char *path) {
    must(mkdir(path, 0700) == 0 || errno == EEXIST, path);
}

void open_client(const char *file) {
    char path[MAX_TEXT];
    sbm_config *config;
    sbm_rollout *rollout;
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    make_folder(home);
    join(path, home, "/profiles", "");
    make_folder(path);
    int system_roots = admit();
    join(path, home, "/sbm", "");
    check(sbm_config_new(SBM_ABI, path, &config, &error));
    check(sbm_config_set_program(config, "minibackup 1.1", &error));
    check(sbm_config_set_system_roots(config, system_roots, &error));
    check(sbm_rollout_new(&rollout, &error)); /* settings that somebody rolled out, from the environment and from a file */
    check(sbm_rollout_add_environment(rollout, &error));
    if (file) check(sbm_rollout_add_file(rollout, file, &error));
    check(sbm_config_set_rollout(config, rollout, &error));
    check(sbm_client_open(config, &client, &error));
    check(sbm_client_roll_out(client, rollout, &summary, &error)); /* they count only while nothing is locked */
    sbm_rollout_free(rollout);
    sbm_config_free(config);
    tell(sbm_client_sync_if_due(client, &summary, &error)); /* a program asks the server when it starts, if it has one */
    take_over();
}
