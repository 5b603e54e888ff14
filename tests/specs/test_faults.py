"""The tables of faults: codes and slugs are permanent, and each mean one thing."""

from collections import Counter

from broxspec import faults
from broxspec.diagnostic import SEVERITIES
from broxspec.rule import rule_files
from broxspec.specs.faults import FAULTS


def test_codes_and_slugs_mean_one_thing():
    named = [*faults.all_faults(), *rule_files()]
    for field in ("code", "slug"):
        doubled = [name for name, count in Counter(getattr(each, field) for each in named).items() if count > 1]
        assert not doubled


def test_every_fault_is_explained():
    for fault in FAULTS:
        fact, _, rest = fault.docs.partition("\n\n")
        assert fact.endswith(".") and "\n" not in fact and rest.strip()
        assert fault.severity in SEVERITIES and "SP000" < fault.code < "SP300"


def test_found_by_code_and_slug():
    assert faults.find("sp006").slug == "yaml-syntax"
    assert faults.find("yaml-syntax").code == "SP006"
    assert faults.find("SP999") is None and faults.find("nothing") is None
