/*
 * The parts that need a server: the lock of the connection, and a worker that is online. sbm-tests runs it:
 *
 *     managed DIRECTORY CONNECTION OTHER_CONNECTION USER OTHER_USER PASSWORD ADMINISTRATOR HIS_PASSWORD
 *
 * Both servers know all three.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "../expect.h"

static const char *here, *there, *user, *other_user, *password, *administrator, *his_password;

static void stands(const sbm_client *client, const char *connection, const char *name, int32_t is_locked) {
    sbm_text *server, *login;
    int32_t locked = 7;
    EXPECT(sbm_client_is_locked(client, &locked, NULL) == SBM_OK && locked == is_locked);
    EXPECT(sbm_client_connection(client, &server, &login, NULL) == SBM_OK);
    EXPECT(!strcmp(sbm_text_data(server), connection) && !strcmp(sbm_text_data(login), name));
    EXPECT(!*connection == !server && !*name == !login);
    sbm_text_free(server);
    sbm_text_free(login);
    EXPECT(sbm_client_connection(client, &server, NULL, NULL) == SBM_OK); /* who only wants the server */
    sbm_text_free(server);
}

static sbm_check tested(sbm_client *client, const char *connection, const char *name, const char *secret) {
    sbm_server_test *test;
    EXPECT(sbm_client_test_server(client, connection, name, secret, &test, NULL) == SBM_OK);
    sbm_check locked = sbm_server_test_locked(test);
    sbm_server_test_free(test);
    return locked;
}

static void a_valid_test_locks_and_an_administrator_changes(sbm_client *client) {
    sbm_rollout *rollout;
    sbm_text *fingerprint;
    sbm_sync_summary summary = {0};
    int64_t contact = 7, age = 7;
    summary.struct_size = sizeof summary;
    stands(client, "", "", 0);
    EXPECT(sbm_client_last_contact(client, &contact, &age, NULL) == SBM_OK && contact == -1 && age == -1);
    EXPECT(sbm_client_fingerprint(client, &fingerprint, NULL) == SBM_OK && !fingerprint);
    EXPECT(tested(client, here, NULL, NULL) == SBM_CHECK_NOT_TRIED && tested(client, here, user, "wrong") == SBM_CHECK_NOT_TRIED);
    stands(client, "", "", 0);
    EXPECT(tested(client, here, user, password) == SBM_CHECK_PASSED);
    stands(client, here, user, 1);

    FAILS(SBM_STATUS_CONNECTION_LOCKED, sbm_client_login(client, here, other_user, password, &error));
    FAILS(SBM_STATUS_CONNECTION_LOCKED, sbm_client_login(client, there, user, password, &error));
    EXPECT(sbm_rollout_new(&rollout, NULL) == SBM_OK && sbm_rollout_set_connection(rollout, there, NULL) == SBM_OK);
    EXPECT(sbm_rollout_set_user(rollout, other_user, NULL) == SBM_OK && sbm_rollout_set_password(rollout, password, NULL) == SBM_OK);
    EXPECT(sbm_client_roll_out(client, rollout, &summary, NULL) == SBM_OK && summary.tried == 0);
    EXPECT(sbm_client_login(client, here, user, password, NULL) == SBM_OK);
    EXPECT(sbm_client_last_contact(client, &contact, &age, NULL) == SBM_OK && contact > 0 && age >= 0);
    EXPECT(sbm_client_fingerprint(client, &fingerprint, NULL) == SBM_OK && strlen(sbm_text_data(fingerprint)) == 64);
    EXPECT(strstr(here, sbm_text_data(fingerprint)));
    sbm_text_free(fingerprint);

    FAILS(SBM_STATUS_WRONG_CREDENTIALS,
          sbm_client_change_connection(client, there, other_user, password, administrator, "wrong", &error));
    FAILS(SBM_STATUS_DENIED_ROLE, sbm_client_change_connection(client, there, other_user, password, user, password, &error));
    FAILS(SBM_STATUS_WRONG_CREDENTIALS,
          sbm_client_change_connection(client, there, other_user, "wrong", administrator, his_password, &error));
    stands(client, here, user, 1);
    EXPECT(sbm_client_change_connection(client, there, other_user, password, administrator, his_password, NULL) == SBM_OK);
    stands(client, there, other_user, 1);
    sbm_rollout_free(rollout);
}

/* What the worker told last. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static int told[4];
static sbm_status reason;

static void look(void *user_data, sbm_notice notice, sbm_status why) {
    EXPECT(user_data == told && notice >= SBM_NOTICE_CHANGED && notice <= SBM_NOTICE_FAILED);
    pthread_mutex_lock(&lock);
    told[notice]++;
    reason = why;
    pthread_cond_broadcast(&bell);
    pthread_mutex_unlock(&lock);
}

static void wait_for(sbm_notice notice, int at_least) {
    pthread_mutex_lock(&lock);
    while (told[notice] < at_least) pthread_cond_wait(&bell, &lock);
    pthread_mutex_unlock(&lock);
}

static void a_worker_checks_at_once_and_sees_what_another_does(const char *directory) {
    sbm_client *watched = open_client(directory), *another = open_client(directory);
    sbm_worker *worker;
    sbm_state state;
    EXPECT(sbm_client_state(watched, &state, NULL, NULL) == SBM_OK && state == SBM_STATE_OFFLINE); /* not asked yet */
    EXPECT(sbm_client_start_worker(watched, look, told, NULL, &worker, NULL) == SBM_OK);
    wait_for(SBM_NOTICE_SYNCED, 1);
    EXPECT(reason == SBM_OK);
    EXPECT(sbm_client_state(watched, &state, NULL, NULL) == SBM_OK && state == SBM_STATE_ONLINE);
    EXPECT(sbm_worker_sync_now(worker, NULL) == SBM_OK);
    wait_for(SBM_NOTICE_SYNCED, 2);

    /* The other client stands for another process: it has a connection of its own to the cache. */
    int before = told[SBM_NOTICE_CHANGED];
    EXPECT(sbm_client_logout(another, NULL) == SBM_OK);
    wait_for(SBM_NOTICE_CHANGED, before + 1);
    EXPECT(sbm_client_state(watched, &state, NULL, NULL) == SBM_OK && state == SBM_STATE_REFUSED);
    EXPECT(sbm_worker_free(worker) == SBM_OK && sbm_client_free(watched) == SBM_OK && sbm_client_free(another) == SBM_OK);
}

int main(int count, char **argument) {
    EXPECT(count == 9);
    here = argument[2], there = argument[3], user = argument[4], other_user = argument[5];
    password = argument[6], administrator = argument[7], his_password = argument[8];
    sbm_client *client = open_client(argument[1]);
    a_valid_test_locks_and_an_administrator_changes(client);
    EXPECT(sbm_client_free(client) == SBM_OK);
    a_worker_checks_at_once_and_sees_what_another_does(argument[1]);
    puts("ok");
    return 0;
}
