#!/usr/bin/env bash
# Installs what the build needs, builds, and starts the host on SQLite with two samples, in the foreground.
#   TENON_PORT            8080
#   TENON_ADMIN_PASSWORD  generated and printed once when not given
#   TENON_HOME            build/quickstart-home
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/install_packages.sh
cmake -C packaging/build/release.cmake -S . -B build/release -G Ninja -DTENON_BUILD_TESTS=OFF -DTENON_BUILD_BENCH=OFF
cmake --build build/release

export TENON_HOME="${TENON_HOME:-$PWD/build/quickstart-home}" TENON_PORT="${TENON_PORT:-8080}"
mkdir -p "$TENON_HOME/databases"
[ -e "$TENON_HOME/databases/chinook.sqlite" ] || cp tests/data/chinook.sqlite "$TENON_HOME/databases/"
[ -e "$TENON_HOME/databases/school.sqlite" ] || sqlite3 "$TENON_HOME/databases/school.sqlite" < packaging/samples/school.sql

# Once the host answers, this prints what to try; the host itself keeps the foreground.
tell() {
  local url="http://127.0.0.1:$TENON_PORT"
  for _ in $(seq 100); do
    if curl -sf "$url/readyz" >/dev/null 2>&1; then
      cat <<TEXT

Tenon answers on $url. Try, with the administrator's password:

  TOKEN=\$(curl -s $url/api/f/auth/login -d '{"username":"admin","password":"..."}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -H "Authorization: Bearer \$TOKEN" "$url/api/f/datasources/chinook/models/Artist/records?size=3"
  curl -H "Authorization: Bearer \$TOKEN" -G "$url/api/f/datasources/school/models/Student/records" --data-urlencode 'filter={"age":{"_gte":20}}'
  curl -H "Authorization: Bearer \$TOKEN" "$url/api/f/datasources/chinook/models/Artist/records?size=1&nestedQuery=albums.tracks"
  curl -H "Authorization: Bearer \$TOKEN" -G "$url/api/f/graphql" --data-urlencode 'query={ chinook_list_Artist(size: 2) { Name albums { Title } } }'
  curl -H "Authorization: Bearer \$TOKEN" -d '{"className":"Chemistry"}' "$url/api/f/datasources/school/models/Classes/records"

and $url/graphiql in a browser.

TEXT
      return
    fi
    sleep 0.2
  done
}
tell &
exec build/release/bin/tenon serve --config config/host.json
