// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include <cppconn/parameter_metadata.h>
#include <cppconn/resultset_metadata.h>

#include "errors.h"

namespace tenon::mysql {

void Statement::check(const ArrowSchema* given) const {
  const int64_t count = given != nullptr ? given->n_children : 0;
  if (count != static_cast<int64_t>(parameters))
    throw Failure(TENON_INVALID, "the statement has " + std::to_string(parameters) + " parameters and " +
                                     std::to_string(count) + " were given")
        .from(TENON_FROM_CALLER)
        .because(TENON_REASON_SYNTAX)
        .state("07001");
}

const Schema& Statement::schemaOf(const ArrowSchema& given) {
  bool same = params && params->size() == static_cast<size_t>(given.n_children);
  for (size_t i = 0; same && i < params->size(); ++i) same = params->format(i) == given.children[i]->format;
  if (!same) params.emplace(given);
  return *params;
}

std::shared_ptr<Statement> StatementCache::take(sql::Connection& connection, std::string_view text, bool keep) {
  if (const auto it = byText_.find(text); it != byText_.end()) {
    list_.splice(list_.begin(), list_, it->second);
    if (!(*it->second)->busy) return *it->second;
    keep = false;  // its rows are open: a second copy for this run
  }
  auto made = std::make_shared<Statement>();
  made->text = std::string(text);
  made->handle.reset(connection.prepareStatement(sql::SQLString(made->text)));
  made->parameters = made->handle->getParameterMetaData()->getParameterCount();
  // The server tells of the rows of "insert ... returning" only when it runs.
  made->answersRows =
      made->handle->getMetaData()->getColumnCount() > 0 || made->text.find(" returning ") != std::string::npos;
  if (!keep || most_ == 0) return made;
  if (list_.size() >= most_) {
    byText_.erase(list_.back()->text);
    list_.pop_back();
  }
  list_.push_front(made);
  byText_.emplace(made->text, list_.begin());
  return made;
}

void StatementCache::clear() noexcept {
  byText_.clear();
  list_.clear();
}

std::optional<InsertShape> insertShape(std::string_view text, unsigned parameters) {
  constexpr std::string_view kInsert = "insert into ", kValues = " values ";
  if (parameters == 0 || text.substr(0, kInsert.size()) != kInsert) return std::nullopt;
  // The group is the text's end and holds nothing but parameters, so nothing of a name or a constant can be taken
  // for it.
  const size_t open = text.rfind('(');
  if (open == std::string_view::npos || open < kValues.size()) return std::nullopt;
  const std::string_view group = text.substr(open);
  if (text.substr(open - kValues.size(), kValues.size()) != kValues) return std::nullopt;
  std::string expected = "(";
  for (unsigned i = 0; i < parameters; ++i) expected += i == 0 ? "?" : ", ?";
  if (group != expected + ")") return std::nullopt;
  return InsertShape{text.substr(0, open), group};
}

}  // namespace tenon::mysql
