/*
 * NULL and garbage into every exported function: the documented status or the documented answer, nothing written, no crash.
 * Each case prints the function's name; the test compares the names with exports.txt.
 */
#include "garbage.h"

static void numbers(void) {
    const sbm_status wrong[] = {-1, 1, 999, 2147483647, -2147483647 - 1};
    CASE(sbm_version);
    CASE(sbm_abi_version);
    CASE(sbm_status_name);
    CASE(sbm_status_text);
    CASE(sbm_status_is_retryable);
    EXPECT(*sbm_version() && sbm_abi_version() > 0);
    for (size_t i = 0; i < COUNT(wrong); i++)
        EXPECT(!strcmp(sbm_status_name(wrong[i]), "unknown") && *sbm_status_text(wrong[i]) && !sbm_status_is_retryable(wrong[i]));
}

static void getters(void) {
    GETTER(sbm_error_status, SBM_OK);
    GETTER(sbm_error_retry_after_ms, -1);
    TEXT(sbm_error_message);
    TEXT(sbm_text_data);
    GETTER(sbm_bytes_data, NULL);
    GETTER(sbm_bytes_size, 0);
    GETTER(sbm_decision_effect, SBM_EFFECT_DENY);
    GETTER(sbm_decision_gate, SBM_GATE_NONE);
    GETTER(sbm_decision_code, SBM_STATUS_NULL_ARGUMENT);
    TEXT(sbm_decision_sentence);
    TEXT(sbm_decision_change);
    TEXT(sbm_decision_rule);
    TEXT(sbm_decision_json);
    GETTER(sbm_server_test_reachable, SBM_CHECK_NOT_TRIED);
    GETTER(sbm_server_test_certificate, SBM_CHECK_NOT_TRIED);
    GETTER(sbm_server_test_address, SBM_CHECK_NOT_TRIED);
    GETTER(sbm_server_test_credentials, SBM_CHECK_NOT_TRIED);
    GETTER(sbm_server_test_versions, SBM_CHECK_NOT_TRIED);
    GETTER(sbm_server_test_locked, SBM_CHECK_NOT_TRIED);
    GETTER(sbm_server_test_clock_skew_ms, 0);
    TEXT(sbm_server_test_report);
    GETTER(sbm_profile_list_count, 0);
    ROW(sbm_profile_list_guid, EMPTY);
    ROW(sbm_profile_list_name, EMPTY);
    ROW(sbm_profile_list_description, EMPTY);
    ROW(sbm_profile_list_version, ZERO);
    ROW(sbm_profile_list_revision, ZERO);
    GETTER(sbm_change_kind, SBM_DELIVERY_NONE);
    TEXT(sbm_change_guid);
    TEXT(sbm_change_name);
    TEXT(sbm_change_description);
    GETTER(sbm_change_version, 0);
    GETTER(sbm_change_revision, 0);
}

static void frees(void) {
    FREE(sbm_error_free);
    FREE(sbm_text_free);
    FREE(sbm_bytes_free);
    FREE(sbm_config_free);
    FREE(sbm_decision_free);
    FREE(sbm_server_test_free);
    FREE(sbm_profile_list_free);
    FREE(sbm_change_free);
    CASE(sbm_client_free);
    CASE(sbm_run_free);
    EXPECT(sbm_client_free(NULL) == SBM_OK && sbm_run_free(NULL) == SBM_OK);
    for (size_t i = 0; i < COUNT(garbage); i++)
        EXPECT(sbm_client_free(garbage[i]) == SBM_STATUS_BAD_HANDLE && sbm_run_free(garbage[i]) == SBM_STATUS_BAD_HANDLE);
}

