#!/usr/bin/env bash
# Runs packaging/quickstart.sh as a new user would, with a home folder of its own, tries what it says to try, and ends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

port=$((20000 + RANDOM % 20000))
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done  # somebody listens there
export TENON_PORT=$port TENON_ADMIN_PASSWORD=quickstart-try
TENON_HOME=$(mktemp -d)
export TENON_HOME
packaging/quickstart.sh &
host=$!
trap 'kill "$host" 2>/dev/null || true; rm -rf "$TENON_HOME"' EXIT

url="http://127.0.0.1:$TENON_PORT"
until curl -sf "$url/readyz" >/dev/null 2>&1; do
  kill -0 "$host" || { echo "try_quickstart.sh: the host did not start" >&2; exit 1; }
  sleep 0.5
done
token=$(curl -s "$url/api/f/auth/login" -d "{\"username\":\"admin\",\"password\":\"$TENON_ADMIN_PASSWORD\"}" | sed 's/.*"token":"\([^"]*\)".*/\1/')

# what WANTED REQUEST...: the reply must hold WANTED.
what() {
  local wanted=$1 reply
  shift
  reply=$(curl -s -H "Authorization: Bearer $token" "$@")
  case "$reply" in
    *"$wanted"*) ;;
    *) echo "try_quickstart.sh: no $wanted in the reply to $*: $reply" >&2; exit 1 ;;
  esac
}
records="$url/api/f/datasources"
what '"total":275' "$records/chinook/models/Artist/records?size=2"
what '"studentName":"Tom Hill"' -G "$records/school/models/Student/records" -d size=1 --data-urlencode 'filter={"age":{"_gte":20},"class":{"className":"Music"}}'
what '"className":"Mathematics"' "$records/school/models/Student/records/1?nestedQuery=class,studentDetail"
what '{"Name":"AC/DC","albums":[{"Title":' -G "$url/api/f/graphql" --data-urlencode 'query={ chinook_list_Artist(size: 2) { Name albums { Title } } }'
what '"className":"Chemistry"' -d '{"className":"Chemistry"}' "$records/school/models/Classes/records"
token=wrong
what '"code":401' "$records"

kill -TERM "$host"
wait "$host"
echo "the quickstart answers what it says"
