# `make run` and `make test` need nothing but Python ≥ 3.11 and make; after the first install they work offline.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: faults fuzz sbom screenshots vectors help run chat test test-pythons check fmt bench lock clean
help:
	@echo "make run    安装并启动（自带 Redis）      make chat   在终端里聊天"
	@echo "make test   安装并跑全部测试              make check  格式、类型、分层、测试"
	@echo "make test-pythons  在每个装了的 Python 上各跑一遍"
	@echo "make bench  测速和测准确率                make fmt    整理代码格式"
	@echo "make faults 长时间故障演练                make fuzz   长时间恶意输入"
	@echo "make sbom   软件物料清单（CycloneDX）"

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "需要 Python 3.11 或更新版本（现在是 $$($(PYTHON) --version 2>&1)）；可以用 make PYTHON=/路径/python3.11 run 指定"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "这台机器的 Python 缺少 venv：Debian/Ubuntu 请先运行 apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv && touch $@

.venv/run: .venv/python requirements.lock pyproject.toml
	@echo "正在安装依赖，一两分钟；装好后第一次启动要准备十秒左右，以后一两秒就好……"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# Where Python may write no byte code of its own (PYTHONDONTWRITEBYTECODE), each start would compile three hundred modules.
	@$(BIN)/python -m compileall -q bot handlers knowledge
	@touch $@

.venv/test: .venv/run requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/bench: .venv/test requirements-bench.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

run: .venv/run
	@QINGLANG_SIMULATOR__ENABLED=$${QINGLANG_SIMULATOR__ENABLED:-true} $(BIN)/qinglang serve

chat: .venv/run
	@$(BIN)/qinglang chat

# A file at a time on each processor, at most four: much of a run is waiting for servers and browsers. WORKERS=0 runs them one by one.
WORKERS ?= auto
test: .venv/test
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile

# On every Python of the machine, in a fresh copy, without the machine's Redis; PYTHONS=… and TESTS=… narrow it.
test-pythons:
	@$(PYTHON) tests/pythons.py

check: .venv/test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/qinglang kb check
	@$(MAKE) --no-print-directory test

fmt: .venv/test
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# make bench SETS=folder measures the matching on sets of one's own; without SETS on the project's questions.
bench: .venv/bench
	@for set in . second third exam; do echo "== $$set"; $(BIN)/python -m bench.questions tests/data/questions/$$set; \
		$(BIN)/python -m bench.dialogues tests/data/questions/$$set; done
	@$(BIN)/python -m bench.matching $(SETS)
	@$(BIN)/python -m bench.editing
	@$(BIN)/python -m bench.start
	@$(BIN)/python -m bench.push

# Hours of faults and of hostile input: SECONDS a kind or a target, and PUSHES a kind, SEED repeats a run.
SECONDS ?= 600
PUSHES ?= 0
SEED ?= 1
faults: .venv/test
	@$(BIN)/python -m bench.storm --seconds $(SECONDS) --pushes $(PUSHES) --seed $(SEED)

fuzz: .venv/test
	@$(BIN)/python -m bench.fuzz --seconds $(SECONDS) --seed $(SEED)

# What is installed to run, and nothing else, as CycloneDX; and its licences for docs/licences.md.
sbom:
	@$(PYTHON) -m venv build/sbom/run && $(PYTHON) -m venv build/sbom/tool
	@build/sbom/run/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@build/sbom/tool/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-sbom.lock
	@build/sbom/tool/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom/qinglang.cdx.json build/sbom/run/bin/python
	@$(PYTHON) bench/licences.py build/sbom/qinglang.cdx.json
	@echo "写好了：build/sbom/qinglang.cdx.json、docs/licences.md"

# The pictures of README and docs, from the running product; needs Chromium.
screenshots: .venv/test
	@$(BIN)/python -m tests.web.screenshots

# The vectors of the shipped content, so that a first start need not encode it.
vectors: .venv/test
	@$(BIN)/python -m bench.vectors

# Needs uv on PATH; the lock files name no package index.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml --extra build -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml --extra build --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml --extra build --extra pictures --extra trace -c requirements.lock -o requirements-extras.lock
	echo "cyclonedx-bom>=7" | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate - -o requirements-sbom.lock

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
