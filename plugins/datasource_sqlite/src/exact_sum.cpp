// SPDX-License-Identifier: Apache-2.0
#include "exact_sum.h"

#include <sqlite3.h>

#include <cstring>
#include <string>
#include <type_traits>

#include "errors.h"
#include "tenon/decimal.hpp"

namespace tenon::sqlite {

namespace {

/// In SQLite's memory, which is zeros at first, and not aligned for a whole of 128 bits.
struct Sum {
  unsigned char whole[sizeof(Int128)];
  double real;
  int64_t values, reals;  // how many, and how many of them are no whole numbers
};
static_assert(std::is_trivially_copyable_v<Sum> && alignof(Sum) <= 8);

Int128 wholeOf(const Sum& sum) noexcept {
  Int128 whole;
  std::memcpy(&whole, sum.whole, sizeof whole);
  return whole;
}

Sum* sumOf(sqlite3_context* context, bool make) {
  return static_cast<Sum*>(sqlite3_aggregate_context(context, make ? int{sizeof(Sum)} : 0));
}

void count(sqlite3_context* context, sqlite3_value* value, int sign) {
  Sum* sum = sumOf(context, true);
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_NULL) return;
  sum->values += sign;
  if (type == SQLITE_INTEGER) {
    const Int128 whole = wholeOf(*sum) + Int128{sqlite3_value_int64(value)} * sign;
    std::memcpy(sum->whole, &whole, sizeof whole);
    return;
  }
  sum->reals += sign;
  sum->real += sqlite3_value_double(value) * sign;
}

void add(sqlite3_context* context, int, sqlite3_value** arguments) {
  count(context, arguments[0], 1);
}
void takeBack(sqlite3_context* context, int, sqlite3_value** arguments) {
  count(context, arguments[0], -1);
}

void answer(sqlite3_context* context) {
  const Sum* sum = sumOf(context, false);
  if (sum == nullptr || sum->values == 0) return;  // NULL
  const Int128 whole = wholeOf(*sum);
  if (sum->reals > 0) return sqlite3_result_double(context, sum->real + static_cast<double>(whole));
  if (whole >= INT64_MIN && whole <= INT64_MAX) return sqlite3_result_int64(context, static_cast<int64_t>(whole));
  std::string digits;
  appendDecimal(digits, whole, 0);
  sqlite3_result_text(context, digits.data(), static_cast<int>(digits.size()), SQLITE_TRANSIENT);
}

}  // namespace

void addExactSum(sqlite3* db) {
  checked(db, sqlite3_create_window_function(db, "sum", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                             nullptr, add, answer, answer, takeBack, nullptr));
}

}  // namespace tenon::sqlite