static void configurations(const char *directory) {
    sbm_config *config = NULL;
    sbm_client *opened;
    CASE(sbm_config_new);
    NULLS(sbm_config_new(SBM_ABI, NULL, &config, &error));
    NULLS(sbm_config_new(SBM_ABI, directory, NULL, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_config_new(SBM_ABI, not_utf8, &config, &error));
    FAILS(SBM_STATUS_ABI_MISMATCH, sbm_config_new(0xffffffffu, directory, &config, &error));
    EXPECT(!config && sbm_config_new(SBM_ABI, directory, &config, NULL) == SBM_OK);
    CASE(sbm_config_set_program);
    NULLS(sbm_config_set_program(NULL, "x", &error));
    NULLS(sbm_config_set_program(config, NULL, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_config_set_program(config, not_utf8, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_program((sbm_config *)client, "x", &error));
    CASE(sbm_config_set_timeout_ms);
    NULLS(sbm_config_set_timeout_ms(NULL, 1, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_timeout_ms(config, -1, &error));
    CASE(sbm_config_set_managed_required);
    NULLS(sbm_config_set_managed_required(NULL, 1, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_managed_required(config, -1, &error));
    CASE(sbm_client_open);
    NULLS(sbm_client_open(NULL, &opened, &error));
    NULLS(sbm_client_open(config, NULL, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_client_open((sbm_config *)client, &opened, &error));
    EXPECT(!opened);
    sbm_config_free(config);
}

static void questions(void) {
    const int32_t wrong[] = {-2147483647 - 1, -1, 0, 12, 2147483647};
    sbm_effect effect = SBM_EFFECT_ALLOW;
    sbm_decision *decision = NULL;
    sbm_state state = SBM_STATE_FLOOR;
    sbm_text *user = NULL;
    CLIENTS(sbm_client_may, SBM_ACTION_CREATE, NULL, &effect);
    CLIENTS(sbm_client_explain, SBM_ACTION_CREATE, NULL, &decision);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_may(client, wrong[i], NULL, &effect, &error));
        FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_explain(client, wrong[i], NULL, &decision, &error));
    }
    NULLS(sbm_client_may(client, SBM_ACTION_CREATE, NULL, NULL, &error));
    NULLS(sbm_client_explain(client, SBM_ACTION_CREATE, NULL, NULL, &error));
    FAILS(SBM_STATUS_INVALID_GUID, sbm_client_may(client, SBM_ACTION_CREATE, "", &effect, &error));
    FAILS(SBM_STATUS_INVALID_GUID, sbm_client_explain(client, SBM_ACTION_CREATE, long_text, &decision, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_may(client, SBM_ACTION_CREATE, not_utf8, &effect, &error));
    CLIENTS(sbm_client_state, &state, NULL);
    NULLS(sbm_client_state(client, NULL, NULL, &error));
    CLIENTS(sbm_client_user, &user);
    NULLS(sbm_client_user(client, NULL, &error));
    EXPECT(effect == SBM_EFFECT_ALLOW && !decision && state == SBM_STATE_FLOOR && !user);
}

static void servers(void) {
    static const char *const wrong[] = {"", "x", "http://127.0.0.1", "sbm://", "sbm://127.0.0.1:1#ca-sha256=00", long_text};
    sbm_server_test *test = NULL;
    CLIENTS(sbm_client_test_server, "sbm://127.0.0.1:1", NULL, NULL, &test);
    CLIENTS(sbm_client_login, "sbm://127.0.0.1:1", "carol", "password");
    for (size_t i = 0; i < COUNT(wrong); i++) {
        FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_client_test_server(client, wrong[i], NULL, NULL, &test, &error));
        FAILS(SBM_STATUS_BAD_CONNECTION_STRING, sbm_client_login(client, wrong[i], "carol", "password", &error));
    }
    NULLS(sbm_client_test_server(client, NULL, NULL, NULL, &test, &error));
    NULLS(sbm_client_test_server(client, "sbm://127.0.0.1:1", "carol", NULL, &test, &error));
    NULLS(sbm_client_test_server(client, "sbm://127.0.0.1:1", NULL, "password", &test, &error));
    NULLS(sbm_client_test_server(client, "sbm://127.0.0.1:1", NULL, NULL, NULL, &error));
    NULLS(sbm_client_login(client, NULL, "carol", "password", &error));
    NULLS(sbm_client_login(client, "sbm://127.0.0.1:1", NULL, "password", &error));
    NULLS(sbm_client_login(client, "sbm://127.0.0.1:1", "carol", NULL, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_login(client, not_utf8, "carol", "password", &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_login(client, "sbm://127.0.0.1:1", not_utf8, "password", &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_login(client, "sbm://127.0.0.1:1", "carol", not_utf8, &error));
    EXPECT(!test);
    CASE(sbm_client_logout);
    NULLS(sbm_client_logout(NULL, &error));
    for (size_t i = 0; i < COUNT(garbage); i++) FAILS(SBM_STATUS_BAD_HANDLE, sbm_client_logout(garbage[i], &error));
}

static void exchanges(void) {
    const uint32_t wrong[] = {0, 1, 31, 4097, 0xffffffffu};
    sbm_sync_summary summary;
    sbm_profile_list *list = NULL;
    sbm_bytes *bytes = NULL;
    sbm_change *change = NULL;
    const uint8_t *data = not_utf8[0] ? (const uint8_t *)not_utf8 : NULL;
    size_t size = 7;
    memset(&summary, 0, sizeof summary);
    summary.struct_size = sizeof summary;
    CLIENTS(sbm_client_sync, &summary);
    CLIENTS(sbm_client_sync_if_due, &summary);
    NULLS(sbm_client_sync(client, NULL, &error));
    for (size_t i = 0; i < COUNT(wrong); i++) {
        summary.struct_size = wrong[i];
        FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_sync(client, &summary, &error));
        FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_sync_if_due(client, &summary, &error));
    }
    CLIENTS(sbm_client_profiles, &list);
    NULLS(sbm_client_profiles(client, NULL, &error));
    CLIENTS(sbm_client_profile_body, guid, &bytes);
    NULLS(sbm_client_profile_body(client, NULL, &bytes, &error));
    NULLS(sbm_client_profile_body(client, guid, NULL, &error));
    FAILS(SBM_STATUS_INVALID_GUID, sbm_client_profile_body(client, "x", &bytes, &error));
    CLIENTS(sbm_client_profile_removed, guid);
    NULLS(sbm_client_profile_removed(client, NULL, &error));
    FAILS(SBM_STATUS_INVALID_GUID, sbm_client_profile_removed(client, "x", &error));
    FAILS(SBM_STATUS_NOT_FOUND, sbm_client_profile_removed(client, guid, &error));
    CLIENTS(sbm_client_next_change, &change);
    NULLS(sbm_client_next_change(client, NULL, &error));
    CASE(sbm_change_body);
    NULLS(sbm_change_body(NULL, &data, &size, &error));
    NULLS(sbm_change_body((sbm_change *)object, NULL, &size, &error));
    NULLS(sbm_change_body((sbm_change *)object, &data, NULL, &error));
    CASE(sbm_change_schedule);
    NULLS(sbm_change_schedule(NULL, &data, &size, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_change_schedule((sbm_change *)client, &data, &size, &error));
    CASE(sbm_change_done);
    NULLS(sbm_change_done(NULL, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_change_done((sbm_change *)client, &error));
    CASE(sbm_change_failed);
    NULLS(sbm_change_failed(NULL, "reason", &error));
    EXPECT(!list && !bytes && !change && data == (const uint8_t *)not_utf8 && size == 7);
}

static sbm_run_start a_start(void) {
    sbm_run_start start = {0};
    start.struct_size = sizeof start;
    start.kind = SBM_PROFILE_KIND_BACKUP;
    start.trigger = SBM_TRIGGER_MANUAL;
    start.profile_name = "documents";
    return start;
}

#define BAD_START(expected, field, value)                                                         \
    do {                                                                                          \
        sbm_run_start bad = a_start();                                                            \
        bad.field = (value);                                                                      \
        FAILS(expected, sbm_client_begin_run(client, &bad, &run, &error));                        \
        EXPECT(!run);                                                                             \
    } while (0)
#define BAD_END(expected, field, value)                                                           \
    do {                                                                                          \
        sbm_run_end bad = {0};                                                                    \
        bad.struct_size = sizeof bad;                                                             \
        bad.result = SBM_RESULT_SUCCESS;                                                          \
        bad.field = (value);                                                                      \
        FAILS(expected, sbm_run_finish(run, &bad, &sequence, &error));                            \
    } while (0)

static void runs(void) {
    sbm_run_start start = a_start();
    struct { sbm_run_start start; uint64_t later; } newer = {a_start(), 0};
    sbm_run *run = NULL;
    sbm_run_end end = {0};
    uint64_t sequence = 7;
    end.struct_size = sizeof end;
    end.result = SBM_RESULT_SUCCESS;
    CLIENTS(sbm_client_begin_run, &start, &run);
    NULLS(sbm_client_begin_run(client, NULL, &run, &error));
    NULLS(sbm_client_begin_run(client, &start, NULL, &error));
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, struct_size, 0);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, struct_size, 0xffffffffu);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, kind, 0);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, trigger, 5);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, restore, 2);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, reserved, 1);
    BAD_START(SBM_STATUS_NULL_ARGUMENT, profile_name, NULL);
    BAD_START(SBM_STATUS_NOT_UTF8, profile_name, not_utf8);
    BAD_START(SBM_STATUS_INVALID_GUID, profile_guid, "x");
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, trigger, SBM_TRIGGER_RESTORE);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, kind, SBM_PROFILE_KIND_OTHER);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, profile_name, " ");
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, utc_offset_minutes, 1081);
    BAD_START(SBM_STATUS_INVALID_ARGUMENT, utc_offset_minutes, -2147483647 - 1);
    newer.start.struct_size = sizeof newer;
    newer.later = 1;
    FAILS(SBM_STATUS_ABI_MISMATCH, sbm_client_begin_run(client, &newer.start, &run, &error));
    newer.later = 0;
    EXPECT(sbm_client_begin_run(client, &newer.start, &run, NULL) == SBM_OK && run);

    CASE(sbm_run_finish);
    NULLS(sbm_run_finish(NULL, &end, &sequence, &error));
    for (size_t i = 0; i < COUNT(garbage); i++) FAILS(SBM_STATUS_BAD_HANDLE, sbm_run_finish(garbage[i], &end, &sequence, &error));
    NULLS(sbm_run_finish(run, NULL, &sequence, &error));
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, struct_size, 4);
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, result, 0);
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, result, 7);
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, result, SBM_RESULT_INTERRUPTED);
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, files_copied, 0xffffffffffffffffu);
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, bytes_stored, -2);
    BAD_END(SBM_STATUS_NOT_UTF8, error_text, not_utf8);
    BAD_END(SBM_STATUS_INVALID_ARGUMENT, reserved, not_utf8);
    EXPECT(sequence == 7 && sbm_run_finish(run, &end, NULL, NULL) == SBM_OK && sbm_run_free(run) == SBM_OK);
}

