/*
 * minibackup.c: a small backup program that is managed by SBM, in one file. Read it from the end upwards: main() opens the
 * client and calls one function for each command, and each of them asks SBM before it acts.
 *
 *     cc -std=c99 minibackup.c -lsbm -o minibackup
 *
 * DIR/sbm belongs to SBM. DIR/settings and DIR/profiles/NAME.profile are lines of key=value; a profile has source, dest, any
 * number of include and exclude patterns, a version if you like, and managed=GUID if it came from the server.
 * It exits with 0: done, 1: failed, 2: wrong usage, 3: SBM denied it, and the reason is on stderr.
 */
#define _DEFAULT_SOURCE /* POSIX 2008, and getpass() */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sbm.h"

enum { FAILED = 1, USAGE = 2, DENIED = 3, MAX_LINES = 64, MAX_TEXT = 1024 };

struct keys { int count; char line[MAX_LINES][MAX_TEXT]; };

static sbm_client *client;
static sbm_error *error;
static const char *home;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "minibackup: %s: %s\n", what, why);
    exit(FAILED);
}

static void must(int good, const char *what) {
    if (!good) fail(what, strerror(errno));
}

/* Around every call to SBM: a status that is not SBM_OK ends the program with the library's sentence. */
static void check(sbm_status status) {
    if (status != SBM_OK) fail(sbm_status_name(status), sbm_error_message(error));
}

/* May the user do this? guid is NULL for a local profile. A denial is no error: it has a sentence for the user. */
static void ask(int32_t action, const char *guid) {
    sbm_effect effect;
    sbm_decision *decision;
    check(sbm_client_may(client, action, guid, &effect, &error));
    if (effect != SBM_EFFECT_DENY) return; /* SBM_EFFECT_UNMANAGED: nobody manages us, and we allow everything */
    check(sbm_client_explain(client, action, guid, &decision, &error));
    fprintf(stderr, "minibackup: %s\n", sbm_decision_sentence(decision));
    exit(DENIED);
}

/* --- Lines of key=value ------------------------------------------------------------------------------------------------ */

static void join(char *out, const char *a, const char *b, const char *c) {
    if (snprintf(out, MAX_TEXT, "%s%s%s", a, b, c) >= MAX_TEXT) fail(b, "this is too long");
}

static const char *value_of(const char *line, const char *key) {
    size_t size = strlen(key);
    return strncmp(line, key, size) == 0 && line[size] == '=' ? line + size + 1 : NULL;
}

static const char *get(const struct keys *keys, const char *key) {
    for (int i = 0; i < keys->count; i++)
        if (value_of(keys->line[i], key)) return value_of(keys->line[i], key);
    return NULL;
}

static void add(struct keys *keys, const char *key, const char *value) {
    if (keys->count == MAX_LINES || strchr(value, '\n')) fail(key, "too many lines, or one that is two");
    join(keys->line[keys->count++], key, "=", value);
}

/* Replaces what there is of that key; an empty value or NULL only removes it. */
static void put(struct keys *keys, const char *key, const char *value) {
    int kept = 0;
    for (int i = 0; i < keys->count; i++)
        if (!value_of(keys->line[i], key)) memmove(keys->line[kept++], keys->line[i], MAX_TEXT);
    keys->count = kept;
    if (value && *value) add(keys, key, value);
}

static int read_keys(struct keys *keys, FILE *file) {
    char line[MAX_TEXT];
    for (keys->count = 0; file && fgets(line, sizeof line, file);) {
        size_t size = strcspn(line, "\n");
        if (keys->count == MAX_LINES || (line[size] != '\n' && !feof(file))) break;
        line[size] = 0;
        if (size) memcpy(keys->line[keys->count++], line, size + 1);
    }
    return file && feof(file) & (fclose(file) == 0);
}

/* Under another name first: a crash leaves the old file or the new one, never half of it. */
static int save(const struct keys *keys, const char *path) {
    char partial[MAX_TEXT];
    join(partial, path, ".partial", "");
    FILE *file = fopen(partial, "w");
    if (!file) return 0;
    for (int i = 0; i < keys->count; i++) fprintf(file, "%s\n", keys->line[i]);
    int good = fflush(file) == 0 && fsync(fileno(file)) == 0;
    return (fclose(file) == 0) & good && rename(partial, path) == 0;
}

