# Every command of the house. `make` lists them; `make demo` and `make test` need only Python 3.11+.
#
# Variables: PY (a Python, default python3) · INDEX (a mirror of the package index) · CHROMIUM (a
# browser for the journeys) · WORKERS (test processes, default: one a core) · DEMO (its folder)

.DEFAULT_GOAL := help
SHELL := /bin/sh

PY ?= python3
INDEX ?=
CHROMIUM ?=
WORKERS ?= auto
DEMO ?= demo-clinic
PORT ?= 8000

BIN := .venv/bin
RUN := PYTHONPATH=src $(BIN)/python
export PY INDEX CHROMIUM WORKERS

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) \
		| awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

.PHONY: set-up
set-up: ## Bring .venv to what the runtime needs
	@tools/set_up.sh runtime

.PHONY: set-up-dev
set-up-dev: ## Bring .venv to what tests and checks need
	@tools/set_up.sh dev

.PHONY: demo
demo: set-up ## Make the demo clinic if there is none, serve it on this machine, print its sign-ins
	@$(RUN) tools/messages.py compile
	@PYTHONPATH=src $(BIN)/alongside demo --data $(DEMO) --port $(PORT)

.PHONY: test
test: set-up-dev ## Everything that CI runs, browser journeys included, with one summary
	@$(RUN) tools/verify.py

.PHONY: quick
quick: set-up-dev ## The checks and tests without the browser journeys
	@$(RUN) tools/verify.py formatting lint types contracts messages migrations tests

.PHONY: coverage
coverage: set-up-dev ## The same tests, and how much of the code they pass through
	@$(RUN) tools/verify.py coverage

.PHONY: format
format: set-up-dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: lint
lint: set-up-dev ## Formatting, lint and import contracts
	@$(RUN) tools/verify.py formatting lint contracts

.PHONY: types
types: set-up-dev ## Check the types
	@$(RUN) tools/verify.py types

.PHONY: messages
messages: set-up-dev ## Bring the Spanish catalogue up to date with the code
	@$(RUN) tools/messages.py update

.PHONY: matrix
matrix: set-up-dev ## Write who may do what as the tables of docs/reference/access.md
	@$(RUN) -m tools.matrix write

.PHONY: warrant
warrant: set-up-dev ## Write what a stolen or seized copy would give away, from the schema
	@$(RUN) -m tools.warrant write

.PHONY: compile
compile: set-up ## Compile the message catalogues
	@$(RUN) tools/messages.py compile

.PHONY: promises
promises: set-up-dev ## Prove the promises at full size and write docs/reference/promises.md
	@$(RUN) tools/verify.py promises
	@$(RUN) -m tools.promises

.PHONY: screenshots
screenshots: set-up-dev ## Only what needs a browser; the pictures land in reports/screenshots
	@$(RUN) tools/verify.py browser

.PHONY: pictures
pictures: set-up-dev compile ## Take the pictures of the docs anew, in a demo clinic of their own
	@CHROMIUM="$$(tools/find_browser.sh)" $(RUN) -m tools.pictures

.PHONY: lab
lab: set-up ## Run the studies of the lab at full size; the page lands in reports/lab.html
	@mkdir -p reports
	@PYTHONPATH=src $(BIN)/alongside lab report --out reports/lab.html

.PHONY: bench
bench: set-up-dev ## Run the benchmarks and write benchmarks/RESULTS.md
	@$(RUN) -m benchmarks

.PHONY: bench-r
bench-r: set-up-dev ## Fits and strain against lme4, pandas and others, installed beside (needs root or R)
	@tools/set_up_peers.sh
	@ALONGSIDE_PEERS="$$PWD/.peers/bin/python" $(RUN) -m benchmarks course change
	@PYTHONPATH=src:. .peers/bin/python -m benchmarks.strain_clinic

.PHONY: lock
lock: set-up-dev ## Resolve anew and export the locks, by hash and without addresses
	@tools/lock.sh

.PHONY: clean
clean: ## Remove what the tools left; .venv and the demo clinic stay
	@rm -rf reports build dist test-results staticfiles .coverage .coverage.* htmlcov
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
