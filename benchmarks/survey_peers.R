# The peer of benchmarks/survey.py in R: Rscript survey_peers.R TASK ROWS.csv OUT.json REPEATS
# Only the work is timed: elapsed seconds, and seconds of processor of this process. svyglm stops early and takes its
# linearised variance from the step before the last, so the estimates that are compared are those of one more fit, to
# the end and not timed, from where it stopped.
told <- commandArgs(TRUE)
suppressMessages({library(survey); library(mitools)})
rows <- read.csv(told[2])
formula <- y ~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9
to_the_end <- list(epsilon = 1e-15, maxit = 100)
design <- function() svydesign(~cluster, strata = ~stratum, weights = ~weight, data = rows)
found <- function(fit) list(coef(fit), SE(fit))
logistic <- function(design) svyglm(formula, design, family = quasibinomial())
set.seed(1)
tasks <- list(
  linearised = function() found(logistic(design())),
  bootstrap = function() found(logistic(as.svrepdesign(design(), type = "subbootstrap", replicates = 500))),
  jackknife = function() found(logistic(as.svrepdesign(design(), type = "JKn"))),
  total = function() {
    again <- as.svrepdesign(design(), type = "subbootstrap", replicates = 2000)
    total <- withReplicates(again, quote(sum(.weights * y) / sum(.weights * population) * 15e6))
    list(coef(total), SE(total))
  },
  "two-stage" = function() {
    drawn <- svydesign(~cluster + household, strata = ~stratum, weights = ~weight, data = rows)
    total <- svytotal(~y, as.svrepdesign(drawn, type = "subbootstrap", replicates = 500))
    list(coef(total), SE(total))
  },
  imputed = function() {
    again <- as.svrepdesign(design(), type = "subbootstrap", replicates = 200)
    fits <- lapply(0:9, function(m) {
      again$variables$x1 <- rows[[paste0("x1_", m)]]
      logistic(again)
    })
    pooled <- MIcombine(lapply(fits, coef), lapply(fits, vcov), df.complete = degf(design()))
    list(coef(pooled), SE(pooled))
  }
)
times <- replicate(as.integer(told[4]), {
  used <- system.time(last <<- tasks[[told[1]]]())
  c(used[["elapsed"]], used[["user.self"]] + used[["sys.self"]])
})
if (told[1] %in% c("linearised", "jackknife")) {
  again <- if (told[1] == "jackknife") as.svrepdesign(design(), type = "JKn") else design()
  start <- last[[1]]
  last <- found(svyglm(formula, again, family = quasibinomial(), start = start, control = to_the_end))
}
numbers <- function(values) paste(sprintf("%.15g", values), collapse = ", ")
writeLines(sprintf(
  '{"seconds": %.6f, "cpu_seconds": %.6f, "estimates": [%s], "errors": [%s]}',
  median(times[1, ]), median(times[2, ]), numbers(last[[1]]), numbers(last[[2]])
), told[3])
