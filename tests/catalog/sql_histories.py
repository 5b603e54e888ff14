"""Seeded random DDL histories: tables made, changed, renamed, partitioned, dropped, in no sensible order.

Most statements are meant to succeed; some are refused, which is part of the comparison.
"""

import random
from collections.abc import Callable
from typing import Any

INDEXABLE = ["int", "bigint", "text", "varchar(20)", "timestamptz", "numeric(10,2)", "boolean", "uuid", "date", "char(5)", "color", "email", "smallint"]
TYPES = [*INDEXABLE, "text[]", "jsonb"]
WHOLE = ("int", "bigint", "smallint")
COLUMNS = ["id", "a", "b", "c", '"D"', "name", "status", "created_at", "ref"]
WIDER = {"int": "bigint", "smallint": "int", "varchar(20)": "text", "text": "varchar(20)"}
START = ["create type color as enum ('red', 'green')", "create domain email as text check (value like '%@%')", "create schema app"]
LONG = "quite_a_long_name_for_an_object_in_a_database_so_it_is_cut"


class History:
    """The statements so far, and what is believed to exist: by table its columns with types, its key and its partitioning."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.statements = list(START)
        self.tables: dict[str, dict[str, Any]] = {}
        self.indexes: list[str] = []
        self.count = 0

    def write(self, length: int) -> str:
        steps = [self.create, self.create, self.index, self.index, self.index, self.alter, self.alter, self.alter, self.partition]
        for _ in range(length):
            self.random.choice(steps)()
        return ";\n".join(self.statements) + ";\n"

    # What there is to choose from

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def name(self, prefix: str) -> str:
        self.count += 1
        plain = f"{prefix}{self.count}"
        return self.random.choice([plain, plain, f'"{prefix.upper()}x{self.count}"', f"{prefix}_{LONG}_{self.count}"[:60]])

    def table_name(self) -> str:
        name = self.name("t")
        return f"app.{name}" if self.maybe(0.25) else name

    def pick(self, fits: Callable[[dict[str, Any]], bool] = lambda table: True) -> str | None:
        found = [name for name, table in self.tables.items() if fits(table)]
        return self.random.choice(found) if found else None

    def column(self, table: str, types: Any = TYPES) -> str | None:
        found = [name for name, type_ in self.tables[table]["columns"].items() if type_ in types]
        return self.random.choice(found) if found else None

    def some_columns(self, table: str, most: int) -> list[str]:
        found = [name for name, type_ in self.tables[table]["columns"].items() if type_ in INDEXABLE]
        self.random.shuffle(found)
        return found[: self.random.randint(1, most)]

    def constraint(self, prefix: str, share: float = 0.3) -> str:
        return f"constraint {self.name(prefix)} " if self.maybe(share) else ""

    # Tables

    def create(self) -> None:
        chance, columns, elements = self.random, {}, []
        for number in range(chance.randint(1, 5)):
            name = chance.choice(COLUMNS)
            if name in columns:
                continue
            written = chance.choice([*TYPES, "serial", "bigserial"] if number == 0 else TYPES)
            columns[name] = {"serial": "int", "bigserial": "bigint"}.get(written, written)
            elements.append(self.column_definition(name, written, columns[name], elements))
        indexable = [name for name, type_ in columns.items() if type_ in INDEXABLE]
        key = next((name for name, element in zip(columns, elements, strict=True) if "primary key" in element), None)
        if key is None and indexable and self.maybe(0.6):
            chosen = chance.sample(indexable, min(len(indexable), chance.randint(1, 2)))
            elements.append(f"{self.constraint('pk')}primary key ({', '.join(chosen)})")
            key = chosen[0] if len(chosen) == 1 else None
        if indexable and self.maybe(0.3):
            chosen = chance.sample(indexable, min(len(indexable), chance.randint(1, 3)))
            elements.append(f"{self.constraint('u')}unique ({', '.join(chosen)}){chance.choice(['', ' deferrable'])}")
        if len(indexable) > 1 and self.maybe(0.2):
            elements.append(f"check ({indexable[0]} is not null or {indexable[1]} is not null)")
        if self.tables and self.maybe(0.1):
            including = ["", "including all", "including indexes", "including constraints including defaults"]
            elements.append(f"like {self.pick()} {chance.choice(including)}")
        tail, split = "", None
        if indexable and self.maybe(0.15):
            split = chance.choice(indexable)
            tail = f" partition by range ({split})"
        elif self.maybe(0.08) and (parent := self.pick(lambda table: table["split"] is None and "parent" not in table)):
            tail = f" inherits ({parent})"
            columns = {**self.tables[parent]["columns"], **columns}
        table = self.table_name()
        self.statements.append(f"create table {table} ({', '.join(elements)}){tail}")
        self.tables[table] = {"columns": columns, "key": key, "split": split, "parts": 0}

    def column_definition(self, name: str, written: str, type_: str, elements: list[str]) -> str:
        text, roll = f"{name} {written}", self.random.random()
        if type_ in INDEXABLE:
            if roll < 0.12 and not any("primary" in element for element in elements):
                text += " primary key"
            elif roll < 0.26:
                text += f" {self.constraint('u', 0.3)}unique"
            elif roll < 0.3:
                text += " not null"
        if type_ in WHOLE and self.maybe(0.1):
            text += f" check ({name} > 0)"
        if written == "int" and self.maybe(0.1):
            text += self.random.choice([" default 5", " generated by default as identity"])
        if type_ == "text" and self.maybe(0.08):
            text += ' collate "C"'
        if type_ in ("int", "bigint") and self.maybe(0.12):
            other = self.pick(lambda table: table["key"] and table["columns"].get(table["key"]) in ("int", "bigint"))
            if other:
                text += f" references {other}" + self.random.choice(["", " on delete cascade", " on delete set null on update cascade"])
        return text

    def partition(self) -> None:
        parent = self.pick(lambda table: table["split"] and table["columns"].get(table["split"]) in WHOLE)
        if parent is None:
            self.create()
            return
        above = self.tables[parent]
        number, table = above["parts"], self.table_name()
        above["parts"] += 1
        if self.maybe(0.6):
            self.statements.append(f"create table {table} partition of {parent} for values from ({number}) to ({number + 1})")
        else:
            including = ["", " including all", " including defaults including constraints", " including indexes including constraints"]
            self.statements.append(f"create table {table} (like {parent}{self.random.choice(including)})")
            if above["key"] and self.maybe(0.5):
                self.statements.append(f"create index on {table} ({above['key']})")
            self.statements.append(f"alter table {parent} attach partition {table} for values from ({number}) to ({number + 1})")
        self.tables[table] = {"columns": dict(above["columns"]), "key": above["key"], "split": None, "parts": 0, "parent": parent}

    # Indexes

    def expression(self, table: str) -> str:
        name = self.column(table)
        type_ = self.tables[table]["columns"][name]
        return {
            "text": self.random.choice([f"lower({name})", f"upper({name})", f"(coalesce({name}, ''))", f"({name} || 'x')"]),
            "varchar(20)": f"lower({name})",
            "email": f"lower({name})",
            "int": self.random.choice([f"({name} + 1)", f"abs({name})"]),
            "jsonb": self.random.choice([f"({name} ->> 'k')", f"(({name} ->> 'k')::int)"]),
            "boolean": f"(not {name})",
            "char(5)": f"upper({name})",
            "numeric(10,2)": f"round({name})",
            "text[]": f"array_length({name}, 1)",
        }.get(type_, f"({name})")

    def predicate(self, table: str) -> str:
        name = self.column(table)
        type_ = self.tables[table]["columns"][name]
        return {
            "text": self.random.choice([f"{name} <> ''", f"{name} in ('a', 'b')", f"{name} like 'x%'"]),
            "varchar(20)": self.random.choice([f"{name} = 'x'", f"{name} in ('a', 'b')"]),
            "int": self.random.choice([f"{name} > 0", f"{name} between 1 and 5", f"{name} in (1, 2)"]),
            "boolean": self.random.choice([str(name), f"not {name}", f"{name} = true"]),
            "color": self.random.choice([f"{name} = 'red'", f"{name} in ('red', 'green')"]),
            "numeric(10,2)": f"{name} > 0",
            "date": f"{name} >= '2024-01-01'",
        }.get(type_, f"{name} is not null")

    def index(self) -> None:
        table = self.pick(lambda table: bool(table["columns"]))
        if table is None:
            self.create()
            return
        chance = self.random
        name = self.name("i") if self.maybe(0.5) else ""
        if self.maybe(0.15):
            method, types = chance.choice([("gin", ["jsonb", "text[]"]), ("hash", INDEXABLE), ("brin", INDEXABLE)])
            if column := self.column(table, types):
                self.statements.append(f"create index {name} on {table} using {method} ({column})")
                return
        keys = [self.key(table, column) for column in self.some_columns(table, 3)]
        if self.maybe(0.25) or not keys:
            keys.append(self.expression(table))
        include = f" include ({self.column(table)})" if self.maybe(0.1) else ""
        storage = " with (fillfactor=80)" if self.maybe(0.05) else ""
        where = f" where {self.predicate(table)}" if self.maybe(0.25) else ""
        unless = "if not exists " if name and self.maybe(0.5) else ""
        only = "only " if self.maybe(0.08) else ""
        unique = chance.choice(["unique ", "", ""])
        self.statements.append(f"create {unique}index {unless}{name} on {only}{table} ({', '.join(keys)}){include}{storage}{where}")
        if name:
            self.indexes.append(("app." if table.startswith("app.") else "") + name)

    def key(self, table: str, column: str) -> str:
        text = column
        if self.tables[table]["columns"][column] in ("text", "varchar(20)") and self.maybe(0.25):
            more = [" text_pattern_ops", " varchar_pattern_ops", " text_ops", ' collate "C"', ' collate "default"', " varchar_ops"]
            text += self.random.choice(more)
        if self.maybe(0.2):
            text += self.random.choice([" desc", " desc nulls last", " nulls first", " asc"])
        return text

    # Changes

    def alter(self) -> None:
        table = self.pick()
        if table is None:
            self.create()
            return
        changes = [
            self.add_column, self.drop_column, self.rename_column, self.rename_table, self.column_flags, self.column_type, self.add_unique,
            self.add_key, self.add_key, self.add_key, self.add_check, self.drop_table, self.change_index, self.use_index, self.detach, self.move,
        ]  # fmt: skip
        self.random.choice(changes)(table)

    def add_column(self, table: str) -> None:
        name, type_ = self.random.choice(["x1", "x2", "x3", '"Y"']), self.random.choice(TYPES)
        more = self.random.choice(["", " unique", " not null"]) if type_ in INDEXABLE else ""
        self.statements.append(f"alter table {table} add column {self.random.choice(['', 'if not exists '])}{name} {type_}{more}")
        self.tables[table]["columns"].setdefault(name, type_)

    def drop_column(self, table: str) -> None:
        if name := self.column(table):
            self.statements.append(f"alter table {table} drop column {name}{self.random.choice([' cascade', ''])}")
            del self.tables[table]["columns"][name]

    def rename_column(self, table: str) -> None:
        held = self.tables[table]
        old, new = self.column(table), self.random.choice(["r1", "r2", '"R3"', "r4"])
        if old is None:
            return
        self.statements.append(f"alter table {table} rename column {old} to {new}")
        if new not in held["columns"]:
            held["columns"] = {(new if name == old else name): type_ for name, type_ in held["columns"].items()}
        for role in ("key", "split"):
            held[role] = new if held[role] == old else held[role]

    def rename_table(self, table: str) -> None:
        new = self.name("t")
        self.statements.append(f"alter table {table} rename to {new}")
        self.tables[("app." if table.startswith("app.") else "") + new] = self.tables.pop(table)

    def column_flags(self, table: str) -> None:
        if name := self.column(table):
            change = self.random.choice(["set not null", "drop not null", "drop default"])
            self.statements.append(f"alter table {table} alter column {name} {change}")

    def column_type(self, table: str) -> None:
        if name := self.column(table, WIDER):
            type_ = WIDER[self.tables[table]["columns"][name]]
            self.statements.append(f"alter table {table} alter column {name} type {type_}")
            self.tables[table]["columns"][name] = type_

    def add_unique(self, table: str) -> None:
        if columns := self.some_columns(table, 2):
            kind = self.random.choice(["unique", "primary key"])
            self.statements.append(f"alter table {table} add {self.constraint('k', 0.5)}{kind} ({', '.join(columns)})")

    def add_key(self, table: str) -> None:
        # A partitioned table that refers to its own partition makes the server itself lose its way.
        other = self.pick(lambda held: held["key"] and held.get("parent") != table)
        if other is None:
            return
        key = self.tables[other]["key"]
        if name := self.column(table, [self.tables[other]["columns"].get(key)]):
            target = self.random.choice(["", f" ({key})"])
            more = self.random.choice(["", " on delete cascade", " not valid", " deferrable initially deferred"])
            self.statements.append(f"alter table {table} add {self.constraint('f', 0.5)}foreign key ({name}) references {other}{target}{more}")

    def add_check(self, table: str) -> None:
        if self.tables[table]["columns"]:
            more = self.random.choice(["", "", " no inherit"])
            self.statements.append(f"alter table {table} add {self.constraint('ck', 0.5)}check ({self.predicate(table)}){more}")

    def drop_table(self, table: str) -> None:
        self.statements.append(f"drop table {table}{self.random.choice([' cascade', ''])}")
        del self.tables[table]

    def change_index(self, table: str) -> None:
        if self.indexes:
            index = self.random.choice(self.indexes)
            changes = [f"drop index {index}", f"drop index if exists {index} cascade", f"alter index {index} rename to {self.name('ri')}"]
            self.statements.append(self.random.choice(changes))

    def use_index(self, table: str) -> None:
        if self.indexes:
            index = self.random.choice(self.indexes).rpartition(".")[2]
            uses = [f"add constraint {self.name('ui')} unique using index {index}", f"replica identity using index {index}", f"cluster on {index}"]
            self.statements.append(f"alter table {table} {self.random.choice(uses)}")

    def detach(self, table: str) -> None:
        parent = self.tables[table].get("parent")
        if parent in self.tables:
            self.statements.append(f"alter table {parent} detach partition {table}")
            del self.tables[table]["parent"]

    def move(self, table: str) -> None:
        here = table.startswith("app.")
        self.statements.append(f"alter table {table} set schema {'public' if here else 'app'}")
        self.tables[table[4:] if here else f"app.{table}"] = self.tables.pop(table)
