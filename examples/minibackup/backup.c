/* backup.c: the work itself, from the beginning of a run to its record. */
#include "minibackup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int verbose;

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
    if (good && verbose) puts(from);
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

/* All that minibackup stores is what its profiles store, each as of its last run: SBM wants the sum. */
static void report_stored(const char *name, int64_t bytes) {
    static struct keys stored;
    char path[MAX_TEXT], number[32];
    uint64_t sum = 0;
    read_settings(&stored, "stored", path);
    snprintf(number, sizeof number, "%" PRId64, bytes);
    put(&stored, name, number);
    must(save(&stored, path), path);
    for (int i = 0; i < stored.count; i++) sum += strtoull(strrchr(stored.line[i], '=') + 1, NULL, 10);
    sbm_status status = sbm_client_report_stored(client, sum, &error);
    if (status != SBM_STATUS_NOT_LOGGED_IN) check(status); /* nobody manages us: nobody counts */
    else sbm_error_free(error), error = NULL;
}

/*
 * One run: what SBM is told is what the administrator will see. A restore copies the other way, to `target`. It is asked for
 * like every act; sbm_client_begin_run_storing() asks once more by itself, for room too where a quota is set. While it goes on,
 * no change of this profile is delivered.
 */
void run(const char *name, int32_t trigger, const char *target) {
    static const struct keys everything;
    static struct keys settings;
    char path[MAX_TEXT];
    int32_t action = trigger == SBM_TRIGGER_RESTORE    ? SBM_ACTION_RESTORE
                     : trigger == SBM_TRIGGER_SCHEDULE ? SBM_ACTION_RUN_SCHEDULED
                                                       : SBM_ACTION_RUN_MANUALLY;
    const struct keys *profile = use(name, action, path);
    const char *version = get(profile, "version"), *told;
    time_t now = time(NULL);
    sbm_run *run;
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS};
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP, .trigger = trigger,
                           .restore = trigger == SBM_TRIGGER_RESTORE, .version = version ? strtoll(version, NULL, 10) : 0,
                           .profile_name = name, .profile_guid = get(profile, "managed"),
                           .utc_offset_minutes = (int32_t)(localtime(&now)->tm_gmtoff / 60)};
    if (!get(profile, "source") || !get(profile, "dest")) fail(name, "it has no source= or no dest=");
    const char *expected = get(profile, "expect"); /* how many bytes of new data, if somebody knows */
    check(sbm_client_begin_run_storing(client, &start, expected ? strtoull(expected, NULL, 10) : 0, &run, &error));
    read_settings(&settings, "settings", path);
    told = get(&settings, "verbose");
    verbose = told && strcmp(told, "yes") == 0;
    if (start.restore) copy_tree(&everything, get(profile, "dest"), target, "", &end), end.bytes_stored = -1;
    else copy_tree(profile, get(profile, "source"), get(profile, "dest"), "", &end);
    if (end.files_failed) {
        end.result = end.files_copied ? SBM_RESULT_WARNING : SBM_RESULT_FAILURE;
        end.error_text = "some files could not be copied";
    }
    check(sbm_run_finish(run, &end, NULL, &error));
    sbm_run_free(run);
    if (end.bytes_stored >= 0) report_stored(name, end.bytes_stored);
    printf("%s: %" PRIu64 " files (%" PRIu64 " bytes) copied, %" PRIu64 " failed\n", name, end.files_copied, end.bytes_copied,
           end.files_failed);
    if (end.files_failed) stop(FAILED);
}
