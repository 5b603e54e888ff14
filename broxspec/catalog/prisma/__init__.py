"""Prisma schemas: read to the database that Prisma's own engine makes of them, and kept in step with it."""

from broxspec.catalog.prisma.read import read_prisma

__all__ = ["read_prisma"]
