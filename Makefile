# make compile   lint and compile the specs           (no server, no root)
# make test      every test, on the real components   (.ci/install.py gets what is missing)
# make soak      the property tests with many more examples, and an hour of fuzzing (FUZZ_MINUTES)
# make bench     time broxspec against its peers and its budgets
# make clean     remove what make has made
#
# Needs git, make, python3 (3.11 or later) and its venv module (on Debian: apt install python3-venv).

PYTHON      ?= python3
PYTEST_ARGS ?= -n auto --maxprocesses 4
SOAK_ARGS   ?= -n auto
FUZZ_MINUTES ?= 60

VENV     := .venv
BIN      := $(VENV)/bin
BROXSPEC := $(BIN)/broxspec
PIP      := $(BIN)/python -m pip --disable-pip-version-check install -qq

.PHONY: compile test soak bench clean
.DELETE_ON_ERROR:

compile: $(VENV)/.installed
	$(BROXSPEC) lint
	$(BROXSPEC) compile

test: $(VENV)/.installed-test
	$(BIN)/python .ci/install.py
	$(BIN)/python -m pytest $(PYTEST_ARGS)

soak: $(VENV)/.installed-test
	$(BIN)/python .ci/install.py
	$(BIN)/python -m pytest --hypothesis-profile=soak $(SOAK_ARGS)
	cd tests && ../$(BIN)/python -m fuzz --minutes $(FUZZ_MINUTES) --keep ../fuzz-failures

bench: $(VENV)/.installed-bench
	$(BIN)/python bench/run.py $(BENCH_ARGS)

clean:
	rm -rf $(VENV) .components .pytest_cache .hypothesis build dist
	find broxspec tests .ci -name __pycache__ -prune -exec rm -rf {} +

# Stamps: a second run installs nothing, a changed pyproject.toml installs again.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'broxspec needs Python 3.11 or later; set PYTHON=python3.x' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { echo 'this Python has no venv module; on Debian: apt install python3-venv' >&2; exit 1; }
	@echo 'making $(VENV)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo 'installing broxspec into $(VENV)'
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.installed
	@echo 'installing what the benchmarks compare with into $(VENV)'
	@$(PIP) -e '.[bench]'
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed
	@echo 'installing what the tests need into $(VENV)'
	@$(PIP) -e '.[test]'
	@touch $@
