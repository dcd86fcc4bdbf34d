# References of tests/models/survival/test_cox.py: run in this folder as `Rscript cox.R` (R 4.2.2, survival 3.5-3).
# Writes cox.csv and the data sets, cox_*.csv, all but one from R's survival. Ties are Efron's. Fits go on to the end: by
# default coxph stops at a relative change of the likelihood of 1e-9.
suppressMessages(library(survival))
options(digits = 17, warn = 1)
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)

lungs <- lung[complete.cases(lung[, c("inst", "age", "sex", "ph.ecog", "wt.loss")]), ]
lungs <- with(lungs, data.frame(days = time, years = ceiling(time / 365.25), died = status - 1,
                                age, sex, ecog = ph.ecog, loss = wt.loss, inst))
veterans <- with(veteran, data.frame(days = time, months = ceiling(time / 30), died = status, trt, karno, age,
                                     cell = as.integer(celltype), since = diagtime))
hearts <- with(heart, data.frame(start, stop, event, age, year, surgery, transplant = as.integer(transplant) - 1, id,
                                 weight = 0.5 + (id %% 7) / 3))
bladders <- bladder2[, c("id", "rx", "number", "size", "start", "stop", "event", "enum")]
litters <- with(rats, data.frame(litter, rx, time, status, female = as.integer(sex == "f")))

set.seed(7)  # returns of 420 children by 15 agencies, seen every quarter from some quarter on; agencies differ
agency <- sample(15, 420, TRUE, prob = (1:15)^0.7)
abrupt <- as.integer(runif(420) < 0.2 + 0.4 * (agency %% 3 == 0)); age <- round(runif(420, 1, 17), 1)
tier <- sample(c("low", "high"), 420, TRUE); entry <- sample(0:2, 420, TRUE)
until <- ceiling(rexp(420) / (0.06 * exp(0.6 * abrupt - 0.05 * (age - 9) + rnorm(15, sd = 0.5)[agency])))
last <- sample(3:9, 420, TRUE)
returns <- data.frame(entry, quarter = pmin(until, last), back = as.integer(until <= last), abrupt, age, tier, agency,
                      weight = round(runif(420, 0.3, 3), 2), known = round(rnorm(420, sd = 0.3), 3))
returns <- returns[returns$quarter > returns$entry, ]

rows <- list()
keep <- function(fit_of, quantity, values)
  rows[[length(rows) + 1]] <<- data.frame(fit_of, quantity, at = seq_along(values), value = as.numeric(values))
keep_fit <- function(name, fit, cluster) {
  keep(name, "coefficients", coef(fit)); keep(name, "covariance", fit$naive.var); keep(name, "robust", fit$var)
  keep(name, "log likelihood", fit$loglik); keep(name, "martingale", rowsum(residuals(fit, "martingale"), cluster))
  steps <- basehaz(fit, centered = FALSE)
  offset <- if (name == "returns") with(returns, weighted.mean(known, weight)) else 0  # at which basehaz gives it
  keep(name, "cumulative hazard", steps$hazard * exp(-offset)); keep(name, "time", steps$time)
}
fitted <- function(name, formula, data, cluster, weight = NULL) {
  told <- list(formula, data = data, cluster = cluster, weights = weight, control = control)
  keep_fit(name, do.call(coxph, told), cluster)
}
fitted("lung", Surv(days, died) ~ age + sex + ecog + loss, lungs, lungs$inst)
fitted("lung in years", Surv(years, died) ~ age + sex + ecog + loss, lungs, lungs$inst)
fitted("veteran", Surv(days, died) ~ trt + karno + age + strata(cell), veterans, veterans$since)
fitted("veteran in months", Surv(months, died) ~ trt + karno + age + strata(cell), veterans, veterans$since)
fitted("heart", Surv(start, stop, event) ~ age + year + surgery + transplant, hearts, hearts$id)
fitted("heart weighted", Surv(start, stop, event) ~ age + year + surgery + transplant, hearts, hearts$id, hearts$weight)
fitted("bladder", Surv(start, stop, event) ~ rx + number + size + strata(enum), bladders, bladders$id)
fitted("rats", Surv(time, status) ~ rx + female, litters, litters$litter)
fitted("returns", Surv(entry, quarter, back) ~ abrupt + age + strata(tier) + offset(known), returns, returns$agency,
       returns$weight)

save_as <- function(data, name) write.csv(data, paste0("cox_", name, ".csv"), row.names = FALSE, quote = FALSE)
save_as(lungs, "lung"); save_as(veterans, "veteran"); save_as(hearts, "heart"); save_as(bladders, "bladder")
save_as(litters, "rats"); save_as(returns, "returns")
write.csv(do.call(rbind, rows), "cox.csv", row.names = FALSE, quote = FALSE)
