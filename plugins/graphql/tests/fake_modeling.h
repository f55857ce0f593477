// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "live/receiver.h"
#include "service/schemas.h"
#include "tenon/fakes/fake_host.hpp"

namespace tenon::graphql {

inline constexpr char kTenant[] = "t";

/// Models and records of one datasource, as modelling offers them. Every read is refused in words that the test sets:
/// that is the result. While it is down that is a failure that may pass.
struct FakeModeling {
  uint64_t version = 1;
  std::vector<std::string> names = {"A", "B"};
  std::string words = "first";
  bool isDown = false;
  int reads = 0;

  void offer(fakes::FakeHost& host) {
    host.offer(TENON_MODELS_ID, "", modelsTable(), this);
    host.offer(TENON_DATA_ID, "", dataTable(), this);
  }

 private:
  static FakeModeling& of(void* self) { return *static_cast<FakeModeling*>(self); }
  static tenon_status datasources(void* self, void (*told)(void*, const tenon_datasource_info*), void* arg,
                                  tenon_error*) {
    const tenon_datasource_info info{sizeof info, 0, str("s"), str(kTenant), of(self).version};
    told(arg, &info);
    return TENON_OK;
  }
  static tenon_status models(void* self, tenon_str, const tenon_model_reader* reader, uint64_t* version, tenon_error*) {
    *version = of(self).version;
    for (const std::string& name : of(self).names) {
      const std::string json =
          R"({"type":"entity","name":")" + name + R"(","fields":[{"name":"id","type":"Long","identity":true}]})";
      if (reader->model(reader->arg, str(name), 1) != 0) reader->json(reader->arg, str(json));
    }
    return TENON_OK;
  }
  static tenon_status prepare(void* self, tenon_str, tenon_str, tenon_str, tenon_data_read**, tenon_error* e) {
    ++of(self).reads;
    if (of(self).isDown) return fail(e, TENON_UNAVAILABLE, "no connection", TENON_FROM_BACKEND);
    return fail(e, TENON_INVALID, of(self).words, TENON_FROM_CALLER);
  }
  static const tenon_models_v1* modelsTable() {
    static const tenon_models_v1 table = {sizeof table, 0, datasources, models};
    return &table;
  }
  static const tenon_data_v1* dataTable() {
    static const tenon_data_v1 table = [] {
      tenon_data_v1 t{};
      t.size = sizeof t;
      t.prepare = prepare;
      return t;
    }();
    return &table;
  }
};

struct Heard : Receiver {
  void next(std::string_view result) override { results.emplace_back(result); }
  void refused(const std::vector<GraphqlError>& errors) override { refusal = errors.front().message; }
  void complete() override {}
  std::vector<std::string> results;
  std::string refusal;
};

}  // namespace tenon::graphql
