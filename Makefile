# sxedu_analysis: two commands for everybody (report, test), and a few for those who work on it.
# Needs Python 3.11 or newer with venv and pip, git and make. `make help` lists the targets.

# Set on the command line only (make report REPORT_LANGUAGE=en): whatever the shell has under these names is not meant.
REPORT := 341324-2023H1
REPORT_LANGUAGE := zh
# Where to write; empty: output/<report_id>, in English output/<report_id>-en.
OUT :=

VENV := .venv
PY := $(VENV)/bin/python
# What an install depends on: when these are older than its stamp there is nothing to do.
PINS := pyproject.toml constraints.txt tools/install.sh

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test lint types notebook-tests unit-tests wheel-test lab notebooks facts constraints clean

help: ## this list
	@echo "make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile

report: $(VENV)/.installed-core ## analyse the report: REPORT=341324-2023H1 REPORT_LANGUAGE=zh OUT=output/…
	@$(VENV)/bin/sxedu report "$(REPORT)" --lang $(REPORT_LANGUAGE) $(if $(OUT),--out "$(OUT)")

# All of them run, whatever fails, so that one run shows everything there is to mend.
test: $(VENV)/.installed-dev ## all checks: ruff, mypy, nbval, pytest with coverage
	@failed=""; for step in lint types notebook-tests unit-tests; do \
		$(MAKE) --no-print-directory $$step || failed="$$failed $$step"; \
	done; \
	if [ -n "$$failed" ]; then echo "== failed:$$failed" >&2; exit 1; fi; \
	echo "== all checks passed"

lint: $(VENV)/.installed-dev
	@echo "== ruff"
	@$(PY) -m ruff check . && sound=0 || sound=1; $(PY) -m ruff format --check . && exit $$sound

types: $(VENV)/.installed-dev
	@echo "== mypy"
	@$(PY) -m mypy

notebook-tests: $(VENV)/.installed-dev
	@echo "== nbval: the notebooks' stored results against a new run"
	@$(PY) -m pytest --nbval --nbval-current-env -q -n auto --dist loadfile notebooks

unit-tests: $(VENV)/.installed-dev
	@echo "== pytest"
	@$(PY) -m pytest -q -n auto --dist loadfile --cov --cov-report=term

wheel-test: $(VENV)/.installed-dev ## build the wheel, install it in an empty environment, run the main job there
	@echo "== wheel"
	@$(PY) -m pytest -v -m slow tests/project

lab: $(VENV)/.installed-lab ## JupyterLab on the notebooks
	@$(VENV)/bin/sxedu lab

notebooks: $(VENV)/.installed-core ## run the committed notebooks again and store their results
	@$(PY) -m sxedu_analysis.classroom.unit
	@$(PY) -m sxedu_analysis.production.refresh

facts: $(VENV)/.installed-core ## regenerate data/facts from the reports and the codebook
	@$(PY) -m sxedu_analysis.analysis.refresh

# The newest versions that pyproject.toml's bounds allow, of everything that all extras pull in, from an environment
# made for the purpose. Run it, then `make test`, and commit both or neither.
constraints: | $(PY) ## pin anew every package of all extras into constraints.txt
	@$(PY) tools/pin.py

clean: ## remove .venv, caches and output
	@rm -rf $(VENV) output .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

$(VENV)/.installed-core: $(PINS) | $(PY)
	@tools/install.sh
	@touch $@

$(VENV)/.installed-lab: $(PINS) | $(PY)
	@tools/install.sh lab
	@touch $@ $(VENV)/.installed-core

$(VENV)/.installed-dev: $(PINS) | $(PY)
	@tools/install.sh dev
	@touch $@ $(VENV)/.installed-core

# The first interpreter that is new enough and can make an environment (Debian's lacks ensurepip without python3-venv).
$(PY):
	@for python in python3.11 python3 python3.12 python3.13 python3.14 python; do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			echo "Creating $(VENV) with $$($$python --version)"; \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "Python 3.11 or newer with venv is needed and was not found: install it (Debian, Ubuntu: apt install python3.11-venv; or from python.org), then run make again." >&2; \
	exit 1
