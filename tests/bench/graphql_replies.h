// SPDX-License-Identifier: Apache-2.0
// What a handler written by hand answers for just five GraphQL documents: the same JSON by the same statements.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "append.h"

namespace bench {

template <class Database>
class GraphqlReplies {
 public:
  explicit GraphqlReplies(Database& db)
      : byId_(columns(db, R"(where "TrackId" = ? limit 1)")),
        list_(columns(db, R"(order by "TrackId" limit 100)")),
        page_(db.prepare(R"(select "TrackId", "Name" from "Track" where "Milliseconds" > ? )"
                         R"(order by "Milliseconds" desc, "TrackId" limit 20 offset 20)")),
        pageCount_(db.prepare(R"(select count(*) from "Track" where "Milliseconds" > ?)")),
        aggregate_(
            db.prepare(R"(select count(*), max("Milliseconds"), sum("Bytes") from "Track" where "GenreId" = ?)")),
        artists_(db.prepare(R"(select "ArtistId", "Name" from "Artist" order by "ArtistId" limit 20)")),
        albums_(db.prepare(R"(select "AlbumId", "Title", "ArtistId" from "Album" where "ArtistId" in )" + marks() +
                           R"( order by "ArtistId", "AlbumId")")),
        tracks_(db.prepare(R"(select "TrackId", "Name", "Milliseconds", "AlbumId" from "Track" where "AlbumId" in )" +
                           marks() + R"( order by "AlbumId", "TrackId")")) {}

  /// path: what follows "/graphql/".
  bool answer(std::string_view path, std::string& out) {
    out += "{\"data\":{";
    if (path.substr(0, 6) == "track/")
      track(out, path.substr(6));
    else if (path == "list100")
      list(out);
    else if (path == "page")
      page(out);
    else if (path == "aggregate")
      aggregate(out);
    else if (path == "nested")
      nested(out);
    else
      return false;
    out += "},\"dataPresent\":true}";
    return true;
  }

 private:
  using Statement = typename Database::Statement;
  static constexpr size_t kKeys = 32;  // as many marks as ours has

  static Statement columns(Database& db, const std::string& rest) {
    return db.prepare(R"(select "TrackId", "Name", "AlbumId", "Milliseconds", "Bytes", "UnitPrice" from "Track" )" +
                      rest);
  }
  static std::string marks() {
    std::string out = "(?";
    for (size_t i = 1; i < kKeys; ++i) out += ", ?";
    return out + ")";
  }

  static void id(std::string& out, Statement& s, int column) {
    out += '"';
    s.append(out, column);
    out += '"';
  }

  static void record(std::string& out, Statement& s) {
    static constexpr std::string_view kNames[] = {
        "", ",\"Name\":", ",\"AlbumId\":", ",\"Milliseconds\":", ",\"Bytes\":", ",\"UnitPrice\":"};
    out += "{\"TrackId\":";
    id(out, s, 0);
    for (int i = 1; i < 6; ++i) {
      out += kNames[i];
      s.append(out, i);
    }
    out += '}';
  }

  template <class Row>
  static void rows(std::string& out, Statement& s, std::span<const int64_t> parameters, Row&& row) {
    out += '[';
    s.run(parameters);
    for (bool first = true; s.next(); first = false) {
      if (!first) out += ',';
      row(out, s);
    }
    s.done();
    out += ']';
  }

  void track(std::string& out, std::string_view text) {
    const int64_t key = readInteger(text);
    out += "\"chinook_find_by_id_Track\":";
    byId_.run({&key, 1});
    if (byId_.next()) record(out, byId_);
    byId_.done();
  }
  void list(std::string& out) {
    out += "\"chinook_list_Track\":";
    rows(out, list_, {}, record);
  }

  void page(std::string& out) {
    static constexpr int64_t kLonger = 300000;
    out += "\"list\":";
    rows(out, page_, {&kLonger, 1}, [](std::string& to, Statement& s) {
      to += "{\"TrackId\":";
      id(to, s, 0);
      to += ",\"Name\":";
      s.append(to, 1);
      to += '}';
    });
    out += ",\"total\":{\"_count\":";
    pageCount_.run({&kLonger, 1});
    pageCount_.next();
    pageCount_.append(out, 0);
    pageCount_.done();
    out += '}';
  }

  void aggregate(std::string& out) {
    static constexpr int64_t kGenre = 1;
    aggregate_.run({&kGenre, 1});
    aggregate_.next();
    out += "\"chinook_aggregate_Track\":{\"_count\":";
    aggregate_.append(out, 0);
    out += ",\"_max\":{\"Milliseconds\":";
    aggregate_.append(out, 1);
    out += "},\"_sum\":{\"Bytes\":";
    aggregate_.append(out, 2);
    out += "}}";
    aggregate_.done();
  }

  struct Parent {
    int64_t key;
    std::string head, below;
  };

  static std::vector<int64_t> padded(const std::vector<Parent>& parents) {
    std::vector<int64_t> keys;
    for (const Parent& p : parents) keys.push_back(p.key);
    keys.resize(kKeys, keys.back());
    return keys;
  }
  static Parent parent(Statement& s, std::string_view key, std::string_view name) {
    Parent p{s.integer(0), {}, {}};
    p.head.append("{\"").append(key).append("\":");
    id(p.head, s, 0);
    p.head.append(",\"").append(name).append("\":");
    s.append(p.head, 1);
    return p;
  }

  void nested(std::string& out) {
    std::vector<Parent> artists, albums;
    std::vector<int64_t> owners;
    artists_.run({});
    while (artists_.next()) artists.push_back(parent(artists_, "ArtistId", "Name"));
    artists_.done();
    albums_.run(padded(artists));
    while (albums_.next()) {
      albums.push_back(parent(albums_, "AlbumId", "Title"));
      owners.push_back(albums_.integer(2));
    }
    albums_.done();
    std::map<int64_t, size_t> byAlbum;
    for (size_t i = 0; i < albums.size(); ++i) byAlbum[albums[i].key] = i;
    tracks_.run(padded(albums));
    while (tracks_.next()) {
      std::string& to = albums[byAlbum[tracks_.integer(3)]].below;
      to += to.empty() ? "{\"TrackId\":" : ",{\"TrackId\":";
      id(to, tracks_, 0);
      to += ",\"Name\":";
      tracks_.append(to, 1);
      to += ",\"Milliseconds\":";
      tracks_.append(to, 2);
      to += '}';
    }
    tracks_.done();
    std::map<int64_t, std::string> below;
    for (size_t i = 0; i < albums.size(); ++i) {
      std::string& to = below[owners[i]];
      if (!to.empty()) to += ',';
      to.append(albums[i].head).append(",\"tracks\":[").append(albums[i].below).append("]}");
    }
    out += "\"chinook_list_Artist\":[";
    for (const Parent& a : artists) {
      if (&a != &artists.front()) out += ',';
      out.append(a.head).append(",\"albums\":[").append(below[a.key]).append("]}");
    }
    out += ']';
  }

  Statement byId_, list_, page_, pageCount_, aggregate_, artists_, albums_, tracks_;
};

}  // namespace bench
