// SPDX-License-Identifier: Apache-2.0
#include "change_events.h"

#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {
constexpr std::string_view kType = "record.changed", kWritten = "records.written";
}  // namespace

bool ChangeEvents::heard() const {
  return events_ != nullptr && events_->heard(host_.raw(), str(kType)) != 0;
}

void ChangeEvents::publish(std::string_view datasource, std::string_view tenant, std::string_view user,
                           const std::vector<RecordChange>& changes) const {
  std::string json;
  for (const auto& c : changes) {
    json.clear();
    JsonWriter w(json);
    w.beginObject()
        .key("datasource")
        .string(datasource)
        .key("model")
        .string(c.model)
        .key("operation")
        .string(c.operation);
    w.key("id").raw(c.id).key("old").raw(c.before).key("new").raw(c.after);
    w.key("tenantId").string(tenant).key("userId").string(user).endObject();
    publish(kType, json, c.model);
  }
}

void ChangeEvents::publishWritten(std::string_view datasource, const std::set<std::string>& models) const {
  if (models.empty() || events_ == nullptr || events_->heard(host_.raw(), str(kWritten)) == 0) return;
  std::string json;
  JsonWriter w(json);
  w.beginObject().key("datasource").string(datasource).key("models").beginArray();
  for (const std::string& model : models) w.string(model);
  w.endArray().endObject();
  publish(kWritten, json, *models.begin());
}

/// The change is committed: who hears of it cannot undo it.
void ChangeEvents::publish(std::string_view type, std::string_view json, const std::string& about) const {
  const tenon_event event{sizeof event, 1, str(type), str(json)};
  Error e;
  if (events_->publish(host_.raw(), &event, &e) != TENON_OK)
    host_.warn("an event of " + about + " was not published: " + std::string(e.text()));
}

}  // namespace tenon::modeling
