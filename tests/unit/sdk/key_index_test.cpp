// SPDX-License-Identifier: Apache-2.0
#include "tenon/key_index.hpp"

#include <gtest/gtest.h>

#include "tenon/row_builder.hpp"

namespace tenon {

namespace {

using Keys = std::vector<std::string>;

std::vector<BatchView> rowsOf(const Keys& keys) {
  RowBuilder rows{Schema{{"key", "u"}}};
  for (const std::string& key : keys) {
    rows.text(0, key);
    rows.endRow();
  }
  std::vector<BatchView> out;
  out.push_back(BatchView::of(rows));
  return out;
}

/// Positions of the rows that the index has for a key.
std::vector<uint32_t> found(const KeyIndex& index, const std::string& key) {
  const auto asked = rowsOf({key});
  std::vector<uint32_t> out;
  for (uint32_t at = index.first(asked[0][0], 0); at != KeyIndex::kNone; at = index.next(at))
    out.push_back(index.place(at).row);
  return out;
}

}  // namespace

TEST(KeyIndexTest, texts_that_a_collation_may_take_for_equal_are_asked_for_in_rounds) {
  EXPECT_EQ(KeyIndex::roundsOf({"Ann", "Bob", "ann", "ann  "}, true),
            (std::vector<Keys>{{"Ann", "Bob"}, {"ann"}, {"ann  "}}));
  EXPECT_EQ(KeyIndex::roundsOf({"1", "2"}, true), (std::vector<Keys>{{"1", "2"}}));
  EXPECT_EQ(KeyIndex::roundsOf({"A", "a"}, false), (std::vector<Keys>{{"A", "a"}}));
  Keys many;
  for (size_t blanks = 0; blanks < 1000; ++blanks) many.push_back("a" + std::string(blanks, ' '));
  EXPECT_EQ(KeyIndex::roundsOf(many, true).size(), KeyIndex::kMostRounds);
}

TEST(KeyIndexTest, folds_know_letters_with_marks_and_other_scripts) {
  EXPECT_EQ(foldedKey("\u00c9T\u00e9 "), "ete");
  EXPECT_EQ(foldedKey("\u0416\u03a9\uff21"), foldedKey("\u0436\u03c9\uff41"));
  EXPECT_EQ(foldedKey("\u5f20\u4e09"), "\u5f20\u4e09");
  EXPECT_EQ(foldedKey("\U0001F600"), "\U0001F600");
  EXPECT_EQ(foldedKey("\xff\xe5"), "\xff\xe5");
}

TEST(KeyIndexTest, a_row_belongs_to_its_key_by_bytes_and_else_by_the_collation) {
  const auto rows = rowsOf({"ann", "Ann", "bob"});
  KeyIndex index;
  index.add(rows, 0, 0, {"Ann"}, false);
  EXPECT_EQ(found(index, "Ann"), (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(found(index, "ANN"), std::vector<uint32_t>{});
}

}  // namespace tenon
