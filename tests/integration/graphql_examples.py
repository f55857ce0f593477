# SPDX-License-Identifier: Apache-2.0
"""The school that GraphQL examples are about, and what is asked of it: each begins from the same records."""
MODELS = """
enum UserGender { UNKNOWN, MALE, FEMALE }
enum user_interest { sing, dance, rap }
model Classes { id: Long @id @default(autoIncrement()), classCode?: String, className?: String,
  students?: Student[] @relation(localField: "id", foreignField: "classId", cascadeDelete: true) }
model Student { id: Long @id @default(autoIncrement()), studentName?: String, gender?: UserGender @default(UNKNOWN),
  interest?: user_interest[], age?: Int, classId?: Long, remark?: JSON, bornAt?: DateTime,
  studentClass?: Classes @relation(localField: "classId", foreignField: "id"),
  studentDetail?: StudentDetail @relation(localField: "id", foreignField: "studentId", cascadeDelete: true) }
model StudentDetail { id: Long @id @default(autoIncrement()), studentId?: Long, description?: String }
"""

RECORDS = {
    "Classes": [{"id": 1, "classCode": "C1", "className": "One"}, {"id": 2, "classCode": "C2", "className": "Two"},
                {"id": 3, "classCode": "C3", "className": "Three"}],
    "Student": [
        {"id": 1, "studentName": "Zhang San", "gender": "MALE", "interest": ["sing", "rap"], "age": 10, "classId": 1,
         "remark": {"foo": "bar"}, "bornAt": "2014-05-01T08:00:00"},
        {"id": 2, "studentName": "Li Si", "gender": "FEMALE", "interest": ["dance"], "age": 10, "classId": 1, "remark": None,
         "bornAt": "2014-09-12T00:00:00"},
        {"id": 3, "studentName": "Wang Wu", "gender": "MALE", "interest": [], "age": 11, "classId": 2, "remark": None, "bornAt": None}],
    "StudentDetail": [{"id": 1, "studentId": 1, "description": "about Zhang"}, {"id": 2, "studentId": 2, "description": "about Li"}],
}

