/*
 * minibackup.c: a small backup program that is managed by SBM. main() is at the end; each command asks SBM before it acts.
 * The rest is in minibackup/, one file for each noun; minibackup.h is its table of contents.
 *
 *     cc -std=c99 minibackup.c minibackup/[a-z]*.c -lsbm -o minibackup
 *
 * DIR/sbm belongs to SBM. DIR/profiles, DIR/settings and DIR/login are minibackup's own.
 * A command exits with 0: done, 1: failed, 2: wrong usage, 3: SBM denied it; the reason is on stderr. Without a command
 * there is a prompt, which says whether the server is there.
 */
#include "minibackup/minibackup.h"

#include <errno.h>
#include <setjmp.h>

const char *home;
sbm_client *client;
sbm_error *error;

static jmp_buf next_command;
static int result;

void stop(int status) {
    sbm_error_free(error);
    error = NULL;
    result = status;
    longjmp(next_command, 1);
}

void fail(const char *what, const char *why) {
    fprintf(stderr, "minibackup: %s: %s\n", what, why);
    stop(FAILED);
}

void must(int good, const char *what) {
    if (!good) fail(what, strerror(errno));
}

/* Around a call to SBM that the command can do without: what went wrong is said, and it goes on. */
int tell(sbm_status status) {
    if (status != SBM_OK) fprintf(stderr, "minibackup: %s: %s\n", sbm_status_name(status), sbm_error_message(error));
    sbm_error_free(error);
    error = NULL;
    return status == SBM_OK;
}

/* Around every other: a status that is not SBM_OK ends the command with the library's sentence. 4xx is a denial. */
void check(sbm_status status) {
    if (!tell(status)) stop(status / 100 == 4 ? DENIED : FAILED);
}

static const char usage[] =
    "minibackup --home DIR [--rollout FILE] [COMMAND]\n"
    "  test CONNECTION USER            can the server be reached, and would it let that user in? If all is well, the connection\n"
    "                                  is locked to that server and user\n"
    "  login CONNECTION USER, logout   passwords come from the terminal, or from MINIBACKUP_PASSWORD; the code of a second factor\n"
    "                                  from MINIBACKUP_CODE\n"
    "  take-over CONNECTION USER       the same, and the backup account that another computer has is on this one from then on\n"
    "  enrol CONNECTION                instead: by the enrolment code in MINIBACKUP_CODE, without a password\n"
    "  connection                      which server, who, and whether that is locked\n"
    "  connect CONNECTION USER ADMINISTRATOR   changes what is locked; his password: also from MINIBACKUP_ADMIN_PASSWORD\n"
    "  status                          what you may do, and why not\n"
    "  sync                            profiles and history, now\n"
    "  list, show NAME                 managed and local profiles\n"
    "  create NAME --source DIR --dest DIR [--include PATTERN]... [--exclude PATTERN]... [--schedule TEXT]\n"
    "  modify NAME KEY=VALUE, rename NAME NEW, delete NAME, export NAME FILE, import FILE\n"
    "  set KEY=VALUE                   global settings: verbose=yes names each file\n"
    "  set-login KEY=VALUE             login settings: only=USER lets only that user of the operating system in, whoever is logged\n"
    "                                  in at the server; roots=system trusts this computer's certificate authorities for a\n"
    "                                  CONNECTION without a fingerprint\n"
    "  run NAME [--scheduled | --group], restore NAME DIR\n"
    "  upload NAME ADMINISTRATOR DESCRIPTION [--with-schedule]   gives a profile to the server\n"
    "  help, quit\n";

