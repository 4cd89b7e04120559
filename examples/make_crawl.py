"""Writes `examples/crawl.warc.gz`: a small crawl of the four sources, facts real, texts ours.

Titles, addresses, dates, identifiers and codes are facts of the publishers; every sentence and all
markup is written here, in the structure of the real pages. Run it again and the same bytes come out.

    python examples/make_crawl.py [TARGET]
"""

import json
import sys
import uuid
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

MOMENT = "2026-11-02T06:00:00Z"
CKAN = "https://onderwijsdata.duo.nl"
DUO = "https://duo.nl/open_onderwijsdata"
CBS = "https://opendata.cbs.nl"
CBS4 = "https://datasets.cbs.nl/odata/v1"
INSPECTIE = "https://www.onderwijsinspectie.nl"
HTML, JSON = "text/html;charset=UTF-8", "application/json;charset=utf-8"

Answer = tuple[str, str, int, dict[str, str], bytes]


def main() -> None:
    """Write the crawl."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("crawl.warc.gz")
    with target.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        info = {"software": "dcat-harvest examples/make_crawl.py", "format": "WARC File Format 1.1"}
        record = writer.create_warcinfo_record(target.name, info)
        write(writer, record, "warcinfo")
        for method, url, status, headers, body in answers():
            write_pair(writer, method, url, status, headers, body)
    print(f"{target}: {target.stat().st_size} bytes")


def write(writer: WARCWriter, record, name: str) -> None:  # type: ignore[no-untyped-def]
    """One record, its identifier made from its name."""
    record.rec_headers.replace_header("WARC-Date", MOMENT)
    identifier = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
    record.rec_headers.replace_header("WARC-Record-ID", identifier)
    writer.write_record(record)


def write_pair(
    writer: WARCWriter, method: str, url: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    """A request and its response."""
    path = url.split("/", 3)[3] if url.count("/") > 2 else ""
    asked = StatusAndHeaders(
        f"{method} /{path} HTTP/1.1", [("Host", url.split("/")[2])], is_http_request=True
    )
    request = writer.create_warc_record(url, "request", http_headers=asked)
    reason = {200: "OK", 301: "Moved Permanently", 404: "Not Found"}[status]
    fields = list(headers.items())
    if "Content-Length" not in headers:
        fields.append(("Content-Length", str(len(body))))
    answered = StatusAndHeaders(f"{status} {reason}", fields, protocol="HTTP/1.1")
    response = writer.create_warc_record(
        url, "response", payload=BytesIO(body), http_headers=answered
    )
    response_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{method} {url} response')}>"
    request.rec_headers.add_header("WARC-Concurrent-To", response_id)
    write(writer, response, f"{method} {url} response")
    write(writer, request, f"{method} {url} request")


def answers() -> Iterator[Answer]:
    """Every answer of the crawl: method, address, status, headers, body."""
    yield from duo_ckan()
    yield from duo_pages()
    yield from cbs()
    yield from inspectie()


def page(url: str, text: str, status: int = 200, **headers: str) -> Answer:
    """An HTML answer."""
    return "GET", url, status, {"Content-Type": HTML, **headers}, text.encode()


def data(url: str, value: object) -> Answer:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return "GET", url, 200, {"Content-Type": JSON}, body


def head(url: str, kind: str, size: int) -> Answer:
    """The answer to HEAD on a file."""
    return "HEAD", url, 200, {"Content-Type": kind, "Content-Length": str(size)}, b""


# --- DUO: CKAN -------------------------------------------------------------------------------


def duo_ckan() -> Iterator[Answer]:
    """Five packages of onderwijsdata.duo.nl."""
    packages = [
        package(
            "01voins-v1",
            "VO-leerlingen per vestiging naar onderwijstype, sector en afdeling.",
            "## Doel\r\nTelt de leerlingen in het bekostigde voortgezet onderwijs per vestiging, zodat "
            "gemeenten en besturen de ontwikkeling per onderwijstype kunnen volgen.\r\n\r\n## Bronnen\r\n"
            "Het register van onderwijsdeelnemers en het register van instellingen.\r\n\r\n## Kwaliteit\r\n"
            "Het laatste jaar is voorlopig, eerdere jaren zijn definitief.\r\n\r\n## Selectie\r\n"
            "Peildatum 1 oktober van de laatste vijf jaren. Aantallen onder de vijf staan er als 4.",
            tags=["Leerlingen"],
            groups=["voorgezet-onderwijs"],
            theme="Voortgezet_onderwijs_(thema)",
            modified="2023-05-02T13:30:23.352647",
            # One of the nine links on DUO's internal host.
            files=[("01voins.csv", "CSV", 30659096, "beheer-ggm-ckan-prd.apps.prd.duo.rijksapps.nl")],
        ),
        package(
            "p01hoinges",
            "Ingeschrevenen hoger onderwijs in het domein hoger onderwijs",
            "## Inleiding\r\nAantallen ingeschrevenen in hbo en wo per instelling, opleiding en geslacht "
            "over de laatste vijf studiejaren.\r\n\r\n## Bronnen\r\nRegister Onderwijsdeelnemers.\r\n\r\n"
            "## Afscherming van data\r\nCellen met minder dan vijf personen zijn vervangen.",
            tags=["ingeschrevenen"],
            groups=["hoger-onderwijs"],
            theme="Hoger_onderwijs_(thema)",
            frequency="ANNUAL",
            modified="2026-07-10T11:37:18.868886",
            files=[
                ("ingeschrevenengeslhbo.csv", "CSV", 812345, ""),
                ("ingeschrevenengeslwo.csv", "CSV", 790211, ""),
            ],
        ),
        package(
            "mbo_opleidingsaanbod",
            "MBO Opleidingsaanbod",
            "Alle opleidingen die mbo-instellingen aanbieden. Het overzicht wordt dagelijks geactualiseerd.",
            tags=["RIO"],
            groups=["middelbaarberoepsonderwijs"],
            theme="Beroepsonderwijs_(thema)",
            modified="2026-10-03T04:12:00.000000",
            files=[("mbo_opleidingsaanbod.csv", "CSV", 5120044, "")],
        ),
        package(
            "mbo_opleidingsaanbod-changelog",
            "Changelog van MBO Opleidingsaanbod",
            "Wat er per uitgave veranderde aan het bestand met het opleidingsaanbod.",
            modified="2026-02-11T09:00:00.000000",
            files=[("pvl-mbo-opleidingsaanbod-tbv-mbo-keten-v1.2.pdf", "PDF", 220110, "")],
        ),
        package(
            "persbek_bo_en_sbo",
            "Personele bekostiging bo en sbo",
            "## Inleiding\r\nDe bekostiging van personeel per basisschool. Bevat financiƫle gegevens.",
            tags=["bekostiging"],
            groups=["basisonderwijs"],
            theme="Basisonderwijs_(thema)",
            frequency="ANNUAL",
            modified="2025-01-15T10:00:00.000000",
            files=[("persbek_bo_01.csv", "CSV", 433210, ""), ("___", "CSV", 1044, "")],
        ),
    ]  # fmt: skip
    yield robots(CKAN, "User-agent: *\nDisallow: /api/\n")
    result = {"count": len(packages), "facets": {}, "results": packages}
    help_ = f"{CKAN}/api/3/action/help_show?name=package_search"
    yield data(
        f"{CKAN}/api/3/action/package_search?rows=1000&start=0",
        {"help": help_, "success": True, "result": result},
    )


def package(
    name: str,
    title: str,
    notes: str,
    *,
    files: list[tuple[str, str, int, str]],
    modified: str,
    tags: list[str] | None = None,
    groups: list[str] | None = None,
    theme: str = "",
    frequency: str = "",
) -> dict[str, object]:
    """One CKAN package with the fields that DUO's portal gives."""
    owms = f"http://standaarden.overheid.nl/owms/terms/{theme}"
    eu = f"http://publications.europa.eu/resource/authority/frequency/{frequency}"
    extras = [{"key": "theme", "value": json.dumps([owms])}] if theme else []
    extras += [{"key": "frequency", "value": eu}] if frequency else []
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    return {
        "author": "Informatieproducten", "author_email": "", "id": identifier, "isopen": True,
        "license_id": "cc-by", "license_title": "Creative Commons Attribution",
        "license_url": "http://www.opendefinition.org/licenses/cc-by", "maintainer": "",
        "maintainer_email": "", "name": name, "notes": notes, "num_resources": len(files),
        "num_tags": len(tags or []), "private": False, "state": "active", "title": title,
        "type": "dataset", "url": "", "version": "1.0.0", "extras": extras,
        "groups": [{"name": g} for g in groups or []],
        "resources": [resource(identifier, i, *f, modified) for i, f in enumerate(files)],
        "tags": [{"display_name": t, "name": t, "state": "active", "vocabulary_id": None} for t in tags or []],
        "metadata_modified": modified,
    }  # fmt: skip


