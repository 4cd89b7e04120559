"""Templates: `[[name]]` becomes a text in both languages when the template is compiled."""

import re
from functools import cache
from typing import TYPE_CHECKING

from dcat_harvest.publish.site.words import HERE, both, label

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_NAME = re.compile(r"\[\[([\w-]+)\]\]")


@cache
def environment() -> "Environment":
    """The templates of the site; every value is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    found = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["label"] = label
    found.globals["both"] = both
    return found


def _source(name: str) -> str:
    text = (HERE / "templates" / name).read_text(encoding="utf-8")
    return _NAME.sub(lambda m: str(label(m[1])), text)


@cache
def template(name: str) -> "Template":
    """A compiled template."""
    return environment().get_template(name)


def render(name: str, values: dict[str, object]) -> bytes:
    """A page as bytes."""
    return template(name).render(values).encode()
