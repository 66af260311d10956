/* Life times: every handle is owned once, moved, given away and taken over. */
#include <type_traits>

#include "expect.hpp"

template <class... Handles> constexpr bool may_only_be_moved() {
    return ((std::is_nothrow_move_constructible_v<Handles> && std::is_nothrow_move_assignable_v<Handles> &&
             !std::is_copy_constructible_v<Handles> && !std::is_copy_assignable_v<Handles> &&
             std::is_nothrow_destructible_v<Handles>) && ...);
}

static_assert(may_only_be_moved<sbm::config, sbm::client, sbm::rollout, sbm::run, sbm::worker, sbm::change, sbm::decision,
                                sbm::profile_list, sbm::server_test, sbm::text, sbm::bytes>());
static_assert(std::is_copy_constructible_v<sbm::error> && std::is_copy_constructible_v<sbm::cancel_handle>);
static_assert(!std::is_convertible_v<sbm_client *, sbm::client>, "nothing is taken over by accident");

CASE("a client is closed by its destructor") {
    sbm_client *raw = nullptr;
    {
        const auto client = expect::client_on(directory);
        raw = client.get();
        EXPECT(client && raw != nullptr);
    }
    EXPECT(sbm_client_free(raw) == SBM_STATUS_BAD_HANDLE);
}

CASE("a moved client is empty, and the new one works") {
    auto before = expect::client_on(directory);
    const sbm::client after = std::move(before);
    EXPECT(!before && after.state() && before.get() == nullptr);
    EXPECT(before.state().code() == sbm::status::null_argument);
}

CASE("moving onto a client closes what it had") {
    auto one = expect::client_on(directory + "a"), two = expect::client_on(directory + "b");
    sbm_client *first = one.get();
    one = std::move(two);
    EXPECT(sbm_client_free(first) == SBM_STATUS_BAD_HANDLE && one.state());
}

CASE("moving a client onto itself changes nothing") {
    auto client = expect::client_on(directory);
    auto &same = client;
    client = std::move(same);
    EXPECT(client.state());
}

CASE("release gives the handle away, and the constructor takes it over") {
    auto client = expect::client_on(directory);
    sbm_client *raw = client.release();
    EXPECT(!client);
    const sbm::client again(raw);
    EXPECT(again.state());
}

CASE("close says whether there was something to close") {
    auto client = expect::client_on(directory);
    sbm_client *raw = client.get();
    EXPECT(client.close() == sbm::status::ok && !client);
    EXPECT(sbm::client(raw).close() == sbm::status::bad_handle);
    EXPECT(client.close() == sbm::status::ok); // NULL is fine
}

CASE("a configuration may go, or be used again, once a client was opened") {
    auto config = expect::config_on(directory);
    const auto one = sbm::client::open(config), two = sbm::client::open(config);
    EXPECT(one && two);
    config = expect::config_on(directory + "x");
    EXPECT(one->state() && two->state());
}

CASE("a run outlives its client") {
    auto client = expect::client_on(directory);
    sbm::run_start start;
    start.profile_name = "documents";
    auto run = client.begin_run(start);
    EXPECT(run && client.close() == sbm::status::ok);
    EXPECT(run->finish({}).value_or(7) == 0);
    EXPECT(run->finish({}).code() == sbm::status::not_finished);
    EXPECT(run->close() == sbm::status::ok);
}

CASE("a cancel handle outlives its client and says so") {
    auto client = expect::client_on(directory);
    const sbm::cancel_handle handle = client.canceller(), copy = handle;
    EXPECT(handle.cancel() && copy.cancel() && client.cancel());
    EXPECT(client.close() == sbm::status::ok);
    EXPECT(copy.cancel().code() == sbm::status::bad_handle);
}

CASE("moved objects of every kind are empty and harmless") {
    auto client = expect::client_on(directory);
    auto decision = client.explain(sbm::action::restore);
    const sbm::decision taken = *std::move(decision);
    EXPECT(!taken.sentence().empty());
    EXPECT(decision->sentence().empty() && decision->effect() == sbm::effect::deny && decision->code() == sbm::status::null_argument);
    auto list = client.profiles();
    const sbm::profile_list profiles = *std::move(list);
    EXPECT(profiles.size() == 0 && list->size() == 0 && (*list)[3].guid.empty());
    auto rollout = sbm::rollout::create();
    const sbm::rollout settings = *std::move(rollout);
    EXPECT(settings.is_empty() && rollout->is_empty() && rollout->set_user("carol").code() == sbm::status::null_argument);
    const sbm::change nothing(nullptr);
    EXPECT(!nothing && nothing.kind() == sbm::delivery::none && !nothing.body() && !nothing.schedule() && nothing.name().empty());
    const sbm::text no_text(nullptr);
    const sbm::bytes no_bytes(nullptr);
    EXPECT(no_text.view().empty() && *no_text.c_str() == '\0' && no_bytes.view().empty());
    const sbm::server_test no_test(nullptr);
    EXPECT(no_test.reachable() == sbm::check::not_tried && no_test.clock_skew().count() == 0 && no_test.report().empty());
}

CASE("a list goes through its profiles like a container") {
    const auto client = expect::client_on(directory);
    const auto list = client.profiles();
    std::size_t seen = 0;
    for (const sbm::profile one : *list) seen += one.name.size() + 1;
    EXPECT(list && seen == 0 && !(list->begin() != list->end()));
}

CASE("clients may be kept in containers") {
    std::vector<sbm::client> clients;
    for (int i = 0; i < 20; i++) clients.push_back(expect::client_on(directory + std::to_string(i)));
    clients.erase(clients.begin() + 3, clients.begin() + 15);
    for (const sbm::client &client : clients) EXPECT(client.state());
    EXPECT(clients.size() == 8);
}
