# make demo   set everything up and do the main job on a scanned invoice
# make test   set up what the tests need and run them
# make check  format, lint, types, tests: what continuous integration runs
# make docs   the API reference, from docstrings, in build/docs
# make bench  the figures (needs a folder of data: see bench/README.md)
# make head   the recogniser's head, drawn and trained anew in three hours on two cores (see training/README.md)

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
SOURCES := src tests bench scripts examples training

.PHONY: demo test check lint types format docs bench head model clean

demo: $(VENV)/.installed model
	@echo; echo "The scan examples/invoice.jpg, read and corrected; below, each edit with what was read and why:"; echo
	$(BIN)/ocrect read examples/invoice.jpg --show-edits

test: $(VENV)/.dev model
	$(BIN)/python -m pytest -n 2

check: lint types test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)

types: $(VENV)/.dev
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: $(VENV)/.dev model
	$(BIN)/python -m bench $(ARGS)

head: $(VENV)/.dev
	$(BIN)/python -m training $(ARGS)

docs: $(VENV)/.dev
	$(BIN)/python scripts/make_docs.py build/docs

# The language model is optional: where its runtime cannot be built, all but the model works, and the demo says so.
model: $(VENV)/.installed
	-@$(BIN)/python scripts/install_model.py --wheels .cache/wheels

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -m venv $(VENV) || { echo "ocrect: python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) install --quiet --editable '.[dev]'
	@sh scripts/fetch_tessdata.sh $(VENV)/share/tessdata eng deu fra vie
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
