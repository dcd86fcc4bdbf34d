# The peer of benchmarks/survival.py in R: Rscript survival_peers.R TASK ROWS.csv OUT.json REPEATS
# Only the work is timed: elapsed seconds, and seconds of processor of this process. survfit (3.5-3) takes no clusters for
# competing ends (it ignores them), so agencies are drawn again in a loop. coxph stops early by default; what is compared
# of 10,000 rows is one more fit, not timed, to the end.
told <- commandArgs(TRUE)
suppressMessages(library(survival))
rows <- read.csv(told[2])
at <- c(26, 52, 104, 156, 208)
cox <- Surv(week, status == 1) ~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10
found <- function(fit) list(coef(fit), sqrt(diag(fit$var)))
curve <- function(rows) {
  fit <- survfit(Surv(week, factor(status)) ~ 1, data = rows, se.fit = FALSE)
  fit$pstate[findInterval(at, fit$time), 2]
}
set.seed(1)
tasks <- list(
  "cox alone" = function() list(coef(coxph(cox, rows)), numeric()),
  cox = function() found(coxph(cox, rows, cluster = agency)),
  curves = function() {
    own <- split(seq_len(nrow(rows)), rows$agency)
    replicates <- replicate(500, curve(rows[unlist(own[sample(length(own), replace = TRUE)]), ]))
    list(curve(rows), apply(replicates, 1, sd))
  }
)
times <- replicate(as.integer(told[4]), {
  used <- system.time(last <<- tasks[[told[1]]]())
  c(used[["elapsed"]], used[["user.self"]] + used[["sys.self"]])
})
if (told[1] == "cox" && nrow(rows) <= 10000)
  last <- found(coxph(cox, rows, cluster = agency, control = coxph.control(eps = 1e-14, toler.chol = 1e-15)))
numbers <- function(values) paste(sprintf("%.15g", values), collapse = ", ")
writeLines(sprintf(
  '{"seconds": %.6f, "cpu_seconds": %.6f, "estimates": [%s], "errors": [%s]}',
  median(times[1, ]), median(times[2, ]), numbers(last[[1]]), numbers(last[[2]])
), told[3])
