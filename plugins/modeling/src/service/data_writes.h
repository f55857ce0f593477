// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/drafts/data.h>

namespace tenon::modeling {

// begin_for(), begin_once(), keep() and write() of tenon.data/1.

tenon_status beginFor(void* self, tenon_str datasource, tenon_str tenant, tenon_str user, const tenon_cancel* cancel,
                      tenon_data_tx** out, tenon_error* e);
tenon_status beginOnce(void* self, tenon_str datasource, tenon_str tenant, tenon_str user, tenon_str key,
                       tenon_str asked, void (*reply)(void* arg, tenon_str reply), void* arg,
                       const tenon_cancel* cancel, tenon_data_tx** out, tenon_error* e);
tenon_status keepReply(tenon_data_tx* tx, tenon_str reply, const tenon_cancel* cancel, tenon_error* e);
tenon_status writeRecords(tenon_data_tx* tx, tenon_str writeJson, void (*answer)(void* arg, tenon_str json), void* arg,
                          const tenon_cancel* cancel, tenon_error* e);

}  // namespace tenon::modeling
