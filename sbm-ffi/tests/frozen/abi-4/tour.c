/* Every kind of call once, on an installation that was never connected to a server. */
#include "expect.h"

static void the_library_knows_itself(void) {
    EXPECT(sbm_abi_version() >= SBM_ABI && strchr(sbm_version(), '.'));
    EXPECT(!strcmp(sbm_status_name(SBM_OK), "ok") && !strcmp(sbm_status_name(SBM_STATUS_DENIED_RIGHT), "denied_right"));
    EXPECT(!strcmp(sbm_status_name(-5), "unknown") && *sbm_status_text(-5) && *sbm_status_text(SBM_STATUS_BUSY));
    EXPECT(sbm_status_is_retryable(SBM_STATUS_UNREACHABLE) == 1 && sbm_status_is_retryable(SBM_STATUS_DENIED_RIGHT) == 0);
}

static void a_configuration_is_checked(const char *directory) {
    sbm_config *config;
    FAILS(SBM_STATUS_ABI_MISMATCH, sbm_config_new(1000000, directory, &config, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_new(0, directory, &config, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_new(SBM_ABI, "", &config, &error));
    EXPECT(!config);
    EXPECT(sbm_config_new(SBM_ABI, directory, &config, NULL) == SBM_OK);
    EXPECT(sbm_config_set_program(config, "Tour 1.0", NULL) == SBM_OK);
    EXPECT(sbm_config_set_timeout_ms(config, 1, NULL) == SBM_OK && sbm_config_set_timeout_ms(config, 3600000, NULL) == SBM_OK);
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_timeout_ms(config, 0, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_timeout_ms(config, 3600001, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_managed_required(config, 2, &error));
    sbm_config_free(config);
}

static void nobody_manages_us(sbm_client *client) {
    sbm_state state;
    sbm_status why = 7;
    sbm_text *user = (sbm_text *)&state;
    sbm_effect effect;
    sbm_decision *decision;
    EXPECT(sbm_client_state(client, &state, &why, NULL) == SBM_OK && state == SBM_STATE_UNMANAGED && why == SBM_OK);
    EXPECT(sbm_client_user(client, &user, NULL) == SBM_OK && !user && !strcmp(sbm_text_data(user), ""));
    for (int32_t action = SBM_ACTION_CREATE; action <= SBM_ACTION_RUN_SCHEDULED; action++) {
        effect = SBM_EFFECT_DENY;
        EXPECT(sbm_client_may(client, action, NULL, &effect, NULL) == SBM_OK && effect == SBM_EFFECT_UNMANAGED);
        EXPECT(sbm_client_explain(client, action, "{94D3D1C1-7472-4dc9-A5E9-9EE763E23159}", &decision, NULL) == SBM_OK);
        EXPECT(sbm_decision_effect(decision) == SBM_EFFECT_UNMANAGED && sbm_decision_gate(decision) == SBM_GATE_NONE);
        EXPECT(sbm_decision_code(decision) == SBM_OK && *sbm_decision_sentence(decision) && !*sbm_decision_change(decision));
        EXPECT(*sbm_decision_rule(decision) && strstr(sbm_decision_json(decision), "\"effect\":\"unmanaged\""));
        sbm_decision_free(decision);
    }
}

static void there_is_nothing_to_fetch(sbm_client *client) {
    sbm_sync_summary summary = {0};
    sbm_profile_list *list;
    sbm_change *change = (sbm_change *)&summary;
    sbm_bytes *body;
    summary.struct_size = sizeof summary;
    FAILS(SBM_STATUS_NOT_LOGGED_IN, sbm_client_sync(client, &summary, &error));
    EXPECT(sbm_client_sync_if_due(client, &summary, NULL) == SBM_OK && !summary.tried && summary.struct_size == sizeof summary);
    EXPECT(sbm_client_profiles(client, &list, NULL) == SBM_OK && list && sbm_profile_list_count(list) == 0);
    EXPECT(!strcmp(sbm_profile_list_name(list, 0), "") && sbm_profile_list_revision(list, (size_t)-1) == 0);
    sbm_profile_list_free(list);
    FAILS(SBM_STATUS_NOT_FOUND, sbm_client_profile_body(client, "94D3D1C174724DC9A5E99EE763E23159", &body, &error));
    EXPECT(sbm_client_next_change(client, &change, NULL) == SBM_OK && !change);
}

static void nobody_sets_anything_above_us(sbm_client *client) {
    int64_t left = 7, stored = 7;
    int32_t warns = 7;
    sbm_text *value, *origin;
    sbm_setting_mode mode;
    sbm_branding *branding = (sbm_branding *)&left;
    sbm_run_start start = {0};
    sbm_run *run;
    EXPECT(sbm_client_room(client, &left, &warns, &stored, NULL) == SBM_OK && left == -1 && warns == 0 && stored == -1);
    EXPECT(sbm_client_setting(client, "compression", "zstd", &value, &mode, &origin, NULL) == SBM_OK);
    EXPECT(!strcmp(sbm_text_data(value), "zstd") && mode == SBM_SETTING_MODE_NONE && !origin);
    sbm_text_free(value);
    EXPECT(sbm_client_setting(client, "compression", NULL, &value, NULL, NULL, NULL) == SBM_OK && !value);
    EXPECT(sbm_client_branding(client, &branding, NULL) == SBM_OK && !branding);
    start.struct_size = sizeof start;
    start.kind = SBM_PROFILE_KIND_BACKUP;
    start.trigger = SBM_TRIGGER_MANUAL;
    start.profile_name = "documents";
    EXPECT(sbm_client_begin_run_storing(client, &start, 1000000000, &run, NULL) == SBM_OK && run);
    sbm_run_free(run);
}

static void a_run_works_without_a_server(sbm_client *client) {
    sbm_run_start start = {0};
    sbm_run_end end = {0};
    sbm_run *run;
    uint64_t sequence = 7;
    start.struct_size = sizeof start;
    start.kind = SBM_PROFILE_KIND_OTHER;
    start.kind_text = "tape";
    start.trigger = SBM_TRIGGER_GROUP;
    start.group_start_ms = 1;
    start.profile_name = "documents";
    start.os_user = "tester";
    EXPECT(sbm_client_begin_run(client, &start, &run, NULL) == SBM_OK && run);
    end.struct_size = sizeof end;
    end.result = SBM_RESULT_WARNING;
    end.bytes_stored = -2;
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_run_finish(run, &end, &sequence, &error));
    end.bytes_stored = -1;
    end.error_text = "one file was open";
    EXPECT(sequence == 7 && sbm_run_finish(run, &end, &sequence, NULL) == SBM_OK && sequence == 0);
    EXPECT(sbm_run_free(run) == SBM_OK);
}

static void a_server_that_is_not_there_is_a_finding(sbm_client *client) {
    /* Port 1 of this machine: nobody listens there. */
    static const char nobody[] = "sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000";
    sbm_server_test *test;
    EXPECT(sbm_client_test_server(client, nobody, "carol", "password", &test, NULL) == SBM_OK);
    EXPECT(sbm_server_test_reachable(test) == SBM_CHECK_FAILED && sbm_server_test_certificate(test) == SBM_CHECK_NOT_TRIED);
    EXPECT(sbm_server_test_address(test) == SBM_CHECK_NOT_TRIED && sbm_server_test_versions(test) == SBM_CHECK_NOT_TRIED);
    EXPECT(sbm_server_test_credentials(test) == SBM_CHECK_NOT_TRIED && sbm_server_test_clock_skew_ms(test) == 0);
    EXPECT(strstr(sbm_server_test_report(test), "reachable: failed"));
    sbm_server_test_free(test);
    FAILS(SBM_STATUS_UNREACHABLE, sbm_client_login(client, nobody, "carol", "password", &error));
    FAILS(SBM_STATUS_UNTRUSTED_SERVER, sbm_client_login(client, "sbm://127.0.0.1:1", "carol", "password", &error));
}

int main(int count, char **argument) {
    EXPECT(count == 2);
    the_library_knows_itself();
    a_configuration_is_checked(argument[1]);
    sbm_client *client = open_client(argument[1]);
    nobody_manages_us(client);
    there_is_nothing_to_fetch(client);
    nobody_sets_anything_above_us(client);
    a_run_works_without_a_server(client);
    a_server_that_is_not_there_is_a_finding(client);
    EXPECT(sbm_client_free(client) == SBM_OK);
    puts("ok");
    return 0;
}
