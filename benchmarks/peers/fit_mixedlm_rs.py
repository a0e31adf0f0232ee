"""The package `mixedlm-rs`, two levels only: FOLDER 2 REPEATS."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from mixedlm_rs import MixedLM

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.peers.columns import read_columns, tell  # its own Python

columns = read_columns(Path(sys.argv[1]))
t, intake = np.log(columns["visit"]), columns["intake"]
ones = np.ones(len(t))
client = columns["client"].astype(np.int64)
seconds = []
for _ in range(int(sys.argv[3])):
    began = time.perf_counter()
    design = np.column_stack((ones, intake, t, intake * t))
    fit = MixedLM(columns["score"], design, client, np.column_stack((ones, t))).fit(reml=True)
    seconds.append(time.perf_counter() - began)
tell(seconds, float(fit.llf), float(fit.scale))
