"""Where broxspec is documented for those who read a report and have no checkout of it."""

from broxspec.report import page

HOME = "https://github.com/broxspec/broxspec"


def online(code: str) -> str:
    """The page of a code."""
    return f"{HOME}/blob/main/{page(code)}"
