# SPDX-License-Identifier: Apache-2.0
"""What tests of GraphQL over real databases begin from."""
from databases import PLUGINS, OnEachDatabase
from graphql_examples import MODELS, RECORDS
from harness import DATASOURCES, records

PATH = "/api/f/graphql"


class GraphqlCase(OnEachDatabase):
    """A school in the datasource "school"."""
    host_options = {"plugins": (*PLUGINS, "graphql")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.databases.log_statements("school")
        cls.school("school")

    @classmethod
    def school(cls, name):
        cls.datasource(name, MODELS)
        for model, rows in RECORDS.items():
            answer = cls.host.post(records(name, model), rows)
            assert answer.status == 200, answer.text

    @classmethod
    def datasource(cls, name, idl):
        for path, body in ((DATASOURCES, {"name": name, "config": cls.databases.config(name)}),
                           (f"{DATASOURCES}/{name}/models/idl/execute", {"idl": idl})):
            answer = cls.host.post(path, body)
            assert answer.status == 200, answer.text

    def synced(self, name, script):
        """A datasource of tables that grew elsewhere."""
        self.assertEqual(self.host.post(DATASOURCES, {"name": name, "config": self.databases.config(name)}).status, 200)
        self.databases.sql(name, script)
        answer = self.host.post(f"{DATASOURCES}/{name}/sync")
        self.assertEqual(answer.status, 200, answer.text)

    def fill(self, datasource, **rows):
        for model, list_ in rows.items():
            answer = self.host.post(records(datasource, model), list_)
            self.assertEqual(answer.status, 200, answer.text)

    def ask(self, query, variables=None, operation=None, headers=None, **more):
        body = {"query": query}
        if variables is not None:
            body["variables"] = variables
        if operation is not None:
            body["operationName"] = operation
        return self.send(body, headers, **more)

    def send(self, body, headers=None, **more):
        return self.host.post(PATH, body, headers={"Content-Type": "application/json", **(headers or {})}, **more)

    def data(self, query, variables=None, operation=None):
        answer = self.ask(query, variables, operation)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertNotIn("errors", answer.json, answer.text)
        self.assertIs(answer.json["dataPresent"], True)
        return answer.json["data"]

    def messages(self, query, variables=None, operation=None):
        answer = self.ask(query, variables, operation)
        self.assertEqual(answer.status, 200, answer.text)
        return [e["message"] for e in answer.json["errors"]]


class FreshSchool(GraphqlCase):
    """Each test has a school of its own; documents call it "school"."""
    schools = 0

    def setUp(self):
        type(self).schools += 1
        self.name = f"s{self.schools}"
        self.school(self.name)

    def here(self, document):
        return document.replace("school_", f"{self.name}_")

    def data(self, query, variables=None, operation=None):
        return super().data(self.here(query), variables, operation)

    def messages(self, query, variables=None, operation=None):
        return super().messages(self.here(query), variables, operation)

    def count(self, where=""):
        return self.data("{ c: school_aggregate_Student%s { _count } }" % (f"(where: {where})" if where else ""))["c"]["_count"]
