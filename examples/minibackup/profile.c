/*
 * profile.c: profiles, which are files DIR/profiles/NAME.profile of the keys source and dest, any number of include and
 * exclude patterns, a version and a schedule if you like. SBM never reads one. A profile with managed=GUID came from the
 * server, any other is local and nobody's but the user's.
 */
#include "minibackup.h"

#include <dirent.h>
#include <unistd.h>

void profile_path(char *path, const char *name) {
    char folder[MAX_TEXT];
    if (!*name || *name == '.' || strchr(name, '/')) fail(name, "a profile's name has no slash and does not begin with a dot");
    join(folder, home, "/profiles/", name);
    join(path, folder, ".profile", "");
}

/* Opens a profile for an act, if the user may do it. */
struct keys *use(const char *name, int32_t action, char *path) {
    static struct keys profile;
    profile_path(path, name);
    if (!read_keys(&profile, fopen(path, "r"))) fail(name, "there is no such profile, or it cannot be read");
    if (action) ask(action, get(&profile, "managed"));
    return &profile;
}

static void new_path(const char *name, char *path) {
    profile_path(path, name);
    if (access(path, F_OK) == 0) fail(name, "there is a profile of that name");
}

/* What managed=, uploaded= and based_on= say is between minibackup and SBM. */
static int is_ours(const char *pair) {
    return value_of(pair, "managed") || value_of(pair, "uploaded") || value_of(pair, "based_on");
}

/* Finds the managed profile of that GUID, its path and its keys; with NULL it calls `each` for all profiles. */
static int search(const char *guid, char *path, struct keys *profile, void (*each)(const char *name, const struct keys *)) {
    char folder[MAX_TEXT], name[MAX_TEXT];
    struct dirent **entry;
    int found = 0;
    join(folder, home, "/profiles/", "");
    int count = scandir(folder, &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char *dot = strrchr(entry[i]->d_name, '.');
        const char *managed;
        if (!found && dot && strcmp(dot, ".profile") == 0) {
            join(path, folder, entry[i]->d_name, "");
            if (read_keys(profile, fopen(path, "r"))) {
                managed = get(profile, "managed");
                join(name, entry[i]->d_name, "", "");
                name[dot - entry[i]->d_name] = 0;
                if (each) each(name, profile);
                found = guid && managed && strcmp(managed, guid) == 0;
            }
        }
        free(entry[i]);
    }
    if (count >= 0) free(entry);
    return found;
}

int find(const char *guid, char *path, struct keys *profile) {
    return search(guid, path, profile, NULL);
}

static int listed;

static void line(const char *name, const struct keys *profile) {
    listed++;
    const char *managed = get(profile, "managed"), *source = get(profile, "source"), *dest = get(profile, "dest");
    printf("%s: %s -> %s (%s%s)\n", name, source ? source : "?", dest ? dest : "?", managed ? "managed " : "local",
           managed ? managed : "");
}

void list(void) {
    static struct keys profile;
    char path[MAX_TEXT];
    listed = 0;
    search(NULL, path, &profile, line);
    if (!listed) puts("there are no profiles yet; `create` makes one, and the server may send some");
}

/* All there is to know of a profile; of a managed one, what SBM knows as well. */
void show(const char *name) {
    char path[MAX_TEXT];
    const struct keys *profile = use(name, 0, path);
    const char *managed = get(profile, "managed");
    sbm_profile_list *all = NULL;
    printf("%s: %s\n", name, managed ? "managed by the server" : "local");
    tell(sbm_client_profiles(client, &all, &error));
    for (size_t i = 0; i < sbm_profile_list_count(all); i++)
        if (managed && strcmp(sbm_profile_list_guid(all, i), managed) == 0)
            printf("  %s, version %" PRId64 ", revision %" PRIu64 ": %s\n", managed, sbm_profile_list_version(all, i),
                   sbm_profile_list_revision(all, i), sbm_profile_list_description(all, i));
    sbm_profile_list_free(all);
    for (int i = 0; i < profile->count; i++) printf("  %s\n", profile->line[i]);
}

void create(const char *name, char **option, int count) {
    static struct keys profile;
    char path[MAX_TEXT];
    ask(SBM_ACTION_CREATE, NULL);
    profile.count = 0;
    for (int i = 0; i + 1 < count; i += 2) add(&profile, option[i] + strspn(option[i], "-"), option[i + 1]);
    if (count % 2 || !get(&profile, "source") || !get(&profile, "dest")) fail(name, "give --source DIR and --dest DIR");
    for (int i = 0; i < profile.count; i++)
        if (is_ours(profile.line[i])) fail(profile.line[i], "this is not for you to set");
    new_path(name, path);
    must(save(&profile, path), path);
}

void modify(const char *name, const char *pair) {
    char path[MAX_TEXT];
    struct keys *profile = use(name, SBM_ACTION_MODIFY, path);
    if (is_ours(pair)) fail(pair, "this is not for you to set");
    change(profile, path, pair);
}

void rename_profile(const char *name, const char *new_name) {
    char path[MAX_TEXT], other[MAX_TEXT];
    use(name, SBM_ACTION_RENAME, path);
    new_path(new_name, other);
    must(rename(path, other) == 0, path);
}

void delete_profile(const char *name) {
    char path[MAX_TEXT];
    const char *managed = get(use(name, SBM_ACTION_DELETE, path), "managed");
    must(unlink(path) == 0, path);
    if (!managed) return;
    /* The server hears of it at the next sync. A copy that another server gave is nothing to this one. */
    sbm_status told = sbm_client_profile_removed(client, managed, &error);
    if (told == SBM_STATUS_NOT_FOUND) sbm_error_free(error), error = NULL;
    else check(told);
}

void export_profile(const char *name, const char *file) {
    char path[MAX_TEXT];
    must(save(use(name, SBM_ACTION_EXPORT, path), file), file);
}

/* /some/where/documents.profile becomes the profile documents: a local one, whatever it was where it came from. */
void import_profile(const char *file) {
    static struct keys profile;
    char name[MAX_TEXT], path[MAX_TEXT];
    const char *slash = strrchr(file, '/');
    ask(SBM_ACTION_IMPORT, NULL);
    must(read_keys(&profile, fopen(file, "r")), file);
    put(&profile, "managed", NULL);
    put(&profile, "uploaded", NULL);
    put(&profile, "based_on", NULL);
    join(name, slash ? slash + 1 : file, "", "");
    name[strcspn(name, ".")] = 0;
    new_path(name, path);
    must(save(&profile, path), path);
}
