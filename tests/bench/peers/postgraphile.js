// SPDX-License-Identifier: Apache-2.0
// PostGraphile 5 with its filter plugin, which the page of run_bench.py needs; GET is on, its own page is off.
//   TENON_BENCH_PASSWORD=... node postgraphile.js PORT USER DATABASE
'use strict';
const { createServer } = require('node:http');
const { postgraphile } = require('postgraphile');
const { grafserv } = require('postgraphile/grafserv/node');
const { PostGraphileAmberPreset } = require('postgraphile/presets/amber');
const { makePgService } = require('postgraphile/adaptors/pg');
const { PostGraphileConnectionFilterPreset } = require('postgraphile-plugin-connection-filter');

const [port, user, database] = process.argv.slice(2);
const password = encodeURIComponent(process.env.TENON_BENCH_PASSWORD);
const pgl = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [makePgService({ connectionString: `postgres://${user}:${password}@127.0.0.1:${port}/${database}`, schemas: ['public'], poolConfig: { max: 16 } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, graphqlOverGET: true, watch: false },
  disablePlugins: ['PgIndexBehaviorsPlugin'], // the page filters and sorts by a column without an index
});

async function main() {
  const served = pgl.createServ(grafserv);
  const server = createServer((request, response) => {
    if (request.url !== '/hello') return handle(request, response);
    response.setHeader('Content-Type', 'application/json');
    return response.end('{"status":"ok"}');
  });
  const handle = served.createHandler();
  await served.ready?.();
  server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
}

main();
