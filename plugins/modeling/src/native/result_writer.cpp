// SPDX-License-Identifier: Apache-2.0
#include "result_writer.h"

#include <string_view>
#include <unordered_set>

namespace tenon::modeling::native {

namespace {

constexpr size_t kMostBytes = size_t{64} << 20U;

void writeBase64(std::string& out, const ColumnView& cells, int64_t row) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string_view bytes = cells.text(row);
  out += '"';
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](size_t k) {
      return i + k < bytes.size() ? uint32_t{static_cast<unsigned char>(bytes[i + k])} : 0U;
    };
    const uint32_t three = byte(0) << 16U | byte(1) << 8U | byte(2);
    out += kDigits[three >> 18U];
    out += kDigits[three >> 12U & 63U];
    out += i + 1 < bytes.size() ? kDigits[three >> 6U & 63U] : '=';
    out += i + 2 < bytes.size() ? kDigits[three & 63U] : '=';
  }
  out += '"';
}

/// Nothing is known of these columns but what the driver delivers: they are written as a record's fields of that type.
CellWriter writerFor(ColumnKind kind, bool loose) {
  static const Field text, number = [] {
    Field f;
    f.type = FieldType::Float;
    return f;
  }();
  return kind == ColumnKind::Bytes ? writeBase64 : cellWriterFor(loose ? number : text, kind);
}

/// The columns' labels. Members of an object must differ: the second column of one label becomes label_2, the third
/// label_3, so that no value is lost; a label that is taken already is passed over.
std::vector<std::string> labelsOf(const Schema& schema) {
  std::unordered_set<std::string> taken, seen;
  for (size_t i = 0; i < schema.size(); ++i) taken.insert(schema.name(i));
  std::vector<std::string> out;
  for (size_t i = 0; i < schema.size(); ++i) {
    std::string label = schema.name(i);
    if (!seen.insert(label).second) {
      size_t n = 2;
      do label = schema.name(i) + "_" + std::to_string(n++);
      while (!taken.insert(label).second);
    }
    out.push_back(std::move(label));
  }
  return out;
}

}  // namespace

ResultWriter::ResultWriter(const Schema& schema, const std::vector<bool>& loose) {
  for (auto& label : labelsOf(schema)) {
    const size_t i = steps_.size();
    const bool number = schema.isNumber(i) || (!loose.empty() && loose[i]);
    Step step{i == 0 ? "" : ",", writerFor(schema.kind(i), number)};
    appendCleanText(step.prefix, label);
    step.prefix += ':';
    steps_.push_back(std::move(step));
  }
}

bool ResultWriter::write(std::string& out, Rows& rows, uint64_t maxRows) const {
  const size_t from = out.size();
  uint64_t written = 0;
  bool whole = true;
  out += '[';
  while (whole && rows.next()) {
    const BatchView& batch = rows.batch();
    for (int64_t r = 0; r < batch.rows(); ++r) {
      if (written == maxRows || out.size() - from > kMostBytes) {
        whole = false;
        break;
      }
      out += written++ == 0 ? "{" : ",{";
      for (size_t i = 0; i < steps_.size(); ++i) {
        out += steps_[i].prefix;
        if (batch[i].isNull(r))
          out += "null";
        else
          steps_[i].cell(out, batch[i], r);
      }
      out += '}';
    }
  }
  out += ']';
  return whole;
}

}  // namespace tenon::modeling::native
