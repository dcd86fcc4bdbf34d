# References of tests/models/survey (design, means, quantiles, replicates, effects): run in this folder as
# `Rscript references.R` (R 4.2.2, survey 4.1-1). Writes the data (school samples, mu284 and scd of the survey package,
# the columns used here; two_stage.csv is simulated below) and references.csv.
suppressMessages(library(survey))
options(digits = 17, warn = 1)
data(api); data(mu284); data(scd)
columns <- c("stype", "dnum", "snum", "pw", "fpc", "enroll", "api00", "sch.wide", "meals", "ell", "api.stu")
write.csv(apistrat[setdiff(columns, c("dnum", "snum"))], "apistrat.csv", row.names = FALSE, quote = FALSE)
write.csv(apisrs[setdiff(columns, c("dnum", "snum"))], "apisrs.csv", row.names = FALSE, quote = FALSE)
write.csv(apiclus1[columns], "apiclus1.csv", row.names = FALSE, quote = FALSE)
apiclus2 <- apiclus2[!is.na(apiclus2$enroll), ]
write.csv(apiclus2[c(setdiff(columns, "fpc"), "fpc1", "fpc2")], "apiclus2.csv", row.names = FALSE, quote = FALSE)
write.csv(mu284, "mu284.csv", row.names = FALSE, quote = FALSE)
scd$rep <- NULL
write.csv(scd, "scd.csv", row.names = FALSE, quote = FALSE)

set.seed(20150801)  # 5 strata of 3 to 7 villages, 4 households of 1 to 4 children each; villages are alike inside
villages <- data.frame(stratum = rep(letters[1:5], 3:7))
villages$village <- seq_len(nrow(villages)); villages$effect <- rnorm(nrow(villages), 0, 0.7)
households <- villages[rep(villages$village, each = 4), ]
households$household <- seq_len(nrow(households)); households$poor <- rbinom(nrow(households), 1, 0.4)
two_stage <- households[rep(households$household, sample(1:4, nrow(households), TRUE)), ]
n <- nrow(two_stage)
two_stage$weight <- round(runif(n, 20, 80) * (1 + two_stage$poor), 2)
two_stage$distance <- round(rexp(n, 1 / 3), 2)
two_stage$placed <- rbinom(n, 1, plogis(-1.6 + two_stage$effect + 0.8 * two_stage$poor + 0.1 * two_stage$distance))
two_stage$is_girl <- rbinom(n, 1, 0.5)
two_stage$effect <- NULL
write.csv(two_stage, "two_stage.csv", row.names = FALSE, quote = FALSE)

rows <- list()
keep <- function(data, quantity, values)
  rows[[length(rows) + 1]] <<- data.frame(data, quantity, at = seq_along(values), value = as.numeric(values))
designs <- list(
  apistrat = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  apistrat_replaced = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  apiclus1 = svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
  apiclus2 = svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = apiclus2),
  apiclus2_replaced = svydesign(id = ~dnum, weights = ~pw, data = apiclus2),
  apisrs = svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = apisrs))
for (name in names(designs)) {
  d <- designs[[name]]
  both <- list(total = svytotal(~enroll + api00, d), mean = svymean(~enroll + api00, d),
               ratio = svyratio(~api.stu, ~enroll, d), domain_mean = svymean(~enroll + api00, subset(d, stype == "H")),
               domain_total = svytotal(~enroll, subset(d, stype == "H")))
  for (q in names(both)) {
    keep(name, q, coef(both[[q]])); keep(name, paste(q, "covariance"), vcov(both[[q]]))
  }
  by_type <- svyby(~api00, ~stype, d, svymean, covmat = TRUE)  # E, H, M
  keep(name, "by", coef(by_type)); keep(name, "by covariance", vcov(by_type))
  for (part in c("all", "H")) {
    p <- svyciprop(~I(sch.wide == "Yes"), if (part == "all") d else subset(d, stype == "H"), method = "logit")
    keep(name, paste("share", part), c(coef(p), SE(p), attr(p, "ci")))
  }
  keep(name, "mean interval", confint(both$mean, df = degf(d)))
  for (part in c("all", "H")) {
    q <- svyquantile(~api00 + enroll, if (part == "all") d else subset(d, stype == "H"), c(.113, .263, .523, .877))
    keep(name, paste("quantile", part), unlist(lapply(q, function(m) m[, 1:3])))
  }
}
mu <- svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)
keep("mu284", "weights", weights(mu))
keep("mu284", "total", coef(svytotal(~y1, mu))); keep("mu284", "total covariance", vcov(svytotal(~y1, mu)))

