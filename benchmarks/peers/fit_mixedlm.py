"""The package `mixedlm`: FOLDER levels(2|3) REPEATS."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import mixedlm
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.peers.columns import read_columns, tell  # its own Python

columns = read_columns(Path(sys.argv[1]))
frame = pd.DataFrame(columns)
frame["t"] = np.log(frame["visit"])
for name in ("client", "therapist"):
    frame[name] = frame[name].astype(int)
formula = "score ~ intake * t + (t | client)" + (" + (1 | therapist)" * (sys.argv[2] == "3"))
seconds = []
for _ in range(int(sys.argv[3])):
    began = time.perf_counter()
    fit = mixedlm.lmer(formula, frame)
    seconds.append(time.perf_counter() - began)
tell(seconds, float(fit.logLik()), float(fit.sigma) ** 2)
