# Homeward: `make` rebuilds every result, `make test` checks them, `make help` lists the targets.
# Needs GNU Make 4 and Python 3.11 or newer; everything else is installed into .venv from requirements.lock.

ifeq ($(filter 4.% 5.%,$(MAKE_VERSION)),)
$(error Homeward needs GNU Make 4 or newer, this is $(MAKE_VERSION); on macOS: brew install make, then gmake)
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)  # a -jN on the command line wins over this one
MAKEFLAGS += -j$(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
endif

# --- environment: an active conda environment as it is, otherwise .venv from the lock
PYTHON ?= python3
ifneq ($(filter-out base,$(CONDA_DEFAULT_ENV)),)
PY := python
ENV :=
else
PY := .venv/bin/python
ENV := .venv/.ready
endif
export PYTHONPATH := $(CURDIR)/src
export MPLCONFIGDIR := $(CURDIR)/build/matplotlib
export PYTHONHASHSEED := 0
export OPENBLAS_NUM_THREADS := 1
export SOURCE_DATE_EPOCH := 315532800
export TZ := UTC
export LC_ALL := C.UTF-8

# --- inputs by name: a raw file, a table, or one of four that are neither
table_files = $(patsubst src/analysis/%.py,data/processed/%.parquet,$(wildcard $(foreach s,clean features estimates,src/analysis/$(s)/$(1).py)))
OUTLINES := data/boundaries/boundaries.geojson
INPUT_study := src/analysis/study.toml
INPUT_rng := src/analysis/study.toml
INPUT_gazetteer := requirements.lock
INPUT_boundaries := $(OUTLINES)
input = $(or $(INPUT_$(1)),$(wildcard data/raw/*/$(1).csv),$(call table_files,$(1)),$(error no input is called $(1)))
inputs = $(foreach name,$(1),$(call input,$(name)))

# --- four recipes: a table, the numbers of a figure, a picture from those numbers, a notebook.
# A stamp stands between a step and its file: a step that writes the same bytes leaves the file's time alone, so
# nothing downstream is rebuilt. Missing files lose their stamp below and are built again.
RUNNER := $(patsubst %,src/analysis/%.py,__init__ __main__ pipeline contract sources store study disclosure)
define step
$(2): build/stamps/$(1) ;
build/stamps/$(1): $(3) $(RUNNER) $(ENV)
	@$$(call run,$(1))
$(if $(filter-out $(wildcard $(2)),$(2)),$(shell rm -f build/stamps/$(1)))
endef
table = $(eval TABLES += data/processed/$(1).parquet)$(eval $(call step,$(1),data/processed/$(1).parquet,$(call inputs,$(2)) $(if $(filter data/raw/%,$(call inputs,$(2))),data/raw/datapackage.json)))
# A picture on outlines is a target only where there are outlines; its committed picture stays otherwise.
HAVE_boundaries := $(or $(BOUNDARIES),$(wildcard $(OUTLINES)))
define figure
$(eval FIGURES += figures/$(1).csv)
$(eval $(call step,figures/$(1).csv,figures/$(1).csv,$(call inputs,$(2))))
$(if $(if $(3),$(HAVE_$(3)),yes),$(eval $(call picture,$(1),$(3))))
endef
define picture
$(eval FIGURES += figures/$(1).png)
$(call step,figures/$(1),figures/$(1).png figures/$(1).svg figures/$(1).json,figures/$(1).csv $(call inputs,$(2)) src/analysis/policy.mplstyle)
endef
notebook = $(eval NOTEBOOKS += notebooks/$(1).ipynb)$(eval $(call step,notebooks/$(1),notebooks/$(1).ipynb,$(call inputs,$(2)) src/analysis/kernel.py src/analysis/policy.mplstyle))
run = start=$$(date +%s%N); "$(PY)" -m analysis $(1); mkdir -p $(@D); touch $@; printf . >> build/progress; \
	tenths=$$((($$(date +%s%N)-start)/100000000)); \
	printf '[%d/$(STEPS)] %s %d.%d s\n' $$(wc -c < build/progress) $(1) $$((tenths/10)) $$((tenths%10))

quoted = $(if $(1),"$(1)")

include tables.mk

.PHONY: all tables figures notebooks page test validate verify lint lab boundaries accept clean help
all: tables figures notebooks page                                 ## every table, figure, notebook and the page (the default)
	@echo "every result is up to date; figures/index.html is the page to open"
tables: $(TABLES) docs/tables.md                                   ## data/processed: clean, features, estimates
figures: $(FIGURES)                                                ## figures: PNG, SVG, the CSV drawn, the words beside it
notebooks: $(NOTEBOOKS)                                            ## notebooks executed in a clean kernel
page: figures/index.html                                           ## figures/index.html for policy staff

$(eval $(call step,dictionary,docs/tables.md,$(patsubst data/processed/%.parquet,src/analysis/%.py,$(TABLES)) src/analysis/dictionary.py))
$(eval $(call step,page,figures/index.html,$(FIGURES) $(wildcard src/analysis/page/*.html)))

test: all                                                          ## the tests, on everything built
	@"$(PY)" -m pytest tests -m "not validation"
validate: all                                                      ## slow statistical checks: coverage, independent samplers
	@"$(PY)" -m pytest tests -m validation -s
lint: $(ENV)                                                       ## style and common faults
	@"$(PY)" -m ruff check src tests tools notebooks && "$(PY)" -m ruff format --check src tests tools notebooks
verify:                                                            ## rebuild all; demand byte-identical committed results
	@$(MAKE) clean
	@$(MAKE) all
	@git diff --exit-code --stat -- figures notebooks data docs && echo "every committed result was rebuilt byte for byte"
lab: $(ENV)                                                        ## JupyterLab on the notebooks
	@JUPYTER_CONFIG_PATH="$(CURDIR)/tools/jupyter" "$(PY)" -m jupyter lab --ServerApp.root_dir="$(CURDIR)"
boundaries: $(ENV)                                                 ## province outlines: downloaded, or BOUNDARIES=file
	@"$(PY)" -m analysis boundaries $(call quoted,$(BOUNDARIES))
accept: $(ENV)                                                     ## record a meant change of a raw file: FILE=data/raw/...
	@"$(PY)" -m analysis accept $(call quoted,$(FILE))
clean:                                                             ## remove what make builds, but not committed results
	@rm -rf build data/processed
help:                                                              ## this list
	@grep -hE '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 14

ifdef BOUNDARIES
ifneq ($(shell test -e "$(BOUNDARIES)" || echo missing),)
$(error there is no file $(BOUNDARIES), given as BOUNDARIES)
endif
$(OUTLINES): $(BOUNDARIES) | $(ENV)
	@"$(PY)" -m analysis boundaries $(call quoted,$(BOUNDARIES))
endif

# --- the environment; a .pth file stands for an editable install, which would need a build backend
.venv/.ready: requirements.lock
	@echo "installing the environment into .venv (about a minute; some minutes where there is no uv)"; start=$$(date +%s); \
	"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Homeward needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version). Name another with: make PYTHON=python3.11" >&2; exit 1; }; \
	.venv/bin/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv; \
	uv=$$(command -v uv || true); \
	if [ -n "$$uv" ] && ! "$$uv" --version >/dev/null 2>&1; then uv=; fi; \
	if [ -z "$$uv" ] && .venv/bin/python -m pip install -q --disable-pip-version-check uv >/dev/null 2>&1; then uv=.venv/bin/uv; fi; \
	if [ -z "$$uv" ] || ! VIRTUAL_ENV="$(CURDIR)/.venv" "$$uv" pip sync -q --compile-bytecode --require-hashes requirements.lock; then \
		echo "installing with pip"; .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; fi; \
	.venv/bin/python -c "import pathlib, site; pathlib.Path(site.getsitepackages()[0], 'homeward.pth').write_text(str(pathlib.Path('src').resolve()) + '\n')"; \
	touch $@; echo "environment ready in $$(($$(date +%s)-start)) s"

# --- what each step imports, read from the sources, so that editing a module rebuilds what follows from it
build/dependencies.mk: tools/dependencies.py $(shell find src/analysis notebooks -name '*.py' 2>/dev/null)
	@mkdir -p build; "$(PYTHON)" $< > $@.tmp; mv $@.tmp $@
ifeq ($(filter clean help,$(MAKECMDGOALS)),)
-include build/dependencies.mk
endif

# --- progress [k/n]: k counts the steps that ran, n comes from a dry run
ifndef STEPS
ifeq ($(filter clean help lint lab verify boundaries accept,$(MAKECMDGOALS)),)
$(shell mkdir -p build; : > build/progress)
STEPS := $(shell $(MAKE) -n STEPS=1 $(MAKECMDGOALS) 2>/dev/null | grep -c '>> build/progress')
export STEPS
endif
endif
