# R 4.2.2, geepack 1.3.9. Prints the reference numbers of tests/models/causal; run from this folder.
# nhefs.csv: the columns used of the NHANES I Epidemiologic Follow-up Study, a work of the US government, as in Hernan
# and Robins (2020), of those with a weight in 1982.
library(geepack)
nhefs <- read.csv("nhefs.csv")
terms <- ~ sex + race + age + I(age^2) + factor(education) + smokeintensity + I(smokeintensity^2) + smokeyrs +
  I(smokeyrs^2) + factor(exercise) + factor(active) + wt71 + I(wt71^2)
score <- glm(update(terms, qsmk ~ .), family = binomial, data = nhefs, control = list(epsilon = 1e-14))
e <- fitted(score)
w <- ifelse(nhefs$qsmk == 1, 1 / e, 1 / (1 - e))
options(digits = 12)
print(coef(score)[c("(Intercept)", "sex", "wt71")])
weighted <- geeglm(wt82_71 ~ qsmk, data = nhefs, weights = w, id = seqn, corstr = "independence")
print(summary(weighted)$coefficients)
outcome <- lm(update(terms, wt82_71 ~ . + qsmk), data = nhefs)
m1 <- predict(outcome, transform(nhefs, qsmk = 1))
m0 <- predict(outcome, transform(nhefs, qsmk = 0))
print(mean(m1 - m0))
a <- nhefs$qsmk
y <- nhefs$wt82_71
print(mean(m1) + weighted.mean(y - m1, a * w) - mean(m0) - weighted.mean(y - m0, (1 - a) * w))

i <- 0:119
days <- (37 * i) %% 365 + 1
lost <- i %% 3 == 0
x <- i %% 2
z <- (i %% 7) / 7
edges <- c(0, 90, 180, 365)
pieces <- do.call(rbind, lapply(1:3, function(k) data.frame(
  piece = k, x, z, exposure = pmin(pmax(days - edges[k], 0), edges[k + 1] - edges[k]),
  lost = lost & days > edges[k] & days <= edges[k + 1] & days < 365)))
hazard <- glm(lost ~ 0 + factor(piece) + x + z + offset(log(exposure)), family = poisson,
  data = subset(pieces, exposure > 0), control = list(epsilon = 1e-14))
print(c(exp(coef(hazard)[1:3]), coef(hazard)[4:5]))
pieces$gained <- pieces$exposure * exp(model.matrix(~ 0 + factor(piece) + x + z, pieces) %*% coef(hazard))
print(sum((!lost) * exp(tapply(pieces$gained, rep(1:120, 3), sum))))
