"""What CI formats call a rule: a stable name per kind of finding, and its help."""

import re

from dcat_harvest.findings import Finding
from dcat_harvest.report.texts import path_name

_OTHER = re.compile(r"[^A-Za-z0-9._:-]+")


def rule_id(finding: Finding) -> str:
    """The code, with path and component where the code alone says only "a SHACL result"."""
    place = [_OTHER.sub("-", path_name(finding.path)).strip("-"), finding.component]
    return "/".join([finding.code, *(x for x in place if x)])


def help_text(finding: Finding, lang: str) -> str:
    """What is wrong and what to do, in one language."""
    message = finding.message_nl if lang == "nl" else finding.message_en
    remedy = finding.remedy_nl if lang == "nl" else finding.remedy_en
    return f"{message} {remedy}".strip()
