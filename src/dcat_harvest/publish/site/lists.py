"""Pages about many datasets: home, publishers, changes, SPARQL; sitemap and robots."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from dcat_harvest import resources
from dcat_harvest.iri import digest, slug
from dcat_harvest.publish.site.search import Index, Row
from dcat_harvest.publish.site.verdicts import name
from dcat_harvest.publish.site.words import both, label, table, whole

PAGE_ROWS = 500
SITEMAP_ROWS = 45_000
HOME_VALUES = 7
HOME_FACETS = ("publisher", "theme", "sector", "level", "format", "licence", "frequency")


def home_facets(index: Index) -> Iterator[dict[str, Any]]:
    """The most frequent values of each facet, as links into the search."""
    for facet in index.facets:
        if facet.name not in HOME_FACETS or not facet.keys:
            continue
        keys = list(facet.keys)
        order = sorted(range(len(keys)), key=lambda n: (-facet.counts[n], keys[n]))
        yield {
            "label": label(f"by-{facet.name}"),
            "rows": [
                (
                    both(*facet.labels[n]),
                    f"?{facet.name}={quote(keys[n], safe='')}",
                    whole(facet.counts[n]),
                )
                for n in order[:HOME_VALUES]
            ],
        }


def meets(rows: list[Row]) -> list[dict[str, Any]]:
    """Per criterion how many datasets meet it."""
    scores = [r.score for r in rows if r.score]
    counts = Counter(n for s in scores for n, verdict in s.criteria.items() if verdict == "pass")
    return [
        {
            "name": Markup("{}. {}").format(n, name(n)),
            "count": whole(counts[n]),
            "total": whole(len(scores)),
            "share": round(100 * counts[n] / len(scores), 1),
        }
        for n in (scores[0].criteria if scores else ())
    ]


def publisher_pages(names: Mapping[str, str]) -> dict[str, str]:
    """IRI of a publisher -> its page; two of one name get different pages."""
    found: dict[str, str] = {}
    for iri, text in sorted(names.items()):
        stem = slug(text)[:80]
        taken = f"publisher/{stem}.html" in found.values()
        found[iri] = f"publisher/{stem}{f'-{digest(iri, 6)}' if taken else ''}.html"
    return found


def publisher_views(
    iri: str, text: str, page: str, rows: list[Row]
) -> Iterator[tuple[str, dict[str, object]]]:
    """File and values of the pages of one publisher."""
    mine = sorted(rows, key=lambda r: (r.title.casefold(), r.local))
    last = max(1, -(-len(mine) // PAGE_ROWS))
    stem = page.removesuffix(".html")
    files = [page, *(f"{stem}-{n}.html" for n in range(2, last + 1)), ""]
    for number in range(1, last + 1):
        group = mine[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        yield (
            files[number - 1],
            {
                "name": text,
                "iri": iri,
                "page": page,
                "count": whole(len(mine)),
                "meets": meets(mine),
                "number": number,
                "last": last,
                "before": files[number - 2] if number > 1 else "",
                "after": files[number],
                "rows": [(r.local.replace("%", "%25") + ".html", r.title, r.lang) for r in group],
            },
        )


@cache
def example_queries() -> tuple[dict[str, str], ...]:
    """The queries of `queries/*.rq`: name, what it answers (in its first comments), text."""
    found = []
    for path in sorted(resources.path("queries").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        said = re.match(r"#\s*(.*)\n(?:#\s*nl:\s*(.*))?", text)
        english = said[1] if said else path.stem
        dutch = (said and said[2]) or english
        found.append({"name": path.stem, "en": english, "nl": dutch, "text": text})
    return tuple(found)


def sitemaps(base: str, pages: list[str]) -> Iterator[tuple[str, bytes]]:
    """`sitemap.xml`, and where there are too many pages for one, its parts."""
    groups = [pages[i : i + SITEMAP_ROWS] for i in range(0, len(pages), SITEMAP_ROWS)] or [[]]
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    for number, group in enumerate(groups, start=1):
        file = "sitemap.xml" if len(groups) == 1 else f"sitemap-{number}.xml"
        urls = "".join(f"<url><loc>{escape(base + p)}</loc></url>\n" for p in group)
        yield file, f"{head}<urlset {space}>\n{urls}</urlset>\n".encode()
    if len(groups) > 1:
        parts = "".join(
            f"<sitemap><loc>{escape(base)}sitemap-{n}.xml</loc></sitemap>\n"
            for n in range(1, len(groups) + 1)
        )
        yield "sitemap.xml", f"{head}<sitemapindex {space}>\n{parts}</sitemapindex>\n".encode()


def robots(base: str) -> bytes:
    """`robots.txt`: everything is open, but for questions to the SPARQL endpoint."""
    return f"User-agent: *\nDisallow: /sparql?\nSitemap: {base}sitemap.xml\n".encode()


def words(name_: str) -> str:
    """A text of the site in Dutch, where markup cannot stand (a title)."""
    return table()[name_]["nl"]
