/* minibackup.h: what the files of minibackup have in common. Each .c file is one noun. */
#ifndef MINIBACKUP_H
#define MINIBACKUP_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* POSIX 2008, and getpass() */
#endif
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sbm.h"

/* How a command ends; 0 is done. */
enum { FAILED = 1, USAGE = 2, DENIED = 3 };

enum { MAX_LINES = 64, MAX_TEXT = 1024 };

/* Lines of key=value: a profile, or settings. */
struct keys { int count; char line[MAX_LINES][MAX_TEXT]; };

extern const char *home;    /* the folder of --home */
extern sbm_client *client;  /* SBM; open from the first command to the last */
extern sbm_error *error;    /* why the last call to SBM failed */

/* minibackup.c: a command that cannot go on ends here; at the prompt the next one may follow. */
void stop(int status);
void fail(const char *what, const char *why);
void must(int good, const char *what);
int tell(sbm_status status);
void check(sbm_status status);

/* keys.c */
void join(char *out, const char *a, const char *b, const char *c);
const char *value_of(const char *line, const char *key);
const char *get(const struct keys *keys, const char *key);
void add(struct keys *keys, const char *key, const char *value);
void put(struct keys *keys, const char *key, const char *value);
int read_keys(struct keys *keys, FILE *file);
int save(const struct keys *keys, const char *path);
void change(struct keys *keys, const char *path, const char *pair);
void read_settings(struct keys *settings, const char *name, char *path);
void set(int32_t action, const char *name, const char *pair);

/* permission.c: the questions before each act. */
void ask(int32_t action, const char *guid);
void caption(FILE *file, const char *end);
void status(void);

/* profile.c */
void profile_path(char *path, const char *name);
struct keys *use(const char *name, int32_t action, char *path);
int find(const char *guid, char *path, struct keys *profile);
void list(void);
void show(const char *name);
void create(const char *name, char **option, int count);
void modify(const char *name, const char *pair);
void rename_profile(const char *name, const char *new_name);
void delete_profile(const char *name);
void export_profile(const char *name, const char *file);
void import_profile(const char *file);

/* backup.c */
void run(const char *name, int32_t trigger, const char *target);

/* delivery.c: managed profiles, as they arrive. */
int take_over(void);
void synchronize(void);

/* upload.c: managed profiles, as they leave. */
void upload(const char *name, const char *administrator, const char *description, int with_schedule);

/* connection.c */
const char *password(const char *user, const char *variable);
void test_server(const char *connection, const char *user);
void log_in(const char *connection, const char *user, int takes_over);
void enrol(const char *connection);
void log_out(void);
void reconnect(const char *connection, const char *user, const char *administrator);
void show_connection(void);
void open_client(const char *rollout_file);

#endif