/* --- Profiles ---------------------------------------------------------------------------------------------------------- */

static void profile_path(char *path, const char *name) {
    char folder[MAX_TEXT];
    if (!*name || *name == '.' || strchr(name, '/')) fail(name, "a profile's name has no slash and does not begin with a dot");
    join(folder, home, "/profiles/", name);
    join(path, folder, ".profile", "");
}

/* Opens a profile for an act, if the user may do it. */
static struct keys *use(const char *name, int32_t action, char *path) {
    static struct keys profile;
    profile_path(path, name);
    if (!read_keys(&profile, fopen(path, "r"))) fail(name, "there is no such profile, or it cannot be read");
    if (action) ask(action, get(&profile, "managed"));
    return &profile;
}

static const char *new_path(const char *name, char *path) {
    profile_path(path, name);
    return access(path, F_OK) == 0 ? (fail(name, "there is a profile of that name"), path) : path;
}

/* With a GUID: finds that managed profile, its path and its keys. Without one: prints them all. */
static int find(const char *guid, char *path, struct keys *profile) {
    char folder[MAX_TEXT];
    struct dirent **entry;
    int found = 0;
    join(folder, home, "/profiles/", "");
    int count = scandir(folder, &entry, NULL, alphasort);
    for (int i = 0; i < count && !found; i++) {
        const char *name = entry[i]->d_name, *dot = strrchr(name, '.'), *managed;
        join(path, folder, name, "");
        if (strcmp(dot ? dot : "", ".profile") != 0 || !read_keys(profile, fopen(path, "r"))) continue;
        managed = get(profile, "managed");
        if (guid) found = managed && strcmp(managed, guid) == 0;
        else printf("%.*s: %s -> %s (%s%s)\n", (int)(dot - name), name, get(profile, "source"), get(profile, "dest"),
                    managed ? "managed " : "local", managed ? managed : "");
    }
    return found;
}

/* Whether a pattern of that key fits the path or its last part; `otherwise` if there is no such pattern. */
static int matches(const struct keys *profile, const char *key, const char *path, int otherwise) {
    const char *slash = strrchr(path, '/');
    for (int i = 0; i < profile->count; i++) {
        const char *pattern = value_of(profile->line[i], key);
        if (!pattern) continue;
        if (fnmatch(pattern, path, 0) == 0 || fnmatch(pattern, slash ? slash + 1 : path, 0) == 0) return 1;
        otherwise = 0;
    }
    return otherwise;
}

static int copy_file(const char *from, const char *to, const struct stat *original) {
    char partial[MAX_TEXT], buffer[65536];
    struct timespec times[2] = {original->st_atim, original->st_mtim};
    ssize_t size = -1;
    join(partial, to, ".partial", "");
    int in = open(from, O_RDONLY), out = open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while (in >= 0 && out >= 0 && (size = read(in, buffer, sizeof buffer)) > 0 && write(out, buffer, (size_t)size) == size) continue;
    int good = size == 0 && fchmod(out, original->st_mode & 0777) == 0 && futimens(out, times) == 0 && fsync(out) == 0
               && rename(partial, to) == 0;
    if (!good) fprintf(stderr, "minibackup: %s: %s\n", from, strerror(errno)), unlink(partial);
    close(in), close(out);
    return good;
}

