/* upload.c: a profile of this computer becomes a managed one on the server (PRO-2). It needs an administrator, for this act. */
#include "minibackup.h"

/* The host makes the GUID: 122 random bits and what marks them as such. */
static void new_guid(char text[33]) {
    unsigned char byte[16];
    FILE *random = fopen("/dev/urandom", "rb");
    must(random && fread(byte, 1, sizeof byte, random) == sizeof byte, "/dev/urandom");
    fclose(random);
    byte[6] = (unsigned char)(0x40 | (byte[6] & 0x0f));
    byte[8] = (unsigned char)(0x80 | (byte[8] & 0x3f));
    for (int i = 0; i < 16; i++) snprintf(text + 2 * i, 3, "%02X", byte[i]);
}

/* The revision of a managed profile that was taken over here. */
static uint64_t revision_of(const char *guid) {
    sbm_profile_list *all;
    uint64_t revision = 0;
    check(sbm_client_profiles(client, &all, &error));
    for (size_t i = 0; i < sbm_profile_list_count(all); i++)
        if (strcmp(sbm_profile_list_guid(all, i), guid) == 0) revision = sbm_profile_list_revision(all, i);
    sbm_profile_list_free(all);
    return revision;
}

/* What goes to the server is the profile without what is ours alone; the schedule goes apart, if it is to go at all. */
static size_t to_text(struct keys *profile, char *text, size_t room) {
    size_t size = 0;
    for (const char *const *key = (const char *const[]){"managed", "uploaded", "based_on", "schedule", NULL}; *key; key++)
        put(profile, *key, NULL);
    for (int i = 0; i < profile->count; i++) size += (size_t)snprintf(text + size, room - size, "%s\n", profile->line[i]);
    return size;
}

void upload(const char *name, const char *administrator, const char *description, int with_schedule) {
    static struct keys sent;
    static char body[MAX_LINES * (MAX_TEXT + 1)];
    char path[MAX_TEXT], guid[33] = "", schedule[MAX_TEXT], number[32];
    struct keys *profile = use(name, 0, path);
    const char *managed = get(profile, "managed"), *uploaded = get(profile, "uploaded"), *based_on = get(profile, "based_on");
    const char *version = get(profile, "version");
    uint64_t revision;
    join(schedule, get(profile, "schedule") ? get(profile, "schedule") : "", "", "");
    if (managed || uploaded) snprintf(guid, sizeof guid, "%s", managed ? managed : uploaded);
    else new_guid(guid);
    sent = *profile;
    sbm_upload it = {.struct_size = sizeof it, .guid = guid, .name = name, .description = description,
                     .version = version ? strtoll(version, NULL, 10) : 0, .body = (const uint8_t *)body,
                     .body_size = to_text(&sent, body, sizeof body),
                     .based_on = managed ? revision_of(managed) : based_on ? strtoull(based_on, NULL, 10) : 0};
    if (with_schedule) it.schedule = (const uint8_t *)schedule, it.schedule_size = strlen(schedule);
    check(sbm_client_upload_profile(client, administrator, password(administrator, "MINIBACKUP_ADMIN_PASSWORD"), &it, &revision,
                                    &error));
    printf("%s: uploaded as %s, revision %" PRIu64 "%s\n", name, guid, revision,
           revision == 1 ? "; an administrator now assigns it to groups" : "");
    if (managed) return; /* its own revision comes back as a change */
    snprintf(number, sizeof number, "%" PRIu64, revision);
    put(profile, "uploaded", guid);
    put(profile, "based_on", number);
    must(save(profile, path), path);
}
