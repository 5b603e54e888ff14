"""A seeded generator of Prisma schemas: every feature that makes a table, a column, a key or an index, and hard names."""

from __future__ import annotations

from random import Random

SCALARS = {
    "String": ["", "@db.Text", "@db.VarChar", "@db.VarChar(40)", "@db.Char(3)", "@db.Uuid", "@db.Inet", "@db.Bit(4)", "@db.VarBit(9)"],
    "Int": ["", "@db.Integer", "@db.SmallInt", "@db.Oid"],
    "BigInt": ["", "@db.BigInt"],
    "Float": ["", "@db.Real", "@db.DoublePrecision"],
    "Decimal": ["", "@db.Decimal", "@db.Decimal(10,2)", "@db.Money"],
    "DateTime": ["", "@db.Timestamp", "@db.Timestamptz(6)", "@db.Date", "@db.Time(3)", "@db.Timetz"],
    "Boolean": ["", "@db.Boolean"],
    "Json": ["", "@db.JsonB"],
    "Bytes": ["", "@db.ByteA"],
}
DEFAULTS = {
    "String": ['"it\'s"', "uuid()", "cuid()", '"\\u00e9\\n"', 'dbgenerated("md5(\'x\')")', '""', '"%s {0}"'],
    "Int": ["7", "-3", "autoincrement()"],
    "BigInt": ["9223372036854775807", "autoincrement()"],
    "Float": ["1.50", "5", "-0.25"],
    "Decimal": ["3", '"2.50"', "12.000"],
    "DateTime": ["now()", '"2020-01-31T10:20:30+02:00"', 'dbgenerated("now()")'],
    "Boolean": ["true", "false"],
    "Json": ['"{\\"a\\": [1, null]}"'],
    "Bytes": ['"aGVsbG8="'],
}
LIST_DEFAULTS = {"String": '["a\'b", "c"]', "Int": "[1, -2]", "Boolean": "[true, false]", "Float": "[]", "Decimal": '["2.50", 3]'}
WORDS = ["user", "order", "Item", "createdAt", "a", "b_c", "b", "c", "tenant_organization", "überläufer", "名前", "x1", "very_long_name_that_goes_on"]
ACTIONS = ["Cascade", "Restrict", "NoAction", "SetNull"]


