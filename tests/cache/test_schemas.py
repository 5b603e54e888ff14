"""A schema that was read before is the same value, with its places in the texts that are there now; nothing that is kept can run code."""

import pickle
from pathlib import Path

import pytest

from broxspec.cache import schemas
from broxspec.catalog.read import read_catalog

SQL = (
    "CREATE TYPE mood AS ENUM ('a', 'b');\nCREATE TABLE t (id int PRIMARY KEY, m mood, n numeric(5,2) CHECK (n > 0), x text);\n"
    "CREATE INDEX t_x ON t (lower(x)) INCLUDE (n) WHERE m = 'a';\nCREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE INDEX ON p (b);\n"
    + "-- a comment\n" * 2000
)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BROXSPEC_CACHE", str(tmp_path / "cache"))
    (tmp_path / "schema.sql").write_text(SQL)
    return tmp_path


def files(folder: Path) -> list[Path]:
    return sorted((folder / "cache/schemas").glob("*"))


def read(folder: Path, major: int = 15):
    return read_catalog(["schema.sql"], root=folder, major=major)


def test_the_same_value(kept: Path) -> None:
    catalog, found, _ = read(kept)
    assert len(files(kept)) == 1
    again, refound, sources = read(kept)
    assert repr(again) == repr(catalog) and repr(refound) == repr(found) and found
    table = next(iter(again.tables.values()))
    assert table.at.source is sources[0] and refound[0].span.source is sources[0]
    assert table.at.text == next(iter(catalog.tables.values())).at.text


def test_it_is_used(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(kept)
    monkeypatch.setattr("broxspec.catalog.read._read", lambda *_: pytest.fail("read again"))
    read(kept)


def test_another_text_or_server_is_another_schema(kept: Path) -> None:
    read(kept)
    read(kept, major=16)
    (kept / "schema.sql").write_text(SQL + "CREATE TABLE u (id int);\n")
    catalog, _, _ = read(kept)
    assert len(catalog.tables) == 3 and len(files(kept)) == 3


def test_a_broken_file_is_read_again(kept: Path) -> None:
    catalog, _, _ = read(kept)
    for content in (b"", b"\x80\x05", b"x" * 1000, pickle.dumps(("something else", 1))[:-3]):
        files(kept)[0].write_bytes(content)
        again, _, _ = read(kept)
        assert repr(again) == repr(catalog)


class Hostile:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_nothing_in_it_runs(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(kept)
    files(kept)[0].write_bytes(pickle.dumps(Hostile(str(kept / "made"))))
    read(kept)
    assert not (kept / "made").exists()
    with pytest.raises(pickle.UnpicklingError):
        schemas._Unpickler(__import__("io").BytesIO(pickle.dumps(Path("/"))), ()).load()


def test_small_texts_are_not_kept(kept: Path) -> None:
    (kept / "schema.sql").write_text("CREATE TABLE t (id int);")
    read(kept)
    assert not files(kept)