/* One command with its arguments. */
static void command(const char *name, char **arg, int count) {
#define IS(word, arguments) (!strcmp(name, word) && count == (arguments))
#define FLAG(place, word) (!strcmp(arg[place], word))
    if (IS("help", 0)) fputs(usage, stdout);
    else if (IS("test", 2)) test_server(arg[0], arg[1]);
    else if (IS("login", 2)) log_in(arg[0], arg[1], 0);
    else if (IS("take-over", 2)) log_in(arg[0], arg[1], 1);
    else if (IS("enrol", 1)) enrol(arg[0]);
    else if (IS("logout", 0)) log_out();
    else if (IS("connection", 0)) show_connection();
    else if (IS("connect", 3)) reconnect(arg[0], arg[1], arg[2]);
    else if (IS("status", 0)) status();
    else if (IS("sync", 0)) synchronize();
    else if (IS("list", 0)) list();
    else if (IS("show", 1)) show(arg[0]);
    else if (!strcmp(name, "create") && count > 0) create(arg[0], arg + 1, count - 1);
    else if (IS("modify", 2)) modify(arg[0], arg[1]);
    else if (IS("rename", 2)) rename_profile(arg[0], arg[1]);
    else if (IS("delete", 1)) delete_profile(arg[0]);
    else if (IS("export", 2)) export_profile(arg[0], arg[1]);
    else if (IS("import", 1)) import_profile(arg[0]);
    else if (IS("set", 1)) set(SBM_ACTION_MODIFY_GLOBAL_SETTINGS, "settings", arg[0]);
    else if (IS("set-login", 1)) set(SBM_ACTION_MODIFY_LOGIN_SETTINGS, "login", arg[0]);
    else if (IS("run", 1)) run(arg[0], SBM_TRIGGER_MANUAL, NULL);
    else if (IS("run", 2) && FLAG(1, "--scheduled")) run(arg[0], SBM_TRIGGER_SCHEDULE, NULL);
    else if (IS("run", 2) && FLAG(1, "--group")) run(arg[0], SBM_TRIGGER_GROUP, NULL);
    else if (IS("restore", 2)) run(arg[0], SBM_TRIGGER_RESTORE, arg[1]);
    else if (IS("upload", 3)) upload(arg[0], arg[1], arg[2], 0);
    else if (IS("upload", 4) && FLAG(3, "--with-schedule")) upload(arg[0], arg[1], arg[2], 1);
    else {
        fprintf(stderr, "minibackup: %s: no such command with these arguments; see `minibackup help`\n", name);
        stop(USAGE);
    }
}

/* Cuts a line into words; what stands in quotes is one word. */
static int words(char *line, char **word, int room) {
    int count = 0;
    while (count < room && *(line += strspn(line, " \t\n"))) {
        const char *end = *line == '"' ? "\"\n" : *line == '\'' ? "'\n" : " \t\n";
        if (*end != ' ') line++;
        word[count++] = line;
        line += strcspn(line, end);
        if (*line) *line++ = 0;
    }
    return count;
}

/*
 * The prompt. A command that fails has said why; the next one may do better. While somebody thinks, SBM's worker checks with
 * the server every hour and sees what other processes did; it needs no callback, since each prompt looks by itself.
 */
static void converse(void) {
    char line[2 * MAX_TEXT], *word[MAX_LINES];
    sbm_worker *worker;
    check(sbm_client_start_worker(client, NULL, NULL, NULL, &worker, &error));
    for (;;) {
        if (setjmp(next_command) == 0) take_over();
        result = 0;
        caption(stdout, "> ");
        if (!fgets(line, sizeof line, stdin)) break;
        int count = words(line, word, MAX_LINES);
        if (count == 1 && !strcmp(word[0], "quit")) break;
        if (count) command(word[0], word + 1, count - 1);
    }
    sbm_worker_free(worker);
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "help")) return fputs(usage, stdout), 0;
    if (argc < 3 || strcmp(argv[1], "--home") != 0) return fputs(usage, stderr), USAGE;
    home = argv[2];
    int rolled_out = argc > 4 && !strcmp(argv[3], "--rollout");
    char **word = argv + (rolled_out ? 5 : 3);
    int count = argc - (rolled_out ? 5 : 3);
    if (setjmp(next_command) == 0) {
        open_client(rolled_out ? argv[4] : NULL);
        if (count == 0) converse();
        else caption(stderr, ""), command(word[0], word + 1, count - 1);
    }
    sbm_client_free(client);
    return result;
}
