"""When two addresses are the same for the archive, and which ones may be asked at all."""

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

DEFAULT_PORT = {"http": 80, "https": 443}
_SECRET = re.compile(
    r"(?<=[?&])((?:x-)?api[-_]?key|access_token|auth_?token|(?:ocp-apim-)?subscription-key"
    r"|password|passwd|secret|client_secret)=[^&#]+",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_PLAIN = re.compile(r"https?://[a-z0-9.-]+/[A-Za-z0-9/_.~-]*")


def address_key(url: str) -> str:
    """Give the form in which the archive looks up an address.

    Only what RFC 3986 calls equivalent is made equal: case of scheme and host, default port,
    fragment, percent-encoding (`$format` and `%24format`). A `+` in a query is a space.
    """
    url = url.strip("<>")  # wget 1.x puts the target between angle brackets
    if _PLAIN.fullmatch(url):
        return url
    try:
        # urlsplit would drop line ends and tabs; in an archive they are percent-encoded.
        parts = urlsplit(_CONTROL.sub(lambda sign: quote(sign[0]), redacted(url)))
        port = parts.port
    except ValueError:
        return url
    host = host_key(parts.hostname or "")
    if port is not None and port != DEFAULT_PORT.get(parts.scheme):
        host = f"{host}:{port}"
    path = "/".join(_same(part) for part in parts.path.split("/")) or "/"
    query = "&".join(_pair(pair) for pair in parts.query.split("&") if pair)
    return f"{parts.scheme}://{host}{path}" + (f"?{query}" if query else "")


def redacted(url: str) -> str:
    """Write `***` for the values of query parts that are keys or passwords."""
    return _SECRET.sub(r"\1=***", url) if "?" in url else url


def host_key(host: str) -> str:
    """Give a host name in lower case and in its ASCII form, without the final dot."""
    host = host.lower().rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    return f"[{host}]" if ":" in host else host


def _same(text: str) -> str:
    return quote(unquote_to_bytes(text.encode("utf-8", "surrogatepass")), safe="")


def _pair(pair: str) -> str:
    name, equals, value = pair.replace("+", "%20").partition("=")
    return f"{_same(name)}{equals}{_same(value)}"
