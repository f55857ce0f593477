// SPDX-License-Identifier: Apache-2.0
// Live queries through the npm packages graphql-sse and graphql-ws: each prints two results, the second after a change.
//   node subscriptions.js URL TOKEN
'use strict';
const sse = require('graphql-sse');
const ws = require('graphql-ws');

const [url, token] = process.argv.slice(2);
const authorization = `Bearer ${token}`;
const query = 'subscription { artist: chinook_find_by_id_Artist(id: 1) { Name } }';

async function rename(name) {
  const change = 'mutation ($name: String) { chinook_update_Artist_by_id(id: 1, _set: {Name: $name}) { Name } }';
  const body = JSON.stringify({ query: change, variables: { name } });
  const answer = await fetch(url, { method: 'POST', body, headers: { authorization, 'content-type': 'application/json' } });
  if ((await answer.json()).errors) throw new Error('the change was refused');
}

/// The names in the first two results; between them it is changed.
async function names(results, changed) {
  const seen = [];
  for await (const result of results) {
    if (result.errors) throw new Error(JSON.stringify(result.errors));
    seen.push(result.data.artist.Name);
    if (seen.length === 2) break; // ends the subscription
    await rename(changed);
  }
  await rename('AC/DC');
  return seen.join(', ');
}

(async () => {
  const events = sse.createClient({ url, headers: { authorization }, retryAttempts: 0 });
  console.log('graphql-sse: ' + await names(events.iterate({ query }), 'changed 1'));
  events.dispose();
  const socket = ws.createClient({
    url: url.replace('http', 'ws') + '/ws', webSocketImpl: require('ws'), connectionParams: { authorization }, retryAttempts: 0 });
  console.log('graphql-ws: ' + await names(socket.iterate({ query }), 'changed 2'));
  await socket.dispose();
})().catch((e) => {
  console.error(e);
  process.exitCode = 1;
});
