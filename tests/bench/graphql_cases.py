# SPDX-License-Identifier: Apache-2.0
"""The five GraphQL documents: ours, which Mercurius is given too, and PostGraphile's for the same data."""
import urllib.parse

TRACK = "TrackId Name AlbumId Milliseconds Bytes UnitPrice"
PEER_TRACK = "trackId name albumId milliseconds bytes unitPrice"

# name, document, variables, path of the servers written by hand, PostGraphile's document (it counts, and does not aggregate)
DOCUMENTS = [
    ("GraphQL by id", "query($id: ID!) { chinook_find_by_id_Track(id: $id) { %s } }" % TRACK, '{"id":{id}}', "track/{id}",
     "query($id: Int!) { trackByTrackId(trackId: $id) { %s } }" % PEER_TRACK),
    ("GraphQL list 100", "{ chinook_list_Track(size: 100) { %s } }" % TRACK, "", "list100",
     "{ allTracks(first: 100) { nodes { %s } } }" % PEER_TRACK),
    ("GraphQL three levels", "{ chinook_list_Artist(size: 20) { ArtistId Name albums { AlbumId Title tracks { TrackId Name Milliseconds } } } }",
     "", "nested", """{ allArtists(first: 20) { nodes { artistId name albumsByArtistId { nodes { albumId title
     tracksByAlbumId { nodes { trackId name milliseconds } } } } } } }"""),
    ("GraphQL page and total", """query($longer: Int!) { list: chinook_list_Track(where: {Milliseconds: {_gt: $longer}}, order_by: {Milliseconds: desc},
     page: 2, size: 20) { TrackId Name } total: chinook_aggregate_Track(where: {Milliseconds: {_gt: $longer}}) { _count } }""",
     '{"longer":300000}', "page", """query($longer: Int!) { allTracks(filter: {milliseconds: {greaterThan: $longer}}, orderBy: MILLISECONDS_DESC,
     first: 20, offset: 20) { nodes { trackId name } totalCount } }"""),
    ("GraphQL aggregate", "{ chinook_aggregate_Track(where: {GenreId: {_eq: 1}}) { _count _max { Milliseconds } _sum { Bytes } } }", "", "aggregate", None),
]


def by_get(endpoint, document, variables):
    """A GET's path; "{id}" in the variables is left as it is, for the load to fill in."""
    given = "&variables=" + urllib.parse.quote(variables.replace("{id}", "ID"), safe="").replace("ID%7D", "{id}%7D") if variables else ""
    return endpoint + "?query=" + urllib.parse.quote(document, safe="") + given


def cases():
    """Name, and the path for each server; "others" are those written by hand."""
    for name, document, variables, other, postgraphile in DOCUMENTS:
        paths = {"tenon": by_get("/api/f/graphql", document, variables), "others": "/graphql/" + other,
                 "Mercurius": by_get("/graphql", document, variables), "PostGraphile": None}
        if postgraphile:
            paths["PostGraphile"] = by_get("/graphql", postgraphile, variables)
        yield name, paths


def leaves(value):
    """What an answer says, whatever its members are called: PostGraphile has numbers for ids and text for decimals."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [str(value)]
