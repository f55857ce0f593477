// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "decimal.hpp"
#include "json_writer.hpp"
#include "key_fold.hpp"
#include "row_reader.hpp"
#include "temporal.hpp"

namespace tenon {

/// A cell as text, the same for every type that can hold the value.
inline std::string keyText(const ColumnView& c, int64_t row) {
  std::string out;
  // 5, 5.0 and 5.00 are one number.
  const auto withoutZeros = [&] {
    if (out.find('.') != std::string::npos && out.find('e') == std::string::npos) dropZeros(out);
    return out;
  };
  switch (c.format().kind) {
    case ColumnKind::Text:
    case ColumnKind::Bytes: return std::string(c.text(row));
    case ColumnKind::Float: appendJsonDouble(out, c.f64(row)); return withoutZeros();
    case ColumnKind::Decimal: appendDecimal(out, c.decimal(row), c.format().scale); return withoutZeros();
    case ColumnKind::Boolean: return c.boolean(row) ? "1" : "0";
    case ColumnKind::Date: appendDate(out, static_cast<int32_t>(c.i64(row))); return out;
    case ColumnKind::Time: appendTime(out, c.i64(row) * (1000000 / c.format().ticksPerSecond)); return out;
    case ColumnKind::Timestamp: appendDateTime(out, c.i64(row) * (1000000 / c.format().ticksPerSecond)); return out;
    case ColumnKind::Integer: appendJsonInteger(out, c.i64(row)); return out;
  }
  return out;
}

/// Rows of one side of a relation by the key they share with the other side, in the order in which they came. Keys are
/// compared by value, whatever types their columns have. One thread.
class KeyIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kMostRounds = 16;
  struct Place {
    uint32_t batch, row;
  };

  /// The distinct keys of the rows that look for others, sorted; nulls look for nothing.
  static std::vector<std::string> keysOf(const std::vector<BatchView>& batches, size_t column) {
    std::vector<std::string> keys;
    for (const auto& batch : batches)
      for (int64_t r = 0; r < batch.rows(); ++r)
        if (!batch[column].isNull(r)) keys.push_back(keyText(batch[column], r));
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  /// Texts that the database's collation may take for equal ("Ann", "ann") must not be asked for together: it would
  /// count limits and aggregates for all of them as one key, and tell for none of its rows which of them it belongs to.
  /// Asked for one after the other each gets all rows of its equals, as a join in that database would answer. Answers
  /// the keys in such rounds, nearly always one; past kMostRounds they share the last. areTexts: false for keys that no
  /// collation compares.
  static std::vector<std::vector<std::string>> roundsOf(std::vector<std::string> keys, bool areTexts) {
    std::vector<std::vector<std::string>> rounds(1);
    if (!areTexts) {
      rounds.front() = std::move(keys);
      return rounds;
    }
    std::unordered_map<std::string, size_t> taken;  // by fold: the round of the next one
    for (std::string& key : keys) {
      const size_t round = std::min(taken[foldedKey(key)]++, kMostRounds - 1);
      if (round == rounds.size()) rounds.emplace_back();
      rounds[round].push_back(std::move(key));
    }
    return rounds;
  }

  /// Takes the rows from batch `from` on, which were found for the keys of one round, and of which `column` is the key.
  /// byInteger: both sides are integers. A row that matches none of the keys byte by byte came by the database's
  /// collation: it is found by its fold.
  void add(const std::vector<BatchView>& batches, size_t from, size_t column, const std::vector<std::string>& keys,
           bool byInteger) {
    byInteger_ = byInteger;
    std::unordered_map<std::string, const std::string*> byFolded;
    for (size_t i = from; i < batches.size(); ++i) {
      const ColumnView& cells = batches[i][column];
      const bool integers = byInteger && cells.format().kind == ColumnKind::Integer;
      for (int64_t r = 0; r < batches[i].rows(); ++r) {
        const auto at = static_cast<uint32_t>(rows_.size());
        rows_.push_back({{static_cast<uint32_t>(i), static_cast<uint32_t>(r)}, kNone});
        if (integers) {
          append(integers_, cells.i64(r), at);
          continue;
        }
        std::string key = keyText(cells, r);
        if (!byInteger && !std::binary_search(keys.begin(), keys.end(), key)) {
          if (byFolded.empty())
            for (const auto& k : keys) byFolded.try_emplace(foldedKey(k), &k);
          if (const auto it = byFolded.find(foldedKey(key)); it != byFolded.end()) key = *it->second;
        }
        append(texts_, std::move(key), at);
      }
    }
  }

  /// The first row that has the key of this cell, or kNone.
  uint32_t first(const ColumnView& cells, int64_t row) const {
    if (cells.isNull(row)) return kNone;
    if (byInteger_ && cells.format().kind == ColumnKind::Integer) {
      const auto it = integers_.find(cells.i64(row));
      return it == integers_.end() ? kNone : it->second.first;
    }
    const auto it = texts_.find(keyText(cells, row));
    return it == texts_.end() ? kNone : it->second.first;
  }
  /// The next one of the same key, or kNone.
  uint32_t next(uint32_t at) const noexcept { return rows_[at].next; }
  Place place(uint32_t at) const noexcept { return rows_[at].place; }

 private:
  struct Row {
    Place place;
    uint32_t next;
  };
  struct Chain {
    uint32_t first, last;
  };
  template <class Chains, class Key>
  void append(Chains& chains, Key&& key, uint32_t at) {
    const auto [it, fresh] = chains.try_emplace(std::forward<Key>(key), Chain{at, at});
    if (fresh) return;
    rows_[it->second.last].next = at;
    it->second.last = at;
  }

  bool byInteger_ = false;
  std::vector<Row> rows_;
  std::unordered_map<int64_t, Chain> integers_;
  std::unordered_map<std::string, Chain> texts_;
};

}  // namespace tenon
