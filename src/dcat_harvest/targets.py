"""Targets: rewriting the catalogue for one consumer by a table in `vocab/targets/`."""

import tomllib
from collections.abc import Mapping

import msgspec

from dcat_harvest import resources
from dcat_harvest.errors import UsageError
from dcat_harvest.graph import Graph


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of `vocab/targets/*.toml`."""

    title: str
    profiles: tuple[str, ...]
    """The profiles that the target's file is checked by."""
    licence: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Canonical licence to the IRI that this target knows."""
    media_type_prefix: str = ""
    """What media type IRIs begin with here; the empty string leaves them."""
    theme_prefix: str = ""
    """Only themes that begin so are kept; the empty string keeps all."""
    leave_out_sources: tuple[str, ...] = ()
    """Sources that the target harvests itself."""
    leave_out_identifiers: tuple[str, ...] = ()
    """Beginnings of identifiers that the target holds from elsewhere."""
    drop_properties: tuple[str, ...] = ()
    """Properties that this target does not take."""
    publishers: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Agent IRI to the IRI of this target's list of organisations."""
    community_authorities: tuple[str, ...] = ()
    """Publishers that this target's community for education selects by."""

    def community(self, publisher: str) -> str:
        """What can be said on whether a record lands in the community for education."""
        if publisher in self.community_authorities:
            return (
                "likely: the publisher is one of the community's, but the portal sees only the "
                "account's organisation"
            )
        return "not known: the API carries no organisation IRI and no theme of the portal's list"


_LICENCE = "http://purl.org/dc/terms/license"
_MEDIA = "http://www.w3.org/ns/dcat#mediaType"
_PACKAGE = "http://www.w3.org/ns/dcat#packageFormat"
_COMPRESS = "http://www.w3.org/ns/dcat#compressFormat"
_THEME = "http://www.w3.org/ns/dcat#theme"
_IANA = (
    "https://www.iana.org/assignments/media-types/",
    "http://www.iana.org/assignments/media-types/",
)


def names() -> tuple[str, ...]:
    """The targets there are."""
    return tuple(sorted(p.stem for p in resources.path("vocab/targets").glob("*.toml")))


def target(name: str) -> Target:
    """The table of a target; raises UsageError for a name that has none."""
    if name not in names():
        raise UsageError(f"unknown target {name!r}; choose from {', '.join(names())}")
    return msgspec.convert(tomllib.loads(resources.text(f"vocab/targets/{name}.toml")), Target)


def publish_target(graph: Graph, target: Target) -> Graph:
    """The catalogue as the target wants it; nothing else of it changes."""
    gone = _left_out(graph, target)
    lines = []
    for line in graph:
        subject, predicate, rest = line.split(" ", 2)
        if subject in gone or rest[:-2] in gone or predicate[1:-1] in target.drop_properties:
            continue
        if rest.startswith("<"):
            value = _rewritten(predicate[1:-1], rest[1:-3], target)
            if value is None:
                continue
            lines.append(f"{_agent(subject, target)} {predicate} <{value}> .")
        else:
            lines.append(f"{_agent(subject, target)} {line[len(subject) + 1 :]}")
    return Graph(lines)


def _agent(term: str, target: Target) -> str:
    other = target.publishers.get(term[1:-1]) if term.startswith("<") else None
    return f"<{other}>" if other else term


def _rewritten(predicate: str, value: str, target: Target) -> str | None:
    match predicate:
        case p if p == _LICENCE:
            # Canonical licences are found under both schemes; some sources state them by http.
            secure = value.replace("http://", "https://", 1)
            return target.licence.get(value) or target.licence.get(secure, value)
        case p if p in (_MEDIA, _PACKAGE, _COMPRESS) and target.media_type_prefix:
            for prefix in _IANA:
                if value.startswith(prefix):
                    return target.media_type_prefix + value[len(prefix) :]
            return value
        case p if p == _THEME and target.theme_prefix:
            return value if value.startswith(target.theme_prefix) else None
        case _:
            return target.publishers.get(value, value)


def _left_out(graph: Graph, target: Target) -> frozenset[str]:
    """Datasets that the target has from elsewhere, with the nodes that only they point to."""
    if not target.leave_out_sources and not target.leave_out_identifiers:
        return frozenset()
    found = {s for s in graph.said if _is_dataset(graph, s) and _is_elsewhere(graph, s, target)}
    if not found:
        return frozenset()
    links: dict[str, set[str]] = {}
    for line in graph:
        subject, _, rest = line.split(" ", 2)
        if rest.startswith(("<", "_:")) and rest[:-2] in graph.said:
            links.setdefault(rest[:-2], set()).add(subject)
    hubs = {s for s in graph.said if _has_type(graph, s, "Catalog")}
    return _closed(found, links, hubs)


def _closed(found: set[str], links: dict[str, set[str]], hubs: set[str]) -> frozenset[str]:
    while True:
        more = {
            node
            for node, parents in links.items()
            if node not in found and node not in hubs and parents - hubs and parents - hubs <= found
        }
        records = {
            p for node in found for p in links.get(node, ()) if p.startswith(node[:-1] + "#")
        }
        if not (more | records) - found:
            return frozenset(found)
        found |= more | records


def _has_type(graph: Graph, subject: str, name: str) -> bool:
    return any(
        x.endswith(f"#type> <http://www.w3.org/ns/dcat#{name}> .") for x in graph.about(subject)
    )


def _is_dataset(graph: Graph, subject: str) -> bool:
    return _has_type(graph, subject, "Dataset") or _has_type(graph, subject, "DatasetSeries")


def _is_elsewhere(graph: Graph, subject: str, target: Target) -> bool:
    if any(f"/dataset/{source}/" in subject for source in target.leave_out_sources):
        return True
    return any(
        line.split(" ", 2)[2].startswith(f'"{start}')
        for start in target.leave_out_identifiers
        for line in graph.about(subject)
        if "<http://purl.org/dc/terms/identifier>" in line
    )
