# SPDX-License-Identifier: Apache-2.0
"""Chinook in three databases behind one host: the same requests have the same answers, to the digit. What a database
decides by its nature is said in host/docs/decisions, and proved here too."""
import json
import unittest

import backends
from harness import DATASOURCES, Host, records

# Every operator, on texts, numbers, decimals and moments, and over relations.
FILTERS = [
    ("Track", {}),
    ("Track", {"TrackId": 1}),
    ("Track", {"Milliseconds": {"_eq": 343719}}),
    ("Track", {"Milliseconds": "343719"}),
    ("Track", {"GenreId": {"_ne": 1}}),
    ("Track", {"Milliseconds": {"_gt": 300000}}),
    ("Track", {"Milliseconds": {"_gte": 343719, "_lte": 343719}}),
    ("Track", {"Milliseconds": {"_lt": 60000.0}}),
    ("Track", {"Bytes": {"_between": [1000000, 3000000]}}),
    ("Track", {"GenreId": {"_in": [1, 3, None]}}),
    ("Track", {"GenreId": {"_in": []}}),  # none
    ("Track", {"GenreId": {"_nin": [1, 3, None]}}),
    ("Track", {"GenreId": [2, "7"]}),
    ("Track", {"UnitPrice": 0.99}),
    ("Track", {"UnitPrice": "1.99"}),
    ("Track", {"UnitPrice": {"_gt": 0.99}}),
    ("Track", {"UnitPrice": {"_in": [1.99, 2]}}),
    ("Invoice", {"Total": {"_between": [13.86, 15.86]}}),
    ("Invoice", {"Total": {"_gte": 20}}),
    ("Invoice", {"Total": 1.98}),
    ("Invoice", {"InvoiceDate": "2009-01-01"}),
    ("Invoice", {"InvoiceDate": {"_gte": "2013-12-01T00:00:00"}}),
    ("Invoice", {"InvoiceDate": {"_between": ["2010-01-01", "2010-01-31 23:59:59.999"]}}),
    ("Invoice", {"InvoiceDate": {"_in": ["2009-01-02T00:00", "2009-01-03"]}}),
    ("Invoice", {"InvoiceDate": {"_ne": "2009-01-01T00:00:00Z"}}),
    ("Employee", {"BirthDate": {"_lt": "1965-01-01"}}),
    ("Artist", {"Name": "AC/DC"}),
    ("Artist", {"Name": {"_ne": "AC/DC"}}),
    ("Artist", {"Name": "Antônio Carlos Jobim"}),
    ("Artist", {"Name": {"_in": ["AC/DC", "Accept", "nobody"]}}),
    ("Artist", {"Name": {"_ilike": "%THE%"}}),
    ("Artist", {"Name": {"_nilike": "%K%"}}),
    ("Artist", {"Name": {"_contains": "/DC"}}),
    ("Track", {"Name": {"_like": "%Rock_n%"}}),
    ("Track", {"Name": {"_nlike": "% %"}, "Composer": {"_nilike": "%Q%"}}),
    ("Track", {"Name": {"_contains": "%"}}),
    ("Track", {"Name": {"_contains": "_"}}),  # none: it is no wildcard
    ("Track", {"Name": {"_contains": "\\"}}),
    ("Track", {"Name": {"_contains": "'"}}),
    ("Track", {"Name": {"_contains": ["19", "20"]}}),
    ("Track", {"Name": {"_not_contains": ["1", "2", "3"]}, "AlbumId": 1}),
    ("Track", {"Name": {"_starts_with": "(I "}}),
    ("Track", {"Name": {"_ends_with": "?"}}),
    ("Track", {"Name": {"_regex": "[0-9]{4}"}}),
    ("Track", {"Name": {"_regex": r"^\(.*\)$"}}),
    ("Track", {"Name": {"_nregex": "[0-9]|[()]"}, "AlbumId": {"_lt": 30}}),
    ("Track", {"Composer": None, "GenreId": 1}),
    ("Track", {"Composer": {"_ne": None}, "AlbumId": 5}),
    ("Track", {"Composer": {"_is_null": True}, "MediaTypeId": 2}),
    ("Track", {"Composer": {"_ne": "AC/DC"}, "AlbumId": {"_lte": 4}}),
    ("Track", {"_or": [{"GenreId": 25}, {"MediaTypeId": 5}]}),
    ("Track", {"_and": [{"GenreId": 1}, {"MediaTypeId": 2}]}),
    ("Track", {"_not": {"GenreId": {"_lt": 24}}}),
    ("Track", {"_not": {"_or": [{"GenreId": {"_lte": 20}}, {"UnitPrice": 0.99}]}}),
    ("Track", {"Milliseconds": {"_or": [{"_lt": 10000}, {"_gt": 5000000}]}}),
    ("Track", {"_or": []}),
    ("Track", {"Name": {}}),
    ("Track", {"album": {"artist": {"Name": "AC/DC"}}}),
    ("Track", {"album": {"Title": {"_contains": "&"}}, "genre": {"Name": "Rock"}}),
    ("Track", {"invoiceLines": None}),
    ("Track", {"invoiceLines": {"_ne": None}, "GenreId": 9}),
    ("Track", {"invoiceLines": {"Quantity": 1, "invoice": {"BillingCountry": "Norway"}}}),
    ("Artist", {"albums": {"_or": [{"_eq": None}, {"tracks": {"Milliseconds": {"_gt": 2000000}}}]}}),
    ("Artist", {"albums": {"_not": {"tracks": {"GenreId": 1}}}}),
    ("Employee", {"reportsToEmployee": {"Title": "General Manager"}}),
    ("Employee", {"employees": {"_is_null": False}}),
    ("PlaylistTrack", {"PlaylistId": {"_in": [16, 17]}}),
]
SORTS = [
    ("Track", "-Milliseconds"), ("Track", "UnitPrice,-Bytes"), ("Track", "GenreId,-TrackId"), ("Invoice", "-Total"),
    ("Invoice", "-InvoiceDate"), ("Employee", "ReportsTo"), ("Employee", "-ReportsTo"), ("Employee", "BirthDate"),
    ("Track", "-album.ArtistId,Milliseconds"), ("Employee", "-reportsToEmployee.HireDate"), ("Employee", "reportsToEmployee.ReportsTo"),
    ("Invoice", "customer.SupportRepId,-Total"), ("Customer", '[{"field":"SupportRepId","order":"desc"},{"field":"CustomerId"}]'),
    ("Genre", "-GenreId"), ("Playlist", ""),
]
NESTED = [
    ("Artist", "albums", {}), ("Artist", "albums.tracks", {"ArtistId": {"_lt": 30}}), ("Album", "artist,tracks", {}),
    ("Track", "album.artist,genre,mediaType", {}), ("Invoice", "customer.supportRep,invoiceLines.track", {}),
    ("Invoice", "customer,invoiceLines.track.genre", {"InvoiceId": {"_lt": 9}}), ("Employee", "employees.employees", {}), ("Customer", "invoices.invoiceLines", {"CustomerId": 1}),
    ("PlaylistTrack", "track.album,playlist", {"PlaylistId": 17}), ("Album", "artist.albums.artist", {"AlbumId": {"_lt": 9}}),
    ("Genre", "tracks", {"GenreId": {"_gt": 15}}), ("MediaType", "tracks.genre", {"MediaTypeId": 5}),
]


