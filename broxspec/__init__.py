"""broxspec: a declarative config compiler and GitOps linter for PostgreSQL operations."""

__version__ = "0.1.0"
