"""Which fields of StatLine's rows are read, and which are ignored by name."""

from typing import Any, NamedTuple

from dcat_harvest.read import Finding, found

Row = dict[str, Any]


class Fields(NamedTuple):
    """Names of texts, numbers and lists that are read; all others but `ignored` are reported."""

    texts: frozenset[str]
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    needs: str = "Identifier"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


V4_TEXTS = "Identifier Title Description Language Catalog Modified Version VersionNotes Status"
V4_IGNORED = "DatasetType ObservationCount ObservationsModified VersionReason"

FIELDS = {
    "tables": Fields(
        texts=_names(
            "Identifier Title ShortTitle ShortDescription Summary Modified MetaDataModified"
            " ReasonDelivery OutputStatus Source Language Catalog Frequency Period ApiUrl FeedUrl"
            " ExplanatoryText"
        ),
        numbers=_names("ID"),
        ignored=_names(
            "Updated SummaryAndLinks DefaultPresentation DefaultSelection GraphTypes RecordCount"
            " ColumnCount SearchPriority"
        ),
    ),
    "themes": Fields(
        texts=_names("Title"),
        numbers=_names("ID ParentID"),
        ignored=_names("Number Language Catalog"),
        needs="ID",
    ),
    "tables_themes": Fields(
        texts=_names("TableIdentifier"),
        numbers=_names("TableID ThemeID"),
        ignored=_names("ID"),
        needs="ThemeID",
    ),
    "datasets": Fields(
        texts=_names(V4_TEXTS), lists=_names("Distributions"), ignored=_names(V4_IGNORED)
    ),
    "properties": Fields(
        texts=_names(
            f"{V4_TEXTS} TemporalCoverage ContactPoint Frequency License Source Summary"
            " LongDescription"
        ),
        lists=_names("Distributions Provenance RelatedSources"),
        # Authority and Publisher are CBS in every row; ReleaseDate is that of the version.
        ignored=_names(
            f"{V4_IGNORED} Authority Publisher ReleaseDate ModificationDate GraphTypes"
            " DefaultPresentation DefaultSelection SearchPriority"
        ),
    ),
}


def kept(
    rows: list[Row], fields: Fields, where: str, source: str
) -> tuple[list[Row], list[Finding]]:
    """Return the rows with only the values that are read, and findings on what is odd.

    Names that nobody knows are reported once for all rows.
    """
    whole, findings = [], []
    unknown: dict[str, tuple[str, int]] = {}
    for row in rows:
        values: Row = {}
        for name, value in row.items():
            if value is None or value == "" or name in fields.ignored or "@" in name:
                continue
            if name.startswith("odata."):
                continue
            if _fits(name, value, fields):
                values[name] = value
            elif name in fields.texts | fields.numbers | fields.lists:
                findings.append(_odd(name, value, where, source, str(row.get("Identifier", ""))))
            else:
                unknown[name] = repr(value)[:80], unknown.get(name, ("", 0))[1] + 1
        if str(values.get(fields.needs, "")).strip():
            whole.append(values)
        else:
            findings.append(_odd(fields.needs, row.get(fields.needs), where, source))
    for name, (value, count) in unknown.items():
        findings.append(
            found("unread-field", source=source, where=where, field=name, value=value, count=count)
        )
    return whole, findings


def _fits(name: str, value: Any, fields: Fields) -> bool:
    if name in fields.texts:
        return isinstance(value, str)
    if name in fields.numbers:
        return isinstance(value, int) and not isinstance(value, bool)
    return name in fields.lists and isinstance(value, list)


def _odd(name: str, value: object, where: str, source: str, key: str = "") -> Finding:
    said = repr(value)[:80]
    return found("odd-value", source=source, key=key, where=where, field=name, value=said)
