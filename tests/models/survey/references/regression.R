# References of tests/models/survey/test_regression*.py: run in this folder, after references.R, as `Rscript regression.R`
# (R 4.2.2, survey 4.1-1). Writes regression.csv. svyglm takes its variance from the weights of the last step but one, so
# every fit is made twice, the second time from where the first ended.
suppressMessages(library(survey))
options(digits = 17, warn = 1)
to_the_end <- list(epsilon = 1e-15, maxit = 100)
fitted <- function(formula, design, family) {
  told <- list(formula, design, family = family, control = to_the_end)
  do.call(svyglm, c(told, list(start = coef(do.call(svyglm, told)))))
}
rows <- list()
keep <- function(fit_of, quantity, values)
  rows[[length(rows) + 1]] <<- data.frame(fit_of, quantity, at = seq_along(values), value = as.numeric(values))
keep_fit <- function(name, fit) {
  keep(name, "coefficients", coef(fit)); keep(name, "covariance", vcov(fit)); keep(name, "df", fit$df.residual)
  keep(name, "interval", confint(fit, ddf = fit$df.residual))
}
keep_test <- function(name, formula, design, family, terms) {
  tested <<- design; its_family <<- family  # the smaller model is fitted from the call, outside this function
  fit <- eval(bquote(svyglm(.(formula), tested, family = its_family, control = to_the_end)))
  wald <- regTermTest(fit, terms)
  keep(name, "wald", c(wald$Ftest, wald$df, wald$ddf, wald$p))
  ratio <- regTermTest(fit, terms, method = "LRT")
  keep(name, "ratio", c(ratio$chisq, ratio$ddf, ratio$p)); keep(name, "effects", ratio$lambda)
}

schools <- read.csv("apistrat.csv"); schools$is_wide <- as.integer(schools$sch.wide == "Yes")
stratified <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = schools)
wide <- is_wide ~ ell + meals + enroll
keep_fit("apistrat", fitted(wide, stratified, quasibinomial()))
keep_test("apistrat", wide, stratified, quasibinomial(), ~ ell + enroll)
keep_fit("apistrat rates", fitted(api.stu ~ ell + meals + offset(log(enroll)), stratified, quasipoisson()))

districts <- read.csv("apiclus2.csv"); districts$is_wide <- as.integer(districts$sch.wide == "Yes")
two_stages <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = districts)
keep_fit("apiclus2", fitted(wide, two_stages, quasibinomial()))
keep_test("apiclus2", wide, two_stages, quasibinomial(), ~ ell + meals + enroll)

children <- read.csv("two_stage.csv")
villages <- svydesign(id = ~village, strata = ~stratum, weights = ~weight, data = children)
placed <- placed ~ poor + distance + is_girl
keep_fit("two_stage", fitted(placed, villages, quasibinomial()))
keep_test("two_stage", placed, villages, quasibinomial(), ~ poor + distance + is_girl)
keep_fit("two_stage girls", fitted(placed ~ poor + distance, subset(villages, is_girl == 1), quasibinomial()))
keep_fit("two_stage rates", fitted(placed ~ poor + offset(log(1 + distance)), villages, quasipoisson()))
keep_test("two_stage rates", placed ~ poor + is_girl, villages, quasipoisson(), ~ poor + is_girl)

left_out <- as.svrepdesign(villages, type = "JKn")
kept <- function(formula, family)
  svyglm(formula, left_out, family = family, control = to_the_end, return.replicates = TRUE)
keep("two_stage JKn", "replicates", kept(placed, quasibinomial())$replicates)
keep("two_stage JKn", "covariance", vcov(kept(placed, quasibinomial())))
rates <- placed ~ poor + offset(log(1 + distance))
keep("two_stage rates JKn", "replicates", kept(rates, quasipoisson())$replicates)
keep("two_stage rates JKn", "covariance", vcov(kept(rates, quasipoisson())))
write.csv(do.call(rbind, rows), "regression.csv", row.names = FALSE, quote = FALSE)
