"""Requests to a store or portal: authentication, patience, and errors without secrets."""

import os
import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec
import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from dcat_harvest.errors import StoreError

try:
    AGENT = f"dcat-harvest/{version('dcat-harvest')}"
except PackageNotFoundError:  # a checkout that is not installed
    AGENT = "dcat-harvest"
BUSY = frozenset({429, 502, 503, 504})
_USERINFO = re.compile(r"(?<=//)[^/@\s]+@")


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are for a store; never printed."""

    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r}, …)"


def from_environment(environment: Mapping[str, str] | None = None) -> Credentials:
    """DCAT_HARVEST_ENDPOINT_USER, _PASSWORD and _TOKEN."""
    values = os.environ if environment is None else environment
    read = {k: values.get(f"DCAT_HARVEST_ENDPOINT_{k.upper()}", "") for k in ("user", "password")}
    return Credentials(**read, token=values.get("DCAT_HARVEST_ENDPOINT_TOKEN", ""))


class Bearer(AuthBase):
    """A token in the Authorization header."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class Http:
    """A session that waits and tries again, and that learns which kind of password is asked."""

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        tries: int = 5,
        timeout: tuple[float, float] = (10, 600),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.credentials = credentials or Credentials()
        self.tries, self.timeout, self.sleep = tries, timeout, sleep
        self.session = requests.Session()
        self.session.headers["User-Agent"] = AGENT
        self.session.auth = _auth(self.credentials)

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        """The answer, whatever its status; busy answers and broken connections are tried again.

        Raises StoreError where no answer can be had.
        """
        for attempt in range(1, self.tries + 1):
            try:
                response = self._once(method, url, options)
            except requests.RequestException as problem:
                if attempt == self.tries:
                    raise StoreError(f"{method} {shown(url)}: {_reason(problem)}") from None
                self.sleep(2.0 ** (attempt - 1))
                continue
            if response.status_code not in BUSY or attempt == self.tries:
                return response
            self.sleep(wait_of(response, 2.0 ** (attempt - 1)))
        raise AssertionError("unreachable")

    def _once(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        options = {"timeout": self.timeout, **options}
        response = self.session.request(method, url, **options)
        basic = isinstance(self.session.auth, HTTPBasicAuth)
        if response.status_code == 401 and basic and not _wants_basic(response):
            # Virtuoso answers Basic with a bare 401: it names Digest only when asked without.
            self.session.auth = HTTPDigestAuth(self.credentials.user, self.credentials.password)
            response = self.session.request(method, url, **options)
        return response


def _wants_basic(response: requests.Response) -> bool:
    return "basic" in response.headers.get("WWW-Authenticate", "").lower()


def _auth(credentials: Credentials) -> AuthBase | None:
    if credentials.token:
        return Bearer(credentials.token)
    if credentials.user:
        return HTTPBasicAuth(credentials.user, credentials.password)
    return None


def wait_of(response: requests.Response, otherwise: float, *, most: float = 300.0) -> float:
    """Seconds that the answer's Retry-After asks for, at most `most`."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return min(float(value), most)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return otherwise
    return min(max(moment.timestamp() - time.time(), 0.0), most)


def shown(url: str) -> str:
    """An address as it may be printed: without user and password."""
    return _USERINFO.sub("", url)


def refused(what: str, response: requests.Response) -> StoreError:
    """The error for an answer that is not what was asked for."""
    text = " ".join(response.text[:300].split())
    hint = ""
    if response.status_code in (401, 403):
        hint = "; set DCAT_HARVEST_ENDPOINT_USER and _PASSWORD, or _TOKEN"
    where = shown(response.url or "")
    return StoreError(f"{what}: {where} answered {response.status_code} {text}{hint}")


def _reason(problem: requests.RequestException) -> str:
    match problem:
        case requests.Timeout():
            return "no answer in time"
        case requests.ConnectionError():
            return f"the connection failed ({_root(problem)})"
        case _:
            return shown(f"{type(problem).__name__}: {problem}")


def _root(problem: BaseException) -> str:
    # urllib3 wraps the system's reason several times; only the innermost tells something.
    inner = problem.__context__ or problem.__cause__
    while inner is not None and (inner.__context__ or inner.__cause__):
        inner = inner.__context__ or inner.__cause__
    return shown(str(inner or problem))[:200]
