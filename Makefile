# Each target sets up what it needs; on a fresh machine with Python 3.11 nothing else is asked for.
PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON)),)
PYTHON := python3
endif
VENV ?= .venv
BIN := $(VENV)/bin
HOME_DIR ?= demo
# One process more than there are cores: some wait for a browser.
JOBS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores < 7 ? cores + 1 : 8)))

# Compiled modules are kept: the suite starts many small processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-long browser check bench docs lock clean

help:
	@echo "make demo       the main job on the shipped example, ending with an HTML report"
	@echo "make test       the test suite"
	@echo "make test-long  kills, mutation and long simulations"
	@echo "make check      linters, types, import contracts"
	@echo "make bench      every benchmark; SCALE=1|10|100 million events for the fact build"
	@echo "make docs       the reference pages, generated from the code"

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; assert sys.version_info[:2] >= (3, 11), "Python 3.11 is needed"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run
	$(BIN)/tally demo --home $(HOME_DIR) --fresh --serve

# Journeys and barriers are tested in a real Chromium; where none can be installed their tests say so and are skipped.
browser:
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && \
	    ! command -v google-chrome >/dev/null; then \
	    if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	        echo "Chromium is being installed for the tests that look at pages."; \
	        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
	            >/dev/null || echo "Chromium could not be installed: the tests that look at a page are skipped."; \
	    else \
	        echo "There is no Chromium: the tests that look at a page are skipped (\`apt-get install chromium\`)."; \
	    fi; \
	fi

test: $(VENV)/.dev browser
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not long" tests

test-long: $(VENV)/.dev browser
	$(BIN)/python -m pytest -m long tests

check: $(VENV)/.dev
	$(BIN)/ruff check src tests benchmarks examples docs
	$(BIN)/ruff format --check src tests benchmarks examples docs
	$(BIN)/mypy
	$(BIN)/lint-imports

SCALE ?= 1
bench: $(VENV)/.dev
	@missed=0; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file --scale $(SCALE) || missed=1; done; exit $$missed

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) $(HOME_DIR) build .pytest_cache .mypy_cache .ruff_cache
