# `make run` and `make test` are all that anyone needs to know. Each does its own set-up and says what it does.
.DEFAULT_GOAL := help
.PHONY: help run test check fix bench lock css audit pictures
PYTHON ?= python3
NAME ?= all

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ./hue --help  everything else: set up a real agency, verify the record, back up, restore"
	@echo; echo "  make bench NAME=..., with what each needs and how long it takes; HUE_DATABASE_URL=... for PostgreSQL:"
	@awk -F '"' '/^    "[a-z]+": "/{printf "    %-10s %s\n", $$2, $$4}' bench/__main__.py

run: ## start everything with the demonstration; Ctrl-C stops it; a second run keeps the data
	@PYTHON=$(PYTHON) scripts/environment.sh run
	@exec ./hue up --demo

test: ## run every test, on SQLite and on PostgreSQL; installs what it needs where it may
	@PYTHON=$(PYTHON) scripts/environment.sh test
	@exec .venv/bin/python scripts/test.py

check: ## the quick round: lint, types, contracts, migrations, everyday tests on SQLite
	@PYTHON=$(PYTHON) scripts/environment.sh test
	@.venv/bin/python scripts/audit.py --remind
	@exec .venv/bin/python scripts/test.py --quick

fix: ## mend what can be mended: formatting and imports
	@PYTHON=$(PYTHON) scripts/environment.sh test
	@.venv/bin/ruff check --fix -q . ; .venv/bin/ruff format -q .

bench: ## one benchmark by NAME=..., or all; the last line is JSON (below)
	@PYTHON=$(PYTHON) scripts/environment.sh test
	@exec .venv/bin/python -m bench $(NAME)

lock: ## for developers: lock requirements/*.in again, with hashes
	@scripts/lock.sh

audit: ## ask a public database about known vulnerabilities of every locked package (needs the internet)
	@.venv/bin/python scripts/audit.py

css: ## for developers: build style sheets, icons and the browser's bundles again (needs npm)
	@cd hueandcry/ui/sass && npm ci && npm run build
	@cd hueandcry/desk/js && npm ci && npm run build

pictures: ## for developers: picture every page of the desk into docs/pictures/desk/ (needs Chromium)
	@PYTHON=$(PYTHON) scripts/environment.sh test
	@mkdir -p docs/pictures/desk
	@HUE_PICTURES=docs/pictures/desk .venv/bin/python -m pytest -q tests/walks/test_desk_looks.py
