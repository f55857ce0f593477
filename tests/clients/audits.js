// SPDX-License-Identifier: Apache-2.0
// The audits of the npm package graphql-http: GraphQL over HTTP, sentence by sentence.
//   node audits.js URL TOKEN
'use strict';
const { auditServer } = require('graphql-http');

const [url, token] = process.argv.slice(2);
const withToken = (input, init) => fetch(input, { ...init, headers: { ...init?.headers, Authorization: `Bearer ${token}` } });

auditServer({ url, fetchFn: withToken }).then(async (results) => {
  const kept = results.filter((r) => r.status === 'ok');
  for (const r of results.filter((r) => r.status !== 'ok'))
    console.log(`${r.status} ${r.id} ${r.name}: ${r.reason} (${r.response.status} ${r.response.headers.get('content-type')})`);
  console.log(`${kept.length} of ${results.length} audits`);
  process.exitCode = kept.length === results.length && results.length === 61 ? 0 : 1;
});
