# Everything is done from here; `make` alone lists the targets from their own comments.
# Each target does all the set-up that it needs. PYTHON=... names Python 3.11, PORT=... the port.

SHELL := /bin/bash
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
JOBS ?= 2
ARGS ?=
export PYTHON PORT

.PHONY: help install demo run worker test fast check static lint format types contracts \
	migrations bench audit-campaign simulate mutants screenshots docs translations pins clean
.DEFAULT_GOAL := help

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

## Use

install: ## Make .venv and install the pinned packages, hashes checked.
	@.ci/setup

demo: install ## An invented company at http://127.0.0.1:8000, with a sign-in for each role.
	@.ci/demo

run: install ## The web alone, on the databases that the settings name.
	@$(BIN)/flask database upgrade
	@$(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(or $(PORT),8000) --workers 2 \
		--blocking-threads 8 --no-access-log --log-level error wsgi:app

worker: install ## The worker alone: opens, closes and releases waves, sends mail.
	@$(BIN)/flask worker

## Test

test: machine ## Every test, on SQLite and PostgreSQL, with a real browser.
	@$(PYTEST) -n $(JOBS) $(ARGS)

fast: tools ## The tests of the pure domain, in seconds.
	@$(PYTEST) -q tests/domain pulse/domain $(ARGS)

check: static migrations ## What "done" means: lint, format, types, contracts, migrations, tests.
	@$(PYTEST) -n $(JOBS) -m "not browser" $(ARGS)

static: lint format types contracts ## The checks that only read.

lint: tools ## Ruff, every rule but those that pyproject.toml gives a reason against.
	@$(BIN)/ruff check .

format: tools ## Whether every file is formatted; `make format FIX=1` formats.
	@$(BIN)/ruff format $(if $(FIX),,--check) .

types: tools ## Mypy, strict.
	@$(BIN)/mypy

contracts: tools ## The directions of imports, and the wall around the ballot box.
	@$(BIN)/lint-imports --no-logo

migrations: tools ## Whether the newest revisions equal the models.
	@$(PYTEST) -q tests/house/test_migrations.py

bench: machine ## Submissions per second, import and page weight, beside their references.
	@$(BIN)/python -m tests.bench $(ARGS)

audit-campaign: tools ## Attack 2,000 random companies, honest and with a protection off.
	@$(BIN)/python -m tests.campaign $(ARGS)

simulate: tools ## Study thousands of companies whose truth is known; how often is it right?
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.simulation $(ARGS)

mutants: machine ## Plant each break of tests/mutants/breaks; a test must notice it.
	@$(BIN)/python -m tests.mutants $(ARGS)

## Keep

screenshots: machine ## Take the pictures of the README anew.
	@$(BIN)/python -m tests.screenshots

docs: tools ## Write docs/settings.md and docs/commands.md anew from the code.
	@$(BIN)/python -m tests.support.reference

translations: tools ## Bring the catalogues up to date: new texts empty, texts that are gone out.
	@$(BIN)/python -m tests.support.catalogues

pins: tools ## Pin the packages that pyproject.toml names, and all below them, with hashes.
	@$(BIN)/python -m venv --clear .venv/pins && .venv/pins/bin/python -m pip install -q pip-tools==7.6.2
	@for what in "requirements.txt" "tests/requirements.txt --extra test"; do \
		.venv/pins/bin/pip-compile -q --generate-hashes --strip-extras --no-header \
			--annotation-style line --no-emit-index-url --no-emit-trusted-host --no-emit-options \
			-o $$what pyproject.toml || exit 1; done

clean: ## Remove what the tools keep; databases and packages stay.
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

.PHONY: tools machine
tools:
	@.ci/setup test
machine: tools
	@.ci/machine
