// SPDX-License-Identifier: Apache-2.0
#include "printer.h"

#include <algorithm>
#include <vector>

namespace tenon::graphql {

namespace {

constexpr size_t kLongLine = 70;

bool isBlank(std::string_view line) noexcept {
  return line.empty() || line.front() == ' ' || line.front() == '\t';
}

/// Between three quotes, on lines of its own where that reads better or where an end quote would run into the text.
std::string block(std::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "\"\"\"") {
      escaped += "\\\"\"\"";
      i += 2;
    } else {
      escaped.push_back(text[i]);
    }
  }
  std::vector<std::string_view> lines;
  for (std::string_view rest = escaped;;) {
    const size_t end = rest.find('\n');
    lines.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  const bool one = lines.size() == 1;
  const bool indented = !one && std::all_of(lines.begin() + 1, lines.end(), isBlank);
  const bool endsInThree = escaped.ends_with("\\\"\"\"");
  const bool ownEnd = (text.ends_with('"') && !endsInThree) || text.ends_with('\\');
  const bool several = !one || text.size() > kLongLine || ownEnd || indented || endsInThree;
  std::string out = "\"\"\"";
  if ((several && !(one && !text.empty() && isBlank(text))) || indented) out += "\n";
  out += escaped;
  if (several || ownEnd) out += "\n";
  return out + "\"\"\"";
}

void append(std::string& out, const Value& value) {
  switch (value.kind) {
    case ValueKind::Variable: out.append("$").append(value.text); return;
    case ValueKind::String: out += value.block ? block(value.text) : quoted(value.text); return;
    case ValueKind::List:
      out += '[';
      for (const Value& item : value.items) {
        if (&item != value.items.data()) out += ", ";
        append(out, item);
      }
      out += ']';
      return;
    case ValueKind::Object:
      out += '{';
      for (const ObjectField& f : value.fields) {
        if (&f != value.fields.data()) out += ", ";
        out.append(f.name.value).append(": ");
        append(out, f.value);
      }
      out += '}';
      return;
    default: out += value.text; return;
  }
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr std::string_view kFrom = "\"\\\b\f\n\r\t", kTo = "\"\\bfnrt";
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const size_t known = kFrom.find(text[i]);
    // U+0080 to U+009F are controls as well: C2 80 to C2 9F.
    const bool control = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (known != std::string_view::npos) {
      out.append("\\").push_back(kTo[known]);
    } else if (c < 0x20 || c == 0x7F || control) {
      const auto code = control ? static_cast<unsigned char>(text[++i]) : c;
      out.append("\\u00").push_back(kHex[code >> 4U]);
      out.push_back(kHex[code & 15U]);
    } else {
      out.push_back(text[i]);
    }
  }
  return out + "\"";
}

std::string printed(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string printed(const TypeNode& type) {
  switch (type.kind) {
    case TypeNode::Kind::Named: return std::string(type.name.value);
    case TypeNode::Kind::List: return "[" + printed(*type.of) + "]";
    case TypeNode::Kind::NonNull: return printed(*type.of) + "!";
  }
  return {};
}

}  // namespace tenon::graphql
