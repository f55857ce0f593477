-- A small school: classes, their students, and one detail for each student.
create table "Classes" (
  "id" integer primary key,
  "className" varchar(100) not null
);
create table "Student" (
  "id" integer primary key,
  "studentName" varchar(255) not null,
  "gender" varchar(16),
  "age" int,
  "classId" integer references "Classes" ("id")
);
create table "StudentDetail" (
  "id" integer primary key,
  "studentId" integer not null unique references "Student" ("id") on delete cascade,
  "address" varchar(255),
  "phone" varchar(32)
);
create index "IDX_studentName" on "Student" ("studentName");
create index "IDX_student_class" on "Student" ("classId");
insert into "Classes" values (1, 'Mathematics'), (2, 'Literature'), (3, 'Music');
insert into "Student" values
  (1, 'Li Na', 'FEMALE', 18, 1), (2, 'Wang Wei', 'MALE', 19, 1), (3, 'Zhang Min', 'FEMALE', 20, 1),
  (4, 'Liu Yang', 'MALE', 18, 2), (5, 'Chen Jing', 'FEMALE', 21, 2), (6, 'Anna Berg', 'FEMALE', 19, 2),
  (7, 'Tom Hill', 'MALE', 22, 3), (8, 'Mia Lind', 'FEMALE', 20, 3), (9, 'Omar Said', 'MALE', 18, 3),
  (10, 'Eva Novak', 'FEMALE', 23, null);
insert into "StudentDetail" values
  (1, 1, '1 Garden Road', '555-0101'), (2, 2, '2 Garden Road', '555-0102'), (3, 4, '7 Lake Street', '555-0104'),
  (4, 7, '9 Hill Lane', null);
