"""A dcat:DataService as a record."""

from dcat_harvest.model import DataService
from dcat_harvest.read.choice import of_language
from dcat_harvest.read.dcat_record import Reader


def service(known: tuple[object, str], reader: Reader) -> DataService:
    """Return the record of a service that gives access to a distribution."""
    node, key = known
    index = reader.index
    endpoint = index.words(node, "dcat:endpointURL")[0]
    described = index.addresses(node, "dcat:endpointDescription")
    pages = index.addresses(node, "dcat:landingPage")
    title = of_language(index.texts(node, "dct:title"), reader.default, reader.default)
    text = of_language(index.texts(node, "dct:description"), reader.default, reader.default)
    return DataService(
        source=reader.manifest.name,
        key=key,
        title=title.text if title else key,
        description=text.text if text else "",
        endpoint_url=endpoint,
        endpoint_description=next(iter(described), ""),
        identifier=next((w for w in index.words(node, "dct:identifier") if "://" in w), endpoint),
        landing_page=next(iter(pages), None),
        documentation=next(iter(index.addresses(node, "foaf:page")), None),
        conforms_to=next(iter(index.addresses(node, "dct:conformsTo")), None),
        licence=reader.one(node, "licence", key, "dct:license"),
        access=reader.one(node, "access", key, "dct:accessRights"),
        language=reader.one(node, "language", key, "dct:language", several=True),
        keywords=tuple(t.text for t in index.texts(node, "dcat:keyword")),
        themes=tuple(index.words(node, "dcat:theme")),
        publisher=reader.agent(node, "dct:publisher", key),
        contact=reader.contact(node),
    )
