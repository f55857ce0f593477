// SPDX-License-Identifier: Apache-2.0
#include "config_section.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace tenon::host {

namespace {

const Json kNothing;
const Json kEmpty = Json::object();

size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// One text; `at` is its path for reports.
std::string resolved(const std::string& text, const std::string& at, ConfigProblems& problems) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t open = text.find("${", i);
    if (open == std::string::npos) return out + text.substr(i);
    const size_t close = text.find('}', open);
    if (close == std::string::npos) {
      problems.push_back(at + ": \"${\" without \"}\"");
      return text;
    }
    out.append(text, i, open - i);
    std::string name = text.substr(open + 2, close - open - 2);
    std::string standard;
    const size_t dash = name.find(":-");
    const bool hasStandard = dash != std::string::npos;
    if (hasStandard) {
      standard = name.substr(dash + 2);
      name.resize(dash);
    }
    const char* value = std::getenv(name.c_str());
    if (value != nullptr && *value != '\0')
      out += value;
    else if (hasStandard)
      out += standard;
    else
      problems.push_back(at + ": the environment has no " + name);
    i = close + 1;
  }
  return out;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const auto& c : candidates)
    if (const size_t d = editDistance(word, c); d < distance) {
      distance = d;
      best = c;
    }
  return best;
}

void resolvePlaceholders(Json& json, const std::string& path, ConfigProblems& problems) {
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    if (text.find("${") != std::string::npos) json = resolved(text, path, problems);
  } else if (json.is_structured()) {
    for (auto it = json.begin(); it != json.end(); ++it) {
      const std::string name = json.is_object() ? it.key() : std::to_string(it - json.begin());
      resolvePlaceholders(*it, path.empty() ? name : path + "." + name, problems);
    }
  }
}

ConfigSection::ConfigSection(const Json& json, std::string path, ConfigProblems& problems)
    : json_(json.is_object() ? json : kEmpty), path_(std::move(path)), problems_(problems) {
  if (!json.is_object() && !json.is_null()) problems_.push_back(path_ + ": must be an object");
}

const Json* ConfigSection::find(std::string_view key) {
  known_.emplace_back(key);
  const auto it = json_.find(key);
  return it == json_.end() ? nullptr : &*it;
}

void ConfigSection::problem(std::string_view key, const std::string& what) {
  problems_.push_back(pathOf(key) + ": " + what);
}

bool ConfigSection::boolean(std::string_view key, bool standard) {
  const Json* v = find(key);
  if (v == nullptr) return standard;
  if (v->is_boolean()) return v->get<bool>();
  problem(key, "must be true or false");
  return standard;
}

uint64_t ConfigSection::number(std::string_view key, uint64_t standard, uint64_t least, uint64_t most) {
  const Json* v = find(key);
  if (v == nullptr) return standard;
  // A placeholder's value arrives as text.
  uint64_t n = 0;
  bool ok = v->is_number_unsigned();
  if (ok) {
    n = v->get<uint64_t>();
  } else if (v->is_string()) {
    const auto& s = v->get_ref<const std::string&>();
    ok = !s.empty() && s.size() <= 15 && s.find_first_not_of("0123456789") == std::string::npos;
    if (ok) n = std::stoull(s);
  }
  if (ok && n >= least && n <= most) return n;
  problem(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return standard;
}

std::string ConfigSection::text(std::string_view key, std::string_view standard) {
  const Json* v = find(key);
  if (v == nullptr) return std::string(standard);
  if (v->is_string()) return v->get<std::string>();
  problem(key, "must be a text");
  return std::string(standard);
}

std::string ConfigSection::choice(std::string_view key, std::string_view standard,
                                  const std::vector<std::string_view>& choices) {
  std::string value = text(key, standard);
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  std::string all;
  for (const auto c : choices) all += (all.empty() ? "\"" : ", \"") + std::string(c) + "\"";
  problem(key, "must be one of " + all);
  return std::string(standard);
}

std::vector<std::string> ConfigSection::texts(std::string_view key, const std::vector<std::string>& standard) {
  const Json* v = find(key);
  if (v == nullptr) return standard;
  std::vector<std::string> out;
  bool ok = v->is_array();
  if (ok)
    for (const auto& item : *v) {
      ok = ok && item.is_string();
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
  if (ok) return out;
  problem(key, "must be an array of texts");
  return standard;
}

ConfigSection ConfigSection::section(std::string_view key) {
  const Json* v = find(key);
  return {v != nullptr ? *v : kEmpty, pathOf(key), problems_};
}

const Json& ConfigSection::raw(std::string_view key) {
  const Json* v = find(key);
  return v != nullptr ? *v : kNothing;
}

std::vector<std::string> ConfigSection::keys() const {
  std::vector<std::string> out;
  for (auto it = json_.begin(); it != json_.end(); ++it) out.push_back(it.key());
  return out;
}

void ConfigSection::finish() {
  for (const auto& key : keys()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string guess = nearest(key, known_);
    problem(key, guess.empty() ? "unknown key" : "unknown key; did you mean \"" + guess + "\"?");
  }
}

}  // namespace tenon::host
