"""The clinic's settings with what tests change: types checked, quick passwords, no cache of pages.

jaxtyping has to hook in before Django imports the methods, and pytest loads these settings before
anything else of ours (see docs/decisions/0010-shapes-in-types.md).
"""

import atexit
import os
import shutil
import tempfile

# As in a clinic: several test processes share few cores. NumPy reads it when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if os.environ.get("ALONGSIDE_CHECK_SHAPES") == "1":
    from jaxtyping import install_import_hook

    import tests.shapes  # noqa: F401  # the hook names its checker and does not import it

    install_import_hook("alongside.methods", "tests.shapes.check")

# Each test process has a clinic folder of its own; a clinic of the developer's is never touched.
os.environ["ALONGSIDE_DATA"] = tempfile.mkdtemp(prefix="alongside-tests-")
atexit.register(shutil.rmtree, os.environ["ALONGSIDE_DATA"], ignore_errors=True)

from alongside.config.settings import *  # noqa: E402, F403  # all of them, in this environment

# Argon2id is slow on purpose; a test that is about passwords asks for it by name.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# No page asks for more than it declares; in a clinic that is logged, here it is an error.
KEEPS_BACK_UNDECLARED = True

# WhiteNoise warns of a folder that is not there, and warnings are errors.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  # one of them

GALLERY = True

# A browser types the code of an app while the half minute may end.
MFA_TOTP_TOLERANCE = 1