class Schema:
    """One random schema. `text` is what came of it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.names: set[str] = set()
        self.schemas = ["public", "other"] if self.chance(0.2) else []
        self.mode = "prisma" if self.chance(0.1) else "foreignKeys"
        self.enums = [self.name("E") for _ in range(self.random.randint(0, 2))]
        self.models = [self.name("M") for _ in range(self.random.randint(2, 5))]
        self.lines: dict[str, list[str]] = {model: [] for model in self.models}
        self.fields: dict[str, list[tuple[str, str, str]]] = {model: [] for model in self.models}
        self.ids: dict[str, str] = {}
        for model in self.models:
            self.columns(model)
        for number in range(self.random.randint(1, 6)):
            self.relation(number)
        for model in self.models:
            self.indexes(model)
        self.text = self.written()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self, prefix: str) -> str:
        """A name not given yet, now and then near the 63 bytes."""
        while True:
            words = [self.random.choice(WORDS) for _ in range(self.random.choice([1, 1, 1, 2, 4]))]
            name = prefix + "_".join(words) + "z" * self.random.choice([0, 0, 0, 20])
            name = name[: self.random.randint(40, 60)] if self.chance(0.3) else name[:40]
            if name not in self.names:
                self.names.add(name)
                return name

    def columns(self, model: str) -> None:
        kind = self.random.choice(["Int", "String", "BigInt", "pair"])
        if kind == "pair":
            self.lines[model] += ["  left Int", "  right String @map(\"the right\")", f"  @@id([left, right]{self.mapped('pk', 0.3)})"]
            self.fields[model] += [("left", "Int", ""), ("right", "String", "")]
        else:
            default = {"Int": " @default(autoincrement())", "String": " @default(uuid())"}.get(kind, "") if self.chance(0.6) else ""
            native = " @db.Uuid" if kind == "String" and self.chance(0.4) else ""
            mapped = f"(map: \"{self.name('pk')}\")" if self.chance(0.2) else ""
            self.lines[model].append(f"  id {kind} @id{mapped}{default}{native}")
            self.fields[model].append(("id", kind, native.strip()))
            self.ids[model] = kind + native
        for _ in range(self.random.randint(2, 8)):
            self.column(model)

    def column(self, model: str) -> None:
        name = self.name("f")
        if self.enums and self.chance(0.15):
            enum = self.random.choice(self.enums)
            arity = self.random.choice(["", "?"] if self.schemas else ["", "?", "[]"])  # Prisma's DDL for enum lists of another schema is broken
            default = {"": " @default(ONE)", "?": "", "[]": " @default([ONE, TWO])"}[arity] if self.chance(0.5) else ""
            self.lines[model].append(f"  {name} {enum}{arity}{default}")
            self.fields[model].append((name, "enum" + arity, ""))
            return
        if self.chance(0.05):
            self.lines[model].append(f'  {name} Unsupported("{self.random.choice(["circle", "tsvector", "character varying(20)", "interval"])}")?')
            return
        kind = self.random.choice(list(SCALARS))
        native = self.random.choice(SCALARS[kind]) if self.chance(0.5) else ""
        arity = self.random.choice(["", "", "?", "?", "[]"])
        default = unique = ""
        if arity == "[]" and kind in LIST_DEFAULTS and not native and self.chance(0.5):
            default = f" @default({LIST_DEFAULTS[kind]})"
        elif arity == "" and not native and self.chance(0.4):
            default = f" @default({self.random.choice(DEFAULTS[kind])})"
        if arity != "[]" and kind not in ("Json", "Bytes") and self.chance(0.15):
            unique = " @unique" + self.random.choice(["", "(sort: Desc)", f"(map: \"{self.name('u')}\")"])
        mapped = f" @map(\"{self.name('c')} x\")" if self.chance(0.2) else ""
        updated = " @updatedAt" if kind == "DateTime" and arity != "[]" and self.chance(0.2) else ""
        ignored = " @ignore" if arity == "?" and self.chance(0.1) else ""
        self.lines[model].append(f"  {name}  {kind}{arity} {native}{default}{unique}{mapped}{updated}{ignored} // a comment")
        self.fields[model].append((name, kind + arity, native))

    def relation(self, number: int) -> None:
        here, there = self.random.choice(self.models), self.random.choice(self.models)
        label = f'"R{self.name("r")}"'
        if self.chance(0.25) and here in self.ids and there in self.ids:
            self.lines[here].append(f"  rel{number}a {there}[] @relation({label})")
            self.lines[there].append(f"  rel{number}b {here}[] @relation({label})")
            return
        optional = self.random.choice(["", "?"])
        references = ["id"] if there in self.ids else ["left", "right"]
        fields = [self.name("fk") for _ in references]
        kinds = [self.ids.get(there, "Int").split()[0]] if there in self.ids else ["Int", "String"]
        native = " @db.Uuid" if self.ids.get(there, "").endswith("@db.Uuid") else ""
        one_to_one = self.chance(0.2)
        for field, kind in zip(fields, kinds, strict=True):
            mark = " @unique" if one_to_one and len(fields) == 1 else ""
            self.lines[here].append(f"  {field} {kind}{optional}{native}{mark}")
            self.fields[here].append((field, kind + optional, native.strip()))
        if one_to_one and len(fields) > 1:
            self.lines[here].append(f"  @@unique([{', '.join(fields)}])")
        actions = ""
        if self.chance(0.4):
            actions += f", onDelete: {self.random.choice(ACTIONS[: 4 if optional else 3])}"
        if self.chance(0.3):
            actions += f", onUpdate: {self.random.choice(ACTIONS[:3])}"
        if self.mode == "prisma":
            actions = ""
        mapped = self.mapped("fk", 0.2)
        self.lines[here].append(
            f"  rel{number}a {there}{optional} @relation({label}, fields: [{', '.join(fields)}], references: [{', '.join(references)}]{actions}{mapped})"
        )
        self.lines[there].append(f"  rel{number}b {here}{'?' if one_to_one else '[]'} @relation({label})")

    def mapped(self, prefix: str, share: float) -> str:
        return f", map: \"{self.name(prefix)}\"" if self.chance(share) else ""

    def indexes(self, model: str) -> None:
        fields = self.fields[model]
        for _ in range(self.random.randint(0, 5)):
            plain = [(name, kind) for name, kind, _ in fields if not kind.startswith(("Json", "Bytes")) and not kind.endswith("[]")]
            chosen = self.random.sample(plain, min(len(plain), self.random.randint(1, 3)))
            if not chosen:
                continue
            kind = self.random.choice(["plain", "plain", "desc", "unique", "hash", "gin", "brin", "partial", "raw"])
            names = ", ".join(name for name, _ in chosen)
            mapped = self.mapped("i", 0.5)
            if kind == "desc":
                names = ", ".join(f"{name}(sort: {self.random.choice(['Asc', 'Desc'])})" for name, _ in chosen)
            if kind in ("plain", "desc"):
                line = f"  @@index([{names}]{mapped})"
            elif kind == "unique":
                line = f"  @@unique([{names}]{mapped})"
            elif kind == "hash":
                line = f"  @@index({chosen[0][0]}, type: Hash{mapped})"
            elif kind == "partial":
                where = self.random.choice([f'raw("\\"id\\" IS NOT NULL")', "{ id: { not: null } }"])
                line = f"  @@index([{names}], where: {where}{mapped})" if model in self.ids else ""
            else:
                line = self.special(kind, fields, mapped)
            if line:
                self.lines[model].append(line)

    def special(self, kind: str, fields: list[tuple[str, str, str]], mapped: str) -> str:
        if kind == "gin":
            for name, type_, _ in fields:
                if type_.rstrip("?") == "Json":
                    return f"  @@index([{name}(ops: {self.random.choice(['JsonbPathOps', 'JsonbOps'])})], type: Gin{mapped})"
                if type_ in ("Int[]", "String[]"):
                    return f"  @@index([{name}], type: Gin{mapped})"
        if kind == "brin":
            for name, type_, native in fields:
                if type_.rstrip("?") == "DateTime" and not native:
                    ops = self.random.choice(["", "(ops: TimestampMinMaxMultiOps)", "(ops: TimestampMinMaxOps)", "(ops: TimestampBloomOps)"])
                    return f"  @@index([{name}{ops}], type: Brin{mapped})"
        if kind == "raw":
            for name, type_, native in fields:
                if type_.rstrip("?") == "String" and native in ("", "@db.Text"):
                    return f"  @@index([{name}(ops: raw(\"text_pattern_ops\"), sort: Desc)]{mapped})"
        return ""

    def written(self) -> str:
        schemas = f'  schemas = ["{chr(34).join([self.schemas[0], ", ", self.schemas[1]])}"]\n' if self.schemas else ""
        parts = [
            f'datasource db {{\n  provider = "postgresql"\n  relationMode = "{self.mode}"\n{schemas}}}\n',
            'generator client {\n  provider = "prisma-client-js"\n  previewFeatures = ["partialIndexes"]\n}\n',
        ]
        for enum in self.enums:
            mapped = f"  @@map(\"{self.name('e')} e\")\n" if self.chance(0.4) else ""
            parts.append(f"enum {enum} {{\n  ONE\n  TWO @map(\"two 2\")\n{mapped}{self.placed()}}}\n")
        for model in self.models:
            mapped = f"  @@map(\"{self.name('t')}\")\n" if self.chance(0.4) else ""
            parts.append(f"/// {model}\nmodel {model} {{\n" + "\n".join(self.lines[model]) + f"\n\n{mapped}{self.placed()}}}\n")
        return "\n".join(parts)

    def placed(self) -> str:
        return f'  @@schema("{self.random.choice(self.schemas)}")\n' if self.schemas else ""
