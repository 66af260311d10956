/* Prints what a host compiles in: sizes, offsets and numbers. The test compares it with a golden file. With LAYOUT_ALONE it asks
 * no library, so that it can be compiled for where none was built. */
#include <stddef.h>

#include "expect.h"

#define SIZE(type) printf("sizeof %s %u\n", #type, (unsigned)sizeof(type))
#define FIELD(type, field) printf("offset %s.%s %u\n", #type, #field, (unsigned)offsetof(type, field))
#define NUMBER(name) printf("%s %d\n", #name, (int)name)

int main(void) {
    NUMBER(SBM_ABI);
    SIZE(sbm_status);

    SIZE(sbm_sync_summary);
    FIELD(sbm_sync_summary, struct_size);
    FIELD(sbm_sync_summary, online);
    FIELD(sbm_sync_summary, why);
    FIELD(sbm_sync_summary, changes_waiting);
    FIELD(sbm_sync_summary, runs_sent);
    FIELD(sbm_sync_summary, permissions_changed);
    FIELD(sbm_sync_summary, runs_waiting);
    FIELD(sbm_sync_summary, tried);

    SIZE(sbm_run_start);
    FIELD(sbm_run_start, struct_size);
    FIELD(sbm_run_start, kind);
    FIELD(sbm_run_start, trigger);
    FIELD(sbm_run_start, restore);
    FIELD(sbm_run_start, thread_start_ms);
    FIELD(sbm_run_start, profile_start_ms);
    FIELD(sbm_run_start, group_start_ms);
    FIELD(sbm_run_start, version);
    FIELD(sbm_run_start, profile_name);
    FIELD(sbm_run_start, profile_guid);
    FIELD(sbm_run_start, kind_text);
    FIELD(sbm_run_start, os_user);
    FIELD(sbm_run_start, utc_offset_minutes);
    FIELD(sbm_run_start, reserved);

    SIZE(sbm_run_end);
    FIELD(sbm_run_end, struct_size);
    FIELD(sbm_run_end, result);
    FIELD(sbm_run_end, end_ms);
    FIELD(sbm_run_end, files_copied);
    FIELD(sbm_run_end, files_deleted);
    FIELD(sbm_run_end, files_failed);
    FIELD(sbm_run_end, bytes_copied);
    FIELD(sbm_run_end, bytes_deleted);
    FIELD(sbm_run_end, bytes_failed);
    FIELD(sbm_run_end, bytes_stored);
    FIELD(sbm_run_end, error_text);
    FIELD(sbm_run_end, reserved);

    SIZE(sbm_upload);
    FIELD(sbm_upload, struct_size);
    FIELD(sbm_upload, reserved);
    FIELD(sbm_upload, version);
    FIELD(sbm_upload, based_on);
    FIELD(sbm_upload, guid);
    FIELD(sbm_upload, name);
    FIELD(sbm_upload, description);
    FIELD(sbm_upload, reserved_text);
    FIELD(sbm_upload, body);
    FIELD(sbm_upload, body_size);
    FIELD(sbm_upload, schedule);
    FIELD(sbm_upload, schedule_size);

    SIZE(sbm_action);
    NUMBER(SBM_ACTION_CREATE);
    NUMBER(SBM_ACTION_DELETE);
    NUMBER(SBM_ACTION_MODIFY);
    NUMBER(SBM_ACTION_EXPORT);
    NUMBER(SBM_ACTION_IMPORT);
    NUMBER(SBM_ACTION_RENAME);
    NUMBER(SBM_ACTION_MODIFY_GLOBAL_SETTINGS);
    NUMBER(SBM_ACTION_MODIFY_LOGIN_SETTINGS);
    NUMBER(SBM_ACTION_RUN_MANUALLY);
    NUMBER(SBM_ACTION_RESTORE);
    NUMBER(SBM_ACTION_RUN_SCHEDULED);

    SIZE(sbm_effect);
    NUMBER(SBM_EFFECT_ALLOW);
    NUMBER(SBM_EFFECT_DENY);
    NUMBER(SBM_EFFECT_UNMANAGED);

    SIZE(sbm_gate);
    NUMBER(SBM_GATE_NONE);
    NUMBER(SBM_GATE_FLOOR);
    NUMBER(SBM_GATE_NETWORK);
    NUMBER(SBM_GATE_AUTHENTICATION);
    NUMBER(SBM_GATE_SECOND_FACTOR);
    NUMBER(SBM_GATE_ACCOUNT_STATE);
    NUMBER(SBM_GATE_ROLE);
    NUMBER(SBM_GATE_MODULE);
    NUMBER(SBM_GATE_RIGHT);
    NUMBER(SBM_GATE_ENTITLEMENT);
    NUMBER(SBM_GATE_QUOTA);
    NUMBER(SBM_GATE_JOB);

    SIZE(sbm_state);
    NUMBER(SBM_STATE_UNMANAGED);
    NUMBER(SBM_STATE_ONLINE);
    NUMBER(SBM_STATE_OFFLINE);
    NUMBER(SBM_STATE_REFUSED);
    NUMBER(SBM_STATE_FLOOR);

    SIZE(sbm_enrolment);
    NUMBER(SBM_ENROLMENT_ENROLLED);
    NUMBER(SBM_ENROLMENT_WAITING);

    SIZE(sbm_channel);
    NUMBER(SBM_CHANNEL_EMAIL);
    NUMBER(SBM_CHANNEL_SMS);

    SIZE(sbm_setting_mode);
    NUMBER(SBM_SETTING_MODE_NONE);
    NUMBER(SBM_SETTING_MODE_FORCED);
    NUMBER(SBM_SETTING_MODE_DEFAULT);
    NUMBER(SBM_SETTING_MODE_LOCAL);

    SIZE(sbm_check);
    NUMBER(SBM_CHECK_NOT_TRIED);
    NUMBER(SBM_CHECK_PASSED);
    NUMBER(SBM_CHECK_FAILED);

    SIZE(sbm_delivery);
    NUMBER(SBM_DELIVERY_NONE);
    NUMBER(SBM_DELIVERY_INSTALL);
    NUMBER(SBM_DELIVERY_UPDATE);
    NUMBER(SBM_DELIVERY_REMOVE);

    SIZE(sbm_notice);
    NUMBER(SBM_NOTICE_CHANGED);
    NUMBER(SBM_NOTICE_SYNCED);
    NUMBER(SBM_NOTICE_FAILED);

    SIZE(sbm_log_level);
    NUMBER(SBM_LOG_LEVEL_ERROR);
    NUMBER(SBM_LOG_LEVEL_WARNING);
    NUMBER(SBM_LOG_LEVEL_INFO);
    NUMBER(SBM_LOG_LEVEL_DEBUG);

    SIZE(sbm_clock_callback);
    SIZE(sbm_log_callback);
    SIZE(sbm_worker_callback);
    SIZE(sbm_destroy);

    SIZE(sbm_profile_kind);
    NUMBER(SBM_PROFILE_KIND_BACKUP);
    NUMBER(SBM_PROFILE_KIND_SYNCHRONIZE);
    NUMBER(SBM_PROFILE_KIND_MIRROR);
    NUMBER(SBM_PROFILE_KIND_OTHER);

    SIZE(sbm_result);
    NUMBER(SBM_RESULT_SUCCESS);
    NUMBER(SBM_RESULT_WARNING);
    NUMBER(SBM_RESULT_FAILURE);
    NUMBER(SBM_RESULT_ABORTED);
    NUMBER(SBM_RESULT_SKIPPED);
    NUMBER(SBM_RESULT_INTERRUPTED);

    SIZE(sbm_trigger);
    NUMBER(SBM_TRIGGER_MANUAL);
    NUMBER(SBM_TRIGGER_SCHEDULE);
    NUMBER(SBM_TRIGGER_GROUP);
    NUMBER(SBM_TRIGGER_RESTORE);

#ifndef LAYOUT_ALONE
    /* The error table comes from the library, so that it is the running one that is compared. */
    for (sbm_status status = 0; status < 1000; status++)
        if (strcmp(sbm_status_name(status), "unknown") != 0)
            printf("status %d %s%s\n", (int)status, sbm_status_name(status), sbm_status_is_retryable(status) ? " retryable" : "");
#endif
    return 0;
}
