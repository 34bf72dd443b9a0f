# make run        everything on one machine: sandbox agencies, gateway, reference federation (Ctrl-C ends it all)
# make extras     what the catalogue's comparisons (numpy, scipy, sqlglot) and its PDFs need
# make test       lint, types, the house, every test, the built wheel
# make test-deep  the long studies
# make catalogue  27,000 synthetic applications, what overlaps, and the one-page report, in build/catalogue
# make bench      CPU per exchange against nginx, written to bench/results.json
PYTHON ?= python3
BIN := .venv/bin
READY ?=

.PHONY: run extras packages test test-deep bench catalogue lint types house lock clean

run: .venv/run
	@exec $(BIN)/jembatan demo $(if $(READY),--ready-file $(READY))

extras: .venv/run
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[catalogue,documents]'

.venv/run: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing (once) …" && $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: requirements/test.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

test: .venv/test packages lint types house
	$(BIN)/python -m pytest -m "not deep" -n 2 --dist loadfile
	scripts/test-wheel

test-deep: .venv/test
	$(BIN)/python -m pytest -m deep

packages:
	@scripts/install-test-packages

lint: .venv/test
	$(BIN)/ruff format --check gateway tests bench
	$(BIN)/ruff check gateway tests bench

types: .venv/test
	$(BIN)/mypy

house: .venv/test
	$(BIN)/python -m pytest -q tests/test_house.py

bench: .venv/test
	scripts/install-peers
	$(BIN)/python -m bench

catalogue: .venv/test
	$(BIN)/jembatan catalogue reference --out build/catalogue
	$(BIN)/jembatan catalogue import build/catalogue/apps.jsonl --store build/catalogue/catalogue.db --why "the reference catalogue"
	$(BIN)/jembatan catalogue report --store build/catalogue/catalogue.db --federation . --gather --out build/catalogue

lock:
	$(BIN)/uv pip compile -q pyproject.toml requirements/build.in --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements/run.txt
	$(BIN)/uv pip compile -q pyproject.toml requirements/build.in --extra test --extra catalogue --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements/test.txt

clean:
	rm -rf .venv build dist .jembatan .mypy_cache .ruff_cache .pytest_cache .hypothesis
