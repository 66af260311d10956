/* Built with -fno-exceptions -fno-rtti: the whole way of a host without an exception in it. */
#include "expect.hpp"

template <class T, class = void> struct throws : std::false_type {};
template <class T> struct throws<T, std::void_t<decltype(std::declval<T &>().value())>> : std::true_type {};
static_assert(!throws<sbm::result<int>>::value && !throws<sbm::result<void>>::value, "there is nothing that could throw");

CASE("a host without exceptions opens, asks, reports and closes") {
    int lines = 0;
    {
        auto config = expect::config_on(directory);
        EXPECT(config.set_log(sbm::log_level::debug, [&lines](sbm::log_level, std::string_view) { lines++; }));
        const auto client = sbm::client::open(config);
        EXPECT(client && *client->may(sbm::action::create_profile) == sbm::effect::unmanaged);
        sbm::run_start start;
        start.profile_name = "documents";
        const auto run = client->begin_run(start);
        EXPECT(run && run->finish({}).value_or(7) == 0);
        EXPECT(client->login(NOBODY, "carol", "password").error().is_retryable());
        const auto worker = client->start_worker([](sbm::notice, sbm::status) {});
        EXPECT(worker && worker->sync_now());
    }
    EXPECT(lines > 0);
}

CASE("a host without exceptions gets the same errors") {
    EXPECT(sbm::config::create("").code() == sbm::status::invalid_argument);
    EXPECT(sbm::config::create(std::string_view("a\0b", 3)).error().message().find("NUL") != std::string::npos);
}
