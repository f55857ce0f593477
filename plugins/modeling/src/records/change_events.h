// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/events.h>

#include "tenon/host.hpp"

namespace tenon::modeling {

/// What one write did to one record. The texts are the record's JSON, "null" where there is none.
struct RecordChange {
  const char* operation;  ///< "create" | "update" | "delete"
  std::string model, id, before, after;
};

/// Publishes "record.changed" events, version 1, after a commit: one for each record, in the order of the writes:
///   {"datasource","model","operation","id","old":{...}|null,"new":{...}|null,"tenantId","userId"}
class ChangeEvents {
 public:
  explicit ChangeEvents(const Host& host)
      : host_(host), events_(host.service<tenon_events_v1>(TENON_EVENTS_ID, TENON_UPTO(tenon_events_v1, heard))) {}
  /// Is anybody there to hear them? Reading the old rows is not free.
  bool heard() const;
  void publish(std::string_view datasource, std::string_view tenant, std::string_view user,
               const std::vector<RecordChange>& changes) const;
  /// Publishes "records.written", version 1, after a commit: one event for all that it wrote, whatever the number of
  /// records, for who only wants to know what to read again: {"datasource","models":["Classes","Student"]}
  void publishWritten(std::string_view datasource, const std::set<std::string>& models) const;

 private:
  void publish(std::string_view type, std::string_view json, const std::string& about) const;

  const Host& host_;
  const tenon_events_v1* events_;
};

}  // namespace tenon::modeling
