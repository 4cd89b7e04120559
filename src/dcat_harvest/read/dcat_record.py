"""One dcat:Dataset of a graph as a record: what it states, and where it contradicts itself."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from dcat_harvest import words
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import (
    Agent,
    Annotation,
    Contact,
    Dataset,
    Document,
    Link,
    Period,
)
from dcat_harvest.read import dates
from dcat_harvest.read.choice import Text, chosen, of_language
from dcat_harvest.read.choice import tag as language_tag
from dcat_harvest.read.dcat_files import distributions
from dcat_harvest.read.dublin_core import whole
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.rdf import Index

STATISTICS = "http://data.europa.eu/bna/c_e1da4e07"
ZONE = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:Z|[+-]\d\d:\d\d)")
KNOWN_NAMES = re.compile(
    r"https?://(?:standaarden\.overheid\.nl/owms/terms|identifier\.overheid\.nl/tooi/id/\w+)/(.+)"
)


class Reader:
    """Reads the records of one graph; collects findings on what contradicts itself."""

    def __init__(self, index: Index, manifest: Manifest) -> None:
        self.index = index
        self.manifest = manifest
        self.findings: list[Finding] = []
        self.default = str(manifest.options.get("text_language", "")) or "nl"
        self._services: dict[object, str] = {}

    def dataset(self, subject: object) -> Dataset:
        """Return the record of a dataset or series."""
        index, key = self.index, self.key(subject)
        title, others = self.title(subject, key)
        tag = title.language if title else self.default
        text = of_language(index.texts(subject, "dct:description"), tag, self.default)
        pages = index.addresses(subject, "dcat:landingPage")
        files = distributions(subject, key, tag, self)
        iri = subject.value if isinstance(subject, ox.NamedNode) else None
        stated = index.words(subject, "dct:identifier")
        return Dataset(
            source=self.manifest.name,
            key=key,
            kind="series" if subject in index.subjects("dcat:DatasetSeries") else "dataset",
            title=title.text if title else None,
            alternatives=tuple(dict.fromkeys([*others, *self._texts(subject, "dct:alternative")])),
            description=text.text if text else None,
            text_language=tag,
            identifier=next((s for s in stated if "://" in s or s.startswith("urn:")), iri),
            other_identifiers=self._identifiers(subject, stated, iri),
            same_as=tuple(index.addresses(subject, "owl:sameAs")),
            landing_page=next(iter(pages), None),
            publisher=self.agent(subject, "dct:publisher", key),
            creators=tuple(self._agents(subject, "dct:creator")),
            contact=self.contact(subject),
            keywords=self._keywords(subject, tag),
            themes=tuple(index.words(subject, "dcat:theme", "dct:subject")),
            frequency=self.one(subject, "frequency", key, "dct:accrualPeriodicity"),
            period=self._period(subject),
            issued=self.date(subject, "issued", key, "dct:issued", keep=min),
            modified=self.date(subject, "modified", key, "dct:modified", keep=max),
            version=self.one(subject, "version", key, "dcat:version", "owl:versionInfo"),
            version_notes=self._text(subject, tag, "adms:versionNotes"),
            licence=self.one(subject, "licence", key, "dct:license"),
            rights=self._text(subject, tag, "dct:rights"),
            access=self.one(subject, "access", key, "dct:accessRights"),
            language=self.one(subject, "language", key, "dct:language", several=True),
            spatial=self._spatial(subject),
            status=self.one(subject, "status", key, "adms:status"),
            hvd=STATISTICS in index.words(subject, "dcatap:hvdCategory"),
            in_series=self._series(subject),
            distributions=files,
            documents=self.documents(subject, tag),
            annotations=tuple(self._annotations(subject)),
            links=tuple(self._links(subject, pages)),
            services=tuple(dict.fromkeys(d.service for d in files if d.service)),
        )

    def key(self, subject: object) -> str:
        """Return the key: the one identifier that is no address, else the address."""
        stated = [w for w in self.index.words(subject, "dct:identifier") if "://" not in w]
        if len(stated) == 1:
            return stated[0]
        if isinstance(subject, ox.NamedNode):
            return re.sub(r"^https?://", "", subject.value)
        found = [*stated, *self.index.addresses(subject, "dcat:landingPage", "dct:identifier")]
        title = self.index.texts(subject, "dct:title")
        return re.sub(r"^https?://", "", next(iter(found), title[0].text if title else "unnamed"))

    def title(self, subject: object, key: str) -> tuple[Text | None, list[str]]:
        """Return the title and those in other languages; two in one language contradict."""
        given = self.index.texts(subject, "dct:title")
        title, others = chosen(given, self.default)
        same = [
            t for t in others if title and language_tag(t.language, self.default) == title.language
        ]
        if title and same:
            self._several(key, "title", [title.text, *(t.text for t in same)], title.text)
        return title, [t.text for t in others]

    def one(
        self, subject: object, field: str, key: str, *properties: str, several: bool = False
    ) -> str | None:
        """Return the one word under properties; of several the first that has a term."""
        given = self.index.words(subject, *properties)
        known = [w for w in given if _has_term(field, w)]
        known.sort(key=lambda w: not w.startswith(words.AUTHORITY))
        best = next(iter(known or given), None)
        if len(given) > 1 and not several and len({_meaning(field, w) for w in given}) > 1:
            self._several(key, field, given, best or "")
        return best

    def date(
        self, subject: object, field: str, key: str, *properties: str,
        keep: Callable[[Sequence[str]], str],
    ) -> str | None:  # fmt: skip
        """Return a date; of several that differ the first issue or the last change."""
        given = self.index.words(subject, *properties)
        read = [(g, dates.iso(ZONE.sub(r"\1", g) if ZONE.fullmatch(g) else g)) for g in given]
        found = [d for _, d in read if d]
        for bad in (g for g, d in read if d is None):
            self.report("bad-date", key, field=field, value=bad[:80])
        if not found:
            return None
        best = keep(found)
        if len({f[:10] for f in found}) > 1:
            self._several(key, field, found, best)
        return best

    def agent(self, subject: object, name: str, key: str) -> Agent | None:
        """Return the publisher; one without a name is reported, unless its address names it."""
        given = self.index.values(subject, name)
        found = list(self._agents(subject, name))
        if given and not found:
            value = self.index.word(given[0]) or "a node without a name"
            self.report("odd-value", key, field="publisher", value=f"{value}: no name")
        if len(found) > 1:
            self._several(key, "publisher", [a.name for a in found], found[0].name)
        return found[0] if found else None

    def documents(self, subject: object, tag: str) -> tuple[Document, ...]:
        """Return the documentation that is named, with titles where they are given."""
        found = []
        for value in self.index.values(subject, "foaf:page"):
            url = next(iter(self.index.addresses(subject, "foaf:page")), None)
            own = self.index.word(value) if isinstance(value, ox.NamedNode) else url
            if own and re.match(r"https?://", own):
                title = of_language(self.index.texts(value, "dct:title", "rdfs:label"), tag)
                found.append(Document(url=own, title=title.text if title else None))
        return tuple(found)

    def use_service(self, node: object) -> str | None:
        """Return the key of a service that can be described, and remember that it is used."""
        index = self.index
        needed = ("dct:title", "dcat:endpointURL")
        if not all(index.values(node, p) for p in needed):
            return None
        text = (
            node.value if isinstance(node, ox.NamedNode) else str(index.words(node, needed[1])[0])
        )
        self._services.setdefault(node, re.sub(r"^https?://", "", text))
        return self._services[node]

    def used_services(self) -> list[tuple[object, str]]:
        """Return the services that give access to a distribution, with their keys."""
        return list(self._services.items())

    def report(self, code: str, key: str, **values: Any) -> None:
        """Collect a finding on a record."""
        where = self.manifest.start[0] if self.manifest.start else self.manifest.name
        self.findings.append(
            finding(code, source=self.manifest.name, key=key, where=where, **values)
        )

    def _several(self, key: str, field: str, values: Sequence[str], kept: str) -> None:
        shown = " | ".join(v[:60] for v in values[:5])
        self.report("several-values", key, field=field, value=shown, kept=kept[:80])

    def _agents(self, subject: object, name: str) -> list[Agent]:
        found = []
        for value in self.index.values(subject, name):
            texts = self.index.texts(
                value, "foaf:name", "skos:prefLabel", "vcard:fn", "rdfs:label", "dct:title"
            )
            label, _ = chosen([*texts, *self._literal(value)], self.default)
            iri = value.value if isinstance(value, ox.NamedNode) else None
            known = KNOWN_NAMES.fullmatch(iri or "")
            if label:
                found.append(Agent(name=label.text, iri=iri, language=label.language))
            elif iri and iri == self.manifest.publisher.iri:
                found.append(self.manifest.publisher)
            elif iri and known and not re.search(r"\d{3}", known[1]):
                found.append(Agent(name=unquote(known[1]).replace("_", " "), iri=iri))
        return found

    def _literal(self, value: object) -> list[Text]:
        return [Text(value.value, value.language or "")] if isinstance(value, ox.Literal) else []

    def contact(self, subject: object) -> Contact | None:
        """Return the first contact point that says anything."""
        found = (self._contact(c) for c in self.index.values(subject, "dcat:contactPoint"))
        return next((c for c in found if c), None)

    def _contact(self, node: object) -> Contact | None:
        index = self.index
        labels = index.texts(
            node, "vcard:fn", "vcard:hasFN", "vcard:organization-name", "foaf:name"
        )
        mails = self._values_of(node, "vcard:hasEmail", "vcard:email", "foaf:mbox")
        phones = self._values_of(node, "vcard:hasTelephone", "vcard:tel")
        urls = [
            u for u in self._values_of(node, "vcard:hasURL", "vcard:url", "foaf:page") if "://" in u
        ]
        mail = next((m.removeprefix("mailto:") for m in mails if "@" in m), None)
        name, _ = chosen(labels, self.default)
        if not (mail or urls or phones or name):
            return None
        return Contact(
            name=name.text if name else mail or next(iter([*urls, *phones])),
            email=mail,
            url=next(iter(urls), None),
            telephone=next((p.removeprefix("tel:") for p in phones), None),
        )

    def _values_of(self, node: object, *properties: str) -> list[str]:
        """Return values that stand there, or in a node of their own (vcard:hasValue)."""
        found = []
        for value in self.index.values(node, *properties):
            inner = (
                self.index.words(value, "vcard:hasValue", "vcard:value")
                if self.index.has(value)
                else []
            )
            found += inner or [w for w in [self.index.word(value)] if w]
        return found

    def _identifiers(self, subject: object, stated: list[str], iri: str | None) -> tuple[str, ...]:
        notations = [
            w
            for node in self.index.values(subject, "adms:identifier")
            for w in self.index.words(node, "skos:notation") or [self.index.word(node) or ""]
        ]
        found = dict.fromkeys(w for w in (*stated, *notations, iri) if w)
        return tuple(found)

    def _keywords(self, subject: object, tag: str) -> tuple[str, ...]:
        given = self.index.texts(subject, "dcat:keyword")
        same = [t for t in given if not t.language or language_tag(t.language) == tag]
        return tuple(dict.fromkeys(t.text for t in same or given))

    def _period(self, subject: object) -> Period | None:
        for node in self.index.values(subject, "dct:temporal"):
            if isinstance(node, ox.Literal):
                start, slash, end = (p.strip() for p in node.value.partition("/"))
            else:
                start, end = (self._bound(node, n) for n in ("start", "end"))
                slash = "/"
            first, last = dates.iso(start[:10]), dates.iso((end if slash else start)[:10])
            if first or last:
                return Period(
                    start=whole(first, "01-01") if first else None,
                    end=whole(last, "12-31") if last else None,
                )
        return None

    def _bound(self, node: object, side: str) -> str:
        direct = [f"{p}:{side}Date" for p in ("dcat", "schema", "schemas")]
        found = self.index.words(node, *direct)
        moment = "time:hasBeginning" if side == "start" else "time:hasEnd"
        for inner in self.index.values(node, moment):
            found += self.index.words(
                inner,
                "time:inXSDDate",
                "time:inXSDDateTime",
                "time:inXSDDateTimeStamp",
                "time:inXSDgYear",
            )
        return next(iter(found), "")

    def _spatial(self, subject: object) -> str | None:
        """Return the country where one is stated; other places have no term here."""
        given = self.index.words(subject, "dct:spatial")
        country = f"{words.AUTHORITY}country/"
        return next((w for w in given if w.startswith(country) or words.term("spatial", w)), None)

    def _series(self, subject: object) -> str | None:
        for value in self.index.values(subject, "dcat:inSeries"):
            if self.index.size(value) > 1:
                return self.key(value)
        return None

    def _annotations(self, subject: object) -> list[Annotation]:
        given = self.index.words(subject, "dct:provenance")
        return [Annotation(kind="sources", text=w) for w in given if "://" not in w]

    def _links(self, subject: object, pages: list[str]) -> list[Link]:
        found = [Link(url=u) for u in pages[1:]]
        found += [Link(url=u) for u in self.index.addresses(subject, "dct:relation")]
        found += [Link(url=u, role="source") for u in self.index.addresses(subject, "dct:source")]
        found += [
            Link(url=u, role="successor") for u in self.index.addresses(subject, "dct:isReplacedBy")
        ]
        return found

    def _text(self, subject: object, tag: str, name: str) -> str | None:
        labels = [Text(w) for w in self.index.words(subject, name) if "://" not in w]
        found = of_language(self.index.texts(subject, name) or labels, tag, self.default)
        return found.text if found else None

    def _texts(self, subject: object, name: str) -> list[str]:
        return [t.text for t in self.index.texts(subject, name)]


def _has_term(field: str, word: str) -> bool:
    if field == "licence":
        return words.licence_of(word) is not None
    return word.startswith(words.AUTHORITY) or words.term(field, word) is not None


def _meaning(field: str, word: str) -> str:
    """Return what a word stands for, so that two words for one thing do not contradict."""
    known = words.licence_of(word) if field == "licence" else words.term(field, word)
    return known or word.rpartition("/")[2]
