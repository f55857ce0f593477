// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tenon::identity {

/// This plugin's tables, as models of the datasource `system`. Times are milliseconds since 1970.
inline constexpr char kTables[] = R"([
  {"type":"entity","name":"f_user","comment":"Users","fields":[
    {"name":"id","type":"String","length":63,"identity":true,"nullable":false},
    {"name":"username","type":"String","length":127,"unique":true,"nullable":false},
    {"name":"password_hash","type":"String","length":255,"nullable":false},
    {"name":"enabled","type":"Boolean","nullable":false},
    {"name":"token_version","type":"Long","nullable":false},
    {"name":"created_at","type":"DateTime","defaultValue":{"type":"generated","name":"now"}},
    {"name":"updated_at","type":"DateTime","defaultValue":{"type":"generated","name":"now"}}]},
  {"type":"entity","name":"f_tenant","comment":"Tenants","fields":[
    {"name":"id","type":"String","length":63,"identity":true,"nullable":false},
    {"name":"enabled","type":"Boolean","nullable":false},
    {"name":"created_at","type":"DateTime","defaultValue":{"type":"generated","name":"now"}},
    {"name":"updated_at","type":"DateTime","defaultValue":{"type":"generated","name":"now"}}]},
  {"type":"entity","name":"f_user_tenant","comment":"Who belongs to which tenant; the lowest ordinal is the user's first","fields":[
    {"name":"id","type":"String","length":127,"identity":true,"nullable":false},
    {"name":"user_id","type":"String","length":63,"nullable":false},
    {"name":"tenant","type":"String","length":63,"nullable":false},
    {"name":"ordinal","type":"Int","nullable":false}],
   "indexes":[{"name":"IX_user_tenant_user","fields":[{"fieldName":"user_id"}]}]},
  {"type":"entity","name":"f_session","comment":"Logins that may be refreshed","fields":[
    {"name":"id","type":"String","length":63,"identity":true,"nullable":false},
    {"name":"user_id","type":"String","length":63,"nullable":false},
    {"name":"sequence","type":"Long","nullable":false},
    {"name":"rotated_at_ms","type":"Long","nullable":false},
    {"name":"expires_at_ms","type":"Long","nullable":false}],
   "indexes":[{"name":"IX_session_expires","fields":[{"fieldName":"expires_at_ms"}]}]},
  {"type":"entity","name":"f_login_failure","comment":"Failed logins by account and address","fields":[
    {"name":"id","type":"String","length":255,"identity":true,"nullable":false},
    {"name":"failures","type":"Int","nullable":false},
    {"name":"first_at_ms","type":"Long","nullable":false},
    {"name":"blocked_until_ms","type":"Long","nullable":false}],
   "indexes":[{"name":"IX_login_failure_first","fields":[{"fieldName":"first_at_ms"}]}]}
])";

}  // namespace tenon::identity
