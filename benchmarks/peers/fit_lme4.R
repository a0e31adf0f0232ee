# R's lme4: FOLDER levels(2|3) REPEATS. Derivatives are off, as they cost much and change no estimate.
suppressPackageStartupMessages(library(lme4))
asked <- commandArgs(trailingOnly = TRUE)
column <- function(name) {
  path <- file.path(asked[1], paste0(name, ".f64"))
  readBin(path, "double", file.size(path) / 8)
}
data <- data.frame(
  client = factor(column("client")), therapist = factor(column("therapist")),
  t = log(column("visit")), score = column("score"), intake = column("intake")
)
formula <- if (asked[2] == "3") score ~ intake * t + (t | client) + (1 | therapist) else
  score ~ intake * t + (t | client)
seconds <- c()
for (n in seq_len(as.integer(asked[3]))) {
  began <- proc.time()[["elapsed"]]
  fit <- lmer(formula, data, REML = TRUE, control = lmerControl(calc.derivs = FALSE))
  seconds <- c(seconds, proc.time()[["elapsed"]] - began)
}
peak <- as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
cat(sprintf(
  '{"seconds": [%s], "log_likelihood": %.8f, "noise": %.8f, "peak_mib": %.1f}\n',
  paste(format(seconds, digits = 8), collapse = ", "), as.numeric(logLik(fit)), sigma(fit)^2, peak
))
