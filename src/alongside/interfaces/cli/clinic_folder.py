"""The folder of one clinic, made ready and opened, before Django reads its settings."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from alongside.clinic.audit.signing import make_key
from alongside.interfaces.cli.house import ENVIRONMENT_DATA, CannotRun
from alongside.interfaces.cli.own_files import (
    DATABASE,
    SECRET,
    check_keys,
    check_own_files,
    check_signing_key,
)

if TYPE_CHECKING:
    from alongside.clinic.people.models import Clinic

ENVIRONMENT_KEYS = "ALONGSIDE_KEYS"
SETTINGS = "alongside.config.settings"
ATTEMPTS = "attempts"


class NoClinicHere(CannotRun):
    """There is no clinic in {folder}. Make one with "alongside init" or "alongside demo"."""


class FolderNotUsable(CannotRun):
    """The folder {folder} cannot be used: {problem}."""


class UpgradeWaiting(CannotRun):
    """The clinic in {folder} was made by an earlier version. Start it once with "alongside serve",
    which brings its database up to date."""


class OtherClinicOpen(CannotRun):
    """This process already has the clinic in {folder} open."""


def make_ready(folder: Path) -> None:
    """The folder with its keys, its database up to date, open in this process.

    Only the owner can read it. Nothing that is there is changed, only what is missing is added,
    and of a clinic that stands nothing may be missing.
    Raises: FolderNotUsable, FileTooOpen, SecretMissing, KeyringMissing, and as the keys do.
    """
    check_own_files(folder, keys_of(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        (folder / "static").mkdir(exist_ok=True, mode=0o700)
        _keep_secret(folder)
    except OSError as error:
        raise FolderNotUsable(folder=folder, problem=error.strerror or error) from None
    # The database and its journal hold records: whatever this process makes is the owner's alone.
    os.umask(0o077)
    _set_up(folder)
    check_keys()
    check_signing_key()
    make_key(keys_of(folder))
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", ATTEMPTS, verbosity=0)


def enter(folder: Path) -> None:
    """The clinic in the folder, open in this process.

    Raises: NoClinicHere, UpgradeWaiting, FileTooOpen, SecretMissing, and as the keys do.
    """
    if not (folder / DATABASE).is_file():
        raise NoClinicHere(folder=folder)
    check_own_files(folder, keys_of(folder))
    os.umask(0o077)
    _set_up(folder)
    check_keys()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UpgradeWaiting(folder=folder)


def clinic_in(folder: Path) -> Clinic:
    """The clinic in the folder, open in this process, with its own time of day.

    Raises: NoClinicHere, UpgradeWaiting, NoClinic.
    """
    enter(folder)
    from django.utils import timezone

    from alongside.clinic.people.queries import the_clinic

    clinic = the_clinic()
    timezone.activate(clinic.zone)
    return clinic


def keys_of(folder: Path) -> Path:
    """Where the clinic's keys are: on a mount of their own, or in its folder."""
    return Path(os.environ.get(ENVIRONMENT_KEYS) or folder / "keys").absolute()


def _keep_secret(folder: Path) -> None:
    kept = keys_of(folder) / SECRET
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if kept.is_file():
        return
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, kept)  # never over a secret that another process has just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _set_up(folder: Path) -> None:
    """Django with this folder's settings. A process opens one clinic, because Django does."""
    os.environ[ENVIRONMENT_DATA] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django
    from django.apps import apps
    from django.conf import settings

    if settings.configured and Path(settings.DATA_FOLDER) != folder:
        raise OtherClinicOpen(folder=settings.DATA_FOLDER)
    if not apps.ready:
        django.setup()
