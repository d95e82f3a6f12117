.DEFAULT_GOAL := help
.PHONY: help install run test bench lock clean

help: ## Show what can be done here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install:
	@scripts/install.sh
	@scripts/install_tesseract.sh

run: install ## Install what is missing, then start Comptoir on http://127.0.0.1:8501
	@scripts/run.sh

test: install ## Run every check: lint, types, import rules, unit, integration and browser tests
	@scripts/install.sh dev
	@scripts/install_chromium.sh
	@scripts/install_iproute.sh
	@scripts/install_libreoffice.sh
	@scripts/test.sh

bench: install ## List the measurements; run one with: .venv/bin/python -m tests.bench NAME
	@scripts/install.sh dev
	@.venv/bin/python -m tests.bench

lock: ## Write requirements.lock from what .venv holds
	@scripts/lock.sh

clean: ## Remove the virtual environment and caches; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