def resource(
    package_id: str, position: int, file: str, kind: str, size: int, host: str, modified: str
) -> dict[str, object]:
    """One CKAN resource."""
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{package_id}/{file}"))
    base = f"https://{host}" if host else CKAN
    mime = {"CSV": "text/csv", "PDF": "application/pdf"}[kind]
    return {
        "description": None, "format": kind, "hash": "", "id": identifier, "mimetype": mime,
        "name": file.rsplit(".", 1)[0], "package_id": package_id, "position": position, "size": size,
        "state": "active", "datastore_active": kind == "CSV", "url_type": "upload",
        "url": f"{base}/dataset/{package_id}/resource/{identifier}/download/{file}",
        "last_modified": modified, "total_record_count": None,
    }  # fmt: skip


# --- DUO: pages ------------------------------------------------------------------------------


def duo_pages() -> Iterator[Answer]:
    """The home page, two sectors, and pages of three layouts."""
    yield robots("https://duo.nl", "User-agent: *\nDisallow: /zoeken.jsp\n")
    sectors = {"Primair onderwijs": "primair-onderwijs/", "Hoger onderwijs": "hoger-onderwijs/"}
    yield page(f"{DUO}/", duo_page("Open data", duo_links(sectors)))
    yield page(
        f"{DUO}/primair-onderwijs/",
        duo_page(
            "Primair onderwijs",
            duo_links(
                {
                    "Leerlingen per onderwijssoort, cluster en leeftijd": "primair-onderwijs/aantal-leerlingen/leerlingen-onderwijssoort-cluster-leeftijd.jsp",
                    "Leerlingen so en vso": "databestanden/po/leerlingen-po/so-vso/so-vso-1.jsp",
                }
            ),
        ),
    )
    studenten = {"Studenten wo": "hoger-onderwijs/aantal-studenten/studenten-wo.jsp"}
    yield page(f"{DUO}/hoger-onderwijs/", duo_page("Hoger onderwijs", duo_links(studenten)))
    yield from duo_new_layout()
    yield from duo_old_layout()
    yield from duo_several()
    yield page(
        f"{DUO}/footer/veelgestelde-vragen/",
        duo_page(
            "Veelgestelde vragen",
            "<p>Op de open onderwijsdata van DUO is een CC0-verklaring van toepassing.</p>",
        ),
    )


