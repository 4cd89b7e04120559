"""A record to its nodes, each packed: mapped now, or as the memo knows it of the same record.

What comes from the memo is what `Mapper` would give: it sees the record without its captures, the
dates of its own record and the links that were found, and nothing of other datasets.
"""

from collections.abc import Mapping

import msgspec

from dcat_harvest import jsonld
from dcat_harvest.findings import Finding
from dcat_harvest.iri import part
from dcat_harvest.jsonld import Node
from dcat_harvest.mapping import Mapper, Use, record_node
from dcat_harvest.memo import Memo, sum_of
from dcat_harvest.model import Dataset

Links = Mapping[str, list[str]]
"""Key of the context to IRIs, or `notation` to identifiers: what no record states."""


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """When we first described a dataset, and last changed its description (ISO, UTC)."""

    issued: str
    modified: str


class Mapped(msgspec.Struct, array_like=True):
    """What one record gives by itself, before its nodes are shared with those of others."""

    nodes: list[tuple[str, str, bytes]]
    """IRI, type, and the tidy node as JSON."""
    findings: list[Finding]
    uses: list[Use]
    summed: bytes = b""
    """A sum of the nodes whose statements `lines` are; empty where they are not known yet."""
    lines: str = ""


def remap(
    mapper: Mapper, d: Dataset, dates: Dates, links: Links, memo: Memo
) -> tuple[bytes, Mapped]:
    """The key of a record in the memo, empty where it may not stand there, and what it gives."""
    key = b""
    if memo.keeps:
        bare = msgspec.structs.replace(d, captures=())
        key = sum_of(mapper.source, _encoder.encode([bare, dates, links]))
        if (known := memo.get(key)) is not None:
            made = _decoder.decode(known)
            mapper.findings.extend(made.findings)
            mapper.uses.extend(made.uses)
            return key, made
    findings, uses = len(mapper.findings), len(mapper.uses)
    made = Mapped(
        nodes=[
            (str(n["@id"]), str(n["@type"]), _encoder.encode(n))
            for n in _nodes(mapper, d, dates, links)
        ],
        findings=mapper.findings[findings:],
        uses=mapper.uses[uses:],
    )
    return b"" if mapper.told_columns else key, made


def keep(memo: Memo, key: bytes, made: Mapped) -> None:
    """Tell the memo what a record gave."""
    if key:
        memo.put(key, msgspec.msgpack.encode(made))


def _nodes(mapper: Mapper, d: Dataset, dates: Dates, links: Links) -> list[Node]:
    raw = list(mapper.dataset(d))
    raw += _link(raw[0], links)
    if d.kind == "dataset":
        raw.append(record_node(mapper.names, d, issued=dates.issued, modified=dates.modified))
    return [jsonld.tidy(n) for n in raw]


def _link(node: Node, more: Links) -> list[Node]:
    """Add links to a node; gives what the profile wants to be typed of their targets."""
    names: list[Node] = [
        {
            "@id": part(str(node["@id"]), "identifier", text),
            "@type": "adms:Identifier",
            "notation": text,
        }
        for text in more.get("notation", ())
    ]
    links = {**more, "otherIdentifier": [str(n["@id"]) for n in names]}
    links.pop("notation", None)
    for key, iris in links.items():
        given = node.get(key) or []
        assert isinstance(given, list)
        node[key] = list(dict.fromkeys([*given, *iris]))
    names += [{"@id": iri, "@type": "rdfs:Resource"} for iri in more.get("relation", ())]
    return names


_encoder = msgspec.json.Encoder()
_decoder = msgspec.msgpack.Decoder(Mapped)
