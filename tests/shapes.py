"""The checker that holds methods to their types while tests run.

An int may stand where a float is asked for, as everywhere in typed Python (PEP 484).
"""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
