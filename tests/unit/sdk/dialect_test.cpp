// SPDX-License-Identifier: Apache-2.0
#include "tenon/dialect.hpp"

#include <gtest/gtest.h>

namespace tenon {
namespace {

tenon_dialect brackets() {
  tenon_dialect d{};
  d.size = sizeof d;
  d.quote_open = "[";
  d.quote_close = "]";
  d.parameter = ":p#";
  return d;
}

TEST(Dialect, doubles_the_closing_quote_inside_a_name) {
  const tenon_dialect d = brackets();
  EXPECT_EQ(Dialect(&d).quoted("a]b[c"), "[a]]b[c]");
}

TEST(Dialect, numbers_parameters_from_one) {
  const tenon_dialect d = brackets();
  std::string sql;
  Dialect(&d).parameter(sql, 12);
  EXPECT_EQ(sql, ":p12");
}

TEST(Dialect, fills_the_holes_of_a_template_and_leaves_unknown_ones) {
  EXPECT_EQ(fillTemplate("limit {limit} {x} {", {{"limit", "{limit}"}}), "limit {limit} {x} {");
}

}  // namespace
}  // namespace tenon
