#!/usr/bin/env bash
# Proves a command of the README in an empty Debian 12: a root made with debootstrap, this checkout's HEAD, nothing else.
#   packaging/prove_fresh.sh FOLDER [--as-user] COMMAND...
# FOLDER is made when it is not there and kept, so that a second proof starts sooner; --as-user runs the command
# as an ordinary user with sudo. Needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$1
shift
user=root
if [ "${1:-}" = "--as-user" ]; then
  user=builder
  shift
fi

# The machine's own mirror and apt settings: a place without the public one has another.
mirror=$(sed -nE 's/^deb (\[[^]]*\] )?([^ ]+) bookworm .*/\2/p; s/^URIs: ([^ ]+).*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1 || true)
if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase bookworm "$root" "$mirror"
  cp -r /etc/apt/. "$root/etc/apt/"
fi
for settings in /etc/resolv.conf /etc/hosts; do cp "$settings" "$root$settings"; done
if [ -d /usr/local/share/ca-certificates ]; then
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
fi
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || { mkdir -p "$root/etc/ssl/certs"; cp -n /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"; }

unmount() { umount -l "$root/proc" "$root/dev" 2>/dev/null || true; }
trap unmount EXIT
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

if [ "$user" != root ]; then
  chroot "$root" sh -c 'dpkg-query -W sudo >/dev/null 2>&1 || { apt-get update -q; apt-get install -y -q --no-install-recommends sudo; }
    id builder >/dev/null 2>&1 || useradd -m builder; echo "builder ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/builder'
fi
rm -rf "$root/srv/tenon"
mkdir -p "$root/srv/tenon"
git archive HEAD | tar -x -C "$root/srv/tenon"
chroot "$root" chown -R "$user" /srv/tenon
chroot "$root" su "$user" -c "cd /srv/tenon && $*"
