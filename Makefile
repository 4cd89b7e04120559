# The task words of this project: run, test, lint, format, docs, live.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := examples/crawl.warc.gz

.PHONY: run test nightly lint format docs live clean

run: $(VENV)/installed  ## the whole pipeline on the example crawl: no network, embedded store
	$(BIN)/dcat-harvest run --replay $(EXAMPLE) --output output --now 2026-11-02T06:00:00Z
	@echo "Open output/current/quality/report.html and output/current/index.html in a browser."

test: $(VENV)/installed-test lint  ## lint, then every test
	$(BIN)/python -m pytest -n 2 $(if $(CI),--randomly-seed=1)

nightly: $(VENV)/installed-test  ## the long ones: fuzz every reader, kill 200 runs
	DCAT_HARVEST_FUZZ=100000 $(BIN)/python -m pytest tests/test_fuzz.py -n 2 --timeout=0
	$(BIN)/python bench/crash.py

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed-test  ## write the generated pages again
	$(BIN)/python docs/generate.py

live: $(VENV)/installed  ## harvest the live sites, politely
	$(BIN)/dcat-harvest run --output output

$(VENV)/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

clean:
	rm -rf $(VENV) output/releases output/current output/store output/archive output/work output/memo output/asked.json