def duo_new_layout() -> Iterator[Answer]:
    """Layout D: one table of files, update and sources as a list."""
    name = "leerlingen-po-soort-po,-vestiging,-cluster,-leeftijd"
    rows = [
        (f"voorlopig-{name}-2023-2024.csv", "Voorlopig - Leerlingen po - soort po, vestiging, cluster, leeftijd - 2023-2024", 1632, "1 oktober 2023", "22 december 2023"),
        (f"{name}-2022-2023.csv", "Leerlingen po - soort po, vestiging, cluster, leeftijd - 2022-2023", 1636, "1 oktober 2022", "22 december 2022"),
    ]  # fmt: skip
    body = (
        "<p>Hoeveel leerlingen elke school voor primair onderwijs telt, naar soort onderwijs, cluster en leeftijd.</p>"
        + duo_table(rows)
        + "<ul><li>Update <p>Elk jaar</p></li><li>Bronnen<ul><li>Register Onderwijsdeelnemers</li></ul></li></ul>"
        "<h2>Toelichting</h2><h3>Kwaliteit van de gegevens</h3><p>Het jongste schooljaar is voorlopig.</p>"
    )
    url = (
        f"{DUO}/primair-onderwijs/aantal-leerlingen/leerlingen-onderwijssoort-cluster-leeftijd.jsp"
    )
    yield page(url, duo_page("Leerlingen per onderwijssoort, cluster en leeftijd", body))
    for file, _, kb, *_ in rows:
        yield head(f"{DUO}/images/{file}", "text/csv", kb * 1024 - 33)


