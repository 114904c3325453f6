# Nothing is assumed but Python 3.11+, make and the package indexes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-full lint bench bench-peers bench-docs docs lock clean

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Each environment is made once a change of its requirements, and only whole ones count.
# The locks are complete, so nothing is resolved: an extra of a pinned package would else be
# looked for in its newest release, and refused for having no pin.
$(VENV)/.base: requirements/base.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip check --quiet
	touch $@

demo: $(VENV)/.base  ## Run the main job on a synthetic delivery
	$(BIN)/pseudo demo

test: $(VENV)/.dev  ## All tests, each long family sampled with a fixed seed
	$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered -p randomly

test-full: $(VENV)/.dev  ## The whole campaign
	PSEUDO_TEST_FULL=1 $(BIN)/python -m pytest -n auto -p randomly

lint: $(VENV)/.dev  ## ruff, mypy strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## Each budget beside its reference, measured in the same run
	$(BIN)/python -m bench

# The peers bring requirements that must not decide on ours.
$(VENV)-peers/.done: requirements/peers.txt
	test -x $(VENV)-peers/bin/python || $(PYTHON) -m venv $(VENV)-peers
	$(VENV)-peers/bin/python -m pip install --quiet --require-hashes --no-deps -r $<
	touch $@

bench-peers: $(VENV)/.dev $(VENV)-peers/.done  ## What others take for the same file
	$(BIN)/python -m bench.peers $(VENV)-peers/bin/python

bench-docs: $(VENV)/.dev $(VENV)-peers/.done  ## Measure all anew for the manual
	mkdir -p docs/benchmarks
	-$(BIN)/python -m bench --json docs/benchmarks/budgets.json
	$(BIN)/python -m bench.peers $(VENV)-peers/bin/python --json docs/benchmarks/peers.json
	$(BIN)/python -m bench.report

docs: $(VENV)/.dev  ## The manual as HTML in docs/_build
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

lock: $(VENV)/.dev  ## Pin all requirements anew, with hashes and without index addresses
	$(BIN)/python -m pip install --quiet uv
	for set in base dev peers; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --upgrade \
	    requirements/$$set.in -o requirements/$$set.txt; \
	done

clean:  ## Remove what make made
	rm -rf $(VENV) $(VENV)-peers .cache .pytest_cache .mypy_cache .ruff_cache docs/_build