#define BAD_UPLOAD(expected, field, value)                                                        \
    do {                                                                                          \
        sbm_upload bad = upload;                                                                  \
        bad.field = (value);                                                                      \
        FAILS(expected, sbm_client_upload_profile(client, "admin", "password", &bad, &revision, &error)); \
        FAILS(expected, sbm_client_upload_profile_with_code(client, "admin", "password", "1", &bad, &revision, &error)); \
    } while (0)

static void uploads(void) {
    sbm_upload upload = {0};
    uint64_t revision = 7;
    upload.struct_size = sizeof upload;
    upload.guid = guid;
    upload.name = "Documents";
    upload.description = "what it is for";
    upload.body = (const uint8_t *)"body";
    upload.body_size = 4;
    CLIENTS(sbm_client_upload_profile, "admin", "password", &upload, &revision);
    NULLS(sbm_client_upload_profile(client, NULL, "password", &upload, &revision, &error));
    NULLS(sbm_client_upload_profile(client, "admin", NULL, &upload, &revision, &error));
    NULLS(sbm_client_upload_profile(client, "admin", "password", NULL, &revision, &error));
    CLIENTS(sbm_client_upload_profile_with_code, "admin", "password", "123456", &upload, &revision);
    NULLS(sbm_client_upload_profile_with_code(client, NULL, "password", NULL, &upload, &revision, &error));
    NULLS(sbm_client_upload_profile_with_code(client, "admin", NULL, NULL, &upload, &revision, &error));
    NULLS(sbm_client_upload_profile_with_code(client, "admin", "password", NULL, NULL, &revision, &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_client_upload_profile_with_code(client, "a", "b", not_utf8, &upload, &revision, &error));
    BAD_UPLOAD(SBM_STATUS_INVALID_ARGUMENT, struct_size, 3);
    BAD_UPLOAD(SBM_STATUS_INVALID_ARGUMENT, reserved, 1);
    BAD_UPLOAD(SBM_STATUS_INVALID_ARGUMENT, reserved_text, not_utf8);
    BAD_UPLOAD(SBM_STATUS_NULL_ARGUMENT, guid, NULL);
    BAD_UPLOAD(SBM_STATUS_INVALID_GUID, guid, "x");
    BAD_UPLOAD(SBM_STATUS_NULL_ARGUMENT, name, NULL);
    BAD_UPLOAD(SBM_STATUS_INVALID_NAME, name, "a>b");
    BAD_UPLOAD(SBM_STATUS_NULL_ARGUMENT, description, NULL);
    BAD_UPLOAD(SBM_STATUS_INVALID_NAME, description, " ");
    BAD_UPLOAD(SBM_STATUS_NULL_ARGUMENT, body, NULL);
    BAD_UPLOAD(SBM_STATUS_TOO_LARGE, body_size, (size_t)-1);
    BAD_UPLOAD(SBM_STATUS_TOO_LARGE, body_size, 4u * 1024 * 1024 + 1);
    EXPECT(revision == 7);
}

int main(int count, char **argument) {
    EXPECT(count == 2);
    client = open_client(argument[1]);
    numbers();
    getters();
    frees();
    configurations(argument[1]);
    questions();
    servers();
    exchanges();
    runs();
    uploads();
    EXPECT(sbm_client_free(client) == SBM_OK);
    return 0;
}
