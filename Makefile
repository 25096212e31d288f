# Needs Python 3.11, 3.12 or 3.13 with venv and pip (3.14 with a MongoDB of your own); `make` alone lists the commands.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
WORKERS ?= $(if $(ARGS),0,5) # a part is told sooner in one process

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
UV := uv==0.13.9
LOCKFLAGS ?=
CATALOGUES := bot/texts/catalogues

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo init run test check bench format texts gallery pictures clients plugin lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## Try everything: no token, no database; prints one URL to open
	@$(BIN)/python -m bot demo $(ARGS)

init: $(VENV)/.run ## Ask what is needed, write .env, and run the bot
	@$(BIN)/python -m bot init

run: $(VENV)/.run ## Run the bot for real, with the settings in .env
	@$(BIN)/python -m bot run $(ARGS)

# Compiled once, not anew in each process, wherever the environment forbids to keep it.
test: $(VENV)/.dev ## Run the whole test suite (ARGS="-k webhook" for a part)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.dev ## Format, lint, types, import layers; silent when all is well
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@report=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$report"; exit 1; }

bench: $(VENV)/.dev ## Measure all and write docs/performance.md (ARGS="--only ingest" for a part)
	@$(BIN)/python -m bench $(or $(ARGS),--write-docs)

format: $(VENV)/.dev ## Format the code and sort the imports
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format --quiet .

texts: $(VENV)/.dev ## Bring the catalogues of translations up to date with the code
	@$(BIN)/python -m tests.texts.extraction > $(CATALOGUES)/messages.pot
	@for file in $(CATALOGUES)/*.po; do \
	    $(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date \
	        --locale $$(basename $$file .po) --input-file $(CATALOGUES)/messages.pot --output-file $$file; \
	done
	@rm $(CATALOGUES)/messages.pot
	@$(BIN)/python -m integrations.woocommerce.texts

gallery: $(VENV)/.dev ## Write every message in every language into build/messages
	@$(BIN)/python -m tests.texts.gallery $(ARGS)

pictures: $(VENV)/.dev ## Take every picture of docs/images anew (ARGS="demo photo" for some)
	@$(BIN)/python -m tests.images $(ARGS)

clients: $(VENV)/.dev ## Write what the packages for shops know of the API
	@$(BIN)/python -m clients.generate

plugin: $(VENV)/.dev ## Pack the WooCommerce plugin into dist/trackline-for-woocommerce.zip
	@$(BIN)/python -m integrations.woocommerce.package

lock: ## Write requirements/*.txt anew (LOCKFLAGS=--upgrade takes newer versions)
	@$(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/pip install --quiet --disable-pip-version-check $(UV)
	@$(call compile,dev,--extra dev)
	@$(call compile,demo,--extra demo --constraint requirements/dev.txt)
	@$(call compile,embedded,--extra embedded --constraint requirements/dev.txt)
	@$(call compile,core,--constraint requirements/dev.txt)

clean: ## Remove what make made; your data stays
	rm -rf bench/peers/.venv bench/peers/express/node_modules
	rm -rf $(VENV) build dist *.egg-info .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find bench bot handlers integrations sandbox storage tests -name __pycache__ -prune -exec rm -rf {} +

# One environment serves every command; a stamp says which lock it was last brought up to.
$(VENV)/.run: requirements/embedded.txt | $(BIN)/pip
	$(install)

$(VENV)/.demo: requirements/demo.txt | $(BIN)/pip
	$(install)

$(VENV)/.dev: requirements/dev.txt | $(BIN)/pip
	$(install)

define install
@echo "Bringing $(VENV) up to $<"
@$(PIP) install --require-hashes --requirement $<
@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
@touch $@
endef

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Trackline needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is older." \
	        "Name one that is: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$(PYTHON) cannot make a virtual environment." \
	        "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

compile = $(VENV)/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
    --generate-hashes --no-annotate --custom-compile-command 'make lock' $(LOCKFLAGS) \
    --group build $(2) --output-file requirements/$(1).txt pyproject.toml
