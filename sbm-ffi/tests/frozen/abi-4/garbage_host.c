/*
 * NULL and garbage into what a host brings of its own: clock, log, proxy, plain files, room of the outbox. And what the
 * garbage does not show: that a callback is called as the header says, and that destroy is called once, whatever happened.
 */
#include "garbage.h"

static sbm_config *config;
static int destroyed, asked, told, clock_is_up_to;
static int64_t moment = 1790000000000;

static void destroy(void *user_data) {
    EXPECT(user_data == &destroyed);
    destroyed++;
}

static int64_t the_time(void *user_data) {
    EXPECT(user_data == &destroyed);
    asked++;
    return moment + clock_is_up_to++;
}

static void message(void *user_data, sbm_log_level level, const char *text) {
    EXPECT(user_data == &destroyed && level >= SBM_LOG_LEVEL_ERROR && level <= SBM_LOG_LEVEL_DEBUG);
    EXPECT(*text && !strchr(text, '\n') && !strstr(text, "violet") && !strstr(text, "Y2Fyb2w6dmlvbGV0"));
    told++;
}

/* Each call that fails gives user_data back; so does one that succeeds, once nothing holds it any more. */
#define GIVEN_BACK(call) do { int before = destroyed; call; EXPECT(destroyed == before + 1); } while (0)

static void clocks(void) {
    CASE(sbm_config_set_clock);
    GIVEN_BACK(NULLS(sbm_config_set_clock(NULL, the_time, &destroyed, destroy, &error)));
    GIVEN_BACK(NULLS(sbm_config_set_clock(config, NULL, &destroyed, destroy, &error)));
    for (size_t i = 0; i < COUNT(odd); i++)
        GIVEN_BACK(FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_clock(odd[i], the_time, &destroyed, destroy, &error)));
    GIVEN_BACK(FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_clock((sbm_config *)client, the_time, &destroyed, destroy, &error)));
    NULLS(sbm_config_set_clock(config, NULL, NULL, NULL, &error));
    EXPECT(sbm_config_set_clock(NULL, NULL, NULL, NULL, NULL) == SBM_STATUS_NULL_ARGUMENT);
    EXPECT(sbm_config_set_clock(config, the_time, &destroyed, destroy, NULL) == SBM_OK);
    GIVEN_BACK(EXPECT(sbm_config_set_clock(config, the_time, &destroyed, destroy, NULL) == SBM_OK)); /* the one before */
}

static void logs(void) {
    const int32_t wrong[] = {-2147483647 - 1, -1, 0, 5, 2147483647};
    CASE(sbm_config_set_log);
    GIVEN_BACK(NULLS(sbm_config_set_log(NULL, SBM_LOG_LEVEL_INFO, message, &destroyed, destroy, &error)));
    GIVEN_BACK(NULLS(sbm_config_set_log(config, SBM_LOG_LEVEL_INFO, NULL, &destroyed, destroy, &error)));
    for (size_t i = 0; i < COUNT(odd); i++)
        GIVEN_BACK(FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_log(odd[i], SBM_LOG_LEVEL_INFO, message, &destroyed, destroy, &error)));
    for (size_t i = 0; i < COUNT(wrong); i++)
        GIVEN_BACK(FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_log(config, wrong[i], message, &destroyed, destroy, &error)));
    for (int32_t level = SBM_LOG_LEVEL_ERROR; level <= SBM_LOG_LEVEL_DEBUG; level++) {
        int before = destroyed;
        EXPECT(sbm_config_set_log(config, level, message, &destroyed, destroy, NULL) == SBM_OK);
        EXPECT(destroyed == before + (level > SBM_LOG_LEVEL_ERROR));
    }
}

