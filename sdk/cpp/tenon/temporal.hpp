// SPDX-License-Identifier: Apache-2.0
// ISO dates, times and date-times without a zone, as the rows of rows.h carry them.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon {

namespace detail {

/// Exactly `n` digits at the head of `s`, consumed.
inline std::optional<int> digits(std::string_view& s, size_t n) noexcept {
  if (s.size() < n) return std::nullopt;
  int v = 0;
  for (size_t i = 0; i < n; ++i) {
    if (s[i] < '0' || s[i] > '9') return std::nullopt;
    v = v * 10 + (s[i] - '0');
  }
  s.remove_prefix(n);
  return v;
}
inline bool eat(std::string_view& s, char c) noexcept {
  if (s.empty() || s[0] != c) return false;
  s.remove_prefix(1);
  return true;
}
inline void appendPadded(std::string& out, int64_t v, int width) {
  char buf[20];
  for (int i = width - 1; i >= 0; --i) {
    buf[i] = static_cast<char>('0' + v % 10);
    v /= 10;
  }
  out.append(buf, static_cast<size_t>(width));
}
/// YYYY-MM-DD at the head, consumed; days since 1970-01-01.
inline std::optional<int32_t> dateAt(std::string_view& s) noexcept {
  using namespace std::chrono;
  const auto y = digits(s, 4);
  if (!y || !eat(s, '-')) return std::nullopt;
  const auto m = digits(s, 2);
  if (!m || !eat(s, '-')) return std::nullopt;
  const auto d = digits(s, 2);
  if (!d) return std::nullopt;
  const year_month_day ymd{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!ymd.ok()) return std::nullopt;
  return static_cast<int32_t>(sys_days{ymd}.time_since_epoch().count());
}
/// HH:MM[:SS[.f]] at the head, consumed; microseconds of the day. Digits past the sixth are dropped.
inline std::optional<int64_t> timeAt(std::string_view& s) noexcept {
  const auto h = digits(s, 2);
  if (!h || *h > 23 || !eat(s, ':')) return std::nullopt;
  const auto m = digits(s, 2);
  if (!m || *m > 59) return std::nullopt;
  int sec = 0;
  int64_t micros = 0;
  if (eat(s, ':')) {
    const auto parsed = digits(s, 2);
    if (!parsed || *parsed > 59) return std::nullopt;
    sec = *parsed;
    if (eat(s, '.')) {
      int n = 0;
      for (; !s.empty() && s[0] >= '0' && s[0] <= '9'; s.remove_prefix(1), ++n)
        if (n < 6) micros = micros * 10 + (s[0] - '0');
      if (n == 0 || n > 9) return std::nullopt;
      for (; n < 6; ++n) micros *= 10;
    }
  }
  return ((*h * 60LL + *m) * 60 + sec) * 1000000 + micros;
}

}  // namespace detail

inline constexpr int64_t kMicrosPerDay = 86'400'000'000;

/// "2022-03-10" -> days since 1970-01-01.
inline std::optional<int32_t> parseDate(std::string_view s) noexcept {
  const auto d = detail::dateAt(s);
  return s.empty() ? d : std::nullopt;
}

/// "12:15", "12:15:50", "12:15:50.125" -> microseconds of the day.
inline std::optional<int64_t> parseTime(std::string_view s) noexcept {
  const auto t = detail::timeAt(s);
  return s.empty() ? t : std::nullopt;
}

struct ParsedDateTime {
  int64_t micros = 0;                    ///< since 1970-01-01T00:00:00 of the text's own clock
  std::optional<int32_t> offsetMinutes;  ///< what the text says after the time: Z = 0, +08:00 = 480
};

/// A date, then optionally "T", "t" or a blank and a time, then optionally Z or [+-]HH[[:]MM].
inline std::optional<ParsedDateTime> parseDateTime(std::string_view s) noexcept {
  const auto d = detail::dateAt(s);
  if (!d) return std::nullopt;
  ParsedDateTime out{*d * kMicrosPerDay, std::nullopt};
  if (s.empty()) return out;
  if (!detail::eat(s, 'T') && !detail::eat(s, ' ') && !detail::eat(s, 't')) return std::nullopt;
  const auto t = detail::timeAt(s);
  if (!t) return std::nullopt;
  out.micros += *t;
  if (detail::eat(s, 'Z') || detail::eat(s, 'z')) {
    out.offsetMinutes = 0;
  } else if (!s.empty()) {
    const bool west = s[0] == '-';
    if (!detail::eat(s, '+') && !detail::eat(s, '-')) return std::nullopt;
    const auto h = detail::digits(s, 2);
    const auto m = detail::eat(s, ':') || !s.empty() ? detail::digits(s, 2) : std::optional(0);
    if (!h || !m || *h > 18 || *m > 59) return std::nullopt;
    out.offsetMinutes = (west ? -1 : 1) * (*h * 60 + *m);
  }
  return s.empty() ? std::optional(out) : std::nullopt;
}

/// How far the server's clock is ahead of UTC at that moment.
inline int32_t serverOffsetMinutes(int64_t utcMicros) noexcept {
  const time_t seconds = utcMicros / 1000000 - (utcMicros % 1000000 < 0 ? 1 : 0);
  tm local{};
  localtime_r(&seconds, &local);
  return static_cast<int32_t>(local.tm_gmtoff / 60);
}

/// Microseconds of 0001-01-01 and of the end of 9999: what four digits of a year can say.
inline constexpr int64_t kFirstMicros = -62135596800'000'000, kLastMicros = 253402300799'999'999;

inline void appendDate(std::string& out, int32_t days) {
  using namespace std::chrono;
  const year_month_day ymd{sys_days{std::chrono::days{days}}};
  int y = static_cast<int>(ymd.year());
  if (y < 0) {
    out.push_back('-');
    y = -y;
  }
  detail::appendPadded(out, y, y > 9999 ? 5 : 4);
  out.push_back('-');
  detail::appendPadded(out, static_cast<unsigned>(ymd.month()), 2);
  out.push_back('-');
  detail::appendPadded(out, static_cast<unsigned>(ymd.day()), 2);
}

/// HH:MM:SS, and .mmm or .uuuuuu only when not zero.
inline void appendTime(std::string& out, int64_t microsOfDay) {
  const int64_t seconds = microsOfDay / 1000000;
  detail::appendPadded(out, seconds / 3600, 2);
  out.push_back(':');
  detail::appendPadded(out, seconds / 60 % 60, 2);
  out.push_back(':');
  detail::appendPadded(out, seconds % 60, 2);
  const int64_t micros = microsOfDay % 1000000;
  if (micros == 0) return;
  out.push_back('.');
  if (micros % 1000 == 0)
    detail::appendPadded(out, micros / 1000, 3);
  else
    detail::appendPadded(out, micros, 6);
}

/// YYYY-MM-DDTHH:MM:SS[.f]
inline void appendDateTime(std::string& out, int64_t micros) {
  int64_t days = micros / kMicrosPerDay, rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  appendDate(out, static_cast<int32_t>(days));
  out.push_back('T');
  appendTime(out, rest);
}

}  // namespace tenon
