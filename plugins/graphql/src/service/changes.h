// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "data.h"

namespace tenon::graphql {

/// What one operation changes: a transaction in each datasource it writes to, begun with the first write. One thread.
/// Rolled back unless committed. Functions throw Failure.
class Changes {
 public:
  /// tenant, user: on whose behalf; must outlive this.
  Changes(const Data& data, std::string_view tenant, std::string_view user, const tenon_cancel* cancel)
      : data_(data), tenant_(tenant), user_(user), cancel_(cancel) {}
  ~Changes() { end(false); }
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  bool any() const noexcept { return !transactions_.empty(); }
  /// The transaction that reads of a datasource must see, or nullptr.
  tenon_data_tx* of(const std::string& datasource) const;
  /// From here on reads of the datasource are in its transaction.
  void begin(const std::string& datasource);
  /// The same for what happens once under a key: answers what was kept under it when it is no new one.
  std::optional<std::string> beginOnce(const std::string& datasource, std::string_view key, std::string_view asked);
  /// What a repeat is answered.
  void keep(const std::string& datasource, std::string_view reply);
  /// Answers what tenon.data/1 answers.
  Json write(const std::string& datasource, const Json& change);
  /// One datasource after the other: when one refuses, the others that are left are rolled back.
  void commit();

 private:
  void end(bool commit);

  const Data& data_;
  std::string_view tenant_, user_;
  const tenon_cancel* cancel_;
  std::map<std::string, tenon_data_tx*> transactions_;  // by datasource
};

}  // namespace tenon::graphql
