# make start: set up and run the first hour.   make test: set up and pass every check.
# Everything is installed into .venv; nothing outside this folder is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: start test check fix bench bench-quick bench-review bench-design bench-serve validate-design lock clean

start: $(VENV)/start.ok
	@$(BIN)/backwright start; status=$$?; test $$status -eq 3 || exit $$status

test: $(VENV)/dev.ok
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n 2 --dist worksteal

fix: $(VENV)/dev.ok
	$(BIN)/ruff check -q --fix . && $(BIN)/ruff format -q .

bench: $(VENV)/bench.ok
	$(BIN)/python -m benchmarks

bench-quick: $(VENV)/bench.ok
	$(BIN)/python -m benchmarks --quick

bench-review: $(VENV)/bench.ok $(VENV)/peers.ok
	$(BIN)/python -m benchmarks.review.speed

bench-design: $(VENV)/bench.ok
	$(BIN)/python -m benchmarks.design

# Needs wrk (Debian's package of that name). The last takes ten minutes.
bench-serve: $(VENV)/bench.ok
	$(BIN)/python -m benchmarks.serve.speed
	$(BIN)/python -m benchmarks.ask
	$(BIN)/python -m benchmarks.mcp_server
	$(BIN)/python -m benchmarks.serve.soak

# Real servers on loopback, about a quarter of an hour on a machine that does nothing else.
validate-design: $(VENV)/bench.ok
	$(BIN)/python -m benchmarks.design.validate --out docs/validation

# Bytecode is compiled at set-up: without it every start would compile again, and start-up is a feature.
$(VENV)/start.ok: requirements.lock pyproject.toml | $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/dev.ok: requirements-dev.lock pyproject.toml | $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@ $(VENV)/start.ok

$(VENV)/bench.ok: requirements-bench.lock $(VENV)/dev.ok
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

# A peer whose dependencies are older than ours: in an environment of its own.
$(VENV)/peers.ok: requirements-peers.lock | $(VENV)
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-peers.lock
	@touch $@

$(VENV):
	$(PYTHON) -m venv $(VENV)

# Needs uv. The locks name no package registry.
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q
COMPILE := uv pip compile pyproject.toml $(LOCKED)
PAGE := --extra web --extra mcp
REST := --extra llm --extra oidc --extra server
lock:
	$(COMPILE) $(PAGE) --group start -o requirements.lock
	$(COMPILE) $(PAGE) $(REST) --group start --group dev -o requirements-dev.lock
	$(COMPILE) $(PAGE) $(REST) --group start --group dev --group bench -o requirements-bench.lock
	uv pip compile --group peers $(LOCKED) -o requirements-peers.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
