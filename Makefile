# kpi-mart: `make help` lists what there is. Every target sets up what it needs and is quick when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV_VERSION := 0.13.9
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
# Behind a company's proxy only the system's own certificates are right; without any, uv's are.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS ?= true
endif

.DEFAULT_GOAL := help
.PHONY: help setup tools run dev test test-all screenshots docs lint format bench lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## create .venv with the locked packages

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] < (3, 14) else \
		"kpi-mart needs Python 3.11 to 3.13; this is %d.%d. Name another: make PYTHON=python3.11" % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY) data/extracts/as_of ## generate the sample company once, then run it from raw data to the published mart
	@$(BIN)/kpi run

data/extracts/as_of: | $(READY)
	@$(BIN)/python -m data.sample_company

dev: $(READY) data/extracts/as_of ## Dagster UI on 127.0.0.1 with the schedule and the sensor on
	@$(BIN)/kpi dev

tools: $(READY) ## Chromium and PostgreSQL for the tests; on Debian they are installed if missing
	@$(BIN)/python -m tests.tools

test: tools ## what CI runs: every test but the long ones
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not spark and not long"

test-all: tools ## all tests, the long ones too
	@$(BIN)/python -m pytest -n 2 --dist loadfile

screenshots: tools ## renew the pictures of the documentation from the published dashboard
	@$(BIN)/python -m tests.browser.screenshots

bench: $(READY) ## what runs and metrics cost on this machine, beside a bare scan and MetricFlow (a quarter of an hour)
	@$(BIN)/python -m benchmarks.runs
	@$(BIN)/python -m benchmarks.metrics
	@$(BIN)/python -m benchmarks.forecasts

docs: $(READY) ## the documentation as a site of files, with dbt's own: site/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@$(BIN)/python -m orchestration.dbt.docs site/dbt

lint: $(READY) ## format, lint, types, SQL style, rules of KPI contracts, and drift of the compiled KPI models
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright --pythonpath $(BIN)/python
	@PYTHONWARNINGS="ignore:resource_tracker" $(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests
	@$(BIN)/kpi lint
	@$(BIN)/kpi compile --check

format: $(READY) ## rewrite Python and SQL in the house style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models

lock: $(READY) ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean: ## forget the sample company's data and everything computed from it
	rm -rf data/extracts data/raw data/quarantine data/warehouse data/published data/dagster data/dbt_project data/as_of data/alerts data/checks data/logs
