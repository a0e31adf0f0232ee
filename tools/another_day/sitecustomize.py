"""Lets every Python that starts with this folder on its path live at another time.

`SECONDS_AWAY` says how far away that is, so that several processes agree on the moment.
"""

from __future__ import annotations

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["SECONDS_AWAY"]), tick=True).start()
