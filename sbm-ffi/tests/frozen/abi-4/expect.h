/* What the test programs share: a check that says where it failed. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sbm.h"

#define EXPECT(condition)                                                         \
    do {                                                                          \
        if (!(condition)) {                                                       \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);       \
            exit(1);                                                              \
        }                                                                         \
    } while (0)

/* A client on that directory. */
static inline sbm_client *open_client(const char *directory) {
    sbm_config *config;
    sbm_client *client;
    sbm_error *error;
    EXPECT(sbm_config_new(SBM_ABI, directory, &config, &error) == SBM_OK && config && !error);
    EXPECT(sbm_client_open(config, &client, &error) == SBM_OK && client && !error);
    sbm_config_free(config);
    return client;
}

/* The status, where the error must say the same in words. */
#define FAILS(expected, call)                                                     \
    do {                                                                          \
        sbm_error *error = NULL;                                                  \
        sbm_status got = (call);                                                  \
        if (got != (expected)) {                                                  \
            fprintf(stderr, "%s:%d: %s is %s: %s\n", __FILE__, __LINE__, #call, sbm_status_name(got), sbm_error_message(error)); \
            exit(1);                                                              \
        }                                                                         \
        EXPECT(sbm_error_status(error) == got && *sbm_error_message(error));      \
        sbm_error_free(error);                                                    \
    } while (0)

#endif
