# Reference posterior of the model in province_intensities.jags, by JAGS: run in this folder with
#   Rscript province_intensities.R        (about 15 minutes of one core; packages rjags, posterior)
# Writes province_intensities_jags.csv: quantiles of every quantity with their Monte Carlo standard errors.
suppressMessages({ library(rjags); library(posterior) })

units <- read.csv("province_intensities_units.csv", colClasses = c(unit = "character"))
totals <- read.csv("province_intensities_totals.csv")
priors <- read.csv("province_intensities_priors.csv")
block_order <- c("trio", "other twenty", "Phnom Penh", "Siem Reap")
units <- units[order(match(units$facility_block, block_order)), ]
total <- function(outcome, block) totals$total[totals$outcome == outcome & totals$block == block]

y <- rep(NA, 25)
y[24:25] <- c(total("facilities", "Phnom Penh"), total("facilities", "Siem Reap"))
data <- c(
  as.list(setNames(priors$value, priors$prior)),
  list(
    n_units = 25, n_slopes = 3, x = as.matrix(units[, c("x1", "x2", "x3")]), n_at_risk = units$n_at_risk, y = y,
    total_trio = total("facilities", "trio"), total_twenty = total("facilities", "other twenty"),
    children_five = total("children", "priority five"), children_twenty = total("children", "other twenty")
  )
)
start <- function(chain) list(
  .RNG.name = "base::Mersenne-Twister", .RNG.seed = chain, tau = 0.5, sigma = 0.2, alpha = -10, log_size = 3.6,
  y = c(24, 23, 23, rep(7, 19), 6, NA, NA)
)
arguments <- commandArgs(trailingOnly = TRUE)
n_kept <- if (length(arguments)) as.integer(arguments[1]) else 1500000
n_chains <- 2
model <- jags.model("province_intensities.jags", data, lapply(seq_len(n_chains), start), n_chains, n.adapt = 5000)
update(model, n_kept / 20)
watched <- c("alpha", "tau", "log_size", "sigma", "beta", "log_rate", "log_unit_size", "y")
draws <- as_draws_array(coda.samples(model, watched, n_kept, thin = 20))

names_of <- function(name) {
  position <- suppressWarnings(as.integer(sub(".*\\[(\\d+)\\]", "\\1", name)))
  if (is.na(position) || startsWith(name, "beta")) name else sub("\\[\\d+\\]", paste0("[", units$unit[position], "]"), name)
}
rows <- lapply(variables(draws), function(name) {
  chain <- extract_variable_matrix(draws, name)
  data.frame(
    quantity = names_of(name), q2.5 = quantile(chain, 0.025), q50 = quantile(chain, 0.5),
    q97.5 = quantile(chain, 0.975), se2.5 = mcse_quantile(chain, 0.025), se50 = mcse_quantile(chain, 0.5),
    se97.5 = mcse_quantile(chain, 0.975), r_hat = rhat(chain), ess_bulk = ess_bulk(chain), ess_tail = ess_tail(chain)
  )
})
result <- do.call(rbind, rows)
result[, -1] <- signif(result[, -1], 6)
write.csv(result, "province_intensities_jags.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "JAGS", as.character(jags.version()), "rjags", as.character(packageVersion("rjags")),
    "posterior", as.character(packageVersion("posterior")), "\n")
print(summary(result[, c("r_hat", "ess_bulk", "ess_tail")]))
