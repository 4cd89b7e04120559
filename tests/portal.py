"""A stand-in for the portal's Aanlever API on loopback, which breaks on request.

It checks every request by rules of its own (and by the official OpenAPI file where ../shared is
there), not by those of the plan.
"""

import json
import random
import re
import socket
import struct
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema

KEY = "very-secret-key"
URI = {"type": "string", "format": "uri", "pattern": r"^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>\"{}|\\^`]+$"}
TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
URIS = {"type": "array", "items": URI}
EU = "^http://publications\\.europa\\.eu/resource/authority"
AGENT = {
    "type": "object",
    "properties": {"foafName": {**TEXTS, "minItems": 1, "maxItems": 1}},
    "required": ["foafName"],
}
FILE = {
    "type": "object",
    "properties": {
        "dcatAccessUrl": URI,
        "dcatDownloadUrl": URI,
        "dctFormat": URI,
        "dctTitle": {**TEXTS, "maxItems": 1},
        "dctDescription": {**TEXTS, "maxItems": 1},
    },
}
MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$",
    "format": "moment",
}
DAY = {"type": "string", "format": "date"}
DATASET = {
    "type": "object",
    "required": [
        "dcatContactPoint", "dcatTheme", "dctAccessRights", "dctCreator", "dctDescription",
        "dctIdentifier", "dctPublisher", "dctTitle",
    ],
    "properties": {
        "dctIdentifier": URI,
        "dctTitle": {**TEXTS, "minItems": 1, "maxItems": 1},
        "dctDescription": {
            "type": "array", "minItems": 1, "maxItems": 1,
            "items": {"type": "string", "maxLength": 2000},
        },
        "dctAccessRights": {
            "type": "string", "pattern": f"{EU}/access-right/(PUBLIC|NON_PUBLIC|RESTRICTED)$"
        },
        "dcatTheme": {
            "type": "array", "minItems": 1,
            "items": {"type": "string", "pattern": f"{EU}/data-theme/[A-Z_]+$"},
        },
        "dctPublisher": AGENT,
        "dctCreator": {"type": "array", "minItems": 1, "items": AGENT},
        "dcatContactPoint": {
            "type": "object", "required": ["vcardFn"],
            "properties": {
                "vcardFn": {"type": "string", "minLength": 1},
                "vcardHasEmail": URI,
                "vcardHasUrl": URI,
            },
        },
        "dcatKeyword": TEXTS,
        "admsVersionNotes": TEXTS,
        "dcatVersion": {"type": "string"},
        "dctIssued": MOMENT,
        "dctModified": MOMENT,
        "dcatTemporalResolution": {"type": "string", "pattern": r"^P(?=.)"},
        "dcatSpatialResolutionInMeters": {"type": "number"},
        "dctAccrualPeriodicity": URI, "admsStatus": URI, "dctType": URI,
        **dict.fromkeys(
            ["admsIdentifier", "dcatapApplicableLegislation", "dctConformsTo", "dcatHasVersion",
             "foafPage", "dcatapHvdCategory", "dcatInSeries", "dctIsReferencedBy",
             "dcatLandingPage", "dctLanguage", "dctProvenance", "dcatQualifiedRelation",
             "dctRelation", "dctSource", "provWasGeneratedBy"], URIS,
        ),
        "dcatDistribution": {"type": "array", "items": FILE},
        "admsSample": {"type": "array", "items": FILE},
        "dctTemporal": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "dcatStartDate": DAY, "dcatEndDate": DAY,
                    "timeHasBeginning": MOMENT, "timeHasEnd": MOMENT,
                },
            },
        },
        "dctSpatial": {
            "type": "array", "items": {"type": "object", "properties": {"dctLocation": URI}}
        },
    },
    "additionalProperties": False,
}  # fmt: skip
CHECKER = jsonschema.FormatChecker()
BREAKS = ("401", "403", "409", "429", "500", "html", "cut-before", "cut-after")


def _moment(value: object) -> bool:
    from datetime import datetime

    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def _uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(URI["pattern"], value) is not None