def duo_old_layout() -> Iterator[Answer]:
    """Layout C-multi: files with status, dates once for the page."""
    name = "01.-leerlingen-so-vso-bekostigingscategorie,-uitstroomprofiel"
    cells = "".join(
        f'<tr><td><a href="/open_onderwijsdata/images/{name}-{year}-{year + 1}.csv">01. Leerlingen so vso - '
        f"bekostigingscategorie, uitstroomprofiel - {year}-{year + 1} (csv 21kb)</a></td>"
        f"<td>1 oktober {year}</td><td>{status}</td></tr>"
        for year, status in ((2019, "Voorlopig"), (2018, "Definitief"))
    )
    body = (
        "<p>Leerlingen in het (voortgezet) speciaal onderwijs per samenwerkingsverband dat voor hen betaalt.</p>"
        "<table><thead><tr><th>CSV-bestanden</th><th>Peildatum</th><th>Status</th></tr></thead>"
        f"<tbody>{cells}</tbody></table>"
        "<table><tr><th>Publicatiedatum</th><td>19 december 2019</td></tr>"
        "<tr><th>Updatefrequentie</th><td>Jaarlijks</td></tr></table>"
    )
    title = "01. Leerlingen so en vso: bekostigingscategorie, uitstroomprofiel (swv)"
    yield page(f"{DUO}/databestanden/po/leerlingen-po/so-vso/so-vso-1.jsp", duo_page(title, body))
    for year in (2019, 2018):
        yield head(f"{DUO}/images/{name}-{year}-{year + 1}.csv", "text/csv", 21 * 1024 - 90)


def duo_several() -> Iterator[Answer]:
    """Layout D-multi: several datasets on one page."""
    parts = {
        "Studenten wo - totaal": ("voorlopige-aantallen-studenten.csv", "Voorlopige aantallen studenten", 595),
        "Studenten wo - bachelor, master en postmaster": ("voorlopige-aantallen-studenten-bachelor,-master-en-postmaster.csv", "Voorlopige aantallen studenten - bachelor, master en postmaster", 596),
    }  # fmt: skip
    body = "<p>Inschrijvingen aan universiteiten op 1 oktober.</p>"
    for title, (file, text, kb) in parts.items():
        row = [(file, text, kb, "1 oktober 2024", "17 maart 2025")]
        body += f"<h2>{title}</h2><p>Bestand over 2020-2024</p>{duo_table(row)}<h2>Toelichting</h2>"
    url = f"{DUO}/hoger-onderwijs/aantal-studenten/studenten-wo.jsp"
    yield page(url, duo_page("Studenten wo", body))
    for file, _, kb in parts.values():
        yield head(f"{DUO}/images/{file}", "text/csv", kb * 1024 - 12)


