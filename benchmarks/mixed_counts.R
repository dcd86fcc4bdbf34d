# The peers of benchmarks/mixed_counts.py in R: Rscript mixed_counts.R READER COUNTS.csv OUT.json REPEATS
# Only the fit is timed: elapsed seconds, and seconds of processor of this process. glmmTMB stops early by default, so
# the coefficients that are compared are those of one more fit, to the end and not timed, from where it stopped.
told <- commandArgs(TRUE)
packages <- list("glmmTMB" = c("lme4", "glmmTMB"), "glmer.nb" = c("MASS", "lme4"), "glm.nb" = "MASS")[[told[1]]]
for (package in packages) suppressMessages(library(package, character.only = TRUE))
rows <- read.csv(told[2])
rows$group <- factor(rows$group)
mixed <- y ~ x + z + offset(log(population)) + (1 | group)
fits <- list(
  "glmmTMB" = function() glmmTMB(mixed, rows, family = nbinom2),
  "glmer.nb" = function() suppressMessages(suppressWarnings(glmer.nb(mixed, rows))),
  "glm.nb" = function() glm.nb(y ~ x + z + offset(log(population)), rows)
)
times <- replicate(as.integer(told[4]), {
  used <- system.time(fit <<- fits[[told[1]]]())
  c(used[["elapsed"]], used[["user.self"]] + used[["sys.self"]])
})
if (told[1] == "glmmTMB") {
  start <- list(beta = fixef(fit)$cond, theta = getME(fit, "theta"), betad = fit$fit$par["betad"])
  control <- glmmTMBControl(optCtrl = list(rel.tol = 1e-13, iter.max = 1000, eval.max = 1000))
  fit <- suppressWarnings(glmmTMB(mixed, rows, family = nbinom2, start = start, control = control))
}
coefficients <- switch(told[1], "glmmTMB" = fixef(fit)$cond, "glmer.nb" = fixef(fit), coef(fit))
writeLines(sprintf(
  '{"seconds": %.6f, "cpu_seconds": %.6f, "log_likelihood": %.12g, "coefficients": [%s]}',
  median(times[1, ]), median(times[2, ]), as.numeric(logLik(fit)), paste(sprintf("%.12g", coefficients), collapse = ", ")
), told[3])
