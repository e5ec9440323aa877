# Targets of leadline. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed
DEV_STAMP = $(VENV)/.installed-dev
COMPILED = hatch_build.py $(wildcard aggregator/*/*.pyx feeds/*/*.pyx)

.DEFAULT_GOAL := help
.PHONY: help install demo test lint types layers check format docs screenshot build clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml constraints.txt $(COMPILED) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml constraints.txt $(COMPILED) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(STAMP)

install: $(STAMP) ## Make .venv and install leadline in it

demo: $(STAMP) ## Poll bundled sample feeds and APIs over HTTP on loopback and print their digest
	@$(BIN)/leadline demo

test: $(DEV_STAMP) ## Run the tests
	$(BIN)/python -m pytest -n 2

lint: $(DEV_STAMP) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP) ## Check types
	$(BIN)/mypy

layers: $(DEV_STAMP) ## Check which package may import which
	$(BIN)/lint-imports

check: lint types layers test ## Everything that must pass before a change lands

format: $(DEV_STAMP) ## Put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV_STAMP) ## Write the generated pages and the example config anew
	$(BIN)/python -m tests.house.generate

screenshot: $(DEV_STAMP) ## Take the picture of the desk anew
	$(BIN)/python -m tests.house.screenshot

build: $(DEV_STAMP) ## Build the wheel and the source archive
	$(BIN)/python -m build --outdir dist

clean: ## Remove what was built and installed here
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