def duo_table(rows: list[tuple[str, str, int, str, str]]) -> str:
    """The table of files of layout D."""
    cells = "".join(
        f'<tr><td><a href="/open_onderwijsdata/images/{file}">{text} (csv {kb}kb)</a></td>'
        f"<td>{peil}</td><td>{publication}</td></tr>"
        for file, text, kb, peil, publication in rows
    )
    head_ = "<tr><th>Bestand</th><th>Peildatum</th><th>Publicatiedatum</th></tr>"
    return f"<table><thead>{head_}</thead><tbody>{cells}</tbody></table>"


def duo_links(targets: dict[str, str]) -> str:
    """Headings that link to pages."""
    return "".join(
        f'<h2><a href="/open_onderwijsdata/{path}">{title}</a></h2>'
        for title, path in targets.items()
    )


def duo_page(title: str, body: str) -> str:
    """The frame of a page of DUO."""
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{title} - DUO</title></head><body>'
        f"<main><h1>{title}</h1>{body}</main><footer><ul><li>"
        '<a href="/open_onderwijsdata/footer/veelgestelde-vragen/">Veelgestelde vragen</a></li></ul></footer></body></html>'
    )


# --- CBS -------------------------------------------------------------------------------------


def cbs() -> Iterator[Answer]:
    """Five education tables and one other; three of them in OData v4 too."""
    yield robots(CBS, "User-agent: *\nDisallow:\n")
    rows = [
        table("71478ned", "Mbo; doorstroom en uitstroom, migratieachtergrond 2003/'04-2015/'16", "Stopgezet", "2003/'04-2015/'16", "2018-07-05T02:00:00", "Doorstroom en uitstroom van mbo-deelnemers naar niveau en achtergrond.", status="Gediscontinueerd"),
        table("37220", "Geslaagden; onderwijssoort vanaf 1950", "Perjaar", "1950 - 2022", "2024-03-11T02:00:00", "Geslaagden voor examens naar soort onderwijs sinds 1950."),
        table("71450ned", "Leerlingen in (speciaal) basisonderwijs; schoolgrootte", "Perjaar", "1995/'96 - 2024/'25*", "2026-03-26T06:30:00", "Leerlingen en scholen in het basisonderwijs naar grootte van de school."),
        table("84455NED", "Lerarenopleidingen; instroom en diploma's", "Stopgezet", "2000/'01 - 2018/'19", "2020-05-20T02:00:00", "Instroom en diploma's van lerarenopleidingen.", status="Gediscontinueerd"),
        table("70066eng", "Pupils in secondary education; region", "Yearly", "1990/'91 - 2015/'16", "2017-02-02T02:00:00", "Pupils in secondary education by region.", language="en"),
        table("80137ned", "Arbeidsrekeningen; leeftijd en opleidingsniveau", "Perjaar", "2001 - 2005", "2009-07-10T02:00:00", "Banen en werkzame personen naar leeftijd."),
    ]  # fmt: skip
    themes = [
        {"ID": 1, "ParentID": None, "Number": "1", "Title": "Onderwijs", "Language": "nl", "Catalog": "CBS"},
        {"ID": 2, "ParentID": None, "Number": "2", "Title": "Education", "Language": "en", "Catalog": "CBS"},
        {"ID": 3, "ParentID": None, "Number": "3", "Title": "Arbeid en sociale zekerheid", "Language": "nl", "Catalog": "CBS"},
    ]  # fmt: skip
    places = {"70066eng": 2, "80137ned": 3}
    links = [
        {"ID": i, "TableID": i, "ThemeID": places.get(str(r["Identifier"]), 1), "TableIdentifier": r["Identifier"]}
        for i, r in enumerate(rows)
    ]  # fmt: skip
    for name, value in (("Tables", rows), ("Themes", themes), ("Tables_Themes", links)):
        meta = f"{CBS}/ODataCatalog/$metadata#{name}"
        yield data(
            f"{CBS}/ODataCatalog/{name}?$format=json", {"odata.metadata": meta, "value": value}
        )
    listed = [modern(r) for r in rows if r["Identifier"] in ("37220", "71450ned")]
    context = f"{CBS4}/CBS/$metadata#Datasets"
    yield data(f"{CBS4}/CBS/Datasets", {"@odata.context": context, "value": listed})
    for row in listed:
        yield data(f"{CBS4}/CBS/{row['Identifier']}/Properties", properties(row))


