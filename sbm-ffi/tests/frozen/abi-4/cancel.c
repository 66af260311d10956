/* Calls that wait for a server which never answers: another thread ends them, or their time does. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#if defined(_WIN32)
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include "expect.h"

#if defined(_WIN32)
typedef SOCKET connected;
#define SHUT(socket) closesocket(socket)
#define GOOD(socket) ((socket) != INVALID_SOCKET)
#else
typedef int connected;
#define SHUT(socket) close(socket)
#define GOOD(socket) ((socket) >= 0)
#endif

static connected listener;
static char connection[128];
static sbm_client *client;

/* A server that takes connections and says nothing. */
static void listen_and_be_silent(void) {
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
#if defined(_WIN32)
    WSADATA data;
    EXPECT(WSAStartup(MAKEWORD(2, 2), &data) == 0);
#endif
    listener = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(GOOD(listener) && bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 16) == 0);
    EXPECT(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    snprintf(connection, sizeof connection, "sbm://127.0.0.1:%d#ca-sha256=%064d", ntohs(address.sin_port), 0);
}

static void *cancel_when_it_is_called(void *unused) {
    char hello[16];
    connected socket = accept(listener, NULL, NULL);
    /* The client has begun its handshake, so its call waits for our answer. */
    EXPECT(GOOD(socket) && recv(socket, hello, sizeof hello, 0) > 0);
    EXPECT(sbm_client_cancel(client, NULL) == SBM_OK);
    SHUT(socket);
    return unused;
}

#define CANCELLED(call)                                                                       \
    do {                                                                                      \
        pthread_t thread;                                                                     \
        EXPECT(pthread_create(&thread, NULL, cancel_when_it_is_called, NULL) == 0);           \
        call;                                                                                 \
        EXPECT(pthread_join(thread, NULL) == 0);                                              \
    } while (0)

static void another_thread_ends_a_call(void) {
    sbm_server_test *test;
    sbm_rollout *rollout;
    sbm_sync_summary summary = {0};
    summary.struct_size = sizeof summary;
    for (int i = 0; i < 5; i++) {
        /* A cancel before it does not count. */
        EXPECT(sbm_client_cancel(client, NULL) == SBM_OK);
        CANCELLED(FAILS(SBM_STATUS_CANCELLED, sbm_client_login(client, connection, "carol", "password", &error)));
    }
    CANCELLED(FAILS(SBM_STATUS_CANCELLED, sbm_client_take_over(client, connection, "root>pc", "secret", NULL, &error)));
    CANCELLED(FAILS(SBM_STATUS_CANCELLED, sbm_client_change_connection(client, connection, "carol", "password", "a", "b", &error)));
    CANCELLED(EXPECT(sbm_client_test_server(client, connection, "carol", "password", &test, NULL) == SBM_OK));
    EXPECT(strstr(sbm_server_test_report(test), "cancelled") && sbm_server_test_credentials(test) == SBM_CHECK_NOT_TRIED);
    sbm_server_test_free(test);
    EXPECT(sbm_rollout_new(&rollout, NULL) == SBM_OK && sbm_rollout_set_connection(rollout, connection, NULL) == SBM_OK);
    EXPECT(sbm_rollout_set_user(rollout, "carol", NULL) == SBM_OK && sbm_rollout_set_password(rollout, "p", NULL) == SBM_OK);
    CANCELLED(FAILS(SBM_STATUS_CANCELLED, sbm_client_roll_out(client, rollout, &summary, &error)));
    sbm_rollout_free(rollout);
}

static sbm_client *impatient(const char *directory, sbm_status (*set)(sbm_config *, int32_t, sbm_error **)) {
    sbm_config *config;
    sbm_client *opened;
    EXPECT(sbm_config_new(SBM_ABI, directory, &config, NULL) == SBM_OK && set(config, 50, NULL) == SBM_OK);
    EXPECT(sbm_client_open(config, &opened, NULL) == SBM_OK);
    sbm_config_free(config);
    return opened;
}

static void its_time_ends_a_call(const char *directory) {
    sbm_status (*const limits[])(sbm_config *, int32_t, sbm_error **) = {sbm_config_set_timeout_ms,
                                                                        sbm_config_set_handshake_timeout_ms};
    for (int i = 0; i < 2; i++) {
        sbm_client *hasty = impatient(directory, limits[i]);
        FAILS(SBM_STATUS_TIMED_OUT, sbm_client_login(hasty, connection, "carol", "password", &error));
        EXPECT(sbm_client_free(hasty) == SBM_OK);
    }
}

int main(int count, char **argument) {
    int32_t locked = 7;
    EXPECT(count == 2);
    listen_and_be_silent();
    client = open_client(argument[1]);
    another_thread_ends_a_call();
    its_time_ends_a_call(argument[1]);
    EXPECT(sbm_client_is_locked(client, &locked, NULL) == SBM_OK && locked == 0);
    EXPECT(sbm_client_free(client) == SBM_OK);
    puts("ok");
    return 0;
}
