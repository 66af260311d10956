/* What the C++ tests share: cases that say what is true, each with a directory of its own, and checks that say where they failed. */
#ifndef EXPECT_HPP
#define EXPECT_HPP

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sbm.hpp"

namespace expect {

struct test {
    const char *sentence;
    void (*body)(const std::string &directory);
};

inline std::vector<test> &all() {
    static std::vector<test> tests;
    return tests;
}

struct registration {
    registration(const char *sentence, void (*body)(const std::string &)) { all().push_back({sentence, body}); }
};

[[noreturn]] inline void fail(const char *file, int line, const char *condition) {
    std::fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    std::exit(1);
}

/* A configuration, and a client, on that directory. */
inline sbm::config config_on(const std::string &directory) {
    auto made = sbm::config::create(directory);
    if (!made) fail(__FILE__, __LINE__, made.error().message().c_str());
    return *std::move(made);
}

inline sbm::client client_on(const std::string &directory) {
    auto made = sbm::client::open(config_on(directory));
    if (!made) fail(__FILE__, __LINE__, made.error().message().c_str());
    return *std::move(made);
}

} // namespace expect

#define EXPECT(condition) ((condition) ? void() : expect::fail(__FILE__, __LINE__, #condition))
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define CASE(sentence)                                                                                       \
    static void JOIN(case_, __LINE__)(const std::string &directory);                                         \
    static const expect::registration JOIN(registered_, __LINE__)(sentence, JOIN(case_, __LINE__));          \
    static void JOIN(case_, __LINE__)([[maybe_unused]] const std::string &directory)

/* The managed profile of every test, which nobody knows here. */
inline constexpr const char *GUID = "94D3D1C174724DC9A5E99EE763E23159";
/* Port 1 of this machine: nobody listens there. */
inline constexpr const char *NOBODY =
    "sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000";

#endif
