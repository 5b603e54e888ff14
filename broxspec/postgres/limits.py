"""Limits that a PostgreSQL build with the default block size has. Sources: the manual's appendix on limits, and
the error messages of the server, which name the same numbers."""

from __future__ import annotations

#: Bytes in a name, after encoding (NAMEDATALEN - 1). Longer ones are cut with a notice.
NAME_BYTES = 63
#: Key and INCLUDE columns of one index together (INDEX_MAX_KEYS).
INDEX_COLUMNS = 32
#: Bytes of the largest index row a btree (version 4) holds: a third of a page.
BTREE_ROW_BYTES = 2704
#: Declared length of the widest varchar and char, in characters.
VARCHAR_CHARACTERS = 10_485_760
