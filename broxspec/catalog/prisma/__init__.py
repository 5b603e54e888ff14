"""Prisma schemas: read to the database that Prisma's own engine makes of them, and kept in step with it.

`read_prisma` reads; `declare.declare`, `declare.without_own` and `express.expressible` keep a schema in step.
"""

from broxspec.catalog.prisma.read import read_prisma

__all__ = ["read_prisma"]
