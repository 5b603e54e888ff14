"""Quantities with units."""

import pytest

from broxspec.specs.units import Unreadable, duration, percentage, rate, size


@pytest.mark.parametrize(
    ("read", "text", "amount"),
    [
        (duration, "90s", 90), (duration, "15min", 900), (duration, "15m", 900), (duration, "6h", 21600), (duration, "7d", 604800), (duration, "1y", 31536000),
        (duration, "1h30min", 5400), (duration, "500ms", 0.5), (duration, "1.5h", 5400), (duration, "0s", 0), (duration, "1h 30min", 5400),
        (size, "512MB", 512 * 1024**2), (size, "1.5kB", 1536), (size, "32 GB", 32 * 1024**3), (size, "0B", 0), (size, "2TB", 2 * 1024**4),
        (percentage, "80%", 0.8), (percentage, "99.95%", 0.9995), (percentage, "0%", 0), (percentage, "20 %", 0.2),
        (rate, "5/s", 5), (rate, "30/min", 0.5), (rate, "0.5 / h", 0.5 / 3600), (rate, "86400/d", 1),
    ],
)  # fmt: skip
def test_amounts(read, text, amount):
    assert read(text) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("read", "text", "words", "help"),
    [
        (duration, "90", "no unit of time", "`90s`"), (duration, "90 seconds", "`seconds` is not a unit", "`s`"), (duration, "soon", "not a duration", "`90s`"),
        (duration, "-5s", "not a duration", "`90s`"), (duration, "", "not a duration", "`90s`"), (duration, "1h30", "no unit of time", "`1h30s`"),
        (size, "512", "no unit of size", "`512MB`"), (size, "32Gb", "`Gb` is not a unit", "write `32GB`"), (size, "32 GiB", "`GiB` is not a unit", "write `32GB`"),
        (size, "8KB", "`KB` is not a unit", "write `8kB`"), (size, "4G", "`G` is not a unit", "write `4GB`"), (size, "9" * 400 + "TB", "not a unit", ""), (size, "big", "not a size", "`512MB`"),
        (percentage, "80", "no `%`", "write `80%`"), (percentage, "0.8x", "not a percentage", "`80%`"),
        (rate, "5", "no unit of time", "`5/s`"), (rate, "5/sec", "`sec` is not a unit", "`5/s`"), (rate, "x/s", "not a rate", "`5/s`"),
    ],
)  # fmt: skip
def test_what_can_not_be_read(read, text, words, help):
    found = read(text)
    assert isinstance(found, Unreadable)
    assert words in found.message and help in found.help
