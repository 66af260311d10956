/* A host that keeps its own data in a SQLite of its own, linked statically beside libsbm.a. Each has to get its own one:
 * the host's is asked for its version before and after SBM has used the one inside it. host DIRECTORY */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sbm.h>

static int count_rows(void *count, int columns, char **values, char **names) {
    (void)columns, (void)values, (void)names;
    ++*(int *)count;
    return 0;
}

int main(int count, char **arguments) {
    sbm_config *config = NULL;
    sbm_client *client = NULL;
    sbm_error *error = NULL;
    sbm_effect effect = SBM_EFFECT_DENY;
    sqlite3 *database = NULL;
    int rows = 0;
    if (count < 2 || strcmp(sqlite3_libversion(), SQLITE_VERSION) != 0) return 2; /* the host got another one */
    if (sqlite3_open(":memory:", &database) != SQLITE_OK ||
        sqlite3_exec(database, "CREATE TABLE backups (name TEXT); INSERT INTO backups VALUES ('documents')", NULL, NULL, NULL))
        return 3;
    printf("SBM %s\n", sbm_version());
    if (sbm_config_new(SBM_ABI, arguments[1], &config, &error) || sbm_client_open(config, &client, &error) ||
        sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, &error)) {
        puts(sbm_error_message(error));
        return 1;
    }
    printf("create: %s\n", effect == SBM_EFFECT_DENY ? "denied" : "allowed");
    if (sqlite3_exec(database, "SELECT * FROM backups", count_rows, &rows, NULL) != SQLITE_OK || rows != 1) return 4;
    sbm_client_free(client);
    sbm_config_free(config);
    return sqlite3_close(database) != SQLITE_OK;
}
