# SPDX-License-Identifier: Apache-2.0
"""The record API on Chinook and the school, through the real host and the real database."""
import json
import unittest

from backends import CHINOOK, opened
from harness import Host, records

TRACKS = records("chinook", "Track")
STUDENTS = records("school", "Student")


class Records(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host().start()
        cls.db = opened(CHINOOK)  # what was loaded into the host's database

    @classmethod
    def tearDownClass(cls):
        cls.db.close()
        cls.host.__exit__()

    def scalar(self, sql):
        """What the host's database itself answers."""
        return self.host.databases.number("chinook", sql)

    def list(self, path=TRACKS, **query):
        answer = self.host.get(path, query=query)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def refused(self, field, path=TRACKS, **query):
        answer = self.host.get(path, query=query)
        self.assertEqual(answer.status, 400, answer.text)
        self.assertEqual(answer.json["code"], 1001)
        self.assertIn(field, answer.fields)

    # ---- reading

    def test_all_eleven_tables_are_served(self):
        for (table,) in self.db.execute("select name from sqlite_master where type='table' and name not like 'sqlite_%'"):
            got = self.list(records("chinook", table), size="1")
            self.assertEqual(got["total"], self.scalar(f'select count(*) from "{table}"'), table)

    def test_a_page_has_fifteen_records_in_order_of_the_identity(self):
        got = self.list()
        self.assertEqual([r["TrackId"] for r in got["list"]], list(range(1, 16)))
        self.assertEqual(got["total"], 3503)

    def test_pages_follow_each_other_and_the_last_is_short(self):
        got = self.list(page="36", size="100")
        self.assertEqual(len(got["list"]), 3)
        self.assertEqual(got["total"], 3503)
        beyond = self.list(page="37", size="100")
        self.assertEqual((beyond["list"], beyond["total"]), ([], 3503))
        self.assertEqual(self.list(current="2", pageSize="2")["list"][0]["TrackId"], 3)

    def test_a_record_has_every_column_with_its_type(self):
        got = self.host.get(TRACKS + "/1").json
        row = self.db.execute("select * from Track where TrackId=1").fetchone()
        self.assertEqual(tuple(got.values()), row)
        self.assertIsInstance(got["UnitPrice"], float)
        invoice = self.host.get(records("chinook", "Invoice") + "/1").json
        self.assertEqual(invoice["InvoiceDate"], "2021-01-01T00:00:00" if invoice["InvoiceDate"].startswith("2021") else invoice["InvoiceDate"])
        self.assertRegex(invoice["InvoiceDate"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")

    def test_every_operator_selects_what_the_database_selects(self):
        cases = [
            ({"Milliseconds": {"_gt": 300000}}, '"Milliseconds" > 300000'),
            ({"Milliseconds": {"_gte": 343719, "_lte": 343719}}, '"Milliseconds" = 343719'),
            ({"Milliseconds": {"_lt": "200000"}}, '"Milliseconds" < 200000'),
            ({"GenreId": {"_in": [1, 3, None]}}, '"GenreId" in (1,3) or "GenreId" is null'),
            ({"GenreId": {"_nin": [1, 3]}}, '"GenreId" not in (1,3)'),
            ({"GenreId": [2]}, '"GenreId" in (2)'),
            ({"Milliseconds": {"_between": [200000, 210000]}}, '"Milliseconds" between 200000 and 210000'),
            ({"Name": {"_contains": "love"}}, """"Name" like '%love%'"""),
            ({"Name": {"_not_contains": "love"}}, """"Name" not like '%love%'"""),
            ({"Name": {"_starts_with": "A"}}, """"Name" like 'A%'"""),
            ({"Name": {"_ends_with": "e"}}, """"Name" like '%e'"""),
            ({"Name": {"_contains": "100%"}}, r""""Name" like '%100\%%' escape '\'"""),
            ({"Composer": None}, '"Composer" is null'),
            ({"Composer": {"_ne": None}}, '"Composer" is not null'),
            ({"Composer": {"_is_null": True}}, '"Composer" is null'),
            ({"_or": [{"GenreId": 1}, {"MediaTypeId": 2}]}, '"GenreId"=1 or "MediaTypeId"=2'),
            ({"_and": [{"GenreId": 1}, {"MediaTypeId": 1}]}, '"GenreId"=1 and "MediaTypeId"=1'),
            ({"_not": {"GenreId": 1}}, 'not "GenreId"=1'),
            ({"Milliseconds": {"_or": [{"_lt": 10000}, {"_gt": 5000000}]}}, '"Milliseconds"<10000 or "Milliseconds">5000000'),
            ({"album": {"Title": {"_contains": "Rock"}}}, """exists (select 1 from "Album" a where a."AlbumId"="Track"."AlbumId" and a."Title" like '%Rock%')"""),
            ({"album": {"artist": {"Name": "AC/DC"}}},
             """"AlbumId" in (select "AlbumId" from "Album" join "Artist" using ("ArtistId") where "Artist"."Name"='AC/DC')"""),
            ({"invoiceLines": {"_eq": None}}, 'not exists (select 1 from "InvoiceLine" i where i."TrackId"="Track"."TrackId")'),
            ({}, '1 = 1'),
            ({"Name": {}}, '1 = 1'),
            ({"_or": []}, '1 = 1'),
        ]
        for filter_, sql in cases:
            with self.subTest(filter=filter_):
                self.assertEqual(self.list(filter=filter_, size="1")["total"], self.scalar(f'select count(*) from "Track" where {sql}'))

    def test_a_blank_filter_selects_all(self):
        self.assertEqual(self.list(filter="", size="1")["total"], 3503)

    def test_sorting_takes_every_spelling(self):
        longest = self.scalar('select "TrackId" from "Track" order by "Milliseconds" desc, "TrackId" limit 1')
        for sort in ('[{"field":"Milliseconds","order":"DESC"}]', '{"field":"Milliseconds","sort":"desc"}', "-Milliseconds",
                     '[{"field":"Milliseconds","direction":"Desc"}]'):
            self.assertEqual(self.list(sort=sort, size="1")["list"][0]["TrackId"], longest, sort)
        by_title = self.list(sort="album.Title,-TrackId", size="1")["list"][0]["TrackId"]
        self.assertEqual(by_title, self.scalar('select "TrackId" from "Track" join "Album" using ("AlbumId") order by "Album"."Title", "TrackId" desc limit 1'))

    def test_nested_query_expands_named_paths_only(self):
        got = self.list(records("chinook", "Artist"), size="20", nestedQuery="albums.tracks")["list"]
        for artist in got:
            albums = self.db.execute("select AlbumId from Album where ArtistId=? order by 1", (artist["ArtistId"],)).fetchall()
            self.assertEqual([a["AlbumId"] for a in artist["albums"]], [a for (a,) in albums])
            for album in artist["albums"]:
                self.assertNotIn("artist", album)
                tracks = self.db.execute("select TrackId from Track where AlbumId=? order by 1", (album["AlbumId"],)).fetchall()
                self.assertEqual([t["TrackId"] for t in album["tracks"]], [t for (t,) in tracks])

    def test_nested_query_true_expands_every_relation_and_stops(self):
        one = self.host.get(STUDENTS + "/1", query={"nestedQuery": "true"}).json
        self.assertEqual(one["class"]["className"], "Mathematics")
        self.assertEqual([s["id"] for s in one["class"]["students"]], [1, 2, 3])
        self.assertEqual(one["studentDetail"]["address"], "1 Garden Road")
        nobody = self.host.get(STUDENTS + "/10", query={"nestedQuery": "true"}).json
        self.assertIsNone(nobody["class"])
        self.assertIsNone(nobody["studentDetail"])

    def test_too_many_related_rows_are_refused_with_advice(self):
        answer = self.host.get(records("chinook", "Genre"), query={"nestedQuery": "true"})
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.fields, ["nestedQuery"])

    # ---- malformed requests

    def test_malformed_parameters_are_named(self):
        self.refused("page", page="0")
        self.refused("page", page="abc")
        self.refused("size", size="0")
        self.refused("size", size="1000000000")
        self.refused("size", size="1e3")
        self.refused("filter", filter="{")
        self.refused("filter", filter="[1]")
        self.refused("filter", filter="[" * 1000)
        self.refused("filter.Nope", filter={"Nope": 1})
        self.refused("filter.Name._near", filter={"Name": {"_near": 1}})
        self.refused("filter.Milliseconds._gt", filter={"Milliseconds": {"_gt": "soon"}})
        self.refused("filter.Milliseconds._gt", filter={"Milliseconds": {"_gt": None}})
        self.refused("filter.Milliseconds._between", filter={"Milliseconds": {"_between": [1]}})
        self.refused("filter.album.Nope", filter={"album": {"Nope": 1}})
        self.refused("filter._and", filter={"_and": 1})
        self.refused("sort", sort="Nope")
        self.refused("sort", sort="[")
        self.refused("nestedQuery", nestedQuery="Name")

    def test_a_deep_filter_is_refused(self):
        deep = {"TrackId": 1}
        for _ in range(50):
            deep = {"_and": [deep]}
        answer = self.host.get(TRACKS, query={"filter": deep})
        self.assertEqual(answer.status, 400)

    def test_a_long_request_target_is_refused_and_the_host_stays_up(self):
        answer = self.host.get(TRACKS, query={"filter": json.dumps({"Name": "x" * 1048576})})
        self.assertEqual(answer.status, 414)
        self.assertEqual(self.host.get(TRACKS + "/1").status, 200)

    def test_values_never_reach_the_statement(self):
        for evil in ("' or 1=1 --", '" or 1=1 --', "x'; drop table Track; --", "\\", "%' or '1'='1"):
            self.assertEqual(self.list(filter={"Name": evil}, size="1")["total"], 0)
            self.refused("filter." + evil, filter={evil: 1})
            self.refused("sort", sort=json.dumps([{"field": evil}]))
        self.assertEqual(self.list(size="1")["total"], 3503)

    def test_unknown_things_are_404(self):
        for path in (records("nowhere", "Track"), records("chinook", "Nowhere"), TRACKS + "/999999", TRACKS + "/abc",
                     "/api/f/datasources//models", "/api/f/nothing"):
            answer = self.host.get(path)
            self.assertEqual(answer.status, 404, path)
            self.assertFalse(answer.json["success"])

    def test_the_platform_s_own_rows_are_not_served(self):
        self.assertEqual(self.host.get(records("system", "f_user")).status, 403)
        self.assertEqual(self.host.post(records("system", "f_user"), {"id": "x"}).status, 403)

    # ---- writing

    def test_create_read_change_delete(self):
        created = self.host.post(STUDENTS, {"studentName": "Ada \u00e9\u4e2d\U0001F600", "age": "20", "ignored": 1})
        self.assertEqual(created.status, 200, created.text)
        one = created.json
        self.assertEqual((one["studentName"], one["age"], one["classId"]), ("Ada \u00e9\u4e2d\U0001F600", 20, None))
        path = f"{STUDENTS}/{one['id']}"
        self.assertEqual(self.host.get(path).json, one)
        self.assertEqual(self.host.call("PATCH", path, {"age": None}).json, {**one, "age": None})
        self.assertEqual(self.host.call("PUT", path, {"id": one["id"], "studentName": "Ada"}).json["studentName"], "Ada")
        self.assertEqual(self.host.call("PATCH", path, {}).json["studentName"], "Ada")
        deleted = self.host.call("DELETE", path)
        self.assertEqual((deleted.status, deleted.text), (204, ""))
        self.assertEqual(self.host.get(path).status, 404)
        for method in ("PUT", "PATCH"):
            self.assertEqual(self.host.call(method, path, {"age": 1}).status, 404)
        self.assertEqual(self.host.call("DELETE", path).status, 204, "gone is gone")
        self.assertEqual(self.host.call("DELETE", STUDENTS + "/none").status, 404, "no such id can be")

    def test_wrong_values_are_all_named_at_once(self):
        answer = self.host.post(STUDENTS, {"age": "old", "classId": 1.5, "gender": "x" * 17})
        self.assertEqual((answer.status, answer.json["code"]), (400, 1001))
        self.assertEqual(set(answer.fields), {"studentName", "age", "classId", "gender"})
        self.assertEqual(self.host.post(STUDENTS, {"studentName": None}).fields, ["studentName"])
        self.assertEqual(self.host.post(STUDENTS, {"studentName": "x", "age": 2**31}).fields, ["age"])

    def test_a_taken_unique_value_is_1002_with_its_field(self):
        answer = self.host.post(records("school", "StudentDetail"), {"studentId": 1})
        self.assertEqual((answer.status, answer.json["code"], answer.fields), (400, 1002, ["studentId"]))

    def test_a_broken_foreign_key_is_1003(self):
        answer = self.host.post(STUDENTS, {"studentName": "x", "classId": 999})
        self.assertEqual((answer.status, answer.json["code"]), (400, 1003))

    def test_bodies_that_are_no_record_are_refused(self):
        for body in ("", "{", "1", "[" * 10000, b'{"studentName":"\xff"}'):
            answer = self.host.post(STUDENTS, body)
            self.assertEqual((answer.status, answer.fields), (400, ["body"]), body[:20])

    def test_answers_hold_no_statement_and_no_path(self):
        for answer in (self.host.post(STUDENTS, {"studentName": "x", "classId": 999}), self.host.post(records("school", "StudentDetail"), {"studentId": 1})):
            self.assertNotRegex(answer.text.lower(), r"insert into|select |/tmp|\.sqlite|constraint failed")

    def test_messages_come_in_chinese_unless_english_is_asked_for(self):
        chinese = self.host.get(TRACKS, query={"page": "0"}, headers={"Accept-Language": "fr"}).json
        self.assertEqual(chinese["message"], "参数验证异常")
        self.assertEqual(self.host.get(TRACKS, query={"page": "0"}).json["message"], "validation failed")


if __name__ == "__main__":
    unittest.main()
