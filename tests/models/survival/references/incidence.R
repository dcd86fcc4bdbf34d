# Reference numbers of tests/models/survival/test_incidence.py and its neighbours.
# R 4.2.2, survival 3.5-3, cmprsk 2.2-11. Run in this folder: Rscript incidence.R
suppressMessages({library(survival); library(cmprsk)})
options(digits = 17)

made_up <- function(seed, n, unit, digits) {
  set.seed(seed)
  group <- sample(c("a", "b", "c"), n, TRUE, c(.5, .3, .2)); x <- rbinom(n, 1, .4)
  t1 <- rexp(n, ifelse(group == "a", 1, 2) / 900); t2 <- rexp(n, 1 / 1200); t3 <- rexp(n, 1 / 3000)
  lost <- rexp(n, exp(.9 * x) / 1500); end <- runif(n, 300, 1100)
  t <- pmin(t1, t2, t3); entry <- ifelse(runif(n) < .3, runif(n, 0, 200), 0)
  exit <- pmin(t, lost, end)
  cause <- ifelse(pmin(lost, end) < t, 0, ifelse(t == t1, 1, ifelse(t == t2, 2, 3)))
  d <- data.frame(entry = round(entry / unit, digits), exit = ceiling(exit / unit * 10^digits) / 10^digits, cause = cause,
    is_lost = as.integer(cause == 0 & lost < end), group = group, agency = sample(1:15, n, TRUE), x = x,
    weight = sample(1:4, n, TRUE) / 2)
  d[d$exit > d$entry, ]
}
sets <- list(quarters = made_up(1, 240, 91, 0), days = made_up(4, 180, 1, 1))
m <- subset(survival::mgus2, !is.na(hgb)); m$month <- ifelse(m$pstat == 1, m$ptime, m$futime)
m$month <- pmax(m$month, 1)
sets$mgus2 <- data.frame(entry = 0, exit = m$month, cause = ifelse(m$pstat == 1, 1, 2 * m$death), is_lost = 0, group = m$sex,
  agency = m$age %/% 5, x = as.integer(m$age > 70), weight = 1)
times <- list(quarters = c(1, 2, 4, 8), days = c(30, 90, 180, 365, 730), mgus2 = c(12, 60, 120, 240))

told <- NULL
tell <- function(data, quantity, value) told <<- rbind(told, data.frame(data = data, quantity = quantity, value = as.vector(value)))
for (name in names(sets)) {
  d <- sets[[name]]; d$id <- seq_len(nrow(d)); at <- times[[name]]; state <- factor(d$cause, 0:max(d$cause))
  write.csv(d[names(d) != "id"], paste0("incidence_", name, ".csv"), row.names = FALSE)
  for (kind in c("plain", "entry", "weighted")) {
    w <- if (kind == "weighted") d$weight else rep(1, nrow(d)); start <- if (kind == "plain") 0 * d$entry else d$entry
    f <- survfit(Surv(start, d$exit, state) ~ 1, id = d$id, weights = w, conf.type = "log-log")
    s <- summary(f, times = at)
    tell(name, paste("incidence", kind), t(s$pstate[, -1])); tell(name, paste("error", kind), t(s$std.err[, -1]))
    tell(name, paste("free", kind), s$pstate[, 1]); tell(name, paste("free error", kind), s$std.err[, 1])
    if (kind == "plain") { tell(name, "low", t(s$lower[, -1])); tell(name, "high", t(s$upper[, -1])) }
  }
  # R leaves cluster= unused here: the errors are those of independent rows, to the last digit
  f <- survfit(Surv(d$entry, d$exit, state) ~ 1, id = d$id, cluster = d$agency)
  tell(name, "error with cluster=", t(summary(f, times = at)$std.err[, -1]))
  s <- summary(survfit(Surv(d$exit, d$cause == 1) ~ 1), times = at)
  tell(name, "kaplan-meier", 1 - s$surv); tell(name, "kaplan-meier error", s$std.err)
  k <- summary(survfit(Surv(d$exit, d$cause > 0) ~ 1), rmean = max(at))$table
  tell(name, "time free", k[["rmean"]]); tell(name, "time free error", k[["se(rmean)"]])
  f <- survfit(Surv(d$entry, d$exit, state) ~ 1, id = d$id)
  tell(name, "time lost", summary(f, rmean = max(at))$table[-1, "rmean"])
  g <- cuminc(d$exit, d$cause, d$group)$Tests
  tell(name, "gray", g[, "stat"]); tell(name, "gray p", g[, "pv"])
}
# weighted by the inverse chance of not being lost, the weights from coxph (Breslow), rows split at every time of an end
d <- sets$days; d$id <- seq_len(nrow(d))
stopifnot(!any(d$exit[d$is_lost == 1] %in% d$exit[d$cause > 0]))  # at ties ours takes losses after events
d$seen <- pmin(d$exit, 730); d$gone <- d$is_lost * (d$exit <= 730)  # up to the last time asked for
fit <- coxph(Surv(seen, gone) ~ x, d, ties = "breslow"); hazard <- basehaz(fit, centered = FALSE)
tell("days", "loss", coef(fit))
d$cause_at_end <- factor(d$cause, 0:3)
cuts <- sort(unique(d$exit)); s <- survSplit(Surv(exit, cause_at_end) ~ ., d, cut = cuts, episode = "part", start = "begin")
before <- c(0, hazard$hazard)[findInterval(s$begin, hazard$time) + 1]
s$w <- exp(exp(coef(fit) * s$x) * before)
# survfit of several states takes one weight for all rows of an id (survival 3.5): sums by hand, held to its Kaplan-Meier
ends <- sort(unique(d$exit[d$cause > 0])); free <- 1; F <- matrix(0, length(ends), 3)
for (i in seq_along(ends)) {
  on <- s$begin < ends[i] & ends[i] <= s$exit; now <- on & s$exit == ends[i]
  hazard <- sapply(1:3, function(k) sum(s$w[now & s$cause_at_end == k])) / sum(s$w[on])
  F[i, ] <- (if (i > 1) F[i - 1, ] else 0) + free * hazard; free <- free * (1 - sum(hazard))
}
k <- survfit(Surv(begin, exit, cause_at_end != "censor") ~ 1, s, weights = w, id = id)
stopifnot(all.equal(1 - summary(k, times = times$days)$surv, rowSums(F)[findInterval(times$days, ends)]))
tell("days", "weighted for loss", t(F[findInterval(times$days, ends), ]))
write.csv(told, "incidence.csv", row.names = FALSE)
