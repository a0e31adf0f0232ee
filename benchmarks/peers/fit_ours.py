"""Our own fit, in a process of its own: FOLDER levels(2|3) REPEATS."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.growth_model import Growth, GrowthFit, fit_growth
from benchmarks.peers.columns import read_columns, tell

columns = read_columns(Path(sys.argv[1]))
has_therapists = sys.argv[2] == "3"
client, visit = columns["client"].astype(np.int64), columns["visit"].astype(np.int64)
score, by_row = columns["score"], columns["intake"]
therapist = columns["therapist"].astype(np.int64)
seconds = []
for _ in range(int(sys.argv[3])):
    began = time.perf_counter()
    first = np.flatnonzero(np.append(True, client[1:] != client[:-1]))
    courses = Courses(client, log_visits(visit), score, {"intake": by_row[first]}, therapist[first])
    fit = fit_growth(courses, Growth(("intake",), ("intake",), has_therapists=has_therapists))
    seconds.append(time.perf_counter() - began)
assert isinstance(fit, GrowthFit)
tell(seconds, fit.log_likelihood, fit.noise)