/* Copies what is new or has another size or time. `below` is the path below the source; "" at its top. */
static void copy_tree(const struct keys *profile, const char *from, const char *to, const char *below, sbm_run_end *tally) {
    struct stat there, here;
    struct dirent *entry;
    DIR *directory = opendir(from);
    if (!directory || (mkdir(to, 0700) != 0 && errno != EEXIST) || stat(to, &here) != 0) {
        fprintf(stderr, "minibackup: %s: %s\n", directory ? to : from, strerror(errno));
        tally->files_failed++;
    } else while ((entry = readdir(directory))) {
        char source[MAX_TEXT], copy[MAX_TEXT], path[MAX_TEXT];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        join(source, from, "/", entry->d_name);
        join(copy, to, "/", entry->d_name);
        join(path, below, *below ? "/" : "", entry->d_name);
        if (matches(profile, "exclude", path, 0) || lstat(source, &there) != 0) continue;
        if (S_ISDIR(there.st_mode)) {
            int is_itself = there.st_dev == here.st_dev && there.st_ino == here.st_ino;
            if (!is_itself) copy_tree(profile, source, copy, path, tally);
        } else if (S_ISREG(there.st_mode) && matches(profile, "include", path, 1)) {
            struct stat old;
            uint64_t size = (uint64_t)there.st_size;
            int same = lstat(copy, &old) == 0 && old.st_size == there.st_size && old.st_mtim.tv_sec == there.st_mtim.tv_sec
                       && old.st_mtim.tv_nsec == there.st_mtim.tv_nsec;
            int copied = !same && copy_file(source, copy, &there);
            *(copied ? &tally->files_copied : &tally->files_failed) += !same;
            *(copied ? &tally->bytes_copied : &tally->bytes_failed) += same ? 0 : size;
            tally->bytes_stored += same || copied ? there.st_size : 0;
        }
    }
    if (directory) closedir(directory);
}

/* One run, from its beginning to its record: what SBM is told is what the administrator will see. */
static void execute(const char *name, const struct keys *profile, sbm_trigger trigger, const char *target) {
    static const struct keys everything;
    const char *version = get(profile, "version");
    time_t now = time(NULL);
    sbm_run *run;
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS};
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = trigger,
                           .restore = trigger == SBM_TRIGGER_RESTORE, .version = version ? strtoll(version, NULL, 10) : 0,
                           .profile_name = name, .profile_guid = get(profile, "managed"),
                           .utc_offset_minutes = (int32_t)(localtime(&now)->tm_gmtoff / 60)};
    if (!get(profile, "source") || !get(profile, "dest")) fail(name, "it has no source= or no dest=");
    check(sbm_client_begin_run(client, &start, &run, &error));
    if (start.restore) copy_tree(&everything, get(profile, "dest"), target, "", &end), end.bytes_stored = -1;
    else copy_tree(profile, get(profile, "source"), get(profile, "dest"), "", &end);
    if (end.files_failed) {
        end.result = end.files_copied ? SBM_RESULT_WARNING : SBM_RESULT_FAILURE;
        end.error_text = "some files could not be copied";
    }
    check(sbm_run_finish(run, &end, NULL, &error));
    sbm_run_free(run);
    printf("%s: %" PRIu64 " files (%" PRIu64 " bytes) copied, %" PRIu64 " failed\n", name, end.files_copied, end.bytes_copied,
           end.files_failed);
    if (end.files_failed) exit(FAILED);
}

/* Does one change; answers what went wrong, or NULL. Done twice, as after a crash, it does no harm. */
static const char *apply(const sbm_change *change) {
    char name[MAX_TEXT], path[MAX_TEXT], old[MAX_TEXT], other[MAX_TEXT], local[MAX_TEXT], schedule[MAX_TEXT] = "";
    static struct keys before, after;
    const uint8_t *data;
    size_t size;
    int had = find(sbm_change_guid(change), old, &before);
    if (sbm_change_kind(change) == SBM_DELIVERY_REMOVE) return had && unlink(old) != 0 ? strerror(errno) : NULL;

    check(sbm_change_body(change, &data, &size, &error));
    if (!size || !read_keys(&after, fmemopen((void *)(uintptr_t)data, size, "r")) || !get(&after, "source") || !get(&after, "dest"))
        return "the content is not a profile with source= and dest=";
    check(sbm_change_schedule(change, &data, &size, &error));
    if (size >= sizeof schedule || (size && memchr(data, '\n', size))) return "the schedule is not one line";
    if (size) memcpy(schedule, data, size);
    else if (had && get(&before, "schedule")) strcpy(schedule, get(&before, "schedule")); /* none came: ours stays */
    put(&after, "schedule", schedule);
    put(&after, "managed", sbm_change_guid(change));

    join(name, *sbm_change_name(change) == '.' ? "_" : "", sbm_change_name(change), "");
    for (char *c = name; *c; c++)
        if (*c == '/') *c = '_'; /* an administrator chose the name; it leads nowhere else */
    profile_path(path, name);
    if (access(path, F_OK) == 0 && (!had || strcmp(path, old) != 0)) {
        join(other, name, " (local)", ""); /* a local profile of that name keeps its data under another */
        profile_path(local, other);
        if (access(local, F_OK) == 0 || rename(path, local) != 0) return "a local profile is in the way";
    }
    if (!save(&after, path)) return strerror(errno);
    return had && strcmp(path, old) != 0 && unlink(old) != 0 ? strerror(errno) : NULL;
}

