// SPDX-License-Identifier: Apache-2.0
// The fakes keep the ABI's rules, so that a plugin that passes with them does with the host.
#include <gtest/gtest.h>

#include <stdexcept>

#include "tenon/channels.hpp"
#include "tenon/fakes/fake_cancel.hpp"
#include "tenon/fakes/fake_host.hpp"
#include "tenon/host.hpp"
#include "tenon/http.hpp"

namespace tenon::fakes {
namespace {

template <class Table>
const Table* serviceOf(const FakeHost& fake, const char* id) {
  return static_cast<const Table*>(fake.host()->service(fake.host(), id, sizeof(Table)));
}

struct Greeter {
  explicit Greeter(const tenon_host* host) : http(host) {
    http.route<&Greeter::hello>("GET", "/hello/{name}", this, 0);
    http.route<&Greeter::echo>("POST", "/echo/{path...}", this, TENON_ROUTE_STREAM_BODY);
    http.route<&Greeter::refuse>("GET", "/refuse", this);
  }
  void hello(Request& request, Reply& reply, const tenon_cancel*) {
    reply.header("X-A", "b");
    reply.json("\"" + std::string(request.param("name")) + std::string(request.query("q").value_or("-")) + "\"");
  }
  void echo(Request& request, Reply& reply, const tenon_cancel*) {
    reply.begin(200, "text/plain");
    char buffer[64];
    for (int64_t n = 0; (n = http.raw()->read_body(request.raw(), buffer, sizeof buffer, nullptr)) > 0;)
      reply.write(std::string_view(buffer, static_cast<size_t>(n)));
    reply.write(request.param("path"));
  }
  void refuse(Request& request, Reply&, const tenon_cancel*) {
    throw Failure(TENON_DENIED, std::string("not you, ") + request.principal()->user_name);
  }
  Http http;
};

TEST(FakeHttp, calls_the_handler_of_a_route) {
  FakeHost fake;
  fake.rules.enter(Phase::Creating);
  Greeter greeter(fake.host());
  const FakeReply reply = fake.http.call({.path = "/hello/Ann", .query = {{"q", "7"}}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "\"Ann7\"");
  EXPECT_EQ(reply.headers.front().second, "b");
  EXPECT_EQ(fake.http.call({.path = "/hello"}).status, 404);
  EXPECT_EQ(fake.http.call({.method = "POST", .path = "/hello/Ann"}).status, 404);
}

TEST(FakeHttp, streams_bodies_in_pieces) {
  FakeHost fake;
  fake.rules.enter(Phase::Creating);
  Greeter greeter(fake.host());
  const FakeReply reply = fake.http.call({.method = "POST", .path = "/echo/a/b", .body = "0123456789abcdef"});
  EXPECT_EQ(reply.body, "0123456789abcdefa/b");
}

TEST(FakeHttp, answers_what_a_handler_throws) {
  FakeHost fake;
  fake.rules.enter(Phase::Creating);
  Greeter greeter(fake.host());
  FakeRequest request{.path = "/refuse"};
  copyTo(request.principal.user_name, "Ann");
  const FakeReply reply = fake.http.call(request);
  EXPECT_EQ(reply.returned, TENON_DENIED);
  EXPECT_EQ(reply.error.text(), "not you, Ann");
}

struct Echo {
  explicit Echo(const tenon_host* host) : http(host), channels(host) {
    http.route<&Echo::socket>("GET", "/socket", this, 0);
    http.route<&Echo::events>("GET", "/events", this, 0);
  }
  void socket(Request& request, Reply& reply, const tenon_cancel*) {
    channel = channels.openWebSocket(request, reply, "echo", this);
    EXPECT_TRUE(channel.push("hello"));
  }
  void events(Request& request, Reply& reply, const tenon_cancel*) {
    channel = channels.openEvents(request, reply, this);
    EXPECT_TRUE(channel.push("data: 1\n\n"));
  }
  void message(std::string_view data, bool) {
    if (data == "fail") throw std::runtime_error("this test fails");
    EXPECT_TRUE(channel.push(data));
  }
  void closed(uint32_t code) { codes.push_back(code); }
  Http http;
  Channels channels;
  Channel channel;
  std::vector<uint32_t> codes;
};

TEST(FakeChannel, plays_the_client_of_what_a_handler_opened) {
  FakeHost fake;
  fake.rules.enter(Phase::Creating);
  Echo echo(fake.host());
  EXPECT_EQ(fake.http.call({.path = "/socket"}).returned, TENON_INVALID) << "no upgrade is asked for";
  const auto socket = fake.http.call({.path = "/socket", .headers = {{"upgrade", "websocket"}}}).channel;
  ASSERT_NE(socket, nullptr);
  EXPECT_EQ(socket->subprotocol, "echo");
  socket->receive("again");
  EXPECT_EQ(socket->pushed(), (std::vector<std::string>{"hello", "again"}));
  socket->leave(1006);
  socket->leave(1001);
  EXPECT_EQ(echo.codes, std::vector<uint32_t>{1006}) << "told once";
  EXPECT_FALSE(echo.channel.push("late"));

  const auto events = fake.http.call({.path = "/events"}).channel;
  ASSERT_NE(events, nullptr);
  EXPECT_TRUE(socket->released());
  EXPECT_EQ(events->pushed(), std::vector<std::string>{"data: 1\n\n"});
  echo.channel.close();
  EXPECT_EQ(echo.codes.size(), 1U) << "close() calls nobody";
  events->tell();
  EXPECT_EQ(echo.codes.back(), 1000U);
  echo.channel.reset();
}

TEST(FakeChannel, is_closed_by_a_receiver_that_throws) {
  FakeHost fake;
  fake.rules.enter(Phase::Creating);
  Echo echo(fake.host());
  const auto socket = fake.http.call({.path = "/socket", .headers = {{"upgrade", "websocket"}}}).channel;
  socket->receive("fail");
  EXPECT_EQ(echo.codes, std::vector<uint32_t>{1011});
  echo.channel.reset();
}

TEST(Rules, refuse_calls_of_the_wrong_phase) {
  FakeHost fake;
  fake.rules.enter(Phase::Creating);
  const auto* tasks = serviceOf<tenon_tasks_v1>(fake, TENON_TASKS_ID);
  EXPECT_EQ(tasks->submit(fake.host(), nullptr, nullptr, nullptr), TENON_INVALID);
  tenon_ref ref{};
  EXPECT_EQ(fake.host()->acquire(fake.host(), "x/1", nullptr, &ref, nullptr), TENON_INVALID);
  fake.rules.enter(Phase::Working);
  const uint32_t table[] = {8, 0};
  EXPECT_EQ(fake.host()->provide(fake.host(), "x/1", "a", table, nullptr, nullptr), TENON_INVALID);
  fake.rules.enter(Phase::Drained);
  Host(fake.host()).info("too late");
  ASSERT_GE(fake.rules.broken().size(), 4U);
  EXPECT_EQ(fake.rules.broken()[0], "submit() is called from start() on");
}

TEST(FakeTasks, runs_what_is_due_on_the_turned_clock) {
  FakeHost fake;
  const auto* tasks = serviceOf<tenon_tasks_v1>(fake, TENON_TASKS_ID);
  int runs = 0;
  const auto count = [](void* arg, const tenon_cancel*) { ++*static_cast<int*>(arg); };
  uint64_t token = 0;
  tasks->submit(fake.host(), count, &runs, nullptr);
  tasks->schedule(fake.host(), 100, 50, count, &runs, &token, nullptr);
  const auto now = static_cast<uint64_t>(fake.now_ms.load());
  fake.tasks.run(now);
  EXPECT_EQ(runs, 1);
  fake.tasks.run(now + 100);
  fake.tasks.run(now + 1000);  // late: once, not eighteen times
  EXPECT_EQ(runs, 3);
  tasks->cancel(fake.host(), token);
  EXPECT_EQ(fake.tasks.timers(), 0U);
  fake.tasks.full = true;
  EXPECT_EQ(tasks->submit(fake.host(), count, &runs, nullptr), TENON_UNAVAILABLE);
}

TEST(FakeEvents, reach_subscribers_of_their_type_and_of_all) {
  FakeHost fake;
  const auto* events = serviceOf<tenon_events_v1>(fake, TENON_EVENTS_ID);
  std::string heard;
  const auto hear = [](void* arg, const tenon_event* e) { *static_cast<std::string*>(arg) += text(e->json); };
  uint64_t one = 0;
  events->subscribe(fake.host(), str("a"), hear, &heard, &one, nullptr);
  events->subscribe(fake.host(), str("*"), hear, &heard, nullptr, nullptr);
  fake.events.send("a", "1");
  fake.events.send("b", "2");
  events->unsubscribe(fake.host(), one);
  fake.events.send("a", "3");
  EXPECT_EQ(heard, "1123");
  EXPECT_EQ(fake.events.published().size(), 3U);
}

TEST(FakeMetrics, count_by_name_and_labels) {
  FakeHost fake;
  const auto* metrics = serviceOf<tenon_metrics_v1>(fake, TENON_METRICS_ID);
  const tenon_label label{str("kind"), str("x")};
  const tenon_metric_spec spec{sizeof spec, TENON_METRIC_COUNTER, str("a_total"), str("help"), &label, 1, nullptr, 0};
  tenon_metric *first = nullptr, *again = nullptr;
  ASSERT_EQ(metrics->define(fake.host(), &spec, &first, nullptr), TENON_OK);
  ASSERT_EQ(metrics->define(fake.host(), &spec, &again, nullptr), TENON_OK);
  EXPECT_EQ(first, again);
  metrics->add(first, 2);
  EXPECT_EQ(fake.metrics.value("a_total{kind=\"x\"}"), 2);
  EXPECT_EQ(fake.metrics.value("b_total"), 0);
}

TEST(FakeCancel, is_set_by_a_call_a_deadline_or_after_some_looks) {
  FakeCancel called, dated, counted;
  int woken = 0;
  const auto wake = [](void* arg) { ++*static_cast<int*>(arg); };
  EXPECT_NE(called.token()->watch(called.token(), wake, &woken), 0U);
  called.cancel();
  called.cancel();
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(called.token()->watch(called.token(), wake, &woken), 0U);
  dated.deadlineIn(0);
  EXPECT_EQ(dated.token()->is_set(dated.token()), 1);
  counted.cancelAfter(1);
  EXPECT_EQ(counted.token()->is_set(counted.token()), 0);
  EXPECT_EQ(counted.token()->is_set(counted.token()), 1);
}

TEST(FakeHost, withholds_services_and_counts_holds) {
  FakeHost fake;
  fake.withheld.insert(TENON_CLOCK_ID);
  EXPECT_EQ(fake.host()->service(fake.host(), TENON_CLOCK_ID, 0), nullptr);
  EXPECT_EQ(fake.host()->service(fake.host(), TENON_LOG_ID, 4096), nullptr) << "longer than this host's table";
  const uint32_t table[] = {8, 0};
  fake.offer("x/1", "a", table, &fake);
  {
    const auto ref = Host(fake.host()).acquire<uint32_t>("x/1");
    EXPECT_EQ(fake.holds, 1);
  }
  EXPECT_EQ(fake.holds, 0);
}

}  // namespace
}  // namespace tenon::fakes
