# Every target builds .venv first when it is missing or older than the lock file.
PYTHON ?= python3
BIN := .venv/bin
# Tests wait for processes and browsers about a third of their time: half as many more at once than there are cores.
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 2) * 3 // 2)")

.DEFAULT_GOAL := help
.PHONY: help install demo run test test-all torture check bench gallery schema lock

help:
	@echo "make install  what all of this needs, into .venv; the other targets do it by themselves"
	@echo "make demo     the bot in your browser, no token needed"
	@echo "make test     all tests; of the long ones and of PostgreSQL's halves a seventh, another each day"
	@echo "make test-all all tests"
	@echo "make torture  the tests that kill the bot and try things at random, ten times as long, and a million payloads"
	@echo "make check    formatting, lint, types, architecture, dependencies, content"
	@echo "make bench    speed and size, against a ruler in the same run"
	@echo "make gallery  pictures of every card, desktop and phone width"
	@echo "make run      the bot for real, with config.yaml and DISCORD_TOKEN"

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; echo "python3 -m venv failed. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Installing what requirements.lock names (a minute or two, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch .venv/ready

install: .venv/ready

demo: .venv/ready
	$(BIN)/python -m bot demo $(ARGS)

run: .venv/ready
	$(BIN)/python -m bot run --config config.yaml $(ARGS)

# What slipcover cannot measure, and says so, are branches of the tests themselves. The 92 is only ever raised.
test: .venv/ready
	@mkdir -p build
	$(BIN)/python -W "ignore:Unable to activate pytest branch coverage" -m slipcover --json --out build/lines.json -m pytest -n $(WORKERS) --dist worksteal $(ARGS)
	$(BIN)/python -m slipcover --merge build/lines.json --out build/lines.json --fail-under 92

test-all:
	SLICE=all $(MAKE) test

torture: .venv/ready
	TORTURE=10 $(BIN)/python -m pytest $(addprefix tests/promises/test_,kill.py kill_backups.py kill_cards.py wrong_clocks.py checkin_machine.py agreement.py) $(ARGS)
	TORTURE=250 $(BIN)/python -m pytest tests/transport/test_payloads.py $(ARGS)

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m bot check --strict

bench: .venv/ready
	$(BIN)/python -m tests.benchmarks $(ARGS)

gallery: .venv/ready
	$(BIN)/python -m bot gallery $(ARGS)

# The lock's first part is what production installs; the Dockerfile stops reading at the second.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml -o build/production.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --all-extras --constraint build/production.txt pyproject.toml -o build/all.txt
	python3 -c "import re; parts = lambda p: re.findall(r'^\S.*(?:\n +.*)*', open(p).read(), re.M); first = parts('build/production.txt'); rest = [x for x in parts('build/all.txt') if x not in first]; open('requirements.lock', 'w').write('\n'.join(['# Production', *first, '', '# Demo and development', *rest, '']))"