def table(
    identifier: str,
    title: str,
    frequency: str,
    period: str,
    modified: str,
    text: str,
    *,
    status: str = "Regulier",
    language: str = "nl",
) -> dict[str, object]:
    """One row of the v3 catalogue."""
    description = f"\n{text}\n\nStatus van de cijfers:\nDe cijfers zijn definitief.\n"
    return {
        "Updated": modified, "ID": 0, "Identifier": identifier, "Title": title, "ShortTitle": title.split(";", maxsplit=1)[0],
        "ShortDescription": description, "Summary": text, "Modified": modified, "MetaDataModified": modified,
        "ReasonDelivery": "Actualisering", "ExplanatoryText": "", "OutputStatus": status, "Source": "CBS.",
        "Language": language, "Catalog": "CBS", "Frequency": frequency, "Period": period, "SummaryAndLinks": "",
        "ApiUrl": f"{CBS}/ODataApi/OData/{identifier}", "FeedUrl": f"{CBS}/ODataFeed/OData/{identifier}",
        "DefaultPresentation": "", "DefaultSelection": "", "GraphTypes": "Table,Bar", "RecordCount": 100,
        "ColumnCount": 8, "SearchPriority": "2",
    }  # fmt: skip


def modern(row: dict[str, object]) -> dict[str, object]:
    """The same table in the v4 listing."""
    return {
        "Identifier": row["Identifier"], "Title": row["Title"], "Description": row["ShortDescription"],
        "Language": "nl", "Catalog": "CBS", "Modified": f"{row['Modified']}+01:00", "Version": "202603260000",
        "VersionNotes": "", "VersionReason": "Actualisering", "Status": "Regulier", "ObservationCount": 800,
        "DatasetType": "Numeric", "Distributions": distributions(str(row["Identifier"])),
    }  # fmt: skip


def distributions(identifier: str) -> list[dict[str, str]]:
    """The CSV and OData distributions of a table in v4."""
    access = f"https://dataportal.cbs.nl/detail/CBS/{identifier}"
    urls = {
        "csv": f"https://datasets.cbs.nl/csv/CBS/nl/{identifier}",
        "odata": f"{CBS4}/CBS/{identifier}",
    }
    return [
        {"Format": f, "MediaType": f, "DownloadUrl": u, "AccessUrl": access, "Language": "nl"}
        for f, u in urls.items()
    ]


def properties(row: dict[str, object]) -> dict[str, object]:
    """The v4 properties of a table."""
    return {
        "@odata.context": f"{CBS4}/CBS/$metadata#Properties", **row,
        "Authority": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
        "Publisher": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
        "ContactPoint": "infoservice@cbs.nl", "Frequency": "Per jaar", "TemporalCoverage": "1995/'96 - 2024/'25*",
        "License": "https://creativecommons.org/licenses/by/4.0/", "Source": "CBS.", "Summary": "",
        "LongDescription": "", "Provenance": [], "RelatedSources": [], "GraphTypes": "Table,Bar",
        "ReleaseDate": row["Modified"], "ModificationDate": row["Modified"], "ObservationsModified": row["Modified"],
    }  # fmt: skip


# --- Inspectie -------------------------------------------------------------------------------


