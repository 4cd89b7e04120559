"""The portal's Aanlever API (0.9.0) over HTTP: patient, renewing its token, silent on secrets."""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import requests

from dcat_harvest.deliver.records import Payload, Problem, Status
from dcat_harvest.errors import StoreError
from dcat_harvest.store.http import AGENT, shown, wait_of

_AGAIN = frozenset({429, 500, 502, 503, 504})
Json = dict[str, Any]


class RefusedError(StoreError):
    """The API refused one request: status, its code, and the fields with their codes."""

    def __init__(self, what: str, status: int, code: str, problems: tuple[Problem, ...]) -> None:
        listed = ", ".join(f"{p.code} {p.path}" for p in problems)
        super().__init__(f"{what}: {status} {code} {listed}".rstrip())
        self.status, self.code, self.problems = status, code, problems


class AccountError(StoreError):
    """The portal does not know the account: nothing can be delivered."""


class UnreachableError(StoreError):
    """The portal gave no usable answer: no connection, an error of its own, or an HTML page."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Client id and key of one owner; never printed."""

    client_id: str
    api_key: str

    def __repr__(self) -> str:
        return "Account(…)"


def account_of(owner: str, environment: Mapping[str, str] | None = None) -> Account | None:
    """The owner's own account (…_DELIVER_<OWNER>_CLIENT_ID), else the one for all; or None."""
    values = os.environ if environment is None else environment
    name = re.sub(r"[^A-Z0-9]+", "_", owner.upper()).strip("_")
    for middle in (f"{name}_", "") if name else ("",):
        start = f"DCAT_HARVEST_DELIVER_{middle}"
        client, key = values.get(f"{start}CLIENT_ID", ""), values.get(f"{start}API_KEY", "")
        if client and key:
            return Account(client_id=client, api_key=key)
    return None


def _id_of(answer: Json, what: str) -> str:
    if not answer.get("id"):
        raise UnreachableError(f"{what}: the portal answered without an id")
    return str(answer["id"])


def _is_page(response: requests.Response) -> bool:
    # A notice of maintenance comes as a page with status 200.
    return response.ok and response.headers.get("Content-Type", "").startswith("text/html")


