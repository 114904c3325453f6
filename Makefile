# Nothing is assumed but Python 3.11+, make and the package indexes. Where there is a Rust
# toolchain and its crates can be had, the compiled kernel is built, linted and tested too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test coverage test-reference test-full test-crate campaign-programs lint lint-crate wheel bench bench-peers \
  bench-docs docs lock clean

NATIVE := $(shell find native -name target -prune -o \( -name '*.rs' -o -name Cargo.toml \) -print)
BUILT := ( $(BIN)/python -c 'import pseudo._native' && command -v cargo ) >/dev/null 2>&1

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Each environment is made once a change of its requirements, and only whole ones count.
# The locks are complete, so nothing is resolved: an extra of a pinned package would else be
# looked for in its newest release, and refused for having no pin.
$(VENV)/.base: requirements/base.txt pyproject.toml setup.py $(NATIVE)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'import pseudo._native' 2>/dev/null || ! command -v cargo >/dev/null || \
	  echo "The compiled kernel was not built, though there is cargo; pip install -v -e . says why."
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip check --quiet
	touch $@

demo: $(VENV)/.base  ## Run the main job on a synthetic delivery
	$(BIN)/pseudo demo

test: $(VENV)/.dev test-crate  ## All tests, each long family sampled with a fixed seed
	$(BIN)/python -m pytest -n auto -p randomly

# By itself, since to count lines takes half as long again.
coverage: $(VENV)/.dev  ## The same, and which lines no test runs
	$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered -p randomly

test-reference: $(VENV)/.dev  ## The same without the compiled kernel
	PSEUDO_KERNEL=reference $(BIN)/python -m pytest -n auto -p randomly

test-full: $(VENV)/.dev test-crate campaign-programs  ## The whole campaign, with both kernels
	PSEUDO_TEST_FULL=1 $(BIN)/python -m pytest -n auto -p randomly
	PSEUDO_TEST_FULL=1 PSEUDO_KERNEL=reference $(BIN)/python -m pytest -n auto -p randomly

# The campaign reads what other programs write. Where they cannot be had, its tests say so.
PROGRAMS = libreoffice-calc r-base-core r-cran-haven mariadb-server
campaign-programs:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  { apt-get -qq update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq install --no-install-recommends $(PROGRAMS); } >/dev/null 2>&1 || \
	  echo "Some of $(PROGRAMS) could not be installed."; fi

# A crate whose sources could not be had is left out with a word: it is optional.
test-crate: $(VENV)/.dev
	@if $(BUILT); then \
	  cargo test --quiet --manifest-path native/Cargo.toml -p pseudo-kernel; \
	else echo "No compiled kernel: the tests of the crate are left out."; fi

lint: $(VENV)/.dev lint-crate  ## ruff, mypy strict, import-linter, rustfmt, clippy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-crate: $(VENV)/.dev
	@if ! $(BUILT); then echo "No compiled kernel: the crate is not linted."; exit 0; fi; \
	set -e; cd native; \
	if cargo fmt --version >/dev/null 2>&1; then cargo fmt --all --check; \
	else echo "No rustfmt: the crate's format is not checked."; fi; \
	if cargo clippy --version >/dev/null 2>&1; \
	then cargo clippy --quiet --release --workspace --all-targets -- -D warnings; \
	else echo "No clippy: the crate is not linted."; fi

wheel: $(VENV)/.dev  ## A wheel in dist/, and whether it is what its name says
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m tools.check_wheel dist

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
	rm -rf build dist native/target pseudo/_native.*.so
