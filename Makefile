# Two commands for a newcomer: make demo, make test. Everything they need is installed by the targets below.
PYTHON ?= python3
VENV := .venv
SYNAPSE := .synapse-venv
BIN := $(VENV)/bin
PIP_FLAGS := --quiet --disable-pip-version-check

LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --allow-unsafe --strip-extras --no-header

.PHONY: accuracy model demo demo-web web test tools browser pictures deployed env synapse lint lock bench bench-city chaos clean

env: $(VENV)/.ready
synapse: $(SYNAPSE)/.ready

$(VENV)/.ready: deploy/locks/dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/dev.lock
	$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --no-build-isolation -e .
	touch $@

$(SYNAPSE)/.ready: deploy/locks/synapse.lock
	$(PYTHON) -m venv $(SYNAPSE)
	$(SYNAPSE)/bin/python -m pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/synapse.lock
	touch $@

demo: env synapse
	$(BIN)/zhibu demo

web: deploy/web/dist/index.html

deploy/web/dist/index.html: $(filter-out deploy/web/dist deploy/web/node_modules,$(wildcard deploy/web/*))
	@command -v npm >/dev/null || { echo "make web needs Node.js 18 or newer, with npm"; exit 1; }
	cd deploy/web && npm ci --silent && npm run --silent build

demo-web: env synapse web
	$(BIN)/zhibu demo --web

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: env synapse lint
	$(BIN)/pytest -n 2 --dist worksteal --ignore tests/browser --ignore tests/deploy/native
	@echo "Not run here: the web client in a real browser (make browser), deploy/compose.yaml natively (make deployed)."

# What reads deploy/: compose's, systemd's and Prometheus's own checks. Without it make test skips those, and says so.
tools:
	tests/deploy/install.sh

# A person's web client in Debian's Chromium. make pictures does the same and renews the documents' screenshots.
browser: env synapse
	tests/browser/install.sh
	$(MAKE) --no-print-directory web $(VENV)/.browser
	$(BIN)/pytest tests/browser

pictures: export ZHIBU_PICTURES := docs/pictures
pictures: browser

# deploy/'s images and services, built and run natively, as root, in mounts and a network of their own.
deployed: env tools
	unshare --mount --propagation private $(BIN)/pytest tests/deploy/native

$(VENV)/.browser: deploy/locks/browser.lock $(VENV)/.ready
	$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/browser.lock
	touch $@

# Rewrites the locks from pyproject.toml; hashes, and no index addresses.
lock:
	$(BIN)/python -m pip install $(PIP_FLAGS) pip-tools
	for extra in run dev; do $(BIN)/pip-compile -q --extra build $$([ $$extra = dev ] && echo --extra dev) $(LOCK) \
	  -o deploy/locks/$$extra.lock pyproject.toml || exit 1; done
	$(BIN)/pip-compile -q $(LOCK) -o deploy/locks/synapse.lock deploy/locks/synapse.in
	for beside in browser train; do $(BIN)/pip-compile -q $(LOCK) -c deploy/locks/dev.lock \
	  -o deploy/locks/$$beside.lock deploy/locks/$$beside.in || exit 1; done

# ZHIBU_BENCH_ROOMS says over how many rooms a storm of reminders goes; the more, the longer.
bench: env synapse
	$(BIN)/python -m tests.bench

# A city's last evening on both databases; ZHIBU_CITY_BRANCHES, ZHIBU_CITY_ROOMS and ZHIBU_CITY_SECONDS make it smaller.
bench-city: env synapse
	$(BIN)/python -m tests.bench.city

# SIGKILL 500 times over a mixed load; ZHIBU_CHAOS_KILLS says how many, ZHIBU_CHAOS_ON=postgres has the record there.
# Then 10,000 messages of one person (ZHIBU_FLOOD), while another asks.
chaos: env synapse
	$(BIN)/python -m tests.faults.chaos
	$(BIN)/python -m tests.faults.flood

accuracy: env
	$(BIN)/python -m tests.accuracy

# Trains the tagger of bot/understanding anew from tests/accuracy; a quarter of an hour on two cores.
model: env $(VENV)/.train
	$(BIN)/python -m tests.accuracy.training.train

$(VENV)/.train: deploy/locks/train.lock $(VENV)/.ready
	$(BIN)/python -m pip install $(PIP_FLAGS) --no-build-isolation --require-hashes -r deploy/locks/train.lock
	touch $@

clean:
	rm -rf $(VENV) $(SYNAPSE) build *.egg-info deploy/web/dist deploy/web/node_modules
