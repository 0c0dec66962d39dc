# GridTalk's verbs. Everything they make lands in this folder: .venv, .tools, .data, .cache, models.
SHELL := /bin/sh
PY := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help run test check train bench guard chaos storm fuzz nlu walk doctor fmt reset clean bootstrap node front-ends

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: train front-ends ## everything on this machine: chat page, desk, demo city (CLOCK=system for real time)
	@$(PY) -W ignore -m tools.run --clock $(or $(CLOCK),demo)

test: train front-ends ## every test, the front ends' included
	@$(PY) -m tools.build_front_ends --test
	@$(PY) -m tools.run_tests $(ARGS)

check: bootstrap ## ruff, mypy, import-linter, architecture tests: what CI runs
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check -q .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/architecture

train: bootstrap ## the model, if what it is made from changed
	@$(PY) -m tools.train

bench: train ## the same recorded day through GridTalk and through stock Rasa: ARGS="day curves soak ceiling --skip-training"
	@$(PY) -W ignore -m bench $(ARGS)

guard: train ## what a turn costs, held against a small stock Rasa in the same job, by ratios
	@$(PY) -W ignore -m bench.guard $(ARGS)

chaos: train ## every process killed, every store taken away under load, ledgers compared (ARGS="--quick --seed 7")
	@$(PY) -W ignore -m bench.chaos $(ARGS)
	@$(if $(ARGS),,$(PY) -W ignore -m bench.chaos --crew)

storm: bootstrap ## a typhoon day on a fast clock, twice: each told once, nobody else, the same result (ARGS=--quick)
	@$(PY) -W ignore -m bench.typhoon --json bench/results/typhoon/$$(date +%Y-%m-%d-%H%M).json $(ARGS)

fuzz: bootstrap ## the doors' parsers by atheris, SECONDS=60 for each
	@sh tools/bootstrap.sh fuzz
	@$(PY) -m tests.fuzz --seconds $(or $(SECONDS),60) $(ARGS)

nlu: train ## how well the held-out sentences are understood: docs/nlu-report.md
	@$(PY) -W ignore -m tools.nlu_report $(ARGS)

walk: train front-ends ## ten flows in a real browser, with pictures: docs/walk
	@$(PY) -W ignore -m tools.walk $(ARGS)

doctor: bootstrap ## what is wrong with the settings, stores, keys, clock and doors of a bot (ARGS=--json)
	@$(PY) -W ignore -m tools.doctor $(ARGS)

fmt: bootstrap ## mend what ruff can mend
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

reset: ## delete the demo machine's databases, secrets, clock and logs
	@sh tools/reset.sh

clean: ## delete everything made here, .data excepted
	rm -rf .venv .tools .cache models widget/dist console/web/dist widget/node_modules console/web/node_modules

bootstrap:
	@sh tools/bootstrap.sh

node: bootstrap
	@sh tools/bootstrap.sh node

front-ends: node
	@$(PY) -m tools.build_front_ends
