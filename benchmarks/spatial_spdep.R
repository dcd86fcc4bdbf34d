# What is timed of R's spdep: Rscript spatial_spdep.R global|local VALUES PAIRS PERMUTATIONS OUT, as in spatial_tools.py.
given <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages(library(spdep))
values <- scan(given[2], quiet = TRUE)
pairs <- as.matrix(read.csv(given[3], header = FALSE)) + 1L
start <- proc.time()
both <- rbind(pairs, pairs[, 2:1])
neighbours <- unname(split(both[, 2], factor(both[, 1], levels = seq_along(values))))
neighbours <- lapply(neighbours, function(places) sort(as.integer(places)))
class(neighbours) <- "nb"
weights <- nb2listw(neighbours, style = "W")
set.seed(1)
n <- as.integer(given[4])
found <- moran.mc(values, weights, nsim = n, alternative = "two.sided")$statistic
if (given[1] == "local") found <- c(found, localmoran_perm(values, weights, nsim = n)[, "Ii"])
spent <- sum((proc.time() - start)[c("user.self", "sys.self")])
writeLines(formatC(c(spent, found), digits = 17, format = "g"), given[5])
