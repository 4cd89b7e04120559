"""Values as they may be published: terms for words, checked dates, addresses and texts.

What cannot be published right is left out with a finding.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from dcat_harvest import words
from dcat_harvest.findings import Finding, finding
from dcat_harvest.iri import Names, web_address

Node = dict[str, object]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_DATES = (
    (re.compile(r"\d{4}"), "xsd:gYear"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "xsd:gYearMonth"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "xsd:date"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "xsd:dateTime"),
)
DEF = "https://w3id.org/dcat-harvest/def#"
safe_address = lru_cache(maxsize=4096)(web_address)


class Values:
    """The values of one source; `record` is the key of the record at hand, for its findings."""

    def __init__(self, names: Names, source: str) -> None:
        self.names = names
        self.source = source
        self.findings: list[Finding] = []
        self.record = ""
        self._odd_columns: set[str] = set()

    def themes(self, given: tuple[str, ...]) -> tuple[list[str], list[str]]:
        """EU data-theme codes or IRIs, and other subjects, of theme words."""
        codes: list[str] = []
        subjects: list[str] = []
        for word in given:
            if word.startswith(words.AUTHORITY + "data-theme/"):
                codes.append(word)
            elif "://" in word:
                subjects.extend(x for x in [self.address("theme", word)] if x)
                codes.extend(words.themes_of(self.source, word) or ())
            else:
                known = words.themes_of(self.source, word)
                if known is None:
                    self.unknown("theme", word)
                codes.extend(known or ())
        return list(dict.fromkeys(codes)), list(dict.fromkeys(subjects))

    def media(self, value: str | None) -> str | None:
        """The IRI of a media type that a table knows; any other is reported."""
        found = media_type(value)
        plain = (found or "").partition("/media-types/")[2]
        if found and plain not in words.registered_media_types():
            self.unknown("media_type", plain)
            return None
        return found

    def licence(self, word: str | None) -> str | None:
        """The canonical licence IRI of a word."""
        if not word:
            return None
        known = words.licence_of(word)
        if known is None:
            self.unknown("licence", word)
        return known

    def figure_status(self, word: str | None) -> str | None:
        """Whether figures are provisional or final."""
        if not word:
            return None
        known = words.term("figure-status", word)
        if known is None:
            self.unknown("figure-status", word)
        return DEF + known if known else None

    def authority(self, field: str, listname: str, word: str | None) -> str | None:
        """The IRI of a word in an EU authority table."""
        if not word:
            return None
        if word.startswith(f"{words.AUTHORITY}{listname}/"):
            return self.address(field, word)
        known = words.term(field, word)
        if known is None:
            self.unknown(field, word)
            return None
        return words.authority(listname, known) if known else None

    def date(self, field: str, value: str | None) -> Node | None:
        """A date with the precision that it has."""
        if not value:
            return None
        for pattern, datatype in _DATES:
            if pattern.fullmatch(value):
                return {"@value": value, "@type": datatype}
        self.report("bad-date", field=field, value=value)
        return None

    def address(self, field: str, value: str | None) -> str | None:
        """A web address that may be published."""
        if not value:
            return None
        address = safe_address(value)
        if address is None:
            self.report("bad-address", field=field, value=value[:200])
        return address

    def addresses(self, field: str, values: Iterator[str] | tuple[str, ...]) -> list[str]:
        """The same of several, each once."""
        found = (self.address(field, v) for v in values)
        return list(dict.fromkeys(a for a in found if a))

    def text(self, value: str | None, lang: str) -> dict[str, str] | None:
        """A text in a language map, without control characters."""
        text = self.clean("text", value).strip() if value else ""
        return {lang: text} if text else None

    def texts(
        self, values: Iterator[str] | tuple[str, ...], lang: str
    ) -> dict[str, list[str]] | None:
        """Several texts in a language map, each once."""
        found = list(dict.fromkeys(t for t in (self.clean("text", v).strip() for v in values) if t))
        return {lang: found} if found else None

    def clean(self, field: str, value: str) -> str:
        """A text without the control characters that XML forbids."""
        clean = _CONTROL.sub("", value)
        if clean != value:
            self.report("control-characters", field=field, value=clean[:80])
        return clean

    def report_columns(self, names: tuple[str, ...]) -> None:
        """Name each column that the table of columns lacks, once for a source."""
        for name in names:
            if name not in self._odd_columns:
                self._odd_columns.add(name)
                self.report("unknown-column", value=name[:200])

    def unknown(self, field: str, word: str) -> None:
        """Report a word that no table knows."""
        self.report("unknown-word", field=field, value=word[:200])

    def report(self, code: str, **values: str) -> None:
        """Report something at the record at hand."""
        where = self.names.dataset(self.source, self.record)
        self.findings.append(
            finding(
                code,
                source=self.source,
                key=self.record,
                subject=where,
                where=where,
                severity=None,
                **values,
            )
        )


def media_type(value: str | None) -> str | None:
    """The IANA address of a media type, None where it is none."""
    if not value:
        return None
    plain = value.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", plain):
        return None
    return f"https://www.iana.org/assignments/media-types/{plain.replace('^', '%5E')}"