static void synchronize(void) {
    static const char *const done[] = {"", "installed", "updated", "removed"};
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_change *change;
    check(sbm_client_sync(client, &summary, &error));
    printf("%s%s%s; %" PRIu32 " runs sent, %" PRIu32 " waiting\n", summary.online ? "online" : "offline", summary.why ? ": " : "",
           summary.why ? sbm_status_text(summary.why) : "", summary.runs_sent, summary.runs_waiting);
    while (check(sbm_client_next_change(client, &change, &error)), change) {
        const char *problem = apply(change);
        check(problem ? sbm_change_failed(change, problem, &error) : sbm_change_done(change, &error));
        printf("%s: %s\n", sbm_change_name(change), problem ? problem : done[sbm_change_kind(change)]);
        sbm_change_free(change);
    }
    if (summary.online && summary.why) exit(FAILED); /* the server answered, and refused */
}

/* --- Commands ---------------------------------------------------------------------------------------------------------- */

static void prompt(void) {
    static const char *const words[] = {"", "unmanaged", "online", "offline", "refused", "floor"};
    sbm_state state;
    sbm_status why;
    sbm_text *user;
    check(sbm_client_state(client, &state, &why, &error));
    check(sbm_client_user(client, &user, &error));
    fprintf(stderr, "minibackup (%s%s%s)%s%s\n", sbm_text_data(user), user ? ", " : "", words[state], why ? ": " : "",
            why ? sbm_status_text(why) : "");
    sbm_text_free(user);
}

static const char *password(const char *user) {
    const char *given = getenv("MINIBACKUP_PASSWORD");
    if (!given) fprintf(stderr, "%s, ", user);
    return given ? given : getpass("password: ");
}

static void test(const char *connection, const char *user) {
    sbm_server_test *result;
    check(sbm_client_test_server(client, connection, user, password(user), &result, &error));
    fputs(sbm_server_test_report(result), stdout);
    if (sbm_server_test_credentials(result) != SBM_CHECK_PASSED) exit(FAILED);
    sbm_server_test_free(result);
}

static void status(void) {
    for (int32_t action = SBM_ACTION_CREATE; action <= SBM_ACTION_RUN_SCHEDULED; action++) {
        sbm_decision *decision;
        check(sbm_client_explain(client, action, NULL, &decision, &error));
        puts(sbm_decision_sentence(decision));
        sbm_decision_free(decision);
    }
}

static void create(const char *name, char **option, int count) {
    static struct keys profile;
    char path[MAX_TEXT];
    ask(SBM_ACTION_CREATE, NULL);
    for (int i = 0; i + 1 < count; i += 2) add(&profile, option[i] + strspn(option[i], "-"), option[i + 1]);
    if (count % 2 || !get(&profile, "source") || !get(&profile, "dest")) fail(name, "give --source DIR and --dest DIR");
    must(save(&profile, new_path(name, path)), path);
}

static void change(struct keys *keys, const char *path, char *pair) {
    const char *key = strtok(pair, "="), *value = strtok(NULL, "");
    if (!key || !value) fail(pair, "write it as key=value");
    put(keys, key, value);
    must(save(keys, path), path);
}

