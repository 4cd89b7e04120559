"""What the portal's API refuses, checked before anything is sent (its specification, 0.9.0)."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from dcat_harvest.deliver.records import Payload, Problem

Check = Callable[[Any], bool]
EU = "http://publications.europa.eu/resource/authority"
MOST = 2000
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    r"(?://(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@?"
    r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})+)(?::\d*)?)?"
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"
    r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
_ACCESS = re.compile(rf"{EU}/access-right/(PUBLIC|NON_PUBLIC|RESTRICTED)")
_THEME = re.compile(rf"{EU}/data-theme/[A-Z_]+")
_DURATION = re.compile(
    r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
)
_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Rule(msgspec.Struct, frozen=True):
    """One rule: a field, whether it must be there, and what each of its values must be."""

    path: str
    code: str
    fits: Check
    message: str
    is_list: bool = False
    at_least: int = 0
    at_most: int = 0
    required: bool = False


def is_uri(value: Any) -> bool:
    """An address of RFC 3986 with a scheme and something behind it."""
    if not isinstance(value, str) or not _URI.fullmatch(value):
        return False
    return value.rstrip(":/") != value.partition(":")[0]


def is_text(value: Any) -> bool:
    """A string that is not empty."""
    return isinstance(value, str) and bool(value.strip())


def is_moment(value: Any) -> bool:
    """A date, or a date and time with its zone."""
    if not isinstance(value, str):
        return False
    if len(value) == 10:
        return is_day(value)
    try:
        return bool(_ZONED.fullmatch(value)) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def is_day(value: Any) -> bool:
    """A day of the calendar, `yyyy-MM-dd`."""
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def is_number(value: Any) -> bool:
    """A number that is not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _uris(*paths: str, is_list: bool) -> tuple[Rule, ...]:
    return tuple(Rule(p, "INVALID_URI", is_uri, "no address", is_list) for p in paths)


_TEXT = "must be a text that is not empty"
RULES: tuple[Rule, ...] = (
    Rule("dctIdentifier", "INVALID_URI", is_uri, "no address", required=True),
    Rule("dctTitle", "INVALID_FIELD_VALUE", is_text, _TEXT, True, 1, 1, True),
    Rule(
        "dctDescription", "INVALID_SIZE", lambda v: isinstance(v, str) and len(v) <= MOST,
        f"longer than {MOST} characters", True, 1, 1, True,
    ),
    Rule(
        "dctAccessRights", "INVALID_PATTERN", _matches(_ACCESS),
        "not PUBLIC, RESTRICTED or NON_PUBLIC of the EU list", required=True,
    ),
    Rule("dcatTheme", "INVALID_PATTERN", _matches(_THEME), "not an EU theme", True, 1, 0, True),
    Rule("dcatKeyword", "INVALID_FIELD_VALUE", is_text, _TEXT, True),
    Rule("admsVersionNotes", "INVALID_FIELD_VALUE", is_text, _TEXT, True),
    Rule("dcatVersion", "INVALID_FIELD_VALUE", lambda v: isinstance(v, str), "no text"),
    Rule("dctIssued", "INVALID_DATE", is_moment, "no date with zone"),
    Rule("dctModified", "INVALID_DATE", is_moment, "no date with zone"),
    Rule("dcatTemporalResolution", "INVALID_DURATION", _matches(_DURATION), "no duration"),
    Rule("dcatSpatialResolutionInMeters", "INVALID_NUMERIC_VALUE", is_number, "no number"),
    *_uris("dctAccrualPeriodicity", "admsStatus", "dctType", is_list=False),
    *_uris(
        "admsIdentifier", "dcatapApplicableLegislation", "dctConformsTo", "dcatHasVersion",
        "foafPage", "dcatapHvdCategory", "dcatInSeries", "dctIsReferencedBy", "dcatLandingPage",
        "dctLanguage", "dctProvenance", "dcatQualifiedRelation", "dctRelation", "dctSource",
        "provWasGeneratedBy", is_list=True,
    ),
)  # fmt: skip
_FILE: tuple[Rule, ...] = (
    *_uris("dcatAccessUrl", "dcatDownloadUrl", "dctFormat", is_list=False),
    Rule("dctTitle", "INVALID_FIELD_VALUE", is_text, _TEXT, True, 0, 1),
    Rule("dctDescription", "INVALID_FIELD_VALUE", is_text, _TEXT, True, 0, 1),
)
_PERIOD: tuple[Rule, ...] = (
    Rule("dcatStartDate", "INVALID_DATE", is_day, "no day"),
    Rule("dcatEndDate", "INVALID_DATE", is_day, "no day"),
    Rule("timeHasBeginning", "INVALID_DATE", is_moment, "no date with zone"),
    Rule("timeHasEnd", "INVALID_DATE", is_moment, "no date with zone"),
)
_PLACE = _uris("dctLocation", is_list=False)
_ROLE = tuple(
    Rule(path, "INVALID_URI", is_uri, "no address", required=True)
    for path in ("provAgent", "provHadRole")
)
_NAME = (Rule("foafName", "INVALID_FIELD_VALUE", is_text, _TEXT, True, 1, 1, True),)
_PARTS: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("dcatDistribution", _FILE),
    ("admsSample", _FILE),
    ("dctTemporal", _PERIOD),
    ("dctSpatial", _PLACE),
    ("provQualifiedAttribution", _ROLE),
)


