// SPDX-License-Identifier: Apache-2.0
#include "routes/client_operations.h"

#include "live_case.h"

namespace tenon::graphql {
namespace {

class ClientOperationsTest : public LiveCase {
 protected:
  std::shared_ptr<StartedOperation> started(const std::shared_ptr<Heard>& heard, const std::string& query,
                                            Json variables = Json::object()) {
    GraphqlRequest request;
    request.query = query;
    request.variables = std::move(variables);
    auto out = std::make_shared<StartedOperation>(std::move(request), kTenant, "1", "ann", heard);
    clients_.start(out);
    return out;
  }

  TrustedDocuments trusted_;
  ResultCache cache_{0};
  Operations operations_{host_, schemas_, settings_, trusted_, cache_, limiter_};
  ClientOperations clients_{settings_, operations_, live_, queue_};
  const std::shared_ptr<Heard> a_ = std::make_shared<Heard>(), b_ = std::make_shared<Heard>(),
                               c_ = std::make_shared<Heard>();
};

TEST_F(ClientOperationsTest, VariablesThatAreNotDeclaredMakeNoOtherSubscription) {
  constexpr char kSome[] = "subscription ($size: Int) { s_list_A(size: $size) { id } }";
  started(a_, kSome, {{"size", 1}, {"junk", "a"}});
  started(b_, kSome, {{"more", {1, 2}}, {"size", 1}});
  work();
  EXPECT_EQ(modeling_.reads, 1);
  EXPECT_EQ(a_->results.size(), 1U);
  EXPECT_EQ(b_->results, a_->results);
  started(c_, kSome, {{"size", 2}});
  work();
  EXPECT_EQ(modeling_.reads, 2);
}

TEST_F(ClientOperationsTest, NothingIsDoneForWhatIsCancelledBeforeItsTurn) {
  for (const char* query : {"subscription { s_list_A { id } }", "{ s_list_A { id } }"}) {
    const auto operation = started(a_, query);
    clients_.cancel(*operation);
    work();
  }
  EXPECT_EQ(modeling_.reads, 0);
  EXPECT_TRUE(a_->results.empty());
  EXPECT_FALSE(live_.areThere());
}

}  // namespace
}  // namespace tenon::graphql
