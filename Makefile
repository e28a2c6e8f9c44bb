# Everything here works on a fresh Debian or Ubuntu with Python 3.11 and make.
#   make run     serve the page on GRADIO_SERVER_PORT or 7860
#   make test    lint, types, tests, browser tests
#   make train   the artifacts, from the corpus beside the project (CORPUS=folder)
#   make bench   benchmarks/results/*.json, and the README's tables from them

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= ../shared/corpus
export GRADIO_ANALYTICS_ENABLED := False
export HF_HUB_DISABLE_TELEMETRY := 1

.PHONY: run test train bench fuzz load clean-install clean

run: $(VENV)/space
	$(BIN)/python app.py

test: $(VENV)/test
	bash tests/install-tools
	$(BIN)/ruff check .
	$(BIN)/mypy $(wildcard tokenizer space app.py)
	$(BIN)/pytest

train: $(VENV)/space
	$(BIN)/python -m tokenizer train --recipe hindi --corpus $(CORPUS)
	$(BIN)/python -m tokenizer train --recipe kannada --corpus $(CORPUS)
	$(BIN)/python -m tokenizer train --recipe hindi-kannada --corpus $(CORPUS)

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks.compression
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.training
	$(BIN)/python -m benchmarks.space
	$(BIN)/python -m benchmarks.readme

fuzz: $(VENV)/bench
	$(BIN)/python -m benchmarks.fuzz

load: $(VENV)/bench
	$(BIN)/python -m benchmarks.load

# The artifacts in environments that have one other library and nothing of ours (needs a package index).
clean-install: $(VENV)/space
	$(BIN)/python -m benchmarks.clean_install

clean:
	rm -rf $(VENV) tests/node/node_modules

# One stamp for each set of packages; a changed requirements file installs again.
$(VENV)/space: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/test: requirements-test.txt requirements-cluster.txt $(VENV)/space
	$(BIN)/python -m pip install --quiet -r requirements.txt -r requirements-test.txt
	touch $@

$(VENV)/bench: requirements-bench.txt $(VENV)/test
	$(BIN)/python -m pip install --quiet -r requirements.txt -r requirements-test.txt -r requirements-bench.txt
	touch $@
