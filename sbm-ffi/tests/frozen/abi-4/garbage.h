/* What the garbage programs share: addresses that are no handle, and what every function must make of them. */
#ifndef GARBAGE_H
#define GARBAGE_H

#include "expect.h"

static sbm_client *client;

/* Addresses that are no handle: odd ones, one with every bit set, one of a real object, one that has the form of a handle. */
static uint64_t object[8];
static void *const garbage[] = {(void *)(uintptr_t)1, (void *)(uintptr_t)3, (void *)(uintptr_t)-1, object, (char *)object + 1,
                                (void *)(uintptr_t)0x5b4d000000000fffu, (void *)(uintptr_t)0x5b4dffffffff0003u};
/* Of these, what no plain object can be: plain pointers are guarded against NULL and against handles, which are odd. */
static void *const odd[] = {(void *)(uintptr_t)1, (void *)(uintptr_t)3, (void *)(uintptr_t)-1, (char *)object + 1};
static const char not_utf8[] = "\xc3\x28";
static const char long_text[] = "sbm://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/..";
static const char guid[] = "94D3D1C174724DC9A5E99EE763E23159";

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CASE(function) puts(#function)
#define NULLS(call) FAILS(SBM_STATUS_NULL_ARGUMENT, call)

/* A function whose first argument is a client: NULL, garbage, and never an output written. */
#define CLIENTS(function, ...)                                                                                         \
    do {                                                                                                               \
        CASE(function);                                                                                                \
        NULLS(function(NULL, __VA_ARGS__, &error));                                                                    \
        for (size_t i = 0; i < COUNT(garbage); i++) FAILS(SBM_STATUS_BAD_HANDLE, function(garbage[i], __VA_ARGS__, &error)); \
        EXPECT(function(NULL, __VA_ARGS__, NULL) == SBM_STATUS_NULL_ARGUMENT);                                         \
    } while (0)

/* A getter: what it answers for NULL and for a handle in the wrong place. */
#define GETTER(function, answer)                                                                      \
    do {                                                                                              \
        CASE(function);                                                                               \
        EXPECT(function(NULL) == (answer));                                                           \
        for (size_t i = 0; i < COUNT(odd); i++) EXPECT(function(odd[i]) == (answer));                 \
        EXPECT(function((void *)client) == (answer));                                                 \
    } while (0)
#define TEXT(function)                                                                                \
    do {                                                                                              \
        CASE(function);                                                                               \
        EXPECT(!strcmp(function(NULL), ""));                                                          \
        for (size_t i = 0; i < COUNT(odd); i++) EXPECT(!strcmp(function(odd[i]), ""));                \
    } while (0)
#define ROW(function, good)                                                                           \
    do {                                                                                              \
        CASE(function);                                                                               \
        EXPECT(good(function(NULL, 0)) && good(function(NULL, (size_t)-1)) && good(function(odd[0], 1))); \
    } while (0)
#define EMPTY(text) (!strcmp(text, ""))
#define ZERO(number) ((number) == 0)
#define FREE(function)                                                                                \
    do {                                                                                              \
        CASE(function);                                                                               \
        function(NULL);                                                                               \
        function((void *)client);                                                                     \
        for (size_t i = 0; i < COUNT(odd); i++) function(odd[i]);                                     \
    } while (0)

#endif
