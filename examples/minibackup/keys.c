/* keys.c: lines of key=value, which profiles and settings are made of. */
#include "minibackup.h"

#include <unistd.h>

void join(char *out, const char *a, const char *b, const char *c) {
    if (snprintf(out, MAX_TEXT, "%s%s%s", a, b, c) >= MAX_TEXT) fail(b, "this is too long");
}

const char *value_of(const char *line, const char *key) {
    size_t size = strlen(key);
    return strncmp(line, key, size) == 0 && line[size] == '=' ? line + size + 1 : NULL;
}

const char *get(const struct keys *keys, const char *key) {
    for (int i = 0; i < keys->count; i++)
        if (value_of(keys->line[i], key)) return value_of(keys->line[i], key);
    return NULL;
}

void add(struct keys *keys, const char *key, const char *value) {
    if (keys->count == MAX_LINES || strchr(value, '\n')) fail(key, "too many lines, or one that is two");
    join(keys->line[keys->count], key, "=", value);
    keys->count++;
}

/* Replaces what there is of that key; an empty value or NULL only removes it. */
void put(struct keys *keys, const char *key, const char *value) {
    int kept = 0;
    for (int i = 0; i < keys->count; i++)
        if (!value_of(keys->line[i], key)) memmove(keys->line[kept++], keys->line[i], MAX_TEXT);
    keys->count = kept;
    if (value && *value) add(keys, key, value);
}

/* Reads all of a file and closes it. Not a line longer than there is room for, and not half a file. */
int read_keys(struct keys *keys, FILE *file) {
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
int save(const struct keys *keys, const char *path) {
    char partial[MAX_TEXT];
    join(partial, path, ".partial", "");
    FILE *file = fopen(partial, "w");
    if (!file) return 0;
    for (int i = 0; i < keys->count; i++) fprintf(file, "%s\n", keys->line[i]);
    int good = fflush(file) == 0 && fsync(fileno(file)) == 0;
    return (fclose(file) == 0) & good && rename(partial, path) == 0;
}

/* Changes one key in a file: key=value, or key= to remove it. */
void change(struct keys *keys, const char *path, const char *pair) {
    char key[MAX_TEXT];
    size_t size = strcspn(pair, "=");
    join(key, pair, "", "");
    if (size == 0 || pair[size] != '=') fail(pair, "write it as key=value");
    key[size] = 0;
    put(keys, key, pair + size + 1);
    must(save(keys, path), path);
}

/* The settings of that name; none if there is no file yet. */
void read_settings(struct keys *settings, const char *name, char *path) {
    join(path, home, "/", name);
    if (!read_keys(settings, fopen(path, "r"))) settings->count = 0;
}

/* Changes a setting, if the user may. */
void set(int32_t action, const char *name, const char *pair) {
    static struct keys settings;
    char path[MAX_TEXT];
    ask(action, NULL);
    read_settings(&settings, name, path);
    change(&settings, path, pair);
}
