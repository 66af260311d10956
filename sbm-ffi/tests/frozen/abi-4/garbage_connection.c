/* garbage.c for the management connection, silent roll-out and the worker. */
#include "garbage.h"

static void connections(void) {
    int32_t locked = 7;
    int64_t contact = 7, age = 7;
    sbm_text *connection = NULL, *user = NULL;
    static const char somewhere[] = "sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000";
    CLIENTS(sbm_client_is_locked, &locked);
    NULLS(sbm_client_is_locked(client, NULL, &error));
    CLIENTS(sbm_client_connection, &connection, &user);
    NULLS(sbm_client_connection(client, NULL, &user, &error));
    CLIENTS(sbm_client_fingerprint, &user);
    NULLS(sbm_client_fingerprint(client, NULL, &error));
    CLIENTS(sbm_client_last_contact, &contact, &age);
    NULLS(sbm_client_last_contact(client, NULL, &age, &error));
    EXPECT(locked == 7 && contact == 7 && age == 7 && !connection && !user);

    CLIENTS(sbm_client_change_connection, somewhere, "carol", "password", "admin", "password");
    NULLS(sbm_client_change_connection(client, NULL, "carol", "password", "admin", "password", &error));
    NULLS(sbm_client_change_connection(client, somewhere, NULL, "password", "admin", "password", &error));
    NULLS(sbm_client_change_connection(client, somewhere, "carol", NULL, "admin", "password", &error));
    NULLS(sbm_client_change_connection(client, somewhere, "carol", "password", NULL, "password", &error));
    NULLS(sbm_client_change_connection(client, somewhere, "carol", "password", "admin", NULL, &error));
    FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_client_change_connection(client, long_text, "c", "p", "a", "p", &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_change_connection(client, somewhere, not_utf8, "p", "a", "p", &error));
    CLIENTS(sbm_client_change_connection_with_code, somewhere, "carol", "password", "123456", "admin", "password", "123456");
    NULLS(sbm_client_change_connection_with_code(client, NULL, "carol", "password", NULL, "admin", "password", NULL, &error));
    NULLS(sbm_client_change_connection_with_code(client, somewhere, NULL, "password", NULL, "admin", "password", NULL, &error));
    NULLS(sbm_client_change_connection_with_code(client, somewhere, "carol", NULL, NULL, "admin", "password", NULL, &error));
    NULLS(sbm_client_change_connection_with_code(client, somewhere, "carol", "password", NULL, NULL, "password", NULL, &error));
    NULLS(sbm_client_change_connection_with_code(client, somewhere, "carol", "password", NULL, "admin", NULL, NULL, &error));
    FAILS(SBM_STATUS_BAD_CONNECTION_STRING,
          sbm_client_change_connection_with_code(client, long_text, "c", "p", long_text, "a", "p", long_text, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_change_connection_with_code(client, somewhere, "c", "p", not_utf8, "a", "p", NULL, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_change_connection_with_code(client, somewhere, "c", "p", NULL, "a", "p", not_utf8, &error));

    CASE(sbm_client_cancel);
    NULLS(sbm_client_cancel(NULL, &error));
    for (size_t i = 0; i < COUNT(garbage); i++) FAILS(SBM_STATUS_BAD_HANDLE, sbm_client_cancel(garbage[i], &error));
    EXPECT(sbm_client_cancel(client, NULL) == SBM_OK);
}

/* A function that sets a text of a roll-out. */
#define SETS_TEXT(function)                                                                                            \
    do {                                                                                                               \
        CASE(function);                                                                                                \
        NULLS(function(NULL, "x", &error));                                                                            \
        NULLS(function(rollout, NULL, &error));                                                                        \
        FAILS(SBM_STATUS_NOT_UTF8, function(rollout, not_utf8, &error));                                               \
        FAILS(SBM_STATUS_BAD_HANDLE, function((sbm_rollout *)client, "x", &error));                                    \
        for (size_t i = 0; i < COUNT(odd); i++) FAILS(SBM_STATUS_BAD_HANDLE, function(odd[i], "x", &error));           \
    } while (0)
/* A function that sets a number, which is 0 or 1. */
#define SETS_BOOLEAN(function, object)                                                                                 \
    do {                                                                                                               \
        CASE(function);                                                                                                \
        NULLS(function(NULL, 1, &error));                                                                              \
        FAILS(SBM_STATUS_INVALID_ARGUMENT, function(object, 2, &error));                                               \
        FAILS(SBM_STATUS_INVALID_ARGUMENT, function(object, -1, &error));                                              \
        FAILS(SBM_STATUS_BAD_HANDLE, function((void *)client, 1, &error));                                             \
        EXPECT(function(object, 0, NULL) == SBM_OK);                                                                   \
    } while (0)
#define SETS_TIMEOUT(function)                                                                                         \
    do {                                                                                                               \
        CASE(function);                                                                                                \
        NULLS(function(NULL, 1, &error));                                                                              \
        FAILS(SBM_STATUS_INVALID_ARGUMENT, function(config, 0, &error));                                               \
        FAILS(SBM_STATUS_INVALID_ARGUMENT, function(config, 3600001, &error));                                         \
        EXPECT(function(config, 1, NULL) == SBM_OK && function(config, 3600000, NULL) == SBM_OK);                      \
    } while (0)

static void rollouts(const char *directory) {
    sbm_rollout *rollout = NULL;
    sbm_config *config;
    sbm_sync_summary summary = {0};
    summary.struct_size = sizeof summary;
    CASE(sbm_rollout_new);
    NULLS(sbm_rollout_new(NULL, &error));
    EXPECT(sbm_rollout_new(&rollout, NULL) == SBM_OK && rollout);
    CASE(sbm_rollout_is_empty);
    EXPECT(sbm_rollout_is_empty(NULL) == 1 && sbm_rollout_is_empty(odd[0]) == 1 && sbm_rollout_is_empty(rollout) == 1);

    /* With nothing to roll out nothing happens. */
    CLIENTS(sbm_client_roll_out, rollout, &summary);
    NULLS(sbm_client_roll_out(client, NULL, &summary, &error));
    NULLS(sbm_client_roll_out(client, rollout, NULL, &error));
    summary.tried = 7;
    EXPECT(sbm_client_roll_out(client, rollout, &summary, NULL) == SBM_OK && summary.tried == 0);
    summary.struct_size = 3;
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_roll_out(client, rollout, &summary, &error));
    summary.struct_size = sizeof summary;

    SETS_TEXT(sbm_rollout_set_connection);
    FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_rollout_set_connection(rollout, long_text, &error));
    EXPECT(sbm_rollout_is_empty(rollout) == 1);
    SETS_TEXT(sbm_rollout_set_user);
    SETS_TEXT(sbm_rollout_set_password);
    SETS_TEXT(sbm_rollout_set_password_file);
    SETS_TEXT(sbm_rollout_add_file);
    FAILS(SBM_STATUS_CONFIG_UNREADABLE, sbm_rollout_add_file(rollout, "/nowhere/at/all", &error));
    FAILS(SBM_STATUS_CONFIG_UNREADABLE, sbm_rollout_add_file(rollout, "/", &error));
    CASE(sbm_rollout_add_environment);
    NULLS(sbm_rollout_add_environment(NULL, &error));
    EXPECT(sbm_rollout_add_environment(rollout, NULL) == SBM_OK);
    SETS_BOOLEAN(sbm_rollout_set_system_roots, rollout);
    SETS_BOOLEAN(sbm_rollout_set_managed_required, rollout);

    /* Without a fingerprint nobody is trusted. */
    EXPECT(sbm_rollout_set_connection(rollout, "sbm://127.0.0.1:1", NULL) == SBM_OK && sbm_rollout_is_empty(rollout) == 0);
    FAILS(SBM_STATUS_UNTRUSTED_SERVER, sbm_client_roll_out(client, rollout, &summary, &error));

    EXPECT(sbm_config_new(SBM_ABI, directory, &config, NULL) == SBM_OK);
    SETS_BOOLEAN(sbm_config_set_system_roots, config);
    SETS_TIMEOUT(sbm_config_set_connect_timeout_ms);
    SETS_TIMEOUT(sbm_config_set_handshake_timeout_ms);
    CASE(sbm_config_set_rollout);
    NULLS(sbm_config_set_rollout(NULL, rollout, &error));
    NULLS(sbm_config_set_rollout(config, NULL, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_rollout(config, (sbm_rollout *)client, &error));
    EXPECT(sbm_config_set_rollout(config, rollout, NULL) == SBM_OK);
    sbm_config_free(config);
    FREE(sbm_rollout_free);
    sbm_rollout_free(rollout);
}

static int destroyed;

static void destroy(void *user_data) {
    EXPECT(user_data == &destroyed);
    destroyed++;
}

static void workers(void) {
    sbm_worker *worker = NULL;
    CLIENTS(sbm_client_start_worker, NULL, &destroyed, destroy, &worker);
    EXPECT(destroyed == 2 + (int)COUNT(garbage)); /* once for each call, which all failed */
    NULLS(sbm_client_start_worker(client, NULL, NULL, NULL, NULL, &error));
    EXPECT(!worker && sbm_client_start_worker(client, NULL, NULL, NULL, &worker, NULL) == SBM_OK && worker);
    CASE(sbm_worker_sync_now);
    NULLS(sbm_worker_sync_now(NULL, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_worker_sync_now((sbm_worker *)client, &error));
    CASE(sbm_worker_free);
    EXPECT(sbm_worker_free(NULL) == SBM_OK && sbm_worker_free((sbm_worker *)client) == SBM_STATUS_BAD_HANDLE);
    for (size_t i = 0; i < COUNT(garbage); i++) {
        FAILS(SBM_STATUS_BAD_HANDLE, sbm_worker_sync_now(garbage[i], &error));
        EXPECT(sbm_worker_free(garbage[i]) == SBM_STATUS_BAD_HANDLE);
    }
    EXPECT(sbm_client_free((sbm_client *)worker) == SBM_STATUS_BAD_HANDLE);
    EXPECT(sbm_worker_free(worker) == SBM_OK && sbm_worker_free(worker) == SBM_STATUS_BAD_HANDLE);
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_worker_sync_now(worker, &error));
}

static void enrolments(void) {
    static const char server[] = "sbm://127.0.0.1:1";
    sbm_enrolment state = SBM_ENROLMENT_WAITING;
    sbm_text *address = NULL;
    sbm_error *why = NULL;
    CLIENTS(sbm_client_enrol, server, "code", &state);
    NULLS(sbm_client_enrol(client, NULL, "code", &state, &error));
    NULLS(sbm_client_enrol(client, server, NULL, &state, &error));
    NULLS(sbm_client_enrol(client, server, "code", NULL, &error));
    FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_client_enrol(client, long_text, "code", &state, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_enrol(client, server, not_utf8, &state, &error));
    CLIENTS(sbm_client_login_with_code, server, "carol", "password", "123456");
    NULLS(sbm_client_login_with_code(client, server, "carol", "password", NULL, &error));
    FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_client_login_with_code(client, "", "carol", "password", "123456", &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_login_with_code(client, server, "carol", "password", not_utf8, &error));
    CLIENTS(sbm_client_take_over, server, "root>pc", "secret", "123456");
    NULLS(sbm_client_take_over(client, NULL, "root>pc", "secret", NULL, &error));
    NULLS(sbm_client_take_over(client, server, NULL, "secret", NULL, &error));
    NULLS(sbm_client_take_over(client, server, "root>pc", NULL, NULL, &error));
    FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_client_take_over(client, long_text, "root>pc", "secret", NULL, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_take_over(client, server, not_utf8, "secret", NULL, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_take_over(client, server, "root>pc", "secret", not_utf8, &error));
    FAILS(SBM_STATUS_UNTRUSTED_SERVER, sbm_client_take_over(client, server, long_text, long_text, long_text, &error));
    CLIENTS(sbm_client_send_login_code, server, "carol", "password", SBM_CHANNEL_EMAIL, &address);
    NULLS(sbm_client_send_login_code(client, server, "carol", NULL, SBM_CHANNEL_SMS, &address, &error));
    NULLS(sbm_client_send_login_code(client, server, "carol", "password", SBM_CHANNEL_SMS, NULL, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_send_login_code(client, server, "carol", "password", 0, &address, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_send_login_code(client, server, "carol", "password", 3, &address, &error));
    EXPECT(state == SBM_ENROLMENT_WAITING && !address);
    CASE(sbm_error_code_address);
    EXPECT(EMPTY(sbm_error_code_address(NULL, SBM_CHANNEL_EMAIL)) && EMPTY(sbm_error_code_address(odd[0], SBM_CHANNEL_EMAIL)));
    EXPECT(sbm_client_enrol(client, "", "code", &state, &why) == SBM_STATUS_BAD_CONNECTION_STRING);
    EXPECT(EMPTY(sbm_error_code_address(why, SBM_CHANNEL_SMS)) && EMPTY(sbm_error_code_address(why, -1)));
    sbm_error_free(why);
}

static void accounts(void) {
    int64_t left = 7, stored = 7;
    int32_t warns = 7;
    sbm_text *value = NULL, *origin = NULL;
    sbm_setting_mode mode = SBM_SETTING_MODE_LOCAL;
    sbm_branding *branding = NULL;
    sbm_run *run = NULL;
    sbm_run_start start = {0};
    size_t size = 7;
    start.struct_size = sizeof start;
    start.kind = SBM_PROFILE_KIND_BACKUP;
    start.trigger = SBM_TRIGGER_MANUAL;
    start.profile_name = "documents";
    CLIENTS(sbm_client_report_stored, 1);
    FAILS(SBM_STATUS_NOT_LOGGED_IN, sbm_client_report_stored(client, 1, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_report_stored(client, (uint64_t)-1, &error));
    CLIENTS(sbm_client_room, &left, &warns, &stored);
    NULLS(sbm_client_room(client, NULL, &warns, &stored, &error));
    CLIENTS(sbm_client_begin_run_storing, &start, 1, &run);
    NULLS(sbm_client_begin_run_storing(client, NULL, 1, &run, &error));
    NULLS(sbm_client_begin_run_storing(client, &start, 1, NULL, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_begin_run_storing(client, &start, (uint64_t)-1, &run, &error));
    CLIENTS(sbm_client_setting, "compression", NULL, &value, &mode, &origin);
    NULLS(sbm_client_setting(client, NULL, NULL, &value, &mode, &origin, &error));
    NULLS(sbm_client_setting(client, "compression", NULL, NULL, &mode, &origin, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_setting(client, not_utf8, NULL, &value, &mode, &origin, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_setting(client, "compression", not_utf8, &value, &mode, &origin, &error));
    CLIENTS(sbm_client_branding, &branding);
    NULLS(sbm_client_branding(client, NULL, &error));
    EXPECT(left == 7 && warns == 7 && stored == 7 && !value && !origin && mode == SBM_SETTING_MODE_LOCAL && !branding && !run);
    TEXT(sbm_branding_name);
    CASE(sbm_branding_colour);
    EXPECT(EMPTY(sbm_branding_colour(NULL, "accent")) && EMPTY(sbm_branding_colour(odd[0], "accent")));
    EXPECT(EMPTY(sbm_branding_colour(NULL, NULL)));
    CASE(sbm_branding_image);
    EXPECT(!sbm_branding_image(NULL, "logo", &size) && size == 0 && !sbm_branding_image(odd[0], NULL, NULL));
    FREE(sbm_branding_free);
}

int main(int count, char **argument) {
    EXPECT(count == 2 && sizeof object && *guid && *long_text);
    client = open_client(argument[1]);
    connections();
    enrolments();
    accounts();
    rollouts(argument[1]);
    workers();
    EXPECT(sbm_client_free(client) == SBM_OK);
    return 0;
}
