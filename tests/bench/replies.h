// SPDX-License-Identifier: Apache-2.0
// The replies over any database: a template, so that a cell costs no more than it would in a handler for one database.
//
// A Database prepares statements, of which names stand in double quotes and parameters are "?". A Statement has
//   run(numbers)           executes it
//   next()                 steps to its next row
//   integer(column)        the cell as a number
//   append(out, column)    the cell as JSON
//   done()                 lets go of what is left of the result
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "append.h"
#include "chinook.h"
#include "graphql_replies.h"

namespace bench {

template <class Database>
class Replies final : public Chinook {
 public:
  explicit Replies(Database db) : db_(std::move(db)) {}

  bool answer(std::string_view path, std::string& out) override {
    out.clear();
    if (path == "/hello") {
      out = R"({"status":"ok"})";
    } else if (path.substr(0, 7) == "/track/") {
      const int64_t id = readInteger(path.substr(7));
      byId_.run({&id, 1});
      if (byId_.next()) track(out, byId_);
      byId_.done();
    } else if (path == "/filter20") {
      static constexpr int64_t kLonger = 300000;
      list(filter_, filterCount_, {&kLonger, 1}, out);
    } else if (path == "/list100") {
      list(list_, listCount_, {}, out);
    } else if (path == "/nested") {
      nested(out);
    } else if (path.substr(0, 9) == "/graphql/") {
      return graphql_.answer(path.substr(9), out);
    } else {
      return false;
    }
    return true;
  }

 private:
  using Statement = typename Database::Statement;
  // Marks of the lists of keys, as many as ours has: 20 artists have 30 albums. PostgreSQL has a worse plan for lists
  // of 20.
  static constexpr size_t kKeys = 32;

  struct Album {
    int64_t id;
    std::string head, tracks;
  };

  static std::string marks() {
    std::string out = "(?";
    for (size_t i = 1; i < kKeys; ++i) out += ", ?";
    return out + ")";
  }

  Statement tracks(const std::string& rest) {
    return db_.prepare(
        R"(select "TrackId", "Name", "AlbumId", "MediaTypeId", "GenreId", "Composer", "Milliseconds", "Bytes", )"
        R"("UnitPrice" from "Track" )" +
        rest);
  }

  static void track(std::string& out, Statement& s) {
    static constexpr std::string_view kKeys[] = {
        "{\"TrackId\":",  ",\"Name\":",         ",\"AlbumId\":", ",\"MediaTypeId\":", ",\"GenreId\":",
        ",\"Composer\":", ",\"Milliseconds\":", ",\"Bytes\":",   ",\"UnitPrice\":"};
    for (int i = 0; i < 9; ++i) {
      out.append(kKeys[i]);
      s.append(out, i);
    }
    out.push_back('}');
  }

  static void total(Statement& count, std::span<const int64_t> parameters, std::string& out) {
    out.append("],\"total\":");
    count.run(parameters);
    count.next();
    appendNumber(out, count.integer(0));
    count.done();
    out.push_back('}');
  }

  static void list(Statement& rows, Statement& count, std::span<const int64_t> parameters, std::string& out) {
    out.append("{\"list\":[");
    rows.run(parameters);
    for (bool first = true; rows.next(); first = false) {
      if (!first) out.push_back(',');
      track(out, rows);
    }
    rows.done();
    total(count, parameters, out);
  }

  /// As many keys as there are marks: the last one again and again.
  static std::vector<int64_t> padded(std::vector<int64_t> keys) {
    keys.resize(kKeys, keys.back());
    return keys;
  }

  void nested(std::string& out) {
    std::vector<std::pair<int64_t, std::string>> artists;
    std::vector<int64_t> artistIds, albumIds;
    artists_.run({});
    while (artists_.next()) {
      std::string head = "{\"ArtistId\":";
      artists_.append(head, 0);
      head += ",\"Name\":";
      artists_.append(head, 1);
      artistIds.push_back(artists_.integer(0));
      artists.emplace_back(artistIds.back(), std::move(head));
    }
    artists_.done();
    std::map<int64_t, std::vector<Album>> albums;
    albums_.run(padded(std::move(artistIds)));
    while (albums_.next()) {
      std::string head = "{\"AlbumId\":";
      albums_.append(head, 0);
      head += ",\"Title\":";
      albums_.append(head, 1);
      head += ",\"ArtistId\":";
      albums_.append(head, 2);
      albumIds.push_back(albums_.integer(0));
      albums[albums_.integer(2)].push_back({albumIds.back(), std::move(head), {}});
    }
    albums_.done();
    std::map<int64_t, Album*> byAlbum;
    for (auto& [artist, some] : albums)
      for (auto& a : some) byAlbum[a.id] = &a;
    tracks_.run(padded(std::move(albumIds)));
    while (tracks_.next()) {
      std::string& to = byAlbum[tracks_.integer(2)]->tracks;
      if (!to.empty()) to.push_back(',');
      track(to, tracks_);
    }
    tracks_.done();
    out.append("{\"list\":[");
    bool first = true;
    for (const auto& [id, head] : artists) {
      if (!std::exchange(first, false)) out.push_back(',');
      out.append(head).append(",\"albums\":[");
      bool firstAlbum = true;
      for (const auto& a : albums[id]) {
        if (!std::exchange(firstAlbum, false)) out.push_back(',');
        out.append(a.head).append(",\"tracks\":[").append(a.tracks).append("]}");
      }
      out.append("]}");
    }
    total(artistCount_, {}, out);
  }

  Database db_;
  GraphqlReplies<Database> graphql_{db_};
  Statement byId_ = tracks(R"(where "TrackId" = ?)");
  Statement filter_ = tracks(R"(where "Milliseconds" > ? order by "TrackId" limit 20)");
  Statement filterCount_ = db_.prepare(R"(select count(*) from "Track" where "Milliseconds" > ?)");
  Statement list_ = tracks(R"(order by "TrackId" limit 100)");
  Statement listCount_ = db_.prepare(R"(select count(*) from "Track")");
  Statement artists_ = db_.prepare(R"(select "ArtistId", "Name" from "Artist" order by "ArtistId" limit 20)");
  Statement artistCount_ = db_.prepare(R"(select count(*) from "Artist")");
  Statement albums_ = db_.prepare(R"(select "AlbumId", "Title", "ArtistId" from "Album" where "ArtistId" in )" +
                                  marks() + R"( order by "ArtistId", "AlbumId")");
  Statement tracks_ = tracks(R"(where "AlbumId" in )" + marks() + R"( order by "AlbumId", "TrackId")");
};

}  // namespace bench
