/* What accounts bring: codes, one machine for each, quotas, settings, a look. accounts DIRECTORY CONNECTION USER PASSWORD */
#include <stdio.h>
#include <string.h>
#include <sbm.h>

static int stop(sbm_error *error) { return fprintf(stderr, "%s\n", sbm_error_message(error)), sbm_error_free(error), 1; }

/* A window of yours. */
static const char *ask(const char *question, char answer[80]) {
    fprintf(stderr, "%s ", question);
    if (!fgets(answer, 80, stdin)) *answer = 0;
    answer[strcspn(answer, "\n")] = 0;
    return answer;
}

/* A login says what it lacks: a code, or the user's word that the account is to be on this machine. Nothing is done unasked. */
static sbm_status log_in(sbm_client *client, char **arg, sbm_error **error) {
    char code[80] = "", answer[80];
    sbm_text *address = NULL; /* where a code was sent to, masked: "a…@example.org" */
    sbm_status status = sbm_client_login(client, arg[2], arg[3], arg[4], error);
    if (status == SBM_STATUS_DENIED_SECOND_FACTOR) {
        int sends = *sbm_error_code_address(*error, SBM_CHANNEL_EMAIL) != 0;
        sbm_error_free(*error), *error = NULL;
        if (sends) status = sbm_client_send_login_code(client, arg[2], arg[3], arg[4], SBM_CHANNEL_EMAIL, &address, error);
        if (sends && status != SBM_OK) return status;
        sbm_text_free(address);
        status = sbm_client_login_with_code(client, arg[2], arg[3], arg[4], ask("code?", code), error);
    }
    if (status != SBM_STATUS_OTHER_MACHINE || strcmp(ask(sbm_error_message(*error), answer), "yes")) return status;
    sbm_error_free(*error), *error = NULL;
    if (*code) ask("another code?", code); /* each counts once */
    return sbm_client_take_over(client, arg[2], arg[3], arg[4], *code ? code : NULL, error);
}

int main(int count, char **arguments) {
    sbm_config *config; sbm_client *client; sbm_run *run; sbm_text *value; sbm_branding *look; sbm_error *error = NULL;
    sbm_setting_mode mode; int64_t left; int32_t warns;
    if (count != 5 || sbm_config_new(SBM_ABI, arguments[1], &config, &error)) return stop(error);
    if (sbm_client_open(config, &client, &error) || log_in(client, arguments, &error)) return stop(error);

    /* What the host calls itself, and a setting: what is forced is shown and not changed. */
    if (sbm_client_branding(client, &look, &error)) return stop(error);
    if (sbm_client_setting(client, "compression", "fast", &value, &mode, NULL, &error)) return stop(error);
    printf("called: %s\ncompression: %s%s\n", look ? sbm_branding_name(look) : "accounts", sbm_text_data(value),
           mode == SBM_SETTING_MODE_FORCED ? ", forced" : "");

    /* Room is kept for what the run expects to store; afterwards the host says what it stores in all. */
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = SBM_TRIGGER_MANUAL,
                           .profile_name = "documents"};
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS, .bytes_stored = 4096};
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    if (sbm_client_begin_run_storing(client, &start, 4096, &run, &error)) return stop(error);
    if (sbm_run_finish(run, &end, NULL, &error) || sbm_client_report_stored(client, 4096, &error)) return stop(error);
    if (sbm_client_sync(client, &summary, &error)) return stop(error);
    if (sbm_client_room(client, &left, &warns, NULL, &error)) return stop(error);
    printf("room: %s\n", warns ? "nearly none" : left < 0 ? "no ceiling" : "enough");
    sbm_run_free(run), sbm_branding_free(look), sbm_text_free(value), sbm_client_free(client), sbm_config_free(config);
    return 0;
}
