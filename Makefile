# From a clean clone to a result: `make demo`, `make test`. Nothing has to be installed by hand.
# Make itself ends with status 2 whenever a recipe fails; the command's own exit code is in its
# closing line. Where the exact code matters, call the command: `uv run codejack demo`.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo matrix test test-long test-idps check bench mutants clean servers

UV_VERSION := 0.13.8

# A uv that runs (a version manager's shim may be on PATH and not work), else one of our own.
# The path is left to the shell to resolve so that `make UV=/some/uv` works too.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
ifeq ($(UV),)
UV := .tools/bin/uv
OWN_UV := .tools/uv-$(UV_VERSION)
endif
SYNCED := .venv/.synced
# The stamp has already settled that the environment matches the lock.
RUN := $(UV) run --no-sync

help: ## Show this list
	@echo 'Usage: make TARGET [ARGS="..."]'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS='	' read -r name text; \
	  do printf '  %-9s %s\n' "$$name" "$$text"; done

demo: $(SYNCED) ## Play the headline attacks and write the report (ARGS="--headed --slow-mo 500")
	@$(RUN) codejack demo $(ARGS)

matrix: $(SYNCED) ## Play every attack against every weakness: the proof that each is caught (minutes)
	@$(RUN) codejack matrix $(ARGS)

# A process for each core, and each file in one: what a file sets up is for all of its tests. More
# than four browsers at once only wait for each other.
test: $(SYNCED) ## Run the tests (ARGS="-k judge"; ARGS="-n 0" in one process)
	@$(RUN) pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

test-long: $(SYNCED) ## Run the tests that take long: people at many pages, in windows
	@$(RUN) pytest -m long $(ARGS)

test-idps: $(SYNCED) ## Run the tests on real servers, which it installs (ARGS="-k keycloak")
	@$(RUN) pytest -m idps $(ARGS)

check: $(SYNCED) ## Lint, formatting, types and import contracts; all four run, any may fail
	@failed=; \
	  for command in 'ruff check' 'ruff format --check' 'mypy' 'lint-imports --no-logo'; do \
	    echo "==> $$command"; $(RUN) $$command || failed="$$failed, $$command"; \
	  done; \
	  if [ -n "$$failed" ]; then echo "make check: failed: $${failed#, }" >&2; exit 1; fi

bench: $(SYNCED) ## Compare one scenario with a bare Playwright script doing the same logins
	@$(RUN) python tests/bench.py $(ARGS)

servers: $(SYNCED) ## Assess every real server of the lab, and write docs/servers.md (ARGS="keycloak")
	@$(RUN) python tests/servers_table.py $(ARGS)

mutants: $(SYNCED) ## Break the judge in every way, one at a time, and see a test die (ARGS="prizes")
	@$(RUN) python tests/mutate_judge.py $(ARGS)

clean: ## Remove environments and caches; stored runs (reports/runs) are kept
	@rm -rf .venv .tools dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@echo 'Removed the environments and caches. Stored runs in reports/runs were kept.'

# Inside .venv, so that removing the environment also removes the claim that it is up to date.
$(SYNCED): pyproject.toml uv.lock .python-version $(OWN_UV)
	@python=; \
	  if ! $(UV) python find 3.13 >/dev/null 2>&1; then \
	    for found in "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do \
	      if [ -x "$$found" ]; then python="--python $$found"; fi; \
	    done; \
	    if [ -z "$$python" ]; then echo 'No Python 3.13 on this machine: uv downloads one.'; fi; \
	  fi; \
	  echo 'Creating .venv from uv.lock (the first time this takes about a minute).'; \
	  $(UV) sync --locked --quiet $$python || { \
	    if ! $(UV) python find 3.13 >/dev/null 2>&1 && [ -z "$$python" ]; then \
	      echo 'No Python 3.13, and uv could not download one.' \
	        'Install Python 3.13 (package, pyenv, ...) so that "python3.13" is on PATH,' \
	        'and run make again.' >&2; \
	    else \
	      echo 'The environment could not be made from uv.lock; the reason stands above.' >&2; \
	    fi; exit 1; }
	@touch $@

# Any Python 3 can carry uv. Each candidate is tried: pyenv's shim refuses to run when the version
# named in .python-version is not installed, and Debian's python3 may come without venv.
.tools/uv-$(UV_VERSION):
	@echo 'No uv on PATH: installing uv $(UV_VERSION) into .tools.'
	@choose() { \
	    for python in python3.13 python3 /usr/bin/python3 /usr/local/bin/python3; do \
	      if $$python -c 'import ensurepip, venv' >/dev/null 2>&1; then return 0; fi; \
	    done; return 1; }; \
	  if ! choose && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo 'No Python 3 with the venv module: installing python3-venv with apt-get.'; \
	    { apt-get -qq update; DEBIAN_FRONTEND=noninteractive \
	      apt-get -qq -y install --no-install-recommends python3-venv; } >/dev/null; \
	  fi; \
	  if ! choose; then \
	    echo 'No Python 3 with the venv module found. On Debian or Ubuntu, as root:' \
	      'apt-get install python3-venv. Or install uv. Then run make again.' >&2; exit 1; \
	  fi; \
	  $$python -m venv --clear .tools && \
	  .tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || { \
	    echo 'uv $(UV_VERSION) could not be installed into .tools; the reason stands above.' >&2; \
	    exit 1; }
	@touch $@
