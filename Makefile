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

# One word for a shell, whatever blanks and quotation marks stand in it; nothing for nothing.
quoted = $(if $(1),'$(subst ','\'',$(1))')
nothing :=
escaped = $(subst $(nothing) $(nothing),\ ,$(1))

# --- a folder of one's own: the environment, the stamps and, without ROOT, the results stand in it
ifneq ($(filter-out help,$(or $(MAKECMDGOALS),all)),)
NOT_OURS := $(shell for place in build $(if $(ROOT),,data figures notebooks docs); do \
	test -w $$place || { test ! -e $$place && test -w .; } || echo $$place; done)
ifneq ($(NOT_OURS),)
$(error $(CURDIR) is not yours to write to ($(NOT_OURS)): copy it to a folder of your own and run make there)
endif
# Jupyter and uv ask for a home folder; a bare machine may have none, or one that cannot be written.
ifeq ($(shell test -w "$$HOME" && echo there),)
export HOME := $(CURDIR)/build/home
$(shell mkdir -p build/home)
endif
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
export PYTHONUTF8 := 1
export OPENBLAS_NUM_THREADS := 1
export SOURCE_DATE_EPOCH := 315532800
export TZ := UTC
export LC_ALL := C.UTF-8

# --- where repeated work is done: in each step's own process, or by a cluster of one's own (docs/recipes/many-machines.md)
ENGINE ?= serial
export HOMEWARD_ENGINE := $(ENGINE)
export HOMEWARD_SCHEDULER := $(SCHEDULER)

# --- whose records: RECORDS is a folder of exports, ROOT the folder for its results; results of simulated exports
# stay here. Make cannot have blanks in the names of targets, so that ROOT is reached through a link without any.
# A country with a file in src/analysis/countries is named by COUNTRY; without ROOT the results of another country than
# Cambodia go to build/countries. What has no input there is left out.
override COUNTRY := $(or $(COUNTRY),cambodia)
ifneq ($(COUNTRY),cambodia)
$(shell mkdir -p build/countries; new=build/countries/$(COUNTRY).mk.$$$$.tmp; \
	{ PYTHONPATH=$(call quoted,$(CURDIR)/src) "$(PYTHON)" -m analysis.country_steps $(COUNTRY) || true; } > $$new; mv $$new build/countries/$(COUNTRY).mk)
include build/countries/$(COUNTRY).mk
ifeq ($(RECORDS)$(ROOT),)
ROOT := build/countries/$(COUNTRY)
endif
endif
export HOMEWARD_COUNTRY := $(COUNTRY)
ifneq ($(RECORDS)$(ROOT),)
REFUSED := $(shell PYTHONPATH=$(call quoted,$(CURDIR)/src) "$(PYTHON)" -m analysis.importers.folders $(or $(call quoted,$(RECORDS)),'') $(or $(call quoted,$(ROOT)),'') 2>&1)
ifneq ($(REFUSED),)
$(error $(REFUSED))
endif
export HOMEWARD_ROOT := $(shell place=$(call quoted,$(ROOT)); { test -d "$$place" || mkdir -p -m 700 "$$place"; } 2>/dev/null && test -w "$$place" && cd "$$place" && pwd -P)
ifeq ($(HOMEWARD_ROOT),)
$(error ROOT=$(ROOT) is no folder that can be written to: name one of your own)
endif
LINK := build/roots/$(shell printf %s $(call quoted,$(ROOT)) | cksum | cut -d' ' -f1)
$(shell mkdir -p build/roots; ln -sfn $(call quoted,$(HOMEWARD_ROOT)) $(LINK))
OUT := $(LINK)/
else
export HOMEWARD_ROOT :=
endif
DATA := $(OUT)data/processed
STAMPS := $(OUT)build/stamps
NO_STEPS := clean help lint lab verify boundaries accept benchmark scheduler worker

# --- one make at a time in one place: the next waits here. What one that was killed left behind is put right first.
ifndef STEPS
ifneq ($(filter-out $(filter-out clean,$(NO_STEPS)),$(or $(MAKECMDGOALS),all)),)
REFUSED := $(shell $(if $(OUT),umask 077; )"$(or $(wildcard $(PY)),$(PYTHON))" -S tools/tidy.py $$PPID $(or $(OUT),.) $(call quoted,$(RECORDS)))
ifneq ($(REFUSED),)
$(error $(REFUSED))
endif
endif
endif

