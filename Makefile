# One command for each thing a person wants. Only python3 (from 3.11), pip and make are needed; all else comes by lock file.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder
CORE_TESTS := tests/stories tests/acd tests/model tests/journals tests/runtime tests/calls tests/conversations tests/ivr tests/recording
WEB := contactcenter/adapters/console/static/vendor/.stamp
SIM_HOURS ?= 24
SIM_SEED ?= 7
TESTS ?= tests
KILLS ?= 500
RUNS ?= 2000
FIRST ?= 1
STEPS ?= 50
STORMS ?= 500
SEED ?= 7
LAN_FLAG := $(if $(LAN),--lan)
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo run sim properties mutations theory bench chaos test check wheel compiled format lock clean

help: ## list the commands
	@echo "make COMMAND, where COMMAND is:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

demo: .venv/.run $(WEB) ## the example centre with simulated callers, agents, chats and texts (LAN=1: for phones on your network)
	@$(BIN)/python -m contactcenter demo $(LAN_FLAG)

run: .venv/.run $(WEB) ## the same centre without that traffic (LAN=1 as above)
	@$(BIN)/python -m contactcenter serve $(LAN_FLAG)

ifdef SEEDS
sim: .venv/.test ## one day in virtual time (SIM_HOURS=24 SIM_SEED=7), or SEEDS=500 hours in which everything goes wrong
	@$(BIN)/python -m tests.sim --seeds $(SEEDS) --first $(FIRST)
else
sim: .venv/.run
	@$(BIN)/python -m contactcenter simulate config/ --hours $(SIM_HOURS) --seed $(SIM_SEED)
endif

properties: .venv/.test ## let whatever may happen happen to the centre, in any order (RUNS=2000 STEPS=50)
	@$(BIN)/python -m tests.properties --runs $(RUNS) --steps $(STEPS)

mutations: .venv/.test ## seed faults into copies of the engine, and see each of them found
	@$(BIN)/python -m tests.mutations

theory: .venv/.test .venv/.theory ## the simulated centre against Erlang C and A, and against another simulator
	@$(BIN)/python -m tests.theory

bench: .venv/.test $(WEB) ## measure a centre of its own on this machine
	@$(BIN)/python -m tests.real
	@$(BIN)/python -m bench.sip

chaos: .venv/.test $(WEB) ## kill a whole site again and again, and look for a lost word (KILLS=500 SEED=7)
	@$(BIN)/python -m tests.real
	@$(BIN)/python -m tests.chaos --kills $(KILLS) --seed $(SEED)

# The storms take what the tests leave of the machine, which wait more than they work.
test: check ## install what the tests need, then check and run them all (TESTS=tests/sip for a part)
	@if [ "$(TESTS)" != tests ]; then $(BIN)/python -m tests.real && $(PYTEST) $(TESTS); exit; fi; \
	mkdir -p build; nice -n 19 $(BIN)/python -m tests.sim --seeds $(STORMS) > build/storms.log 2>&1 & storms=$$!; \
	$(BIN)/python -m tests.real && $(PYTEST) $(TESTS); failed=$$?; \
	wait $$storms || failed=1; cat build/storms.log; exit $$failed

check: .venv/.test $(WEB) ## style, types, the import rule, and that the README's commands exist
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/vendor_web.py --types
	@$(BIN)/python -m pytest -q tests/test_style.py tests/test_readme.py

wheel: .venv/.test $(WEB) ## a wheel in dist/ whose core is compiled, about a third faster (needs a C compiler)
	@command -v cc >/dev/null \
	  && $(BIN)/python -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' \
	  || { echo "error: no C compiler, or no Python.h (Debian: apt-get install gcc python3-dev)"; exit 1; }
	@rm -rf build/wheel dist/*.whl && mkdir -p build/wheel
	@cp -r contactcenter pyproject.toml README.md LICENSE build/wheel
	@echo "compiling the core (two to four minutes)"
	@HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist ./build/wheel
	@ls dist/*.whl

# Beside links to tests and bench, in a folder where no sources of ours are found before it.
compiled: wheel ## let the compiled core go through the tests of the core and a hundred storms, and measure it
	@rm -rf build/compiled && mkdir -p build/compiled
	@$(PIP) install --quiet --no-deps --target build/compiled dist/*.whl
	@ln -s $(CURDIR)/bench $(CURDIR)/tests $(CURDIR)/config $(CURDIR)/pyproject.toml build/compiled
	@cd build/compiled && $(CURDIR)/$(BIN)/python -m pytest -q -n 2 $(CORE_TESTS)
	@cd build/compiled && $(CURDIR)/$(BIN)/python -m tests.sim --seeds 100 --first $(FIRST)
	@cd build/compiled && $(CURDIR)/$(BIN)/python -m bench.acd --agents 1000 --waiting 0 --skills 5 50

format: .venv/.test ## lay the code out as `check` wants it
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

lock: ## resolve the dependencies anew into the lock files
	@$(PYTHON) tools/lock.py

clean: ## remove what these commands made (not var/, where a centre keeps its records)
	rm -rf .venv contactcenter/adapters/console/static/vendor build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) not found (Debian: apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: Python 3.11 or newer is needed; try  make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "error: this Python has no ensurepip (Debian: apt-get install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.run: requirements.lock pyproject.toml | .venv/bin/python
	@$(PYTHON) tools/install_locked.py requirements.lock
	@touch $@

# The lock file of the tests holds all of the other one, so one installation serves both.
.venv/.test: requirements-test.lock pyproject.toml | .venv/bin/python
	@$(PYTHON) tools/install_locked.py requirements-test.lock
	@touch $@ .venv/.run

# In a folder of its own: its wheel brings a package `tests`, which would be taken for ours.
.venv/.theory: requirements-theory.lock | .venv/bin/python
	@rm -rf .venv/theory
	@$(PIP) install --quiet --no-deps --require-hashes --target .venv/theory -r $<
	@touch $@

$(WEB): package.json package-lock.json tools/vendor_web.py | .venv/bin/python
	@$(BIN)/python tools/vendor_web.py
