"""Other people's software, each run in a process of its own on the same numbers.

None of it is a dependency. `ALONGSIDE_PEERS` names a Python that has the packages of
benchmarks/peers/requirements.txt; R has to have lme4. A peer that is not there is left out and
said so.
"""