def read(text):
    """Numbers stay the texts they are."""
    return json.loads(text, parse_float=lambda t: ("number", t), parse_int=lambda t: ("number", t))


class SameAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(plugins=(*backends.DRIVERS.values(), "modeling", "identity"), kind="sqlite").start()
        cls.addClassCleanup(cls.host.__exit__)
        cls.named = {"sqlite": "chinook"}
        for kind in backends.servers.KINDS:
            database = backends.Served(kind)
            database.load("chinook", backends.CHINOOK)
            cls.named[kind] = f"chinook_{kind}"
            made = cls.host.post(DATASOURCES, {"name": cls.named[kind], "config": database.config("chinook")})
            assert made.status == 200, made.text
            synced = cls.host.post(f"{DATASOURCES}/{cls.named[kind]}/sync")
            assert len(synced.json) == 11, synced.text

    def answers(self, model, **query):
        """The one answer of every database."""
        texts = {}
        for kind, name in self.named.items():
            answer = self.host.get(records(name, model), query={k: v for k, v in query.items() if v not in ("", {})})
            self.assertEqual(answer.status, 200, (kind, answer.text))
            texts[kind] = read(answer.text)
        expected = texts.pop("sqlite")
        for kind, got in texts.items():
            self.assertEqual(got, expected, (kind, model, query))
        return expected

    def test_models_have_the_same_fields_and_relations(self):
        shown = []
        for name in self.named.values():
            models = self.host.get(f"{DATASOURCES}/{name}/models").json
            shown.append(sorted([m["name"], [[f["name"], f["type"] == "Relation", f.get("from"), f["nullable"], f["identity"]] for f in m["fields"]],
                                 sorted((i["name"], [x["fieldName"] for x in i["fields"]]) for i in m["indexes"])] for m in models))
        self.assertEqual(shown[1], shown[0], "mariadb")
        self.assertEqual(shown[2], shown[0], "postgresql")

    def test_every_table_is_the_same_to_the_last_row(self):
        for model in ("Artist", "Album", "Employee", "Customer", "Genre", "MediaType", "Track", "Playlist", "Invoice", "InvoiceLine"):
            seen, page = 0, 1
            while True:
                got = self.answers(model, page=str(page), size="1000")
                seen += len(got["list"])
                if len(got["list"]) < 1000:
                    break
                page += 1
            self.assertEqual(("number", str(seen)), got["total"], model)
        for page in range(1, 10):  # it has no identity: no order but the one that is asked for
            self.answers("PlaylistTrack", sort="PlaylistId,TrackId", page=str(page), size="1000")

    def test_filters(self):
        for model, condition in FILTERS:
            with self.subTest(model=model, filter=condition):
                sort = "PlaylistId,TrackId" if model == "PlaylistTrack" else ""
                self.answers(model, filter=condition, size="100", sort=sort)

    def test_filters_select_something_or_are_known_to_select_nothing(self):
        empty = [(m, f) for m, f in FILTERS if self.host.get(records("chinook", m), query={"filter": f}).json["total"] == 0]
        self.assertEqual(empty, [("Track", {"GenreId": {"_in": []}}), ("Track", {"Name": {"_contains": "_"}})])

    def test_sorts(self):
        for model, sort in SORTS:
            with self.subTest(model=model, sort=sort):
                self.answers(model, sort=sort, size="200")

    def test_nested_reads(self):
        for model, nested, condition in NESTED:
            with self.subTest(model=model, nested=nested):
                self.answers(model, nestedQuery=nested, filter=condition, size="60",
                             sort="PlaylistId,TrackId" if model == "PlaylistTrack" else "")

    # ---- what databases decide: host/docs/decisions/0014

    def total(self, model, condition):
        """By database, in the order sqlite, mariadb, postgresql."""
        return [self.host.get(records(name, model), query={"filter": condition, "size": "1"}).json["total"] for name in self.named.values()]

    def test_letter_case_and_accents_are_the_collation_s(self):
        for condition, totals in (({"Name": {"_eq": "ac/dc"}}, [0, 1, 0]), ({"Name": {"_contains": "dc"}}, [1, 1, 0]),
                                  ({"Name": {"_starts_with": "ac"}}, [7, 7, 0]), ({"Name": {"_eq": "Antonio Carlos Jobim"}}, [0, 1, 0]),
                                  ({"Name": {"_contains": "ANTÔNIO"}}, [0, 1, 0]), ({"Name": {"_ilike": "antônio%"}}, [1, 1, 1]),
                                  ({"Name": {"_ilike": "ANTÔNIO%"}}, [0, 1, 1]), ({"Name": {"_regex": "^ac/"}}, [0, 1, 0]),
                                  ({"Name": {"_eq": "AC/DC "}}, [0, 1, 0])):
            with self.subTest(filter=condition):
                self.assertEqual(self.total("Artist", condition), totals)

    def test_the_order_of_texts_is_the_collation_s(self):
        orders = [[r["ArtistId"] for r in self.host.get(records(name, "Artist"), query={"sort": "Name", "size": "1000"}).json["list"]]
                  for name in self.named.values()]
        self.assertEqual(orders[2], orders[0], "by code point")
        self.assertNotEqual(orders[1], orders[0])
        self.assertEqual(sorted(orders[1]), sorted(orders[0]))


if __name__ == "__main__":
    unittest.main()
