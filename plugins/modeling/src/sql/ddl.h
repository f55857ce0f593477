// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "tenon/dialect.hpp"

namespace tenon::modeling {

/// The statements that bring a table to life, in order: the table, its unique keys, its indexes.
std::vector<std::string> createTable(const Dialect& dialect, const Entity& entity);
/// The column, and its unique key when it has one.
std::vector<std::string> addColumn(const Dialect& dialect, const std::string& table, const Field& field);
std::string createIndex(const Dialect& dialect, const std::string& table, const Index& index);
/// `"c" varchar(40) default 'x' not null`
std::string columnDefinition(const Dialect& dialect, const Field& field);

}  // namespace tenon::modeling
