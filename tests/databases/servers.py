# SPDX-License-Identifier: Apache-2.0
"""Real database servers of Debian's packages, each in a temporary folder on a free loopback port.

    with MariaDB() as server:
        config = server.database("shop")   # a datasource's configuration for an empty database
"""
import glob
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PASSWORD = "s3cret 'quoted' \\ p4ss"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One server process. Its data goes with it."""
    kind = user = pid_file = None

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"tenon-{self.kind}-"))
        os.chmod(self.folder, 0o755)
        self.data = self.folder / "data"
        self.port = free_port()
        self.process = None
        self.databases = 0

    def __enter__(self):
        try:
            self.initialise()
            self.start()
            self.set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.process is not None:
                if self.process.poll() is not None:
                    print(f"{self.kind} had ended by itself with {self.process.returncode}:\n{self.log()}", file=sys.stderr)
                self.stop(self.abrupt)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def as_owner(self, *command):
        """The command as the user who may own a server's data: both servers refuse to run as root. However this process
        ends, it does not outlive it."""
        owner = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"] if os.getuid() == 0 else []
        return ["setpriv", f"--pdeathsig={self.abrupt.name[3:]}", *owner, *map(str, command)]

    def run_as_owner(self, *command):
        result = subprocess.run(self.as_owner(*command), capture_output=True, text=True, cwd=self.folder)
        if result.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {result.stdout}{result.stderr}")

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(self.as_owner(*self.command()), stdout=log, stderr=log, cwd=self.folder)
        log.close()
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {self.log()}")
            time.sleep(0.02)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-8000:]

    def stop(self, how=None):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how or self.gentle)
        self.process.wait(timeout=60)

    def restart(self):
        self.stop()
        self.start()

    def pause(self):
        """The server stalls: connections stay, nothing answers."""
        for pid in self.pids():
            os.kill(pid, signal.SIGSTOP)

    def resume(self):
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT)

    def pids(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def answers(self):
        return self.client("select 1", check=False).returncode == 0

    def sql(self, text, database=None):
        """Runs statements with the server's own client; answers what it prints: columns by tabs, rows by lines."""
        return self.client(text, database).stdout

    def client(self, text, database=None, check=True):
        result = subprocess.run(self.client_command(database), input=text, capture_output=True, text=True,
                                env={**os.environ, "PGPASSWORD": PASSWORD, "MYSQL_PWD": PASSWORD})
        if check and result.returncode != 0:
            raise RuntimeError(result.stderr)
        return result

    def session(self, database):
        """The server's own client, which runs what is written to it. Its session ends with its input."""
        return subprocess.Popen(self.client_command(database), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                env={**os.environ, "PGPASSWORD": PASSWORD, "MYSQL_PWD": PASSWORD})

    def database(self, name=None):
        """Makes an empty database; answers a datasource's configuration for it."""
        if name is None:
            self.databases += 1
            name = f"tenon_{self.databases}"
        self.create(name)
        return {"dbKind": self.kind, "url": f"jdbc:{self.kind}://127.0.0.1:{self.port}/{name}", "username": "tenon",
                "password": PASSWORD}


class MariaDB(Server):
    pid_file = "server.pid"
    kind, user, gentle, abrupt = "mariadb", "mysql", signal.SIGTERM, signal.SIGKILL

    def initialise(self):
        # A server that starts deletes the temporary tables of others in the same folder, which then crash.
        self.temporary = self.folder / "tmp"
        for folder in (self.folder, self.data, self.temporary):
            folder.mkdir(exist_ok=True)
            if os.getuid() == 0:
                shutil.chown(folder, self.user, self.user)
        self.run_as_owner("mariadb-install-db", "--no-defaults", f"--datadir={self.data}", f"--tmpdir={self.temporary}",
                          "--skip-test-db", "--auth-root-authentication-method=normal")

    def command(self):
        return ["mariadbd" if shutil.which("mariadbd") else "/usr/sbin/mariadbd", "--no-defaults",
                f"--datadir={self.data}", f"--tmpdir={self.temporary}", f"--socket={self.folder}/socket", f"--port={self.port}",
                "--bind-address=127.0.0.1", "--skip-name-resolve", f"--pid-file={self.data}/server.pid",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-doublewrite=0", "--innodb-buffer-pool-size=128M", "--max-connections=300",
                "--innodb-log-file-size=64M", "--performance-schema=off"]

    def client_command(self, database):
        user = "tenon" if database else "root"
        return ["mariadb", "--no-defaults", "-N", "-B", "--default-character-set=utf8mb4",
                f"--socket={self.folder}/socket", "-u", user, *([database] if database else [])]

    def client(self, text, database=None, check=True):
        if database:
            return super().client(text, database, check)
        result = subprocess.run(self.client_command(None), input=text, capture_output=True, text=True)
        if check and result.returncode != 0:
            raise RuntimeError(result.stderr)
        return result

    def set_up(self):
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "''")
        self.sql(f"create user tenon@'%' identified by '{quoted}'; grant all on *.* to tenon@'%';"
                 f"create user tenon@localhost identified by '{quoted}'; grant all on *.* to tenon@localhost;")

    def create(self, name):
        self.sql(f"create database `{name}` character set utf8mb4")


class PostgreSQL(Server):
    pid_file = "postmaster.pid"
    kind, user, gentle, abrupt = "postgresql", "postgres", signal.SIGINT, signal.SIGQUIT  # fast, immediate

    def initialise(self):
        if os.getuid() == 0:
            shutil.chown(self.folder, self.user, self.user)
        self.run_as_owner(self.tool("initdb"), "-D", self.data, "--no-sync", "--no-instructions", "-A", "trust",
                          "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        (self.data / "pg_hba.conf").write_text("local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n")

    @staticmethod
    def tool(name):
        found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
        return found[-1] if found else name

    def command(self):
        return [self.tool("postgres"), "-D", self.data, "-p", self.port, "-k", self.folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
                "-c", "full_page_writes=off", "-c", "max_connections=300"]

    def client_command(self, database):
        return ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder),
                "-p", str(self.port), "-U", "postgres", database or "postgres"]

    def set_up(self):
        quoted = PASSWORD.replace("'", "''")
        self.sql(f"create role tenon superuser login password '{quoted}'")

    def create(self, name):
        self.sql(f'create database "{name}" owner tenon')


KINDS = {"mariadb": MariaDB, "postgresql": PostgreSQL}


def main(arguments):
    """with_database.py KIND -- COMMAND: runs the command while a server of the kind is up.

    TENON_TEST_<KIND> is the datasource's configuration as JSON, TENON_TEST_<KIND>_PIDFILE a file whose first line is the
    server's process, TENON_TEST_<KIND>_RESTART a command that restarts it on the same port."""
    kind, command = arguments[0], arguments[arguments.index("--") + 1:]
    with KINDS[kind]() as server:
        # The command restarts the server through us: we own the process.
        signal.signal(signal.SIGUSR1, lambda *_: server.restart())
        name = f"TENON_TEST_{kind.upper()}"
        pid_file = server.data / server.pid_file
        restart = (f"before=$(head -1 {pid_file}); kill -USR1 {os.getpid()}; "
                   f"for i in $(seq 600); do now=$(head -1 {pid_file} 2>/dev/null); "
                   f"[ -n \"$now\" ] && [ \"$now\" != \"$before\" ] && exit 0; sleep 0.05; done; exit 1")
        process = subprocess.Popen(command, env={**os.environ, name: json.dumps(server.database("check")),
                                                 f"{name}_PIDFILE": str(pid_file), f"{name}_RESTART": restart})
        return process.wait()
