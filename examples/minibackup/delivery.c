/* delivery.c: what the server wants to be installed, updated or removed here (PRO-8). */
#include "minibackup.h"

#include <errno.h>
#include <unistd.h>

/* A profile of the user's own keeps its data under another name; the managed one gets the name. */
static const char *make_room(const char *path, const char *name) {
    char other[MAX_TEXT], local[MAX_TEXT], number[32] = " (local)";
    for (int i = 2; i <= 100; i++) {
        join(other, name, number, "");
        profile_path(local, other);
        if (access(local, F_OK) != 0) return rename(path, local) == 0 ? NULL : strerror(errno);
        snprintf(number, sizeof number, " (local %d)", i);
    }
    return "local profiles are in the way";
}

/* Does one change; answers what went wrong, or NULL. Done twice, as after a crash, it does no harm. */
static const char *apply(const sbm_change *change) {
    char name[MAX_TEXT], path[MAX_TEXT], old[MAX_TEXT], schedule[MAX_TEXT] = "";
    static struct keys before, after;
    const char *problem;
    const uint8_t *data;
    size_t size;
    int had = find(sbm_change_guid(change), old, &before);
    if (sbm_change_kind(change) == SBM_DELIVERY_REMOVE) return had && unlink(old) != 0 ? strerror(errno) : NULL;

    check(sbm_change_body(change, &data, &size, &error));
    if (!size || !read_keys(&after, fmemopen((void *)(uintptr_t)data, size, "r")) || !get(&after, "source") || !get(&after, "dest"))
        return "the content is not a profile with source= and dest=";
    check(sbm_change_schedule(change, &data, &size, &error));
    if (size && data[size - 1] == '\n') size -= size > 1 && data[size - 2] == '\r' ? 2 : 1; /* a file of one line ends with one */
    if (size >= sizeof schedule || (size && memchr(data, '\n', size))) return "the schedule is not one line";
    if (size) memcpy(schedule, data, size);
    else if (had && get(&before, "schedule")) strcpy(schedule, get(&before, "schedule")); /* none came: ours stays */
    put(&after, "schedule", schedule);
    put(&after, "managed", sbm_change_guid(change));

    join(name, *sbm_change_name(change) == '.' ? "_" : "", sbm_change_name(change), "");
    for (char *c = name; *c; c++)
        if (*c == '/') *c = '_'; /* an administrator chose the name; it leads nowhere else */
    profile_path(path, name);
    if (access(path, F_OK) == 0 && (!had || strcmp(path, old) != 0) && (problem = make_room(path, name))) return problem;
    if (!save(&after, path)) return strerror(errno);
    return had && strcmp(path, old) != 0 && unlink(old) != 0 ? strerror(errno) : NULL;
}

/*
 * Takes every change that waits. One that concerns a running profile waits until the run is over, here or elsewhere. A cache
 * that cannot be read or written delivers nothing; that is said, and ends nothing by itself: SBM knows what goes on then, and
 * a login may mend it. Answers whether all is well.
 */
int take_over(void) {
    static const char *const done[] = {"", "installed", "updated", "removed"};
    sbm_change *change = NULL;
    int good;
    while ((good = tell(sbm_client_next_change(client, &change, &error))) && change) {
        const char *problem = apply(change);
        good = tell(problem ? sbm_change_failed(change, problem, &error) : sbm_change_done(change, &error));
        if (good) printf("%s: %s\n", sbm_change_name(change), problem ? problem : done[sbm_change_kind(change)]);
        sbm_change_free(change);
        if (!good) break; /* it comes again */
    }
    return good;
}

/* Profiles and history, now: what Ctrl-F5 is for in a window. */
void synchronize(void) {
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    check(sbm_client_sync(client, &summary, &error));
    int refused = summary.online && summary.why; /* the server answered, and refused */
    printf("%s%s%s; %" PRIu32 " runs sent, %" PRIu32 " waiting\n", refused ? "refused" : summary.online ? "online" : "offline",
           summary.why ? ": " : "", summary.why ? sbm_status_text(summary.why) : "", summary.runs_sent, summary.runs_waiting);
    if (!take_over() || refused) stop(FAILED);
}