static void open_client(void) {
    char path[MAX_TEXT];
    sbm_config *config;
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    must(mkdir(home, 0700) == 0 || errno == EEXIST, home);
    join(path, home, "/profiles", "");
    must(mkdir(path, 0700) == 0 || errno == EEXIST, path);
    join(path, home, "/sbm", "");
    check(sbm_config_new(SBM_ABI, path, &config, &error));
    check(sbm_config_set_program(config, "minibackup 1.0", &error));
    check(sbm_client_open(config, &client, &error));
    check(sbm_client_sync_if_due(client, &summary, &error)); /* a program asks the server when it starts, if it has one */
    sbm_config_free(config);
}

int main(int argc, char **argv) {
    char path[MAX_TEXT], other[MAX_TEXT];
    static struct keys settings;
    if (argc < 4 || strcmp(argv[1], "--home") != 0) {
        puts("minibackup --home DIR COMMAND\n"
             "  test CONNECTION USER, login CONNECTION USER, status, sync, list\n"
             "  create NAME --source DIR --dest DIR [--include PATTERN]... [--exclude PATTERN]...\n"
             "  modify NAME KEY=VALUE, rename NAME NEW, delete NAME, export NAME FILE, import FILE, set KEY=VALUE\n"
             "  run NAME [--scheduled], restore NAME DIR");
        return argc == 2 && !strcmp(argv[1], "help") ? 0 : USAGE;
    }
    home = argv[2];
    char **arg = argv + 4;
    int count = argc - 4;
    open_client();
    prompt();
#define COMMAND(name, arguments) (!strcmp(argv[3], name) && count == (arguments))
    if (COMMAND("test", 2)) test(arg[0], arg[1]);
    else if (COMMAND("login", 2)) check(sbm_client_login(client, arg[0], arg[1], password(arg[1]), &error)), prompt();
    else if (COMMAND("status", 0)) status();
    else if (COMMAND("sync", 0)) synchronize();
    else if (COMMAND("list", 0)) find(NULL, path, &settings);
    else if (!strcmp(argv[3], "create") && count > 0) create(arg[0], arg + 1, count - 1);
    else if (COMMAND("modify", 2)) change(use(arg[0], SBM_ACTION_MODIFY, path), path, arg[1]);
    else if (COMMAND("rename", 2)) use(arg[0], SBM_ACTION_RENAME, path), must(rename(path, new_path(arg[1], other)) == 0, path);
    else if (COMMAND("delete", 1)) use(arg[0], SBM_ACTION_DELETE, path), must(unlink(path) == 0, path);
    else if (COMMAND("export", 2)) must(save(use(arg[0], SBM_ACTION_EXPORT, path), arg[1]), arg[1]);
    else if (COMMAND("import", 1)) {
        ask(SBM_ACTION_IMPORT, NULL);
        must(read_keys(&settings, fopen(arg[0], "r")), arg[0]);
        put(&settings, "managed", NULL);
        join(other, strrchr(arg[0], '/') ? strrchr(arg[0], '/') + 1 : arg[0], "", "");
        other[strcspn(other, ".")] = 0; /* /some/where/documents.profile becomes the profile documents */
        must(save(&settings, new_path(other, path)), path);
    } else if (COMMAND("set", 1)) {
        ask(SBM_ACTION_MODIFY_GLOBAL_SETTINGS, NULL);
        join(path, home, "/settings", "");
        read_keys(&settings, fopen(path, "r"));
        change(&settings, path, arg[0]);
    } else if (COMMAND("run", 1)) execute(arg[0], use(arg[0], SBM_ACTION_RUN_MANUALLY, path), SBM_TRIGGER_MANUAL, NULL);
    else if (COMMAND("run", 2) && !strcmp(arg[1], "--scheduled"))
        execute(arg[0], use(arg[0], SBM_ACTION_RUN_SCHEDULED, path), SBM_TRIGGER_SCHEDULE, NULL);
    else if (COMMAND("restore", 2)) execute(arg[0], use(arg[0], SBM_ACTION_RESTORE, path), SBM_TRIGGER_RESTORE, arg[1]);
    else return fprintf(stderr, "minibackup: %s: no such command with these arguments; see `minibackup help`\n", argv[3]), USAGE;
    check(sbm_client_free(client));
    return 0;
}