# What is asked, its variables, and the data that it answers.
QUERIES = {
    "list_with_where_order_and_page": (
        "{ school_list_Student(where: {age: {_gte: 10}}, order_by: {age: desc, id: asc}, page: 1, size: 2) { id studentName age } }",
        None,
        {"school_list_Student": [{"id": "3", "studentName": "Wang Wu", "age": 11}, {"id": "1", "studentName": "Zhang San", "age": 10}]}),
    "to_many_relation_and_aliases": (
        "{ classes: school_list_Classes(order_by: {id: asc}) { code: classCode students { name: studentName } } }",
        None,
        {"classes": [{"code": "C1", "students": [{"name": "Zhang San"}, {"name": "Li Si"}]},
                     {"code": "C2", "students": [{"name": "Wang Wu"}]}, {"code": "C3", "students": []}]}),
    "find_one_with_variable_and_to_one_relations": (
        """query One($id: Int!) { s: school_find_one_Student(where: {id: {_eq: $id}})
           { id gender studentClass { className } studentDetail { description } } }""",
        {"id": 3},
        {"s": {"id": "3", "gender": "MALE", "studentClass": {"className": "Two"}, "studentDetail": None}}),
    "find_one_without_match": (
        '{ school_find_one_Classes(where: {classCode: {_eq: "nope"}}) { id } }', None, {"school_find_one_Classes": None}),
    "aggregate": (
        """{ a: school_aggregate_Student(where: {classId: {_eq: 1}})
           { _count _max { age studentName } _min { id } _sum { age } _avg { age } } }""",
        None,
        {"a": {"_count": 2, "_max": {"age": 10, "studentName": "Zhang San"}, "_min": {"id": "1"}, "_sum": {"age": 20},
               "_avg": {"age": 10.0}}}),
    "counts_with_arguments": (
        "{ school_aggregate_Student { all: _count born: _count(field: bornAt) classes: _count(distinct: true, field: classId) } }",
        None,
        {"school_aggregate_Student": {"all": 3, "born": 2, "classes": 2}}),
    "page_of_rows_and_total": (
        """query MyPaginationQuery($where: school_Student_bool_exp, $page: Int = 1, $size: Int = 10) {
           list: school_list_Student(where: $where, page: $page, size: $size) { id }
           total: school_aggregate_Student(where: $where) @transform(get: "_count") { _count } }""",
        {"size": 1},
        {"list": [{"id": "1"}], "total": 3}),
    "transform_by_key_and_position": (
        """{ oldest: school_aggregate_Student @transform(get: "_max.age") { _max { age } }
           first: school_list_Student(order_by: {id: asc}) @transform(get: "0.studentName") { studentName } }""",
        None,
        {"oldest": 11, "first": "Zhang San"}),
    "enums_json_moments_and_null": (
        """{ boys: school_list_Student(where: {gender: {_in: [MALE, UNKNOWN]}, bornAt: {_ne: null}})
           { studentName gender interest remark bornAt }
           none: school_list_Student(where: {bornAt: {_eq: null}}) { id interest } }""",
        None,
        {"boys": [{"studentName": "Zhang San", "gender": "MALE", "interest": ["sing", "rap"], "remark": {"foo": "bar"},
                   "bornAt": "2014-05-01T08:00:00"}],
         "none": [{"id": "3", "interest": []}]}),
    "and_or_text_and_relation_conditions": (
        """{ school_list_Student(where: {_or: [{studentName: {_starts_with: "Wang"}},
           {_and: [{age: {_lt: 11}}, {studentDetail: {description: {_contains: "Li"}}}]}]}) { studentName } }""",
        None,
        {"school_list_Student": [{"studentName": "Li Si"}, {"studentName": "Wang Wu"}]}),
    "join_with_export": (
        """query Join($classId: Int = 1, $sid: Int @internal) {
           class: school_find_one_Classes(where: {id: {_eq: $classId}}) { className
             _join {
               students: school_list_Student(where: {classId: {_eq: $classId}}) { id @export(as: "sid") studentName
                 _join { detail: school_find_one_StudentDetail(where: {studentId: {_eq: $sid}}) { description } } }
               total: school_aggregate_Student(where: {classId: {_eq: $classId}}) { _count } } } }""",
        None,
        {"class": {"className": "One", "_join": {"students": [
            {"id": "1", "studentName": "Zhang San", "_join": {"detail": {"description": "about Zhang"}}},
            {"id": "2", "studentName": "Li Si", "_join": {"detail": {"description": "about Li"}}}], "total": {"_count": 2}}}}),
}

# The same for mutations; the records are new for each.
MUTATIONS = {
    "create_with_defaults": (
        """mutation ($name: String, $age: Int, $city: JSON) {
           s: school_create_Student(data: {studentName: $name, interest: [dance, rap], age: $age, remark: $city})
           { id studentName gender interest age classId remark } }""",
        {"name": "Zhao Liu", "city": {"city": "X"}},
        {"s": {"id": "4", "studentName": "Zhao Liu", "gender": "UNKNOWN", "interest": ["dance", "rap"], "age": None, "classId": None,
               "remark": {"city": "X"}}}),
    "updates": (
        """mutation { many: school_update_Student(where: {classId: {_eq: 1}}, _set: {age: 12}) { affected_rows }
           one: school_update_Student_by_id(id: "2", _set: {studentName: "Li Si 2"}) { id studentName age }
           gone: school_update_Student_by_id(id: 99, _set: {age: 1}) { id } }""",
        None,
        {"many": {"affected_rows": 2}, "one": {"id": "2", "studentName": "Li Si 2", "age": 12}, "gone": None}),
    "deletes_then_reading_inside_the_response": (
        """mutation { d: school_delete_StudentDetail(where: {studentId: {_in: [1, 7]}}) { affected_rows
           _join { left: school_aggregate_StudentDetail { _count } } } c: school_delete_Classes_by_id(id: "3") { id classCode } }""",
        None,
        {"d": {"affected_rows": 1, "_join": {"left": {"_count": 1}}}, "c": {"id": "3", "classCode": "C3"}}),
}
