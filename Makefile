# Two commands set everything up: `make demo` and `make test`. Only Python (3.9 or newer) and make are needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Half of the time a test waits for a program beside it: two more workers than processors keep these busy.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 2)')
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo run test test-system test-all coverage check format lint types contracts docs screenshots clean help

help:
	@echo "make demo         the whole loop on the embedded cloud: no account, no network needed"
	@echo "make run          the app"
	@echo "make test         the tests: no root, no other programs needed"
	@echo "make test-all     also the tests that drive whole programs: sshd, tmux, Docker, systemd"
	@echo "make coverage     the tests, and which lines of the program they do not run"
	@echo "make check        lint, types, import contracts and all tests"
	@echo "make docs         the generated pages of docs/"
	@echo "make screenshots  the pictures of docs/"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("dots-tui needs Python 3.9 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 9) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: install it (Debian, Ubuntu: python3-venv) or set PYTHON=/path/to/another/python." >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing dots-tui with its demo into $(VENV) ..."
	@$(PIP) install -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing dots-tui and what its tests need into $(VENV) ..."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	@$(BIN)/dots-tui --demo

run: $(VENV)/.demo
	@$(BIN)/dots-tui

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n $(WORKERS) --ignore=tests/system $(PYTEST_ARGS)

test-system: $(VENV)/.dev
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup tests/system $(PYTEST_ARGS)

test-all: test test-system

coverage: $(VENV)/.dev
	@$(BIN)/python -m pytest -n $(WORKERS) --ignore=tests/system --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/vermin --quiet --no-tips --target=3.9- --violations --eval-annotations --exclude file dots_tui
	@$(BIN)/codespell -D - -D .ci/rejected-terms.txt dots_tui tests docs custom-files reward-templates *.md

types: $(VENV)/.dev
	@$(BIN)/mypy

contracts: $(VENV)/.dev
	@$(BIN)/lint-imports

check: lint types contracts test-all

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

docs: $(VENV)/.dev
	@$(BIN)/python -m tests.make_docs

screenshots: $(VENV)/.dev
	@$(BIN)/python -m tests.make_screenshots

clean:
	rm -rf $(VENV) .ci-venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