CHECKER.checks("moment", raises=ValueError)(_moment)
CHECKER.checks("date-time", raises=ValueError)(_moment)
CHECKER.checks("uri")(_uri)


def errors(payload: Any) -> list[dict[str, str]]:
    """What is wrong with a payload, in the words of the API."""
    validator = jsonschema.Draft202012Validator(DATASET, format_checker=CHECKER)
    found = []
    for error in validator.iter_errors(payload):
        path = ".".join(str(p) for p in error.absolute_path)
        if error.validator == "required":
            missing = re.findall(r"'(\w+)' is a required", error.message)
            found.append({"code": "REQUIRED_FIELD", "path": missing[0], "message": "x"})
        else:
            found.append({"code": "INVALID_FIELD_VALUE", "path": path, "message": "x"})
    return found


class Portal(ThreadingHTTPServer):
    """The state of the portal, and the faults it is asked to show."""

    daemon_threads = True

    def __init__(self, *, official: Callable[[str, str, Any], None] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.datasets: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.requests: list[tuple[str, str]] = []
        self.invalid: list[str] = []
        self.wrong_order: list[str] = []
        self.fault: Callable[[str, str], str] = lambda _method, _path: ""
        self.official = official
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Cut connections are what we ask for: say nothing."""

    def sent(self, *methods: str) -> list[tuple[str, str]]:
        """Requests that change datasets."""
        return [r for r in self.requests if r[0] in methods and "/auth/" not in r[1]]

    def by_identifier(self) -> dict[str, dict[str, Any]]:
        found = {}
        for record in self.datasets.values():
            identifier = record["payload"]["dctIdentifier"]
            assert identifier not in found, f"{identifier} is there twice"
            found[identifier] = record
        return found

    def add(self, payload: dict[str, Any], *, owner: str = "us", status: str = "PUBLISHED") -> str:
        id = str(uuid.uuid4())
        self.datasets[id] = {"id": id, "payload": payload, "status": status, "owner": owner}
        return id


class Handler(BaseHTTPRequestHandler):
    """One request; the state lives in the server."""

    server: Portal
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        parts = urlsplit(self.path)
        body = json.loads(raw) if raw else None
        with self.server.lock:
            self.server.requests.append((method, parts.path))
            if self.server.official is not None:
                self.server.official(method, self.path, body)
            fault = self.server.fault(method, parts.path)
            if fault == "cut-before":
                self._cut()
            elif fault in ("", "cut-after"):
                status, answer, headers = self._answer(method, parts.path, parts.query, body)
                if fault:
                    self._cut()
                else:
                    self._reply(status, answer, headers)
            elif fault == "html":
                self._reply(200, "<!doctype html><p>Onderhoud", {"Content-Type": "text/html"})
            else:
                headers = {"Retry-After": "7"} if fault == "429" else {}
                empty = fault in ("401",)
                self._reply(int(fault), None if empty else problem(int(fault), "INJECTED"), headers)

    def _cut(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def _reply(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        data = b"" if answer is None else text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _answer(  # noqa: PLR0911 one return per resource of the API
        self, method: str, path: str, query: str, body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        path = path.removeprefix("/api/v1")
        if path == "/auth/token":
            if body != {"clientId": "us", "apiKey": KEY}:
                return 401, None, {}
            token = uuid.uuid4().hex
            self.server.tokens.add(token)
            return 200, {"accessToken": token, "tokenType": "Bearer", "expiresIn": 3600}, {}
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self.server.tokens:
            return 401, None, {}
        asked = parse_qs(query)
        if path == "/datasets" and method == "POST":
            return self._create(body, asked)
        if path in ("/datasets", "/me/catalog-records"):
            return self._list(path, asked)
        record = self.server.datasets.get(path.split("/")[2])
        if record is None or record["owner"] != "us":
            return 404, problem(404, "DCAT_DATASET_NOT_FOUND"), {}
        if path.endswith("/publication-status"):
            return self._status(record, body)
        if "/distributions" in path:
            return self._files(method, record, path, body)
        if method == "DELETE":
            del self.server.datasets[record["id"]]
            return 204, None, {}
        return self._dataset(method, record, body)

    def _create(self, body: Any, asked: Any) -> tuple[int, Any, dict[str, str]]:
        found = errors(body)
        if found:
            self.server.invalid.append(f"POST {found}")
            return 400, {**problem(400, "DCAT_DATASET_VALIDATION_FAILED"), "errors": found}, {}
        if body["dctIdentifier"] in self.server.by_identifier():
            return 409, problem(409, "DCAT_DATASET_ALREADY_EXISTS"), {}
        id = self.server.add(body, status=asked.get("publicationStatus", ["DRAFT"])[0])
        return 201, {"id": id, "dctIdentifier": body["dctIdentifier"]}, {}

    def _dataset(self, method: str, record: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
        if method == "GET":
            stored = {**record["payload"], "dcatHasVersion": []}
            return 200, {"id": record["id"], "dcatDataset": stored, "meta": {}}, {}
        found = errors(body)
        if found:
            self.server.invalid.append(f"PUT {found}")
            return 400, {**problem(400, "DCAT_DATASET_VALIDATION_FAILED"), "errors": found}, {}
        record["payload"] = body
        return 200, {"id": record["id"], "dctIdentifier": body["dctIdentifier"]}, {}

    def _status(self, record: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
        old, new = record["status"], body["publicationStatus"]
        allowed = {("DRAFT", "PUBLISHED"), ("PUBLISHED", "WITHDRAWN"), ("WITHDRAWN", "PUBLISHED")}
        if old != new and (old, new) not in allowed:
            self.server.wrong_order.append(f"{old} {new}")
            return 409, problem(409, "DCAT_DATASET_INVALID_PUBLICATION_TRANSITION"), {}
        record["status"] = new
        return 200, {"publicationStatus": new}, {}

    def _files(
        self, method: str, record: Any, path: str, body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        files = record.setdefault("files", {})
        id = path.partition("/distributions")[2].strip("/")
        if method == "GET":
            content = [{"id": k, "dcatDistribution": v} for k, v in files.items()]
            return 200, {"content": content, "page": {"totalPages": 1}}, {}
        if method == "DELETE":
            files.pop(id)
            return 204, None, {}
        id = id or str(uuid.uuid4())
        files[id] = body
        return (201 if method == "POST" else 200), {"id": id, "dcatDistribution": body}, {}

    def _list(self, path: str, asked: Any) -> tuple[int, Any, dict[str, str]]:
        size, page = min(int(asked["size"][0]), 100), int(asked["page"][0])
        mine = path.startswith("/me/")
        rows = [
            r
            for r in self.server.datasets.values()
            if (r["owner"] == "us" if mine else r["status"] == "PUBLISHED")
        ]
        content = [listing(r) if mine else whole(r) for r in rows[page * size :][:size]]
        total = -(-len(rows) // size)
        return 200, {"content": content, "page": {"number": page, "totalPages": total}}, {}


def listing(record: Any) -> Any:
    meta = {
        "primaryTopicType": "DATASET",
        "primaryTopicId": record["id"],
        "publicationStatus": record["status"],
    }
    return {"id": str(uuid.uuid4()), "dcatCatalogRecord": {}, "meta": meta}


def whole(record: Any) -> Any:
    return {"id": record["id"], "dcatDataset": record["payload"], "meta": {}}


def problem(status: int, code: str) -> dict[str, Any]:
    # The detail repeats the key: nothing of it may reach a log.
    return {"type": "urn:x", "status": status, "code": code, "detail": f"key {KEY}"}


def faults(seed: int, rate: float, kinds: tuple[str, ...] = BREAKS) -> Callable[[str, str], str]:
    """Faults at random, the same for the same seed."""
    dice = random.Random(seed)

    def fault(_method: str, _path: str) -> str:
        return dice.choice(kinds) if dice.random() < rate else ""

    return fault
