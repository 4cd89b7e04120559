"""Settings: option, then environment, then `dcat-harvest.toml`, then default; with origins."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.model import CatalogInfo

CONFIG = "dcat-harvest.toml"
DEFAULT_BASE = "https://example.org/"
FailOn = Literal["never", "violation", "warning", "info"]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of one call."""

    base: str = DEFAULT_BASE
    output: str = "output"
    now: str = ""
    """The clock as a value, ISO 8601 in UTC; empty: `SOURCE_DATE_EPOCH`, else the time of day."""
    fail_on: FailOn = "never"
    workers: int = 1
    cluster: str = ""
    shapes: str = ""
    """Folder with the official shape files; empty: our own rendering."""
    engine: str = ""
    profiles: tuple[str, ...] = ("dcat-ap-nl-3.0.0", "dcat-ap-nl-3.0.1")
    endpoint: str = ""
    user_contact: str = ""
    """Address or e-mail that goes into the User-Agent, so that a host can reach the operator."""
    inside: tuple[str, ...] = ()
    """Hosts (`name` or `name:port`) on inner addresses that may be asked all the same."""
    language: Literal["nl", "en"] = "nl"
    amendments: str = "amendments"
    """Folder of the values that people supply where a source lacks them."""
    keep: int = 10
    """How many releases are kept."""
    notify_command: str = ""
    """A command that gets the summary of each run as JSON on standard input."""
    notify_url: str = ""
    """A webhook that gets it by POST; its address is a secret and is not shown."""
    catalog: CatalogInfo = CatalogInfo()
    sources: Mapping[str, Mapping[str, Any]] = msgspec.field(default_factory=dict)


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """Settings and, per value, which place won: option, environment, file or default."""

    settings: Settings
    origins: Mapping[str, str]


def load(
    options: Mapping[str, Any],
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Loaded:
    """Settings from options (None: not given), environment and file.

    Raises UsageError naming the file and key where a value is wrong or the file is not there.
    """
    environ = os.environ if environ is None else environ
    values, origins = _file(config)
    for name in Settings.__struct_fields__:
        text = environ.get(f"DCAT_HARVEST_{name.upper()}")
        if text is not None and name not in ("catalog", "sources"):
            values[name] = text.split(",") if name in ("profiles", "inside") else text
            origins[name] = f"environment DCAT_HARVEST_{name.upper()}"
    for name, value in options.items():
        if value is not None and value != ():
            values[name] = value
            origins[name] = "option"
    sets = values.pop("set", ())
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"setting: {error}; see `dcat-harvest config show`") from error
    for one in sets:
        settings = _set(settings, one)
    _validate(settings)
    for name in Settings.__struct_fields__:
        origins.setdefault(name, "default")
    return Loaded(settings=settings, origins=origins)


def _file(config: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    path = config or Path(CONFIG)
    if not path.is_file():
        if config:
            raise UsageError(f"{config}: no such configuration file; check --config")
        return {}, {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from error
    unknown = values.keys() - set(Settings.__struct_fields__)
    if unknown:
        raise UsageError(
            f"{path}: no setting {', '.join(sorted(unknown))}; "
            f"there are {', '.join(Settings.__struct_fields__)}"
        )
    return values, dict.fromkeys(values, f"file {path}")


def _set(settings: Settings, text: str) -> Settings:
    """`--set SOURCE.KEY=VALUE`: the value as TOML where it is, else as text."""
    left, equals, right = text.partition("=")
    source, dot, key = left.partition(".")
    if not (equals and dot and source and key):
        raise UsageError(f"--set {text!r}: write SOURCE.KEY=VALUE, as cbs-statline.select=all")
    try:
        value = tomllib.loads(f"x = {right}")["x"]
    except tomllib.TOMLDecodeError:
        value = right
    sources = {**settings.sources, source: {**settings.sources.get(source, {}), key: value}}
    return msgspec.structs.replace(settings, sources=sources)


def _validate(settings: Settings) -> None:
    if not re.fullmatch(r"https?://[^\s/?#<>\"{}|\\^`]+/([^\s?#<>\"{}|\\^`]*/)?", settings.base):
        raise UsageError(f"--base {settings.base!r}: write an http(s) address that ends in '/'")
    if settings.workers < 1:
        raise UsageError(f"--workers {settings.workers}: write 1 or more")


def clock(settings: Settings, environ: Mapping[str, str] | None = None) -> datetime:
    """The time of this run: `--now`, else SOURCE_DATE_EPOCH, else the clock; in UTC."""
    environ = os.environ if environ is None else environ
    if settings.now:
        try:
            moment = datetime.fromisoformat(settings.now)
        except ValueError as error:
            raise UsageError(
                f"--now {settings.now!r}: write a time such as 2026-11-02T06:00:00Z"
            ) from error
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise UsageError(f"SOURCE_DATE_EPOCH={epoch!r}: write seconds since 1970") from error
    return datetime.now(UTC).replace(microsecond=0)


def iso(moment: datetime) -> str:
    """`2026-11-02T06:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
