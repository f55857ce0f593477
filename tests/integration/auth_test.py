# SPDX-License-Identifier: Apache-2.0
"""Login, refresh, who am I, tenants, lock-out."""
import base64
import hashlib
import hmac
import json
import os
import stat
import unittest

from harness import PASSWORD, Host, records

TRACK = records("chinook", "Track") + "/1"


def encoded(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=").decode()


class Auth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host().start()

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()

    def login(self, username="admin", password=PASSWORD):
        return self.host.post("/api/f/auth/login", {"username": username, "password": password}, token=None)

    def test_login_answers_the_session_and_a_guarded_cookie(self):
        answer = self.login()
        self.assertEqual(answer.status, 200)
        session = answer.json
        self.assertEqual(set(session), {"token", "expiresIn", "user", "permissions"})
        self.assertEqual(session["user"], {"id": "admin", "username": "admin"})
        self.assertEqual(session["permissions"], ["*"])
        self.assertEqual(session["expiresIn"], 30 * 60 * 1000)
        cookie = answer.headers["Set-Cookie"]
        for part in ("refreshToken=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"):
            self.assertIn(part, cookie)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_bad_credentials_are_400_and_say_nothing_more(self):
        wrong, unknown = self.login(password="no"), self.login(username="nobody")
        self.assertEqual((wrong.status, wrong.json), (400, {"code": 400, "message": "Wrong username or password", "success": False}))
        self.assertEqual(unknown.json, wrong.json)

    def test_missing_members_are_named(self):
        for body, fields in (({}, ["username", "password"]), ({"username": "admin"}, ["password"]), ({"username": 1, "password": "x"}, ["username"]),
                             ({"username": "a\0", "password": "x"}, ["username"]), ("", ["body"]), ("[]", ["body"]), ("{", ["body"])):
            answer = self.host.post("/api/f/auth/login", body, token=None)
            self.assertEqual((answer.status, answer.json["code"], answer.fields), (400, 1001, fields), body)
        self.assertEqual(self.host.post("/api/f/auth/login", "x" * 20000, token=None).status, 413)

    def test_no_token_and_wrong_tokens_are_401(self):
        header, payload, signature = self.host.login().split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        kid = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"]

        def signed(head, secret=b""):
            text = encoded(head) + "." + payload
            return text + "." + encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest())

        forged = [
            None, "x", "a.b.c", f"{header}.{payload}.", f"{header}.{payload}", f"{header}.{payload}.{signature}x", f"{header}.{payload}.{signature}.x",
            f"{encoded({**claims})}.{payload}.{signature}",
            f"{encoded({'alg': 'none', 'typ': 'JWT', 'kid': kid})}.{payload}.",
            signed({"alg": "HS256", "typ": "JWT", "kid": kid}), signed({"alg": "HS256", "typ": "JWT", "kid": "../../etc/passwd"}),
            signed({"alg": "HS384", "typ": "JWT", "kid": kid}), signed({"alg": "HS256", "typ": "JWT"}),
            f"{header}.{encoded({**claims, 'sub': 'root'})}.{signature}", "x" * 20000,
        ]
        for token in forged:
            answer = self.host.get(TRACK, token=token)
            self.assertEqual((answer.status, answer.json["code"]), (401, 401), str(token)[:60])
            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        cookie = self.login().headers["Set-Cookie"]
        refresh = cookie.split("refreshToken=")[1].split(";")[0]
        self.assertEqual(self.host.get(TRACK, token=refresh).status, 401, "a refresh token opens nothing")

    def test_whoami_echoes_the_token(self):
        token = self.host.login()
        answer = self.host.get("/api/f/auth/whoami")
        self.assertEqual((answer.status, answer.json["token"], answer.json["user"]["id"]), (200, token, "admin"))

    def test_refresh_gives_a_new_session_and_an_old_cookie_ends_it(self):
        first = self.login().headers["Set-Cookie"].split(";")[0]

        def refresh(cookie):
            return self.host.post("/api/f/auth/refresh", token=None, headers={"Cookie": "other=1; " + cookie} if cookie else {})

        answer = refresh(first)
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.host.get(TRACK, token=answer.json["token"]).status, 200)
        second = answer.headers["Set-Cookie"].split(";")[0]
        self.assertNotEqual(first, second)
        self.assertEqual(refresh(first).status, 200, "a second tab within the grace")
        try:
            self.host.turn_clock(60000)
            self.assertEqual(refresh(first).status, 400, "shown later it is a theft")
            self.assertEqual(refresh(second).status, 400, "and the session is over")
        finally:
            self.host.turn_clock(0)
        for bad in (None, "refreshToken=", "refreshToken=x.y.z", "refreshToken=" + self.host.login()):
            answer = refresh(bad)
            self.assertEqual((answer.status, answer.json["code"]), (400, 401))

    def test_logout_ends_the_session(self):
        cookie = self.login().headers["Set-Cookie"].split(";")[0]
        out = self.host.post("/api/f/auth/logout", token=None, headers={"Cookie": cookie})
        self.assertEqual(out.status, 204)
        self.assertIn("Max-Age=0", out.headers["Set-Cookie"])
        self.assertEqual(self.host.post("/api/f/auth/refresh", token=None, headers={"Cookie": cookie}).status, 400)

    def test_an_access_token_ends_after_its_time(self):
        token = self.login().json["token"]
        self.assertEqual(self.host.get(TRACK, token=token).status, 200)
        try:
            self.host.turn_clock(31 * 60 * 1000)
            self.assertEqual(self.host.get(TRACK, token=token).status, 401)
        finally:
            self.host.turn_clock(0)

    def test_tenants_are_the_user_s_own(self):
        for path in ("/api/f/tenants", "/api/f/projects"):
            answer = self.host.get(path)
            self.assertEqual([t["id"] for t in answer.json], ["default", "other"])
            self.assertEqual(set(answer.json[0]), {"id", "enabled", "createdAt", "updatedAt"})

    def test_the_header_chooses_the_tenant(self):
        self.assertEqual(self.host.get(TRACK, headers={"X-Tenant-Id": "default"}).status, 200)
        self.assertEqual(self.host.get(TRACK, headers={"X-Tenant-Id": "other"}).status, 404, "another tenant's datasource is not there")
        foreign = self.host.get(TRACK, headers={"X-Tenant-Id": "strangers"})
        self.assertEqual((foreign.status, foreign.json["code"]), (403, 403))

    def test_the_signing_key_is_the_owner_s_alone(self):
        key = self.host.home / "data/identity/keys.json"
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)


