# References of tests/models/mixed_counts: run in this folder as `Rscript references.R` (R 4.2.2, MASS 7.3-58.2,
# glmmTMB 1.1.5, lme4 1.1-31). Writes quine.csv (Quine 1975, in MASS), epil.csv (Thall and Vail 1990, in MASS) and
# references.csv. The districts_*.csv are simulated: no place of Cambodia is in them.
suppressMessages({library(MASS); library(glmmTMB); library(lme4)})
data(quine); data(epil)
write.csv(quine, "quine.csv", row.names = FALSE, quote = FALSE)
write.csv(epil[c("y", "trt", "base", "age", "V4", "subject")], "epil.csv", row.names = FALSE, quote = FALSE)
rows <- list()
keep <- function(fit, data, quantity, values)
  rows[[length(rows) + 1]] <<- data.frame(fit, data, quantity, at = seq_along(values), value = as.numeric(values))
precise <- glmmTMBControl(optCtrl = list(rel.tol = 1e-14, x.tol = 1e-12, iter.max = 1000, eval.max = 1000))
mixed <- function(data, formula, frame) {
  for (family in c("nbinom2", "poisson")) {
    m <- glmmTMB(formula, frame, family = family, control = precise)
    m <- update(m, start = list(beta = fixef(m)$cond, theta = getME(m, "theta"), betad = m$fit$par["betad"][family == "nbinom2"]))
    fit <- paste("glmmTMB", family)
    keep(fit, data, "coefficient", fixef(m)$cond)
    keep(fit, data, "standard error", sqrt(diag(vcov(m)$cond)))
    keep(fit, data, "log-likelihood", logLik(m))
    keep(fit, data, "sd", attr(VarCorr(m)$cond[[1]], "stddev"))
    keep(fit, data, "effect", ranef(m)$cond[[1]][, 1])
    if (family == "nbinom2") keep(fit, data, "theta", sigma(m))
  }
  # nAGQ > 1: its log-likelihood leaves constants out, so it is not kept
  control <- glmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12, xtol_rel = 1e-14))
  m <- glmer(formula, frame, family = poisson, nAGQ = 15, control = control, start = list(
    fixef = fixef(m)$cond, theta = attr(VarCorr(m)$cond[[1]], "stddev")))
  keep("glmer poisson nAGQ 15", data, "coefficient", fixef(m))
  keep("glmer poisson nAGQ 15", data, "standard error", sqrt(diag(vcov(m))))
  keep("glmer poisson nAGQ 15", data, "sd", getME(m, "theta"))
  keep("glmer poisson nAGQ 15", data, "deviance", -2 * logLik(m))
}
plain <- function(data, formula, frame) {
  m <- glm.nb(formula, frame, control = glm.control(epsilon = 1e-14, maxit = 200), init.theta = 1)
  m <- update(m, start = coef(m), init.theta = m$theta)
  keep("glm.nb", data, "coefficient", coef(m))
  keep("glm.nb", data, "standard error", coef(summary(m))[, 2])
  keep("glm.nb", data, "theta", m$theta)
  keep("glm.nb", data, "log-likelihood", logLik(m))
  m <- glmmTMB(formula, frame, family = nbinom2, control = precise)
  keep("glmmTMB nbinom2 plain", data, "standard error", sqrt(diag(vcov(m)$cond)))
  m <- glm(formula, poisson, frame, control = glm.control(epsilon = 1e-14))
  keep("glm poisson", data, "coefficient", coef(m))
  keep("glm poisson", data, "standard error", sqrt(diag(vcov(m))))
  keep("glm poisson", data, "log-likelihood", logLik(m))
}
plain("quine", Days ~ Sex + Age + Eth + Lrn, quine)
mixed("epil", y ~ trt + log(base) + age + V4 + (1 | subject), epil)
for (data in c("districts_children", "districts_facilities")) {
  frame <- read.csv(paste0(data, ".csv"))
  mixed(data, y ~ x + z + offset(log(population)) + (1 | group), frame)
  plain(data, y ~ x + z + offset(log(population)), frame)
}
found <- do.call(rbind, rows)
found$value <- sprintf("%.12g", found$value)
write.csv(found, "references.csv", row.names = FALSE, quote = FALSE)