static void proxies(void) {
    static const char *const wrong[] = {"", "proxy:3128", "https://proxy:1", "http://proxy", "http://proxy:0", "http://proxy:65536",
                                        "http://carol:violet@:1", "http://carol:violet%zz@proxy:1", "http://a b:1", "http://a\nb:1"};
    static char huge[5000];
    memset(huge, 'a', sizeof huge - 1);
    memcpy(huge, "http://", 7);
    CASE(sbm_config_set_proxy);
    NULLS(sbm_config_set_proxy(NULL, "http://proxy:1", &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_proxy((sbm_config *)client, "http://proxy:1", &error));
    FAILS(SBM_STATUS_NOT_UTF8, sbm_config_set_proxy(config, not_utf8, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_proxy(config, huge, &error));
    for (size_t i = 0; i < COUNT(wrong); i++) {
        sbm_error *error = NULL;
        EXPECT(sbm_config_set_proxy(config, wrong[i], &error) == SBM_STATUS_INVALID_ARGUMENT);
        EXPECT(!strstr(sbm_error_message(error), "violet"));
        sbm_error_free(error);
    }
    EXPECT(sbm_config_set_proxy(config, "http://carol:violet@127.0.0.1:1", NULL) == SBM_OK);
    EXPECT(sbm_config_set_proxy(config, NULL, NULL) == SBM_OK && sbm_config_set_proxy(config, "http://[::1]:1", NULL) == SBM_OK);
    EXPECT(sbm_config_set_proxy(config, "http://carol:violet@127.0.0.1:1", NULL) == SBM_OK);
}

static void caches(void) {
    const int32_t wrong[] = {-2147483647 - 1, -1, 2, 2147483647};
    CASE(sbm_config_set_plain_files);
    NULLS(sbm_config_set_plain_files(NULL, 1, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_plain_files((sbm_config *)client, 1, &error));
    for (size_t i = 0; i < COUNT(wrong); i++)
        FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_plain_files(config, wrong[i], &error));
    EXPECT(sbm_config_set_plain_files(config, 0, NULL) == SBM_OK && sbm_config_set_plain_files(config, 1, NULL) == SBM_OK);
    CASE(sbm_config_set_outbox);
    NULLS(sbm_config_set_outbox(NULL, 1, 1, &error));
    FAILS(SBM_STATUS_BAD_HANDLE, sbm_config_set_outbox((sbm_config *)client, 1, 1, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_outbox(config, 0, 1, &error));
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_config_set_outbox(config, 1, 0, &error));
    EXPECT(sbm_config_set_outbox(config, 1, 1, NULL) == SBM_OK);
    EXPECT(sbm_config_set_outbox(config, 0xffffffffu, 0xffffffffffffffffu, NULL) == SBM_OK);
}

/* All of it at work: the clock is asked, the log is told, and both are given back when the last that holds them is freed. */
static void at_work(void) {
    static const char connection[] = "sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000";
    sbm_client *opened;
    sbm_effect effect;
    sbm_config *other = config;
    int before = destroyed;
    EXPECT(sbm_client_open(config, &opened, NULL) == SBM_OK);
    sbm_config_free(other);
    EXPECT(destroyed == before && asked > 0 && told > 0);
    EXPECT(sbm_client_may(opened, SBM_ACTION_RESTORE, NULL, &effect, NULL) == SBM_OK);
    told = 0;
    FAILS(SBM_STATUS_UNREACHABLE, sbm_client_login(opened, connection, "carol", "violet", &error));
    EXPECT(told > 0);
    moment -= 1000000000; /* a clock that goes back is no reason for anything */
    EXPECT(sbm_client_may(opened, SBM_ACTION_RESTORE, NULL, &effect, NULL) == SBM_OK && effect == SBM_EFFECT_UNMANAGED);
    EXPECT(sbm_client_free(opened) == SBM_OK && destroyed == before + 2);
}

int main(int count, char **argument) {
    static char plain[4096];
    EXPECT(count == 2 && sizeof object && sizeof garbage && *guid && *long_text);
    client = open_client(argument[1]);
    EXPECT(strlen(argument[1]) < sizeof plain - 8);
    strcat(strcpy(plain, argument[1]), "-plain");
    EXPECT(sbm_config_new(SBM_ABI, plain, &config, NULL) == SBM_OK);
    clocks();
    logs();
    proxies();
    caches();
    at_work();
    EXPECT(sbm_client_free(client) == SBM_OK);
    return 0;
}
