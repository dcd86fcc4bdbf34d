# References of the tests of what stands on Cox's regression: proportional hazards, Fine and Gray, frailty, concordance,
# calibration, splines, influence. Run in this folder as `Rscript checks.R` after cox.R and incidence.R (R 4.2.2,
# survival 3.5-3, cmprsk 2.2-11, riskRegression 2022.11.28, geepack 1.3.9). Writes checks.csv.
suppressMessages({ library(survival); library(cmprsk); library(geepack); library(riskRegression); library(splines) })
options(digits = 17, warn = 1)
control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 60, outer.max = 60)
lungs <- read.csv("cox_lung.csv"); veterans <- read.csv("cox_veteran.csv"); hearts <- read.csv("cox_heart.csv")
litters <- read.csv("cox_rats.csv"); late <- read.csv("incidence_quarters.csv")
mgus <- head(read.csv("incidence_mgus2.csv"), 400); mgus$girl <- as.integer(mgus$group == "F")
late$a <- as.integer(late$group == "a")
rows <- list()
keep <- function(fit_of, quantity, values)
  rows[[length(rows) + 1]] <<- data.frame(fit_of, quantity, at = seq_along(values), value = as.numeric(values))

zph <- function(name, fit) for (transform in c("km", "identity", "log"))
  keep(name, paste("zph", transform), cox.zph(fit, transform)$table[, "chisq"])
zph("lung in years", coxph(Surv(years, died) ~ age + sex + ecog + loss, lungs, control = control))
zph("veteran", coxph(Surv(days, died) ~ trt + karno + age + strata(cell), veterans, control = control))
zph("heart", coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, hearts, control = control))

fine_gray <- function(name, data, formula) {
  data$id <- seq_len(nrow(data)); data$end <- factor(data$cause, 0:max(data$cause))
  long <- finegray(Surv(entry, exit, end) ~ ., data = data, etype = "1", id = id)
  fit <- coxph(formula, long, weights = fgwt, cluster = agency, control = control)
  keep(name, "coefficients", coef(fit)); keep(name, "robust", fit$var); keep(name, "covariance", fit$naive.var)
}
fine_gray("mgus2", mgus, Surv(fgstart, fgstop, fgstatus) ~ girl + x)
fine_gray("quarters", late, Surv(fgstart, fgstop, fgstatus) ~ a + x)
apart <- transform(mgus, exit = exit + rank(seq_along(exit)) / 1000)
keep("mgus2 apart", "crr", crr(apart$exit, apart$cause, apart[, c("girl", "x")], gtol = 1e-12, maxiter = 60)$coef)

frailties <- function(name, fit, k) {
  keep(name, "coefficients", fit$coefficients[1:k]); keep(name, "errors", sqrt(diag(fit$var)[1:k]))
  keep(name, "variance", fit$history[[1]]$theta); keep(name, "log likelihood", fit$history[[1]]$c.loglik)
}
females <- litters[litters$female == 1, ]
frailties("rats fixed", coxph(Surv(time, status) ~ rx + frailty(litter, theta = 1.5, sparse = FALSE), females,
                              control = control), 1)
frailties("rats", coxph(Surv(time, status) ~ rx + frailty(litter, eps = 1e-11, sparse = FALSE), females,
                        control = control), 1)
frailties("lung in years fixed", coxph(Surv(years, died) ~ age + sex + ecog + frailty(inst, theta = 0.2, sparse = FALSE),
                                       lungs, control = control), 3)

concordances <- function(name, told) keep(name, "concordance", c(told$concordance, sqrt(told$var)))
lungs$risk <- round(0.01 * lungs$age - 0.6 * lungs$sex + 0.5 * lungs$ecog, 1)
hearts$risk <- round(0.03 * hearts$age - 0.15 * hearts$year, 1)
concordances("lung", concordance(Surv(days, died) ~ risk, lungs, reverse = TRUE))
concordances("lung by cluster", concordance(Surv(days, died) ~ risk, lungs, cluster = inst, reverse = TRUE))
concordances("lung in years", concordance(Surv(years, died) ~ risk, lungs, reverse = TRUE))
concordances("heart by cluster", concordance(Surv(start, stop, event) ~ risk, hearts, cluster = id, reverse = TRUE))
concordances("lung by Uno", concordance(Surv(days, died) ~ risk, lungs, timewt = "n/G2", ymax = 700, cluster = inst, reverse = TRUE))

mgus$end <- factor(mgus$cause, 0:2, c("none", "one", "two")); mgus$id <- seq_len(nrow(mgus))
pseudo_values <- pseudo(survfit(Surv(exit, end) ~ 1, mgus, id = id), times = 120, type = "pstate")[, "one"]
keep("mgus2", "pseudo", pseudo_values)
late$end <- factor(late$cause, 0:max(late$cause)); late$id <- seq_len(nrow(late))
keep("quarters", "pseudo", pseudo(survfit(Surv(entry, exit, end) ~ 1, late, id = id), times = 4, type = "pstate")[, 2])
causes <- CSC(list(Hist(exit, cause) ~ girl + x, Hist(exit, cause) ~ girl), data = mgus, method = "efron")
foretold <- predictRisk(causes, newdata = mgus, times = 120, cause = 1, product.limit = TRUE)[, 1]
keep("mgus2", "foretold", foretold)
sorted <- mgus[order(mgus$agency), ]; sorted$p <- pseudo_values[order(mgus$agency)]
sorted$x <- log(-log(1 - foretold[order(mgus$agency)]))
line <- geese(p ~ x, id = agency, data = sorted, mean.link = "cloglog", variance = "gaussian", corstr = "independence",
              control = geese.control(epsilon = 1e-12, maxit = 200))
keep("mgus2", "line", line$beta); keep("mgus2", "line errors", sqrt(diag(line$vbeta)))

knots <- c(50, 63, 74)
curved <- coxph(Surv(days, died) ~ ns(age, knots = knots[2], Boundary.knots = knots[c(1, 3)]) + sex, lungs,
                control = control)
keep("lung", "spline log likelihood", curved$loglik[2])
straight <- coxph(Surv(days, died) ~ age + sex, lungs, control = control)
keep("lung", "martingale", residuals(straight, "martingale"))
for (left_out in sort(unique(lungs$inst)))
  keep(paste("lung without", left_out), "coefficients", coef(update(straight, subset = inst != left_out)))
write.csv(do.call(rbind, rows), "checks.csv", row.names = FALSE, quote = FALSE)
