// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "physical.h"

namespace tenon::modeling {

/// The relations that foreign keys make, as fields of their owners. Computed over every foreign key of the
/// database, so that a name does not depend on which tables were synced, or in which order.
///   to one    Album.ArtistId -> artist; a column without Id keeps its name and adds the target's:
///             Employee.ReportsTo -> reportsToEmployee
///   to many   Artist.albums; several keys from one table: ordersByBilling, ordersByShipping
///   one to one (the key is unique)  Student.studentDetail
///   a taken name adds "Relation", then a number
struct NamedRelation {
  std::string owner;
  Field field;
};
std::vector<NamedRelation> nameRelations(const PhysicalSchema& schema);

}  // namespace tenon::modeling
