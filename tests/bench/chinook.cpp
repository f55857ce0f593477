// SPDX-License-Identifier: Apache-2.0
#include "chinook.h"

#include <charconv>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <vector>

namespace bench {

namespace {

constexpr const char* kTrackColumns =
    "TrackId, Name, AlbumId, MediaTypeId, GenreId, Composer, Milliseconds, Bytes, UnitPrice";

void text(std::string& out, std::string_view s) {
  out.push_back('"');
  for (const char c : s) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

void number(std::string& out, int64_t v) {
  char buf[24];
  out.append(buf, std::to_chars(buf, buf + sizeof buf, v).ptr);
}

void cell(std::string& out, sqlite3_stmt* s, int column) {
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER: number(out, sqlite3_column_int64(s, column)); break;
    case SQLITE_FLOAT: {
      char buf[32];
      out.append(buf, std::to_chars(buf, buf + sizeof buf, sqlite3_column_double(s, column)).ptr);
      break;
    }
    case SQLITE_NULL: out.append("null"); break;
    default:
      text(out, {reinterpret_cast<const char*>(sqlite3_column_text(s, column)),
                 static_cast<size_t>(sqlite3_column_bytes(s, column))});
  }
}

}  // namespace

Chinook::Chinook(const char* file) {
  if (sqlite3_open_v2(file, &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
    throw std::runtime_error("cannot open the database");
  sqlite3_exec(db_, "pragma query_only=1; pragma mmap_size=268435456; pragma cache_size=-8192", nullptr, nullptr,
               nullptr);
  const auto prepare = [&](const std::string& sql) {
    sqlite3_stmt* s = nullptr;
    if (sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &s, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return s;
  };
  const std::string from = std::string("select ") + kTrackColumns + " from Track ";
  std::string twenty = "?", many = "?";
  for (int i = 1; i < 20; ++i) twenty += ",?";
  for (int i = 1; i < 64; ++i) many += ",?";
  byId_ = prepare(from + "where TrackId = ?");
  filter_ = prepare(from + "where Milliseconds > ? order by TrackId limit 20");
  filterCount_ = prepare("select count(*) from Track where Milliseconds > ?");
  list_ = prepare(from + "order by TrackId limit 100");
  listCount_ = prepare("select count(*) from Track");
  artists_ = prepare("select ArtistId, Name from Artist order by ArtistId limit 20");
  artistCount_ = prepare("select count(*) from Artist");
  albums_ = prepare("select AlbumId, Title, ArtistId from Album where ArtistId in (" + twenty +
                    ") order by ArtistId, AlbumId");
  tracks_ = prepare(from + "where AlbumId in (" + many + ") order by AlbumId, TrackId");
}

Chinook::~Chinook() {
  for (sqlite3_stmt* s : {byId_, filter_, filterCount_, list_, listCount_, artists_, artistCount_, albums_, tracks_})
    sqlite3_finalize(s);
  sqlite3_close(db_);
}

void Chinook::track(std::string& out, sqlite3_stmt* s) {
  static constexpr std::string_view kKeys[] = {
      "{\"TrackId\":",  ",\"Name\":",         ",\"AlbumId\":", ",\"MediaTypeId\":", ",\"GenreId\":",
      ",\"Composer\":", ",\"Milliseconds\":", ",\"Bytes\":",   ",\"UnitPrice\":"};
  for (int i = 0; i < 9; ++i) {
    out.append(kKeys[i]);
    cell(out, s, i);
  }
  out.push_back('}');
}

void Chinook::trackById(std::string_view id, std::string& out) {
  int64_t n = 0;
  std::from_chars(id.data(), id.data() + id.size(), n);
  sqlite3_bind_int64(byId_, 1, n);
  if (sqlite3_step(byId_) == SQLITE_ROW) track(out, byId_);
  sqlite3_reset(byId_);
}

void Chinook::list(sqlite3_stmt* rows, sqlite3_stmt* count, std::string& out) {
  out.append("{\"list\":[");
  for (bool first = true; sqlite3_step(rows) == SQLITE_ROW; first = false) {
    if (!first) out.push_back(',');
    track(out, rows);
  }
  sqlite3_reset(rows);
  out.append("],\"total\":");
  sqlite3_step(count);
  number(out, sqlite3_column_int64(count, 0));
  sqlite3_reset(count);
  out.push_back('}');
}

void Chinook::nested(std::string& out) {
  struct Album {
    int64_t id;
    std::string head, tracks;
  };
  std::vector<std::pair<int64_t, std::string>> artists;
  while (sqlite3_step(artists_) == SQLITE_ROW) {
    std::string head = "{\"ArtistId\":";
    number(head, sqlite3_column_int64(artists_, 0));
    head += ",\"Name\":";
    cell(head, artists_, 1);
    artists.emplace_back(sqlite3_column_int64(artists_, 0), std::move(head));
  }
  sqlite3_reset(artists_);
  for (int i = 0; i < 20; ++i)
    sqlite3_bind_int64(albums_, i + 1, artists[std::min<size_t>(static_cast<size_t>(i), artists.size() - 1)].first);
  std::map<int64_t, std::vector<Album>> albums;
  std::map<int64_t, Album*> byAlbum;
  std::vector<int64_t> ids;
  while (sqlite3_step(albums_) == SQLITE_ROW) {
    std::string head = "{\"AlbumId\":";
    number(head, sqlite3_column_int64(albums_, 0));
    head += ",\"Title\":";
    cell(head, albums_, 1);
    head += ",\"ArtistId\":";
    cell(head, albums_, 2);
    albums[sqlite3_column_int64(albums_, 2)].push_back({sqlite3_column_int64(albums_, 0), std::move(head), {}});
    ids.push_back(sqlite3_column_int64(albums_, 0));
  }
  sqlite3_reset(albums_);
  for (auto& [artist, list] : albums)
    for (auto& a : list) byAlbum[a.id] = &a;
  for (size_t i = 0; i < 64; ++i)
    sqlite3_bind_int64(tracks_, static_cast<int>(i) + 1, ids[std::min(i, ids.size() - 1)]);
  while (sqlite3_step(tracks_) == SQLITE_ROW) {
    std::string& to = byAlbum[sqlite3_column_int64(tracks_, 2)]->tracks;
    if (!to.empty()) to.push_back(',');
    track(to, tracks_);
  }
  sqlite3_reset(tracks_);
  out.append("{\"list\":[");
  bool first = true;
  for (const auto& [id, head] : artists) {
    if (!first) out.push_back(',');
    first = false;
    out.append(head).append(",\"albums\":[");
    bool firstAlbum = true;
    for (const auto& a : albums[id]) {
      if (!firstAlbum) out.push_back(',');
      firstAlbum = false;
      out.append(a.head).append(",\"tracks\":[").append(a.tracks).append("]}");
    }
    out.append("]}");
  }
  out.append("],\"total\":");
  sqlite3_step(artistCount_);
  number(out, sqlite3_column_int64(artistCount_, 0));
  sqlite3_reset(artistCount_);
  out.push_back('}');
}

bool Chinook::answer(std::string_view path, std::string& out) {
  out.clear();
  if (path == "/hello") {
    out = R"({"status":"ok"})";
  } else if (path.substr(0, 7) == "/track/") {
    trackById(path.substr(7), out);
  } else if (path == "/filter20") {
    sqlite3_bind_int64(filter_, 1, 300000);
    sqlite3_bind_int64(filterCount_, 1, 300000);
    list(filter_, filterCount_, out);
  } else if (path == "/list100") {
    list(list_, listCount_, out);
  } else if (path == "/nested") {
    nested(out);
  } else {
    return false;
  }
  return true;
}

}  // namespace bench
