# SPDX-License-Identifier: Apache-2.0
"""GraphQL servers of the npm registry, at the versions of peers/package-lock.json, on the same PostgreSQL."""
import os
import pathlib
import subprocess

from tools import HERE

PEERS = {"Mercurius": "mercurius.js", "PostGraphile": "postgraphile.js"}


def install(build):
    """The folder with node_modules, filled once for each lock file; npm's package `node` is the Node.js that PostGraphile needs."""
    folder = build.resolve() / "bench_peers"
    installed, source = folder / "node_modules/.package-lock.json", HERE / "peers"
    if not installed.exists() or installed.stat().st_mtime < (source / "package-lock.json").stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            (folder / name).write_bytes((source / name).read_bytes())
        subprocess.run(["npm", "ci", "--prefix", str(folder), "--no-progress", "--loglevel=error"], check=True)
    return folder


def command(folder, name, arguments, environment):
    """What starts a peer, and its environment. arguments: PORT USER DATABASE."""
    modules = pathlib.Path(folder) / "node_modules"
    return ([str(modules / ".bin/node"), str(HERE / "peers" / PEERS[name]), *arguments],
            {**(environment or os.environ), "NODE_PATH": str(modules), "NODE_ENV": "production"})
