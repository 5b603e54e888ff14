"""A seeded generator of schemas as pg_dump writes them: the same seed and size give the same bytes.

    python bench/schema_generator.py --tables 252 --seed 1 > schema.sql

252 tables make about 8,600 lines: quoted mixed-case names, enums, foreign keys (four fifths of them indexed), partial, covering,
GIN and expression indexes, some duplicates and redundant prefixes, functions, triggers, views, grants and comments in between.
"""

import argparse
import random
from collections.abc import Iterator

AREAS = ("order", "user", "product", "vendor", "stock", "ticket", "audit", "search", "payment", "review", "cart", "ad")
NOUNS = ("item", "event", "profile", "setting", "history", "note", "tag", "link", "batch", "rule", "report", "session")
COLUMNS = (
    ("name", "character varying(200)"),
    ("title", "character varying(255) NOT NULL"),
    ("email", "character varying(255)"),
    ("slug", "character varying(120) NOT NULL"),
    ("amount", "numeric(12,2) DEFAULT 0 NOT NULL"),
    ("quantity", "integer DEFAULT 0 NOT NULL"),
    ("isActive", "boolean DEFAULT true NOT NULL"),
    ("metadata", "jsonb DEFAULT '{}'::jsonb"),
    ("tags", "text[] DEFAULT '{}'::text[]"),
    ("description", "text"),
    ("score", "double precision"),
    ("deletedAt", "timestamp with time zone"),
    ("externalId", "character varying(64)"),
    ("currency", "character(3) DEFAULT 'EUR'::bpchar NOT NULL"),
    ("ipAddress", "inet"),
    ("locale", "character varying(8)"),
)


def table_names(count: int) -> list[str]:
    names = [f"{area}_{noun}s" for area in AREAS for noun in NOUNS]
    return [names[i % len(names)] + (f"_{i // len(names)}" if i >= len(names) else "") for i in range(count)]


def schema(tables: int, seed: int) -> str:
    """The text of a schema with that many tables."""
    return "\n".join(_lines(tables, random.Random(seed))) + "\n"


def _lines(tables: int, rng: random.Random) -> Iterator[str]:
    names = table_names(tables)
    yield from _preamble(tables)
    columns = {name: _columns(rng) for name in names}
    references = {name: rng.sample(names, k=rng.choice((0, 1, 1, 2, 3))) for name in names}
    for name in names:
        yield from _table(name, columns[name], references[name], tables, rng)
        if rng.random() < 0.25:
            yield from _function(name)
    for name in names:
        yield f"ALTER TABLE ONLY public.{name}\n    ADD CONSTRAINT {name}_pkey PRIMARY KEY (id);\n\n"
    for name in names:
        yield from _indexes(name, columns[name], references[name], rng)
    for name in names:
        for target in references[name]:
            yield (
                f"ALTER TABLE ONLY public.{name}\n    ADD CONSTRAINT \"{name}_{target}Id_fkey\""
                f' FOREIGN KEY ("{target}Id") REFERENCES public.{target}(id) ON UPDATE CASCADE ON DELETE CASCADE;\n\n'
            )


def _preamble(tables: int) -> Iterator[str]:
    yield "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n"
    for number in range(max(1, tables // 12)):
        yield f"CREATE TYPE public.\"Status{number}\" AS ENUM (\n    'PENDING',\n    'ACTIVE',\n    'CLOSED',\n    'FAILED'\n);\n"


def _columns(rng: random.Random) -> list[tuple[str, str]]:
    return rng.sample(COLUMNS, k=rng.randint(2, 5))


def _table(name: str, columns: list[tuple[str, str]], references: list[str], tables: int, rng: random.Random) -> Iterator[str]:
    body = ["    id uuid DEFAULT gen_random_uuid() NOT NULL"]
    body += [f'    "{target}Id" uuid{rng.choice(("", " NOT NULL"))}' for target in references]
    body += [f'    "{column}" {kind}' for column, kind in columns]
    status = rng.randrange(max(1, tables // 12))
    body.append(f"    status public.\"Status{status}\" DEFAULT 'PENDING'::public.\"Status{status}\" NOT NULL")
    body.append('    "createdAt" timestamp with time zone DEFAULT now() NOT NULL')
    yield f"--\n-- Name: {name}; Type: TABLE; Schema: public\n--\n\nCREATE TABLE public.{name} (\n" + ",\n".join(body) + "\n);\n\n"


def _function(name: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION public.touch_{name}() RETURNS trigger\n    LANGUAGE plpgsql\n    AS $$\nBEGIN\n"
        '    NEW."createdAt" = now();\n    RETURN NEW;\nEND;\n$$;\n\n'
        f"CREATE TRIGGER touch BEFORE INSERT ON public.{name} FOR EACH ROW EXECUTE FUNCTION public.touch_{name}();\n"
        f"COMMENT ON TABLE public.{name} IS 'generated';\nGRANT SELECT ON TABLE public.{name} TO PUBLIC;\n\n"
    )


def _indexes(name: str, columns: list[tuple[str, str]], references: list[str], rng: random.Random) -> Iterator[str]:
    kinds = dict(columns)
    made = []
    for target in references:
        if rng.random() < 0.8:
            made.append(f'INDEX "{name}_{target}_idx" ON public.{name} USING btree ("{target}Id", "createdAt" DESC)')
        if rng.random() < 0.1:
            made.append(f'INDEX "{name}_{target}_short" ON public.{name} USING btree ("{target}Id")')
    if "email" in kinds:
        made.append(f'INDEX "{name}_email_lower" ON public.{name} USING btree (lower((email)::text))')
    if "tags" in kinds:
        made.append(f'INDEX "{name}_tags" ON public.{name} USING gin (tags)')
    if "slug" in kinds:
        made.append(f'UNIQUE INDEX "{name}_slug_key" ON public.{name} USING btree (slug)')
    if "deletedAt" in kinds:
        made.append(f'INDEX "{name}_live" ON public.{name} USING btree ("createdAt") WHERE ("deletedAt" IS NULL)')
    if "amount" in kinds:
        made.append(f'INDEX "{name}_status_amount" ON public.{name} USING btree (status, amount) INCLUDE (id)')
    if rng.random() < 0.05 and made:
        made.append(made[-1].replace(f'"{name}_', f'"{name}_again_', 1))
    for index in made:
        yield f"CREATE {index};\n"


# Migrations as people write them, safe and unsafe ones.
_CHANGES = (
    'ALTER TABLE public.{table} ADD COLUMN "note{number}" text;\n',
    'CREATE INDEX "{table}_note_{number}" ON public.{table} ("createdAt", status);\n',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{table}_status_{number}" ON public.{table} (status);\n',
    'ALTER TABLE public.{table} ADD COLUMN "owner{number}" uuid REFERENCES public.{other} (id);\n',
    'ALTER TABLE public.{table} ADD CONSTRAINT "{table}_since_{number}" CHECK ("createdAt" > \'2000-01-01\');\n',
    "SET lock_timeout = '2s';\nALTER TABLE public.{table} ALTER COLUMN status DROP NOT NULL;\n",
    "UPDATE public.{table} SET status = 'ACTIVE' WHERE status IS NULL;\n",
)


def hand_written(count: int, seed: int, tables: int = 252) -> Iterator[str]:
    """The texts of that many migrations of a schema with so many tables."""
    rng, names = random.Random(seed), table_names(tables)
    for number in range(1, count + 1):
        yield rng.choice(_CHANGES).format(table=rng.choice(names), other=rng.choice(names), number=number)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=252)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(schema(options.tables, options.seed), end="")
