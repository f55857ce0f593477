// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "difference.h"
#include "tenon/dialect.hpp"

namespace tenon::modeling {

// What happens to the values of a column that is defined anew, and conditions in SQL on those it happens to. `column`
// is an expression, most often a quoted name.

/// Has a text less room than before?
bool shortens(const Field& before, const Field& after);
/// Has a number fewer digits than before, or others?
bool narrows(const Field& before, const Field& after);
bool becomesRequired(const KeptField& k);
/// The new column's fixed default as the old column can hold it, to be written where a value is missing; nullopt where
/// it has none, or the old column has no room for it.
std::optional<std::string> fillingOf(const Dialect& dialect, const KeptField& k);

/// The text's first characters, as many as the new column keeps.
std::string cut(const std::string& column, const Field& after);
/// The number as the new column keeps it.
std::string rounded(const std::string& column, const Field& after);

/// Is the text, or what becomes one, longer than the new column keeps?
std::string isTooLong(const Dialect& dialect, const Field& before, const Field& after);
/// Has the number, rounded, more digits before its point than a decimal column keeps?
std::string isTooLarge(const std::string& number, const Field& after);
/// Is the number, rounded, beyond what the new column keeps?
std::string isBeyond(const std::string& column, const Field& after);
/// Has the number other digits in the new column, or none?
std::string isNarrowed(const std::string& column, const Field& after);
/// Is the text no number that the new column keeps as it is?
std::string isNoNumber(const Dialect& dialect, const std::string& column, const Field& after);
/// Is the text neither true nor false, nor a digit for one of them?
std::string isNoTruth(const Dialect& dialect, const std::string& column);
/// Is the text no element of the enum, or no list of its elements where the field holds several?
std::string isNoElement(const Dialect& dialect, const std::string& column, const Field& field, const EnumModel& of);
/// A truth value's text as the digit that every database reads as one.
std::string truthAsDigit(const Dialect& dialect, const std::string& column);

}  // namespace tenon::modeling