class LockOut(unittest.TestCase):
    def test_guessing_is_blocked_even_after_a_restart_and_ends_by_itself(self):
        with Host(configs={"identity": {"lockOutFailures": 3}}) as host:
            def login(password):
                return host.post("/api/f/auth/login", {"username": "admin", "password": password}, token=None)

            self.assertEqual([login("no").status for _ in range(3)], [400, 400, 400])
            blocked = login(PASSWORD)
            self.assertEqual((blocked.status, blocked.json["code"]), (429, 429))
            self.assertGreater(int(blocked.headers["Retry-After"]), 0)
            self.assertEqual(host.stop(), 0)
            host.start()
            self.assertEqual(login(PASSWORD).status, 429)
            host.turn_clock(61000)
            self.assertEqual(login(PASSWORD).status, 200)


class FirstStart(unittest.TestCase):
    def test_a_generated_password_is_printed_once_and_works(self):
        with Host(configs={"identity": {"adminPassword": ""}}) as host:
            lines = [x for x in host.output if x.startswith("Administrator:")]
            self.assertEqual(len(lines), 1)
            password = lines[0].split("Password: ")[1].split()[0]
            self.assertNotIn(password, host.log())
            self.assertEqual(host.post("/api/f/auth/login", {"username": "admin", "password": password}, token=None).status, 200)
            self.assertEqual(host.stop(), 0)
            host.start()
            self.assertFalse([x for x in host.output if x.startswith("Administrator:")])
            self.assertEqual(host.post("/api/f/auth/login", {"username": "admin", "password": password}, token=None).status, 200)


if __name__ == "__main__":
    unittest.main()