lonely <- rbind(apistrat[apistrat$stype != "M", ], apistrat[which(apistrat$stype == "M")[1], ])  # the first school of M
for (rule in c("remove", "certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = lonely)
  keep("lonely", rule, c(SE(svymean(~api00, d)), SE(svytotal(~api00, d))))
  jk <- as.svrepdesign(d, type = "JKn")
  keep("lonely", paste("JKn", rule), SE(svymean(~api00, jk)))
}
options(survey.lonely.psu = "fail")

d <- svydesign(id = ~village, strata = ~stratum, weights = ~weight, data = two_stage)
keep("two_stage", "mean", coef(svymean(~distance + placed, d)))
keep("two_stage", "mean covariance", vcov(svymean(~distance + placed, d)))
keep("two_stage", "degrees of freedom", degf(d))
two_stage$child <- seq_len(n); two_stage$villages <- 9; two_stage$households <- 30
two_stage$children <- ave(two_stage$child, two_stage$household, FUN = function(x) length(x) + 2 * (length(x) > 1))
three <- svydesign(id = ~village + household + child, strata = ~stratum, fpc = ~villages + households + children,
                   weights = ~weight, data = two_stage)
keep("three_stages", "mean", coef(svymean(~distance + placed, three)))
keep("three_stages", "mean covariance", vcov(svymean(~distance + placed, three)))
for (mse in c(FALSE, TRUE)) {
  jk <- as.svrepdesign(d, type = "JKn", mse = mse)
  keep("two_stage", paste("JKn mse", mse), vcov(svyratio(~placed, ~distance, jk)))
  jk1 <- as.svrepdesign(designs$apiclus1, mse = mse)
  keep("apiclus1", paste("JK1 mse", mse), vcov(svyratio(~api.stu, ~enroll, jk1)))
}
jk <- as.svrepdesign(designs$apistrat, type = "JKn")
keep("apistrat", "JKn mse FALSE", vcov(svymean(~enroll + api00, jk)))
scd_design <- svydesign(id = ~ambulance, strata = ~ESA, data = scd, weights = rep(1, nrow(scd)), nest = TRUE)
for (fay in c(0, 0.3)) for (mse in c(FALSE, TRUE)) {
  half <- as.svrepdesign(scd_design, type = if (fay) "Fay" else "BRR", fay.rho = fay, mse = mse)
  keep("scd", paste("half samples", fay, mse), c(coef(svyratio(~alive, ~arrests, half)), vcov(svyratio(~alive, ~arrests, half))))
}
keep("scd", "ratio linearised", vcov(svyratio(~alive, ~arrests, scd_design)))

# Marginal effects and attributable fractions by jackknife: withReplicates fits the model anew each time
two_stage$km <- round(two_stage$distance)
d <- svydesign(id = ~village, strata = ~stratum, weights = ~weight, data = two_stage)
jk <- as.svrepdesign(d, type = "JKn", mse = TRUE)
effects <- function(w, data) {
  data$.w <- w
  m <- suppressWarnings(glm(placed ~ poor + is_girl + km, binomial, data, weights = .w, control = list(epsilon = 1e-13)))
  p <- function(...) weighted.mean(predict(m, transform(data, ...), type = "response"), w)
  c(p(poor = 1) - p(poor = 0), p(km = km + 1) - p(), 1 - p(poor = 0) / p(), 1 - p(poor = 0, km = 0) / p())
}
found <- withReplicates(jk, effects)
keep("two_stage", "effects", coef(found)); keep("two_stage", "effects JKn covariance", vcov(found))
girls <- function(w, data) {
  data$.w <- w
  m <- suppressWarnings(glm(placed ~ poor + is_girl + km, binomial, data, weights = .w, control = list(epsilon = 1e-13)))
  p <- function(...) weighted.mean(predict(m, transform(data, ...), type = "response"), w * data$is_girl)
  c(p(poor = 1) - p(poor = 0), 1 - p(poor = 0) / p())
}
found <- withReplicates(jk, girls)
keep("two_stage", "effects girls", coef(found)); keep("two_stage", "effects girls JKn covariance", vcov(found))
# Exactly: total of each row's influence, its own part and its sandwich times the gradient of the effect
m <- svyglm(placed ~ poor + is_girl + km, d, family = quasibinomial, control = list(epsilon = 1e-13))
m <- svyglm(placed ~ poor + is_girl + km, d, family = quasibinomial, start = coef(m))
x <- model.matrix(m); w <- weights(d); b <- coef(m)
g <- function(x) colSums(w * x * dlogis(drop(x %*% b))) / sum(w)
one <- x; one[, "poor"] <- 1; zero <- x; zero[, "poor"] <- 0
gap <- g(one) - g(zero); delta <- plogis(drop(one %*% b)) - plogis(drop(zero %*% b))
sandwich <- (x * resid(m, "response")) %*% solve(crossprod(x, x * w * dlogis(drop(x %*% b))))
keep("two_stage", "effect variance by svytotal", vcov(svytotal((delta - weighted.mean(delta, w)) / sum(w) + drop(sandwich %*% gap), d)))
write.csv(format(do.call(rbind, rows), digits = 15, trim = TRUE), "references.csv", row.names = FALSE, quote = FALSE)
