#!/bin/sh
# Bring what `make bench-r` measures against: R's lme4 from Debian where this may install packages,
# and the Python packages of benchmarks/peers/requirements.txt in .peers. What cannot be had is left
# out, and the results say so.
set -u

if ! Rscript -e "stopifnot(requireNamespace('lme4', quietly = TRUE))" >/dev/null 2>&1; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get install -y --no-install-recommends r-cran-lme4 >/dev/null \
			|| echo "R's lme4 could not be installed; it is left out." >&2
	else
		echo "R's lme4 is not here; it is left out. On Debian: apt-get install r-cran-lme4" >&2
	fi
fi

test -x .peers/bin/python || "${PY:-python3}" -m venv .peers
.peers/bin/python -m pip install --quiet ${INDEX:+--index-url "$INDEX"} \
	--requirement benchmarks/peers/requirements.txt \
	|| echo "The Python packages could not be installed; they are left out." >&2
