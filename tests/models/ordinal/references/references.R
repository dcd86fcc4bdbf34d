# R 4.2.2, ordinal 2022.11-16. Made once; R is not needed to run the tests.
#   Rscript references.R visits.csv wine.csv > references.csv
# visits.csv was made by make_visits.py; wine.csv is Randall (1989) Biometrical Journal 31:781-793, table 1, as in
# ordinal::wine: the bitterness of wine, rated by nine judges.
suppressMessages(library(ordinal))
files <- commandArgs(TRUE)
tell <- function(fit, name) {
  sds <- sapply(VarCorr(fit), function(x) attr(x, "stddev"))
  errors <- sqrt(diag(vcov(fit)))[names(coef(fit))]
  cat(sprintf("%s,%s,%s,%.10f\n", name, "coefficient", names(coef(fit)), coef(fit)), sep = "")
  cat(sprintf("%s,%s,%s,%.10f\n", name, "standard error", names(coef(fit)), errors), sep = "")
  cat(sprintf("%s,%s,%s,%.10f\n", name, "sd", sub("\\..*", "", names(sds)), sds), sep = "")
  cat(sprintf("%s,%s,%s,%.10f\n", name, "log-likelihood", "all", fit$logLik))
}
tight <- clmm.control(method = "ucminf", grtol = 1e-9, grad = "central", gradTol = 1e-9, maxIter = 200)
visits <- read.csv(files[1]); wine <- read.csv(files[2])
visits$score <- ordered(visits$score); wine$rating <- ordered(wine$rating)
cat("fit,quantity,name,value\n")
tell(clmm(rating ~ warm + contact + (1 | judge), data = wine, control = tight), "wine judges")
tell(clmm(rating ~ warm + contact + (1 | judge), data = wine, nAGQ = 10, control = tight), "wine judges 10 nodes")
tell(clmm(score ~ months + late + (1 | child), data = visits, control = tight), "visits children")
tell(clmm(score ~ months + late + (1 | child), data = visits, nAGQ = 10, control = tight), "visits children 10 nodes")
tell(clmm(score ~ months + late + (1 | child) + (1 | agency), data = visits, control = tight), "visits crossed")
