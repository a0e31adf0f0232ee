# Fits of lme4 for tests/published/test_lme4_live.py: FOLDER, in which each set is a CSV file.
suppressPackageStartupMessages(library(lme4))
folder <- commandArgs(trailingOnly = TRUE)[1]
for (path in sort(list.files(folder, "\\.csv$", full.names = TRUE))) {
  data <- read.csv(path)
  data$client <- factor(data$client)
  formula <- score ~ intake * time + (time | client)
  if (!is.null(data$therapist)) {
    data$therapist <- factor(data$therapist)
    formula <- score ~ intake * time + (time | client) + (1 | therapist)
  }
  fit <- suppressMessages(suppressWarnings(lmer(
    formula, data, REML = TRUE,
    control = lmerControl(optimizer = "bobyqa", calc.derivs = FALSE, optCtrl = list(rhoend = 1e-9))
  )))
  clients <- VarCorr(fit)$client
  therapist <- if (is.null(data$therapist)) 0 else VarCorr(fit)$therapist[1, 1]
  values <- c(
    as.numeric(logLik(fit)), fixef(fit), sqrt(diag(as.matrix(vcov(fit)))),
    clients[1, 1], clients[1, 2], clients[2, 2], therapist, sigma(fit)^2
  )
  cat(basename(path), format(values, digits = 15), "\n")
}