def refusals(payload: Payload) -> tuple[Problem, ...]:
    """Everything that the API will refuse in a dataset, with its own code and path."""
    return tuple(_all(payload))


def _all(payload: Payload) -> Iterator[Problem]:
    yield from _fields(payload, RULES, "")
    for path, rules in _PARTS:
        for i, part in enumerate(payload.get(path) or ()):
            yield from _fields(part, rules, f"{path}[{i}].")
    if not payload.get("dctPublisher"):
        yield Problem(code="REQUIRED_FIELD", path="dctPublisher", message="is missing")
    else:
        yield from _fields(payload["dctPublisher"], _NAME, "dctPublisher.")
    if not payload.get("dctCreator"):
        yield Problem(code="REQUIRED_FIELD", path="dctCreator", message="is missing")
    for i, agent in enumerate(payload.get("dctCreator") or ()):
        yield from _fields(agent, _NAME, f"dctCreator[{i}].")
    yield from _contact(payload.get("dcatContactPoint"))


def _contact(contact: Any) -> Iterator[Problem]:
    path = "dcatContactPoint"
    if not contact:
        yield Problem(code="REQUIRED_FIELD", path=path, message="is missing")
        return
    if not is_text(contact.get("vcardFn")):
        yield Problem(code="INVALID_CONTACT_POINT", path=f"{path}.vcardFn", message="is missing")
    yield from _fields(contact, _uris("vcardHasEmail", "vcardHasUrl", is_list=False), f"{path}.")


def _fields(part: Payload, rules: tuple[Rule, ...], prefix: str) -> Iterator[Problem]:
    for rule in rules:
        path = prefix + rule.path
        value = part.get(rule.path)
        if value in (None, []) or (rule.required and value in ("", [""])):
            if rule.required:
                yield Problem(code="REQUIRED_FIELD", path=path, message="is missing")
            continue
        if isinstance(value, list | tuple) != rule.is_list:
            yield Problem(code="INVALID_FIELD_VALUE", path=path, message="a list or not a list")
            continue
        values = value if rule.is_list else [value]
        if len(values) < rule.at_least or (rule.at_most and len(values) > rule.at_most):
            yield Problem(code="INVALID_SIZE", path=path, message=f"{len(values)} values")
        for i, one in enumerate(values):
            if not rule.fits(one):
                at = f"{path}[{i}]" if rule.is_list else path
                yield Problem(code=rule.code, path=at, message=rule.message)
