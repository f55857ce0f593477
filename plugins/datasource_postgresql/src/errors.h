// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "tenon/error.hpp"

namespace tenon::postgresql {

/// What the server says about an error, taken apart.
struct Diagnosis {
  std::string state;    ///< SQLSTATE; empty where libpq itself speaks
  std::string message;  ///< the primary one
  std::string detail, table, column, constraint;
  bool isRaised = false;  ///< by "raise" in a function, as a trigger's
};

Diagnosis diagnosisOf(const PGresult* result);

/// Was the statement prepared for other columns than its tables have by now?
bool isStalePlan(const PGresult* result);

/// The Failure for it. Its text never holds a bound value.
Failure failureOf(const Diagnosis& d);

/// The Failure for a connection that could not be made, from PQerrorMessage() at PQERRORS_VERBOSE: libpq keeps no
/// SQLSTATE of a refused connection but in that text.
Failure connectFailure(std::string_view message);

/// The connection broke, or is broken.
Failure lost(std::string_view why = {});

/// The columns of "Key (a, \"B\")=(1, 2) already exists.", joined with ",". Empty where it names an expression, or
/// another language's text cannot be read.
std::string keyColumns(std::string_view detail);

/// The message with what stands between its first and last double quote left out.
std::string withoutValue(std::string_view message);

}  // namespace tenon::postgresql
