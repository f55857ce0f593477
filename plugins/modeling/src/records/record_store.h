// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "body.h"
#include "change_events.h"
#include "idempotency.h"
#include "limits.h"
#include "plan.h"
#include "registry/catalogue.h"
#include "schema/import.h"
#include "tenon/host.hpp"
#include "write_session.h"
#include "write_values.h"

namespace tenon::modeling {

/// How a write is made.
struct WriteOptions {
  std::optional<std::string_view> ifMatch;  ///< tags of which the record must have one
  bool dryRun = false;                      ///< everything is done and answered, and nothing stays
  bool upsert = false;                      ///< of a list: records whose identity exists are updated
  std::optional<Idempotency::Key> key;      ///< a repeat under it is answered as the first time, and does nothing
};

/// Records of one entity as the record API shows them. Replies are appended to `out` as JSON. Any thread.
/// Throws Invalid, Missing and Failure.
class RecordStore {
 public:
  RecordStore(const Host& host, const RecordLimits& limits)
      : host_(host), limits_(limits), events_(host), plans_(limits.planCacheEntries) {}

  /// {"list":[...],"total":n}. key: what makes the request's plan the same again.
  void list(Source& source, std::string_view model, const ListRequest& request, std::string_view key,
            const Caller& caller, const tenon_cancel* cancel, std::string& out);
  /// `out` is empty. Answers the record's tag.
  std::string get(Source& source, std::string_view model, std::string_view id, std::string_view nested,
                  const Caller& caller, const tenon_cancel* cancel, std::string& out);
  void create(Source& source, std::string_view model, const Json& body, const Caller& caller,
              const WriteOptions& options, const tenon_cancel* cancel, std::string& out);
  /// {"affected":n} of an array of records.
  void createMany(Source& source, std::string_view model, Body& list, const Caller& caller, const WriteOptions& options,
                  const tenon_cancel* cancel, std::string& out);
  /// {"results":[...]} of a list of operations, all in one transaction: see records/batch.h for the body.
  void batch(Source& source, const Json& body, const Caller& caller, const WriteOptions& options,
             const tenon_cancel* cancel, std::string& out);
  void update(Source& source, std::string_view model, std::string_view id, const Json& body, const Caller& caller,
              const WriteOptions& options, const tenon_cancel* cancel, std::string& out);
  void remove(Source& source, std::string_view model, std::string_view id, const Caller& caller,
              const WriteOptions& options, const tenon_cancel* cancel);

  /// Upserts the rows of an import, in order, in one transaction. Problems have the path "data[1].values[3].name".
  /// name: a text that the datasource has once they are committed, and with them; may be empty.
  void importRows(Source& source, const std::vector<ImportScript::Rows>& blocks, const std::string& name,
                  const Caller& caller, const tenon_cancel* cancel);
  static bool hasImported(Connection& connection, const std::string& name, const tenon_cancel* cancel);

  /// For writes within a transaction that the caller has open; commit() ends it.
  WriteSession session(Connection& c, const Shapes& shapes, const Caller& caller, const tenon_cancel* cancel) const;
  /// Commits what a session has written, unless the models are others meanwhile, and tells who hears of it.
  void commit(Source& source, Transaction& tx, const Shapes& shapes, WriteSession& session, const Caller& caller) const;

  /// The shapes of the models as they are now.
  std::shared_ptr<const Shapes> shapesOf(const Source& source);
  const Host& host() const noexcept { return host_; }
  const RecordLimits& limits() const noexcept { return limits_; }

 private:
  struct Target {  // of a request that names one record
    std::shared_ptr<const Shapes> shapes;
    const Entity* entity;
    const Field* identity;
    Value id;
  };
  Target target(Source& source, std::string_view model, std::string_view id);
  /// Reads the row of a record. Throws Missing. locked: until the transaction ends.
  void readRow(Connection& c, const Target& t, const Caller& caller, const tenon_cancel* cancel, Level& out,
               bool locked = false);
  void readOne(Connection& c, const Target& t, const Caller& caller, const tenon_cancel* cancel, std::string& out);
  /// Runs `work(session)` in a transaction, which stays unless it is a dry run; under a key only the first time. `work`
  /// appends the answer to `out`. Then tells who hears of it.
  template <class Work>
  void transacted(Source& source, Connection& c, const Shapes& shapes, const Caller& caller,
                  const WriteOptions& options, const tenon_cancel* cancel, std::string& out, Work&& work);
  /// Commits, and tells who hears of it: of a commit whose outcome nobody knows, what it may have written.
  void finish(const Source& source, Transaction& tx, WriteSession& session, const Caller& caller) const;
  void mustHold(Connection& c, const Target& t, const Caller& caller, const WriteOptions& options,
                const tenon_cancel* cancel);

  const Host& host_;
  RecordLimits limits_;
  ChangeEvents events_;
  PlanCache plans_;
  std::shared_mutex mutex_;
  TextMap<std::pair<uint64_t, std::shared_ptr<const Shapes>>> shapes_;  // by datasource: version, shapes
};

}  // namespace tenon::modeling