class Client:
    """One account at one portal. All waits go through `sleep`."""

    def __init__(
        self,
        base: str,
        account: Account,
        *,
        pace: float = 0.5,
        tries: int = 6,
        timeout: tuple[float, float] = (10, 60),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base, self.account = base.rstrip("/"), account
        self.pace, self.tries, self.timeout, self.sleep = pace, tries, timeout, sleep
        self.session = requests.Session()
        self.session.headers["User-Agent"] = AGENT
        self.session.headers["Accept"] = (
            "application/json, application/problem+json;q=0.9, */*;q=0.5"
        )
        self._token = ""

    # Datasets

    def create(self, payload: Payload, *, publish: bool) -> str:
        """Store a new dataset; the portal's id of it."""
        status = "PUBLISHED" if publish else "DRAFT"
        answer = self._json("POST", "/datasets", json=payload, params={"publicationStatus": status})
        return _id_of(answer, "POST /datasets")

    def replace(self, id: str, payload: Payload) -> None:
        """Put a whole dataset in the place of the stored one."""
        self._json("PUT", f"/datasets/{id}", json=payload)

    def dataset(self, id: str) -> Json:
        """A stored dataset: `id`, `dcatDataset`, `meta`."""
        return self._json("GET", f"/datasets/{id}")

    def set_status(self, id: str, status: Status) -> None:
        """Publish or withdraw."""
        body = {"publicationStatus": status}
        self._json("PUT", f"/datasets/{id}/publication-status", json=body)

    def delete(self, id: str) -> None:
        """Mark a dataset as deleted; one that is gone already is fine."""
        try:
            self._send("DELETE", f"/datasets/{id}")
        except RefusedError as problem:
            if problem.status != 404:
                raise

    def own_records(self) -> Iterator[Json]:
        """The records of our organisation, of any status."""
        yield from self._pages("/me/catalog-records", sort="listingDate,ASC")

    def published(self) -> Iterator[Json]:
        """All published datasets of the portal, whoever delivered them."""
        yield from self._pages("/datasets", sort="dctIdentifier,ASC")

    # Distributions

    def distributions(self, id: str) -> Iterator[Json]:
        """The stored distributions of a dataset: `id`, `dcatDistribution`."""
        yield from self._pages(f"/datasets/{id}/distributions", sort="sortOrder,ASC")

    def add_distribution(self, id: str, payload: Payload) -> str:
        """Add one distribution; the portal's id of it."""
        path = f"/datasets/{id}/distributions"
        return _id_of(self._json("POST", path, json=payload), f"POST {path}")

    def replace_distribution(self, id: str, file: str, payload: Payload) -> None:
        """Put a distribution in the place of a stored one."""
        self._json("PUT", f"/datasets/{id}/distributions/{file}", json=payload)

    def remove_distribution(self, id: str, file: str) -> None:
        """Mark a distribution as deleted."""
        self._send("DELETE", f"/datasets/{id}/distributions/{file}")

    # The wire

    def _pages(self, path: str, *, sort: str) -> Iterator[Json]:
        number = 0
        while True:
            page = self._json("GET", path, params={"page": number, "size": 100, "sort": sort})
            yield from page.get("content") or ()
            number += 1
            if number >= int((page.get("page") or {}).get("totalPages", 0)):
                return

    def _json(self, method: str, path: str, **options: Any) -> Json:
        response = self._send(method, path, **options)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            kind = response.headers.get("Content-Type", "nothing").partition(";")[0]
            raise UnreachableError(f"{method} {path}: the portal answered {kind} where JSON is due")
        return answer

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        """The answer; busy portals are asked again, an old token is renewed."""
        renewed = 0
        for attempt in range(1, self.tries + 1):
            last = attempt == self.tries
            response = self._once(method, path, options)
            if isinstance(response, str):
                if last:
                    raise UnreachableError(f"{method} {path}: {response}")
                self.sleep(min(2.0**attempt, 60))
            elif self._is_stale(response, path) and renewed < 3:
                self._token, renewed = "", renewed + 1
            elif (response.status_code in _AGAIN or _is_page(response)) and not last:
                self.sleep(wait_of(response, min(2.0**attempt, 60)))
            elif response.ok:
                return response
            else:
                raise self._refusal(f"{method} {path}", response)
        raise UnreachableError(f"{method} {path}: still refused after a new token")

    def _is_stale(self, response: requests.Response, path: str) -> bool:
        return response.status_code == 401 and not path.startswith("/auth/")

    def _once(self, method: str, path: str, options: dict[str, Any]) -> requests.Response | str:
        """One request; what went wrong as text, where there is no answer."""
        if not self._token and not path.startswith("/auth/"):
            self._token = self._new_token()
        self.sleep(self.pace)
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        url = f"{self.base}/api/v1{path}"
        try:
            return self.session.request(
                method, url, headers=headers, timeout=self.timeout, allow_redirects=False, **options
            )
        except requests.Timeout:
            return "no answer in time"
        except requests.RequestException as problem:
            return f"the connection failed ({type(problem).__name__})"

    def _new_token(self) -> str:
        body = {"clientId": self.account.client_id, "apiKey": self.account.api_key}
        try:
            token = self._json("POST", "/auth/token", json=body).get("accessToken")
        except RefusedError as problem:
            raise AccountError(
                f"{shown(self.base)} refused the account ({problem.status}); check "
                "DCAT_HARVEST_DELIVER_CLIENT_ID and _API_KEY"
            ) from None
        if not token:
            raise UnreachableError("POST /auth/token: an answer without accessToken")
        return str(token)

    def _refusal(self, what: str, response: requests.Response) -> StoreError:
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.status_code in _AGAIN or (not isinstance(body, dict) and response.text):
            return UnreachableError(f"{what}: the portal answered {response.status_code}")
        body = body or {}
        found = tuple(
            Problem(
                code=self._clean(e.get("code", "")),
                path=self._clean(e.get("path", "")),
                message=self._clean(e.get("message", "")),
            )
            for e in body.get("errors") or ()
            if isinstance(e, dict)
        )
        return RefusedError(what, response.status_code, self._clean(body.get("code", "")), found)

    def _clean(self, text: object) -> str:
        # What a portal sends back might repeat what we sent.
        found = str(text)
        for secret in (self.account.api_key, self._token):
            found = found.replace(secret, "…") if secret else found
        return found[:500]
