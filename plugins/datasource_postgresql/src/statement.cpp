// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include <algorithm>

namespace tenon::postgresql {

const std::string& StatementCache::keyOf(std::string_view text, const std::vector<Oid>& types) {
  key_.assign(reinterpret_cast<const char*>(types.data()), types.size() * sizeof(Oid));
  key_.append(text);
  return key_;
}

std::shared_ptr<Statement> StatementCache::find(std::string_view text, const std::vector<Oid>& types) {
  const auto at = byKey_.find(keyOf(text, types));
  if (at == byKey_.end()) return nullptr;
  used_.splice(used_.begin(), used_, at->second);
  return at->second->statement;
}

void StatementCache::add(const std::shared_ptr<Statement>& statement, const std::vector<Oid>& types) {
  if (used_.size() >= capacity_) erase(std::prev(used_.end()));
  used_.push_front({keyOf(statement->text, types), statement});
  byKey_.emplace(used_.front().key, used_.begin());
}

void StatementCache::erase(List::iterator at) {
  dropped_.push_back(at->statement->name);
  byKey_.erase(at->key);
  used_.erase(at);
}

void StatementCache::drop(const Statement& statement) {
  const auto at =
      std::find_if(used_.begin(), used_.end(), [&](const Entry& e) { return e.statement.get() == &statement; });
  if (at != used_.end()) erase(at);
}

void StatementCache::dropAll() noexcept {
  droppedAll_ = droppedAll_ || !used_.empty();
  byKey_.clear();
  used_.clear();
}

std::string StatementCache::deallocations() const {
  if (droppedAll_) return "deallocate all";
  std::string sql;
  for (const auto& name : dropped_) sql += (sql.empty() ? "deallocate " : "; deallocate ") + name;
  return sql;
}

void StatementCache::deallocated() noexcept {
  dropped_.clear();
  droppedAll_ = false;
}

void StatementCache::clear() noexcept {
  byKey_.clear();
  used_.clear();
  deallocated();
}

}  // namespace tenon::postgresql
