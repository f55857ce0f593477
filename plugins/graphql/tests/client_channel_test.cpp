// SPDX-License-Identifier: Apache-2.0
#include "routes/client_channel.h"

#include <gtest/gtest.h>

#include "tenon/fakes/fake_host.hpp"

namespace tenon::graphql {
namespace {

struct Stayer final : ClientChannel {
  void received(std::string_view, bool) override {}
  void closed() override {}
  void expired() override { ++expirations; }
  int expirations = 0;
};

struct FakeAuth {
  tenon_status answer = TENON_OK;
  int asked = 0;
  uint64_t deadline_ms = 0;

  static tenon_status authenticate(void* self, const tenon_credentials*, tenon_principal*, const tenon_cancel* cancel,
                                   tenon_error* e) {
    auto& auth = *static_cast<FakeAuth*>(self);
    ++auth.asked;
    auth.deadline_ms = cancel->deadline_ms;
    return auth.answer == TENON_OK ? TENON_OK : fail(e, auth.answer, "no");
  }
  static const tenon_auth_v1* table() {
    static const tenon_auth_v1 t = {sizeof t, 0, authenticate};
    return &t;
  }
};

/// The channels of the fake host, where something may happen before one that is opened is handed out.
struct SlowChannels {
  static inline std::function<void()> meanwhile;

  static const tenon_channels_v1* table() {
    static const tenon_channels_v1 t = [] {
      tenon_channels_v1 out = *fakes::FakeChannel::table();
      out.open_events = [](tenon_request* request, tenon_reply* reply, const tenon_channel_handler* handler,
                           tenon_channel** opened, tenon_error* e) -> tenon_status {
        const tenon_status status = fakes::FakeChannel::table()->open_events(request, reply, handler, opened, e);
        if (meanwhile) meanwhile();
        return status;
      };
      return out;
    }();
    return &t;
  }
  static tenon_host of(const fakes::FakeHost& fake) {
    tenon_host out = *fake.host();
    out.service = [](const tenon_host*, const char* id, uint32_t) -> const void* {
      return std::string_view(id) == TENON_CHANNELS_ID ? table() : fakes::FakeHost::services().at(id).first;
    };
    return out;
  }
};

class ClientChannelTest : public testing::Test {
 protected:
  ClientChannelTest() {
    fake_.offer(TENON_AUTH_ID, "", FakeAuth::table(), &auth_);
    channels_.open();
  }
  ~ClientChannelTest() override { SlowChannels::meanwhile = nullptr; }

  std::shared_ptr<Stayer> opened() {
    auto out = std::make_shared<Stayer>();
    Request request(fakes::FakeHttp::table(), reinterpret_cast<tenon_request*>(&request_));
    Reply reply(fakes::FakeHttp::table(), reinterpret_cast<tenon_reply*>(&reply_));
    channels_.openEvents(request, reply, out);
    return out;
  }
  void pass(int64_t ms) {
    fake_.now_ms += ms;
    fake_.tasks.run(static_cast<uint64_t>(fake_.now_ms.load()));
  }

  fakes::FakeHost fake_;
  fakes::FakeRequest request_;
  fakes::FakeReply reply_;
  FakeAuth auth_;
  tenon_host raw_ = SlowChannels::of(fake_);
  Host host_{&raw_};
  Settings settings_;
  WorkQueue work_{host_, 2};
  Delays delays_{host_};
  Channels channels_{host_, settings_, delays_, work_};
};

TEST_F(ClientChannelTest, ItIsAskedAgainWhetherACallerStillMay) {
  const auto channel = opened();
  channels_.watch(channel, {});
  const auto interval_ms = static_cast<int64_t>(settings_.subscriptions.authentication_ms);
  pass(interval_ms - 1);
  EXPECT_EQ(auth_.asked, 0);
  pass(1);
  EXPECT_EQ(auth_.asked, 1);
  EXPECT_NE(auth_.deadline_ms, 0U);  // nobody is waited for without an end
  auth_.answer = TENON_UNAVAILABLE;
  pass(interval_ms);
  EXPECT_EQ(auth_.asked, 2);
  EXPECT_EQ(channel->expirations, 0);
  auth_.answer = TENON_UNAUTHENTICATED;
  pass(interval_ms);
  EXPECT_EQ(channel->expirations, 1);
  pass(interval_ms);
  EXPECT_EQ(auth_.asked, 3);
}

TEST_F(ClientChannelTest, OneThatIsOpenedWhileAllAreSentAwayIsSentAwayToo) {
  SlowChannels::meanwhile = [&] { EXPECT_FALSE(channels_.stop(0)); };
  const auto channel = opened();
  EXPECT_EQ(reply_.channel->code(), 1001U);
  reply_.channel->tell();
  EXPECT_TRUE(channels_.stop(0));
}

TEST_F(ClientChannelTest, TheProviderIsHeldUntilNobodyAsksItAnyMore) {
  EXPECT_EQ(fake_.holds, 1);
  EXPECT_TRUE(channels_.stop(0));
  EXPECT_EQ(fake_.holds, 1);
  channels_.close();
  EXPECT_EQ(fake_.holds, 0);
}

}  // namespace
}  // namespace tenon::graphql
