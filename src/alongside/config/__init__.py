"""Where everything is wired.

SQLite older than 3.51.3 can corrupt a write-ahead log that two processes share, so the maintained
build that `pysqlite3` carries takes the place of the interpreter's own before Django loads it.
See docs/decisions/0003-sqlite-through-pysqlite3.md.
"""

import sys

try:
    import pysqlite3
    import pysqlite3.dbapi2
except ImportError:
    pass
else:
    if "django.db.backends.sqlite3.base" in sys.modules:
        raise RuntimeError("alongside.config must be imported before Django's SQLite backend")
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
