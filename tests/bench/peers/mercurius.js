// SPDX-License-Identifier: Apache-2.0
// Mercurius over PostgreSQL with a schema, resolvers and loaders written by hand for the five documents of run_bench.py.
//   TENON_BENCH_PASSWORD=... node mercurius.js PORT USER DATABASE
'use strict';
const { Pool, types } = require('pg');

types.setTypeParser(types.builtins.INT8, Number); // no number of Chinook is beyond 2^53
types.setTypeParser(types.builtins.NUMERIC, Number);

const [port, user, database] = process.argv.slice(2);
const pool = new Pool({ host: '127.0.0.1', port: Number(port), user, database, password: process.env.TENON_BENCH_PASSWORD, max: 16 });

/** Rows of a statement that each connection prepares once. */
async function rows(name, text, values = []) {
  return (await pool.query({ name, text, values })).rows;
}

const schema = `
  type Track { TrackId: ID!, Name: String, AlbumId: Int, Milliseconds: Int, Bytes: Int, UnitPrice: Float }
  type Album { AlbumId: ID!, Title: String, tracks: [Track!]! }
  type Artist { ArtistId: ID!, Name: String, albums: [Album!]! }
  type TrackMax { Milliseconds: Int }
  type TrackSum { Bytes: Float }
  type TrackAggregate { _count: Int!, _max: TrackMax, _sum: TrackSum }
  input IntComparison { _gt: Int, _eq: Int }
  input TrackWhere { Milliseconds: IntComparison, GenreId: IntComparison }
  enum Direction { asc desc }
  input TrackOrder { Milliseconds: Direction }
  type Query {
    chinook_find_by_id_Track(id: ID!): Track
    chinook_list_Track(where: TrackWhere, order_by: TrackOrder, page: Int, size: Int): [Track!]!
    chinook_list_Artist(size: Int): [Artist!]!
    chinook_aggregate_Track(where: TrackWhere): TrackAggregate!
  }`;

const columns = '"TrackId", "Name", "AlbumId", "Milliseconds", "Bytes", "UnitPrice"';
const resolvers = {
  Query: {
    chinook_find_by_id_Track: async (_, { id }) => (await rows('by id', `select ${columns} from "Track" where "TrackId" = $1`, [id]))[0] ?? null,
    chinook_list_Track: (_, { where, page = 1, size }) =>
      where
        ? rows('page', 'select "TrackId", "Name" from "Track" where "Milliseconds" > $1 order by "Milliseconds" desc, "TrackId" limit $2 offset $3',
          [where.Milliseconds._gt, size, (page - 1) * size])
        : rows('list', `select ${columns} from "Track" order by "TrackId" limit $1`, [size]),
    chinook_list_Artist: (_, { size }) => rows('artists', 'select "ArtistId", "Name" from "Artist" order by "ArtistId" limit $1', [size]),
    chinook_aggregate_Track: async (_, { where }) => {
      if (where.Milliseconds)
        return { _count: (await rows('count', 'select count(*) as n from "Track" where "Milliseconds" > $1', [where.Milliseconds._gt]))[0].n };
      const [row] = await rows('aggregate', 'select count(*) as n, max("Milliseconds") as m, sum("Bytes") as s from "Track" where "GenreId" = $1', [where.GenreId._eq]);
      return { _count: row.n, _max: { Milliseconds: row.m }, _sum: { Bytes: row.s } };
    },
  },
};

/** Children of all parents by one statement, in the order of the parents. */
async function children(name, text, key, parents) {
  const groups = new Map(parents.map((id) => [id, []]));
  for (const row of await rows(name, text, [parents])) groups.get(row[key]).push(row);
  return parents.map((id) => groups.get(id));
}

const loaders = {
  Artist: {
    albums: (queries) => children('albums', 'select "AlbumId", "Title", "ArtistId" from "Album" where "ArtistId" = any($1::int[]) order by "AlbumId"',
      'ArtistId', queries.map((q) => q.obj.ArtistId)),
  },
  Album: {
    tracks: (queries) => children('tracks', 'select "TrackId", "Name", "Milliseconds", "AlbumId" from "Track" where "AlbumId" = any($1::int[]) order by "TrackId"',
      'AlbumId', queries.map((q) => q.obj.AlbumId)),
  },
};

const app = require('fastify')({ logger: false });
app.register(require('mercurius'), { schema, resolvers, loaders, jit: 1 });
app.get('/hello', async () => ({ status: 'ok' }));
app.listen({ host: '127.0.0.1', port: 0 }).then(() => console.log(`listening on 127.0.0.1:${app.server.address().port}`));
