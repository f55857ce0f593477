// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/drafts/data.h>

namespace tenon::modeling {

// prepare(), release(), run() and statement() of tenon.data/1.

tenon_status prepare(void* self, tenon_str datasource, tenon_str readJson, tenon_str tenant, tenon_data_read** out,
                     tenon_error* e);
void release(tenon_data_read* read);
tenon_status runRead(tenon_data_read* read, tenon_data_tx* tx, tenon_str valuesJson, const ArrowSchema* keysSchema,
                     const ArrowArray* keys, const tenon_cancel* cancel, tenon_rows* out, tenon_error* e);
tenon_str statementOf(tenon_data_read* read);

}  // namespace tenon::modeling