RESTRICTED := organisations facilities facility_names facility_review funders overdue_contacts partners partner_evidence unknown_codes files sheets

# --- inputs by name: a raw file, a table, or one of nine that are neither
table_files = $(patsubst src/analysis/%.py,$(DATA)/%.parquet,$(wildcard $(foreach s,imported clean features estimates,src/analysis/$(s)/$(1).py)))
OUTLINES := data/boundaries/boundaries.geojson
CHOICES := src/analysis/study.toml src/analysis/countries/$(COUNTRY).toml
INPUT_study := $(CHOICES)
INPUT_rng := $(CHOICES)
INPUT_gazetteer ?= requirements.lock
INPUT_boundaries := $(OUTLINES)
INPUT_simulator := $(addprefix src/analysis/simulate/,parameters.toml $(addsuffix .py,block case_children case_families cases closings communes country draws episodes facilities lists made_up_communes parameters sample sampled_countries sampling spells standing supported_returns triage))
INPUT_case_facilities := $(OUT)data/restricted/facilities.csv
INPUT_facility_names := $(OUT)data/restricted/facility_names.csv
INPUT_partner_evidence := $(OUT)data/restricted/partner_evidence.csv
INPUT_facility_matches := $(OUT)build/rulings/facility_matches
input = $(or $(INPUT_$(1)),$(wildcard data/raw/*/$(1).csv),$(call table_files,$(1)),$(error no input is called $(1)))
inputs = $(foreach name,$(1),$(call input,$(name)))

# --- four recipes: a table, the numbers of a figure, a picture from those numbers, a notebook.
# A stamp stands between a step and its file: a step that writes the same bytes leaves the file's time alone, so
# nothing downstream is rebuilt. Its time is that at which the step began: what changes while it runs is newer.
# Missing files lose their stamp below and are built again.
RUNNER := $(patsubst %,src/analysis/%.py,__init__ __main__ country pipeline contract in_parts kinds restricted sources store strict_csv study) $(wildcard src/analysis/disclosure/*.py)
step = $(call command,$(1),$(2),$(3) $(RUNNER))
define command
$(2): $(STAMPS)/$(1) ;
$(STAMPS)/$(1): $(3) $(ENV)
	@$$(call run,$(1),$(4))
$(if $(filter-out $(wildcard $(2)),$(2)),$(shell rm -f $(STAMPS)/$(1)))
endef
table = $(if $(filter $(1),$(LEFT_OUT)),,$(call kept_table,$(1),$(2)))
kept_table = $(eval TABLES += $(DATA)/$(1).parquet)$(eval $(call step,$(1),$(DATA)/$(1).parquet,$(call inputs,$(2)) $(if $(filter data/raw/%,$(call inputs,$(2))),data/raw/datapackage.json)))
# Pictures are drawn in every language of the country, English ones in figures, others in a folder of theirs below it.
LANGUAGES ?= en km
TRANSLATIONS := $(if $(filter km,$(LANGUAGES)),src/analysis/page/khmer.csv)
SPEECH := $(wildcard src/analysis/languages/*.py)
in_languages = $(foreach language,$(LANGUAGES),$(addprefix $(OUT)figures/$(if $(filter-out en,$(language)),$(language)/),$(1)))
pictured = $(call in_languages,$(1).png $(1).svg $(1).json inline/$(1).svg)
# A picture on outlines is a target only where there are outlines; the committed one stays, or is copied to ROOT.
HAVE_boundaries := $(or $(BOUNDARIES),$(wildcard $(OUTLINES)))
figure = $(if $(filter figures/$(1),$(LEFT_OUT)),,$(call kept_figure,$(1),$(2),$(3)))
define kept_figure
$(eval FIGURES += $(OUT)figures/$(1).csv)
$(eval $(call step,figures/$(1).csv,$(OUT)figures/$(1).csv,$(call inputs,$(2)) $(wildcard $(OUT)data/restricted/released/$(1).csv)))
$(eval $(call $(if $(if $(3),$(HAVE_$(3)),yes),picture,$(if $(OUT),committed_picture)),$(1),$(3)))
endef
define picture
$(eval FIGURES += $(filter-out %.svg,$(call pictured,$(1))) $(call in_languages,inline/$(1).svg))
$(call step,figures/$(1),$(call pictured,$(1)),$(OUT)figures/$(1).csv $(call inputs,$(2)) src/analysis/policy.mplstyle $(TRANSLATIONS) $(SPEECH))
endef
define committed_picture
$(eval FIGURES += $(call pictured,$(1)))
$(call pictured,$(1)): $(OUT)figures/%: figures/%
	@mkdir -p $$(@D); cp $$< $$@
endef
notebook = $(if $(filter notebooks/$(1),$(LEFT_OUT)),,$(call kept_notebook,$(1),$(2)))
kept_notebook = $(eval NOTEBOOKS += $(OUT)notebooks/$(1).ipynb)$(eval $(call step,notebooks/$(1),$(OUT)notebooks/$(1).ipynb,$(call inputs,$(2)) src/analysis/kernel.py src/analysis/policy.mplstyle))
run = $(if $(OUT),umask 077; )start=$$(date +%s%N); mkdir -p $(@D); begun=$@.$$$$.tmp; : > $$begun; trap 'rm -f $$begun' EXIT; \
	"$(PY)" -S tools/step.py $$PPID $(1) $(2); mv $$begun $@; printf . >> $(OUT)build/progress; \
	tenths=$$((($$(date +%s%N)-start)/100000000)); \
	printf '[%d/$(STEPS)] %s %d.%d s\n' $$(wc -c < $(OUT)build/progress) $(1) $$((tenths/10)) $$((tenths%10))

# --- simulated exports, and canonical tables from these or from RECORDS: two commands that fill many files at once
EXPORTS := $(OUT)data/simulated/exports
IMPORTED := $(patsubst src/analysis/%.py,$(DATA)/%.parquet,$(filter-out %/__init__.py %/allowed.py,$(wildcard src/analysis/imported/*.py)))
IMPORTERS := $(shell find src/analysis/imported src/analysis/importers -name '*.py' -o -name '*.csv') src/analysis/countries/$(COUNTRY).toml
TABLES += $(IMPORTED)
ifneq ($(filter-out $(NO_STEPS),$(or $(MAKECMDGOALS),all)),)
# Each section of study.toml that they read as a file of its own: another choice neither simulates nor imports again.
$(shell mkdir -p build/choices; for name in simulation importing; do new=build/choices/$$name; tmp=$$new.$$$$.tmp; \
	sed -n "/^\[$$name\]/,/^\[/p" src/analysis/study.toml > $$tmp; cmp -s $$tmp $$new && rm $$tmp || mv $$tmp $$new; done)
# What a person ruled, as a checksum: made anew when the file of rulings comes, changes or goes, and only then.
$(shell umask 077; mkdir -p $(OUT)build/rulings; for name in facility_matches; do new=$(OUT)build/rulings/$$name; tmp=$$new.$$$$.tmp; \
	{ cksum < $(OUT)data/restricted/rulings/$$name.csv; } > $$tmp 2>/dev/null || echo none > $$tmp; \
	cmp -s $$tmp $$new && rm $$tmp || mv $$tmp $$new; done)
# What is read now: another folder than last time, or a file in it that changed since, is imported again.
$(shell umask 077; mkdir -p $(OUT)build; new=$(OUT)build/records; tmp=$$new.$$$$.tmp; \
	printf '%s\n' $(call quoted,$(RECORDS)$(filter-out cambodia,$(COUNTRY))) > $$tmp; \
	cmp -s $$tmp $$new && rm $$tmp || { mv $$tmp $$new; rm -f $(STAMPS)/import; })
ifdef RECORDS
$(shell test -z "$$(find $(call quoted,$(RECORDS)) -newer $(STAMPS)/import 2>/dev/null | head -n 1)" || rm -f $(STAMPS)/import)
ifdef HOMEWARD_KEY  # another key gives other pseudonyms; a sign of it is kept, from which it cannot be worked out
$(shell umask 077; new=$(OUT)build/key_sign; tmp=$$new.$$$$.tmp; PYTHONPATH=$(call quoted,$(CURDIR)/src) "$(PYTHON)" -m analysis.importers.key_sign > $$tmp; \
	cmp -s $$tmp $$new && rm $$tmp || { mv $$tmp $$new; rm -f $(STAMPS)/import; })
endif
endif
endif
HOW_TO_IMPORT = $(call quoted,$(RECORDS)) $(if $(KEEP_GOING),--keep-going || test $$? -eq 3)
$(eval $(call command,simulate,$(EXPORTS)/SIMULATED.json,$(call inputs,$(filter-out $(if $(LEFT_OUT),commune_%),commune_children_2011 commune_idpoor_2022 gazetteer screening_items_assembled)) src/analysis/countries/$(COUNTRY).toml src/analysis/simulate/parameters.toml build/choices/simulation))
$(eval $(call command,import,$(IMPORTED) $(INPUT_case_facilities) $(INPUT_facility_names) $(INPUT_partner_evidence),$(if $(RECORDS),,$(EXPORTS)/SIMULATED.json) $(IMPORTERS) $(call inputs,screening_items_assembled) build/choices/importing,$$(HOW_TO_IMPORT)))

include tables.mk

ifneq ($(filter release,$(MAKECMDGOALS)),)
ifeq ($(strip $(STEPS)$(SIGNED)),)
$(error say who answers for it: make release SIGNED="role, organisation")
endif
endif

# --- pages, in every language; the brief is printed where there is a browser that prints
BROWSER := $(shell command -v chromium chromium-browser google-chrome 2>/dev/null | head -n 1)
OF_PAGES := $(FIGURES) $(wildcard src/analysis/page/*.html src/analysis/page/*.css src/analysis/page/*.js) $(TRANSLATIONS)
page = $(call kept_page,$(1),$(call in_languages,$(2)) $(addprefix $(OUT)figures/,$(3)))
kept_page = $(eval PAGES += $(2))$(eval $(call step,pages/$(1),$(2),$(OF_PAGES)))
$(call page,index,index.html)
$(call page,captions,CAPTIONS.md)
ifeq ($(filter estimates/country_snapshot,$(LEFT_OUT)),)  # where there are published tables
$(call page,country_snapshot,country_snapshot.html,country_snapshot_data.json)
$(call page,brief,brief.html)
ifneq ($(BROWSER),)
PAGES += $(call in_languages,brief.pdf)
$(eval $(call step,brief_pdf,$(call in_languages,brief.pdf),$(call in_languages,brief.html)))
else
page: older_brief
.PHONY: older_brief
older_brief: $(call in_languages,brief.html)
	@for page in $^; do pdf=$${page%.html}.pdf; tail -n 1 $$pdf 2>/dev/null | grep -aq "$$(sha256sum < $$page | cut -d' ' -f1)" \
		|| echo "$$pdf is missing or older than $$page: there is no Chromium to print it"; done
endif
endif

# What stands behind each figure, and whose the data are: written from the sources of this repository, not of a ROOT.
WRITTEN := $(if $(OUT),,docs/results.md docs/sources.md)
docs/results.md: tools/results_map.py tools/edges.py tables.mk docs/methods/README.md build/dependencies.mk $(filter figures/%.json,$(FIGURES)) $(wildcard notebooks/*.py) $(shell find tests -name 'test_*.py' 2>/dev/null)
docs/sources.md: tools/sources_table.py data/raw/datapackage.json data/raw/published/documents_printed.csv
docs/results.md docs/sources.md: | $(ENV)
	@new=$@.$$$$.tmp; trap 'rm -f $$new' EXIT; "$(PY)" $< > $$new; mv $$new $@

REVIEW := $(OUT)data/restricted/facility_review.csv
OVERDUE := $(OUT)data/restricted/overdue_contacts.csv
PARTNERS := $(OUT)data/restricted/partners.csv
.PHONY: all tables figures notebooks page simulate import review overdue partners test validate verify benchmark lint release lab boundaries accept scheduler worker clean help
all: tables figures notebooks page $(REVIEW) $(OVERDUE) $(PARTNERS) ## every table, figure, notebook and the page (the default)
	@! grep -q ',not_read$$' $(DATA)/imported/rejected.csv || echo "some exports could not be read and were left out: see data/processed/imported/rejected.csv"
	@echo $(call quoted,every result is up to date; $(if $(ROOT),$(ROOT)/)figures/index.html is the page to open)
tables: $(TABLES) $(OUT)docs/tables.md                             ## data/processed: imported, clean, features, estimates
figures: $(FIGURES)                                                ## figures: PNG, SVG, the CSV drawn, the words beside it
notebooks: $(NOTEBOOKS)                                            ## notebooks executed in a clean kernel
page: $(PAGES) $(WRITTEN)                                          ## figures/index.html, snapshot and brief, for policy staff
simulate: $(EXPORTS)/SIMULATED.json                                ## data/simulated: made-up exports, the default input
import: $(IMPORTED)                                                ## canonical tables; own exports: RECORDS=folder ROOT=folder
review: $(REVIEW)                                                  ## pairs of facilities in lists that a person should rule on
	@echo $(call quoted,pairs that wait for a ruling stand in $(if $(ROOT),$(ROOT)/)data/restricted/facility_review.csv: see docs/recipes/rule-on-facility-matches.md)
overdue: $(OVERDUE)                                                ## children at home whose last contact due was not made
	@echo $(call quoted,contacts that are overdue stand in $(if $(ROOT),$(ROOT)/)data/restricted/overdue_contacts.csv: see docs/recipes/work-through-overdue-contacts.md)
partners: $(PARTNERS)                                              ## which organisations are fit to be partners, and what is missing
	@echo $(call quoted,the register of partners stands in $(if $(ROOT),$(ROOT)/)data/restricted/partners.csv: see docs/recipes/review-partners.md)

$(eval $(call step,dictionary,$(OUT)docs/tables.md,$(patsubst $(DATA)/%.parquet,src/analysis/%.py,$(TABLES)) src/analysis/dictionary.py))
$(eval $(call step,facility_review,$(REVIEW),$(call inputs,facility_pairs facility_matches facility_list_rows facility_names places study)))
$(eval $(call step,overdue_queue,$(OVERDUE),$(call inputs,overdue_contacts cases)))
$(eval $(call step,partner_register,$(PARTNERS),$(call inputs,partner_evidence partner_criteria study)))

test: all                                                          ## the tests, on everything built
	@"$(PY)" -m pytest tests -m "not validation" -n 2 --dist loadfile --no-loadscope-reorder
validate: all                                                      ## slow checks: coverage, independent samplers, a release
	@"$(PY)" -m pytest tests -m "validation and not rehearsal" -n 2 --dist loadfile --no-loadscope-reorder -rP
rehearse: all                                                      ## every command of the page for data officers, as it stands
	@"$(PY)" -m pytest tests -m rehearsal
benchmark: $(ENV)                                                  ## everything that has peers beside it: an hour, 9 GB
	@for part in environments imports disclosure linkage mixed_counts spatial survey survival caseload limits pipeline machine summary; do \
		"$(PY)" -m benchmarks.$$part; done
lint: $(ENV)                                                       ## style, common faults and types
	@"$(PY)" -m ruff check src tests tools notebooks benchmarks && "$(PY)" -m ruff format --check src tests tools notebooks benchmarks
	@"$(PY)" -m mypy
verify:                                                            ## rebuild all; demand byte-identical committed results
	@$(MAKE) clean
	@$(MAKE) all
	@git diff --exit-code --stat -- figures notebooks data docs && echo "every committed result was rebuilt byte for byte"
release: all                                                       ## what may leave, in a folder: SIGNED="role, organisation" [TO=folder]
	@"$(PY)" -m analysis release --signed "$$SIGNED" $(if $(TO),--to "$$TO") $(if $(DATE),--date "$$DATE")
lab: $(ENV)                                                        ## JupyterLab on the notebooks
	@JUPYTER_CONFIG_PATH=$(call quoted,$(CURDIR)/tools/jupyter) "$(PY)" -m jupyter lab --ServerApp.root_dir=$(call quoted,$(CURDIR))
boundaries: $(ENV)                                                 ## province outlines: downloaded, or BOUNDARIES=file
	@"$(PY)" -m analysis boundaries $(call quoted,$(BOUNDARIES))
accept: $(ENV)                                                     ## record a meant change of a raw file: FILE=data/raw/...
	@"$(PY)" -m analysis accept $(call quoted,$(FILE))
scheduler: $(ENV)                                                  ## of a cluster of one's own: HOST=address [PORT=8786] [PROTOCOL=tls]
	@"$(PY)" -m distributed.cli.dask_scheduler --no-dashboard --host "$(or $(HOST),$(error say on which address of this machine: make scheduler HOST=10.0.0.1))" --port $(or $(PORT),8786) $(if $(PROTOCOL),--protocol $(PROTOCOL))
worker: $(ENV)                                                     ## its workers: SCHEDULER=tcp://host:8786 [WORKERS=processes]
	@trap 'kill $$(jobs -p) 2>/dev/null && sleep 2; kill -9 $$(jobs -p) 2>/dev/null || true' EXIT; for one in $$(seq $(or $(WORKERS),1)); do \
		"$(PY)" -m distributed.cli.dask_worker "$(or $(SCHEDULER),$(error say which scheduler: make worker SCHEDULER=tcp://host:8786))" \
			--no-dashboard --no-nanny --nthreads 1 --death-timeout 60 --local-directory build/dask & \
	done; wait  # a nanny would give its worker another PYTHONHASHSEED than the machine that asks has
clean:                                                             ## remove what make builds, but not committed results
	@test ! -d $(OUT)build || find $(OUT)build -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
	@rm -rf $(DATA) $(OUT)data/simulated $(patsubst %,$(OUT)data/restricted/%,$(addsuffix .csv,$(RESTRICTED)) candidates $(if $(OUT),,released releases.csv))
help:                                                              ## this list
	@grep -hE '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 14

ifdef BOUNDARIES
ifneq ($(shell test -e $(call quoted,$(BOUNDARIES)) || echo missing),)
$(error there is no file $(BOUNDARIES), given as BOUNDARIES)
endif
$(OUTLINES): build/stamps/boundaries ;
build/stamps/boundaries: $(call escaped,$(BOUNDARIES)) | $(ENV)
	@mkdir -p $(@D); "$(PY)" -m analysis boundaries $(call quoted,$(BOUNDARIES)); touch $@
$(if $(wildcard $(OUTLINES)),,$(shell rm -f build/stamps/boundaries))
endif

# --- the environment; a .pth file stands for an editable install, which would need a build backend
.venv/.ready: requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Homeward needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version). Name another with: make PYTHON=python3.11" >&2; exit 1; }; \
	"$(PYTHON)" -S tools/lock.py $$$$ build/environment.lock; if [ $@ -nt $< ]; then exit 0; fi; \
	echo "installing the environment into .venv (about a minute; some minutes where there is no uv)"; start=$$(date +%s); \
	.venv/bin/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv; \
	uv=$$(command -v uv || true); \
	if [ -n "$$uv" ] && ! "$$uv" --version >/dev/null 2>&1; then uv=; fi; \
	if [ -z "$$uv" ] && .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tools/installer.lock >/dev/null 2>&1; then uv=.venv/bin/uv; fi; \
	if [ -z "$$uv" ] || ! VIRTUAL_ENV=$(call quoted,$(CURDIR)/.venv) "$$uv" pip sync -q --compile-bytecode --require-hashes requirements.lock; then \
		echo "installing with pip"; .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; fi; \
	.venv/bin/python -c "import pathlib, site; pathlib.Path(site.getsitepackages()[0], 'homeward.pth').write_text(str(pathlib.Path('src').resolve()) + '\n')"; \
	touch $@; echo "environment ready in $$(($$(date +%s)-start)) s"

# --- progress [k/n]: k counts the steps that ran, n comes from a dry run, which makes the file included below
ifndef STEPS
ifeq ($(filter $(NO_STEPS),$(MAKECMDGOALS)),)
$(shell $(if $(OUT),umask 077; )mkdir -p $(OUT)build; : > $(OUT)build/progress)
STEPS := $(shell $(MAKE) -n STEPS=1 COUNTRY=$(COUNTRY) $(if $(ROOT),RECORDS=$(call quoted,$(RECORDS)) ROOT=$(call quoted,$(ROOT))) $(MAKECMDGOALS) 2>/dev/null | grep -c '>> $(OUT)build/progress')
export STEPS
endif
endif

# --- what each step imports, read from the sources, so that editing a module rebuilds what follows from it
build/dependencies.mk: tools/dependencies.py $(shell find src/analysis notebooks -name '*.py' 2>/dev/null)
	@mkdir -p build; new=$@.$$$$.tmp; trap 'rm -f $$new' EXIT; "$(PYTHON)" $< > $$new; mv $$new $@
ifeq ($(filter clean help,$(MAKECMDGOALS)),)
-include build/dependencies.mk
endif