def inspectie() -> Iterator[Answer]:
    """Two topics, each with a document; one address of the first generation."""
    yield robots(INSPECTIE, "User-agent: *\nDisallow: /zoeken\n")
    base = f"{INSPECTIE}/trends-en-ontwikkelingen/onderwijsdata"
    topics = {
        "Schorsingen en verwijderingen": f"{base}/schorsingen-en-verwijderingen",
        "Oordelen": f"{base}/oordelen",
    }
    yield page(base, inspectie_page("Onderwijsdata", inspectie_links(topics)))
    old = "/trends-en-ontwikkelingen/documenten/data-bestanden/2020/11/05/schorsingen-en-verwijderingen-2019-2020"
    new = "/documenten/2020/11/05/schorsingen-en-verwijderingen-2019-2020"
    terms = (
        "<p>Deze open data worden kosteloos en zonder verdere voorwaarden aangeboden, anders dan een "
        "verplichte bronvermelding.</p>"
    )
    yield page(
        topics["Schorsingen en verwijderingen"],
        inspectie_page(
            "Schorsingen en verwijderingen",
            "<p>Hoe vaak scholen leerlingen schorsen of verwijderen.</p>"
            + terms
            + inspectie_links({"Schorsingen en verwijderingen 2019/2020": old}),
        ),
    )
    yield page(INSPECTIE + old, "", 301, Location=new)
    files = f"{INSPECTIE}/binaries/onderwijsinspectie/documenten/data-bestanden/2020/11/05/schorsingen-en-verwijderingen-2019-2020"
    yield page(
        INSPECTIE + new,
        inspectie_page(
            "Schorsingen en verwijderingen 2019/2020",
            "<p>Meldingen van scholen over de periode 1 september 2019 tot en met 31 augustus 2020.</p>"
            "<p>Let op: een deel van het jaar waren scholen gesloten.</p>"
            + inspectie_links(
                {
                    "20190901_v01_B1_SV.ods": f"{files}/20190901_v01_B1_SV.ods",
                    "Toelichting open data": f"{files}/Toelichting+open+data+Schorsingen+en+verwijderingen+2019-2020.pdf",
                }
            ),
            issued="2020-11-05",
        ),
    )
    ods = "application/vnd.oasis.opendocument.spreadsheet"
    yield head(f"{files}/20190901_v01_B1_SV.ods", ods, 84211)
    judgements = "/documenten/2025/08/04/oordelen-1-augustus-2025"
    yield page(
        topics["Oordelen"],
        inspectie_page(
            "Oordelen",
            "<p>De oordelen van de inspectie over scholen en besturen, elke maand.</p>"
            + inspectie_links({"Oordelen 1 augustus 2025": judgements}),
        ),
    )
    files = f"{INSPECTIE}/site/binaries/site-content/collections/documents/2025/08/04/oordelen-1-augustus-2025"
    links = {f"20250804_Oordeel_en_standaard_{x}.ods": f"{files}/20250804_Oordeel_en_standaard_{x}.ods" for x in ("BG", "PO_SO_VO")}  # fmt: skip
    body = "<p>De geldende oordelen op 1 augustus 2025.</p>" + inspectie_links(links)
    title = "Oordelen 1 augustus 2025"
    yield page(INSPECTIE + judgements, inspectie_page(title, body, issued="2025-08-04"))
    for url in links.values():
        yield head(url, ods, 120332)


def inspectie_links(targets: dict[str, str]) -> str:
    """A list of links."""
    return "<ul>" + "".join(f'<li><a href="{u}">{t}</a></li>' for t, u in targets.items()) + "</ul>"


def inspectie_page(title: str, body: str, issued: str = "") -> str:
    """The frame of a page of the Inspectie."""
    meta = f'<meta name="DCTERMS.issued" content="{issued}T00:00">' if issued else ""
    return (
        f'<!doctype html><html lang="nl-NL"><head><meta charset="utf-8"><title>{title}</title>{meta}</head>'
        f'<body><main id="content-wrapper"><h1>{title}</h1>{body}</main>'
        '<footer><a href="/contact">Contact</a></footer></body></html>'
    )


def robots(base: str, text: str) -> Answer:
    """The robots.txt of a host."""
    return "GET", f"{base}/robots.txt", 200, {"Content-Type": "text/plain"}, text.encode()


if __name__ == "__main__":
    main()
