// SPDX-License-Identifier: Apache-2.0
// Of Executor: connections, which are read page by page.
#include <algorithm>

#include "cursor.h"
#include "write_object.h"

namespace tenon::graphql {

namespace {

/// One page of a connection.
struct Page {
  Selecting selecting;  ///< of one record more than the page has
  int64_t size = 0;
};

Page pageOf(const EntityTypes& entity, const Json& arguments, const Cursors& cursors, const ReadLimits& limits) {
  if (isGiven(arguments, "first") && isGiven(arguments, "last"))
    throw FieldError("first does not go with last: a page is counted from one end", "validation-failed");
  Page out;
  Selecting& s = out.selecting;
  s.hasCursors = true;
  s.isReversed = isGiven(arguments, "last");
  const char* count = s.isReversed ? "last" : "first";
  out.size = isGiven(arguments, count) ? wholeNumber(arguments, count, 0, limits.mostRows) : limits.rows;
  s.limit = out.size + 1;
  if (isGiven(arguments, "where")) s.filter = filterOf(entity, arguments["where"]);
  for (const auto& [name, place] : {std::pair{"after", &s.after}, std::pair{"before", &s.before}})
    if (isGiven(arguments, name)) *place = cursors.place(arguments[name].get_ref<const std::string&>(), name);
  return out;
}

/// Where the rows of a page are, in the order in which they are listed.
std::vector<KeyIndex::Place> placesOf(const Level& level, bool isReversed) {
  std::vector<KeyIndex::Place> out;
  for (size_t b = 0; b < level.batches().size(); ++b)
    for (int64_t r = 0; r < level.batches()[b].rows(); ++r)
      out.push_back({static_cast<uint32_t>(b), static_cast<uint32_t>(r)});
  if (isReversed) std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

void Executor::connection(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                          const Path* path) {
  const Json sort = isGiven(arguments, "sort") ? sortOf(entity, arguments["sort"]) : Json::array();
  const Cursors cursors(schema_.datasource(entity.datasource()).name, entity.entity().name, sort);
  Page page = pageOf(entity, arguments, cursors, limits_.reads);
  page.selecting.sort = sort;
  const auto& asked = page.selecting;

  Level rows;
  bool hasMore = false;
  std::unordered_map<const Node*, Level> lists;  // by the field that writes the records
  const auto list = [&](const Node& records) {
    Level& level = lists[&records];
    level.node = &records;
    level.read = rows.read;
    reader_.expand(level, entity);
  };
  const bool needsRows = std::any_of(node.children.begin(), node.children.end(), [](const Node& c) {
    return c.is(FieldAction::Edges) || c.is(FieldAction::Nodes) || c.is(FieldAction::PageInfo);
  });
  if (needsRows) {
    rows = reader_.read(node, entity, asked);
    hasMore = rows.rows() > page.size;
    rows.keep(page.size);
    for (const Node& child : node.children) {
      if (child.is(FieldAction::Nodes)) list(child);
      for (const Node& below : child.children)
        if (below.is(FieldAction::EdgeNode)) list(below);
    }
  }
  const std::vector<KeyIndex::Place> places = placesOf(rows, asked.isReversed);
  const size_t keys = std::max<size_t>(node.columns.size(), 1);  // where the cursors' columns begin
  const auto cursor = [&](std::string& to, const KeyIndex::Place& at) {
    appendJsonString(to, cursors.of(rows.batches()[at.batch], at.row, keys));
  };
  const auto each = [&](std::string& to, const Path& at, const auto& write) {
    to += '[';
    Path item{&at, {}, 0};
    for (const KeyIndex::Place& place : places) {
      if (item.index > 0) to += ',';
      write(place, item);
      ++item.index;
    }
    to += ']';
  };
  // Behind a cursor that is given there is its own record, at least there was when the cursor was made.
  const bool hasNext = asked.isReversed ? !asked.before.is_null() : hasMore || !asked.before.is_null();
  const bool hasPrevious = asked.isReversed ? hasMore || !asked.after.is_null() : !asked.after.is_null();

  object(out, node, path, [&](std::string& to, const Node& child, size_t, const Path& at) {
    if (child.is(FieldAction::TotalCount)) return appendJsonInteger(to, reader_.count(child, entity, asked.filter));
    if (child.is(FieldAction::Nodes))
      return each(to, at, [&](const KeyIndex::Place& place, const Path& item) {
        row(to, lists.at(&child), place.batch, place.row, &item);
      });
    if (child.is(FieldAction::Edges))
      return each(to, at, [&](const KeyIndex::Place& place, const Path& item) {
        bound(to.size());
        object(to, child, &item, [&](std::string& edge, const Node& member, size_t, const Path& where) {
          if (member.is(FieldAction::EdgeNode))
            row(edge, lists.at(&member), place.batch, place.row, &where);
          else
            cursor(edge, place);
        });
      });
    object(to, child, &at, [&](std::string& value, const Node& member, size_t, const Path&) {  // pageInfo
      if (member.is(FieldAction::HasNextPage))
        value += hasNext ? "true" : "false";
      else if (member.is(FieldAction::HasPreviousPage))
        value += hasPrevious ? "true" : "false";
      else if (places.empty())
        value += "null";
      else
        cursor(value, member.is(FieldAction::StartCursor) ? places.front() : places.back());
    });
  });
}

}  // namespace tenon::graphql
