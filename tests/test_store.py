"""The stores: embedded, and real servers started here on loopback."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from dcat_harvest.diff import diff
from dcat_harvest.errors import StoreError, UsageError
from dcat_harvest.graph import Graph
from dcat_harvest.store.embedded import Embedded
from dcat_harvest.store.endpoint import endpoint_of
from dcat_harvest.store.http import Credentials, Http
from dcat_harvest.store.release import load as load_release
from dcat_harvest.store.remote import Remote

G = "https://x.test/graph/"


def graph(name: str, size: int = 10) -> Graph:
    return Graph(
        line
        for i in range(size)
        for line in (
            f"<https://x.test/{name}/{i}> <http://purl.org/dc/terms/title> "
            f'"{name} {i}, \\"é\\"\\n"@nl .',
            f"<https://x.test/{name}/{i}> <http://www.w3.org/ns/dcat#byteSize> "
            f'"{i}"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> .',
        )
    )


def rows(text: str) -> list[str]:
    return text.splitlines()[1:]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)  # a foreign process that starts: nothing else to wait on
        else:
            return
    raise RuntimeError(f"{url} did not come up")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    binary = Path(sys.executable).parent / "oxigraph"
    if not binary.exists():
        pytest.skip("the oxigraph server (PyPI oxigraph) is not installed")
    address = f"127.0.0.1:{free_port()}"
    folder = tmp_path_factory.mktemp("oxigraph")
    command = [str(binary), "serve", "--location", str(folder), "--bind", address]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/", process)
        yield f"http://{address}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def remote(server: str) -> Remote:
    store = Remote(endpoint_of(server, {}), Http(sleep=lambda _: None))
    requests.post(f"{server}/update", data={"update": "DROP ALL"}, timeout=30).raise_for_status()
    return store


INI = """
[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = v-temp.db
TransactionFile = v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 4000
MaxDirtyBuffers = 2000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
"""


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    binary = shutil.which("virtuoso-t")
    if binary is None:
        pytest.skip("no virtuoso-t: Debian's virtuoso-opensource-7-bin is not installed")
    folder = tmp_path_factory.mktemp("virtuoso")
    http = free_port()
    (folder / "virtuoso.ini").write_text(INI.format(sql=free_port(), http=http))
    command = [binary, "+foreground", "+configfile", "virtuoso.ini"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{http}/sparql", process)
        yield f"http://127.0.0.1:{http}"
    finally:
        process.kill()
        process.wait()


# Embedded


def test_embedded_store_holds_each_source_in_its_graph_and_answers_over_all(
    tmp_path: Path,
) -> None:
    store = Embedded(tmp_path / "store")

    loaded = store.load({G + "a": graph("a"), G + "b": graph("b", 3)})

    assert [(x.how, x.statements) for x in loaded] == [("whole", 20), ("whole", 6)]
    assert store.counts() == {G + "a": 20, G + "b": 6}
    assert rows(store.query("SELECT (COUNT(*) AS ?n) { ?s dct:title ?o }", "csv")) == ["13"]
    named = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{G}b> {{ ?s ?p ?o }} }}"
    assert rows(store.query(named, "csv")) == ["6"]


def test_embedded_load_replaces_everything_unless_told_to_keep(tmp_path: Path) -> None:
    store = Embedded(tmp_path / "store")
    store.load({G + "a": graph("a"), G + "b": graph("b")})

    store.load({G + "b": graph("c", 2)}, prune=False)
    assert store.counts() == {G + "a": 20, G + "b": 4}

    store.load({G + "b": graph("c", 1)})
    assert store.counts() == {G + "b": 2}


def test_embedded_store_can_be_opened_by_pyoxigraph_at_its_folder(tmp_path: Path) -> None:
    Embedded(tmp_path / "store").load({G + "a": graph("a")})

    assert len(ox.Store.read_only(str(tmp_path / "store"))) == 20


def test_reader_at_work_survives_a_swap(tmp_path: Path) -> None:
    store = Embedded(tmp_path / "store")
    store.load({G + "a": graph("a")})
    reader = ox.Store.read_only(str((tmp_path / "store").resolve()))

    store.load({G + "a": graph("a", 50)})

    assert len(list(reader.quads_for_pattern(None, None, None))) == 20
    assert store.counts() == {G + "a": 100}


def test_crash_in_mid_load_leaves_the_old_store_and_the_next_load_cleans_up(
    tmp_path: Path,
) -> None:
    store = Embedded(tmp_path / "store")
    store.load({G + "a": graph("a")})
    script = (
        "import os, sys; from pathlib import Path; import dcat_harvest.store.embedded as e;"
        "from dcat_harvest.graph import Graph;"
        "e._swap = lambda new, folder: os.kill(os.getpid(), 9);"
        "e.Embedded(Path(sys.argv[1])).load({'https://x.test/g': Graph(['<a:b> <a:c> <a:d> .'])})"
    )
    path = os.pathsep.join(sys.path)
    command = [sys.executable, "-c", script, str(tmp_path / "store")]
    died = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": path})
    assert died.returncode == -9

    assert store.counts() == {G + "a": 20}
    assert len(list(tmp_path.glob(".store-*"))) == 2

    store.load({G + "a": graph("a", 1)})
    store.load({G + "a": graph("a", 2)})
    assert store.counts() == {G + "a": 4}
    assert len(list(tmp_path.glob(".store-*"))) == 2  # the one in use and the one before


def test_store_folder_of_older_make_is_taken_over(tmp_path: Path) -> None:
    plain = ox.Store(str(tmp_path / "store"))
    plain.load(graph("old").nt(), ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(G + "old"))
    plain.flush()
    del plain
    store = Embedded(tmp_path / "store")
    assert store.counts() == {G + "old": 20}

    store.load({G + "a": graph("a")})

    assert store.counts() == {G + "a": 20}


def test_second_load_at_the_same_time_is_refused(tmp_path: Path) -> None:
    from dcat_harvest.store.embedded import _lock

    with (
        _lock(tmp_path / "store"),
        pytest.raises(StoreError, match="another load"),
    ):
        Embedded(tmp_path / "store").load({G + "a": graph("a")})


def test_missing_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="dcat-harvest load"):
        Embedded(tmp_path / "store").query("ASK {}")


def test_folder_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="could not be written"):
        Embedded(tmp_path / "file" / "store").load({G + "a": graph("a")})


# Queries


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    store = Embedded(tmp_path_factory.mktemp("small") / "store")
    store.load({G + "a": graph("a", 2)})
    return store


@pytest.mark.parametrize(
    ("format", "start"),
    [
        ("table", "t"),
        ("csv", "t\r\n"),
        ("tsv", "?t\n"),
        ("json", '{"head"'),
        ("xml", "<?xml"),
    ],
)
def test_select_in_each_format(small: Embedded, format: str, start: str) -> None:
    answer = small.query("SELECT ?t { ?s dct:title ?t } ORDER BY ?t", format)  # type: ignore[arg-type] # a parameter

    assert answer.startswith(start)
    assert "a 0" in answer
    assert "a 1" in answer


@pytest.mark.parametrize("format", ["turtle", "json", "xml", "csv", "tsv", "table"])
def test_construct_and_describe_in_each_format(small: Embedded, format: str) -> None:
    for query in ("CONSTRUCT WHERE { ?s dct:title ?o }", "DESCRIBE <https://x.test/a/1>"):
        assert "https://x.test/a/1" in small.query(query, format)  # type: ignore[arg-type] # a parameter


def test_ask_answers_true_or_false(small: Embedded) -> None:
    assert small.query("ASK { ?s ?p ?o }") == "true\n"
    assert small.query("ASK { ?s a ?o }", "csv") == "false\n"
    assert '"boolean":true' in small.query("ASK { ?s ?p ?o }", "json")


def test_table_keeps_every_row_on_one_line(small: Embedded) -> None:
    lines = small.query("SELECT ?s ?t ?none { ?s dct:title ?t } ORDER BY ?s").splitlines()

    assert lines[0].split() == ["s", "t", "none"]
    assert lines[2] == 'https://x.test/a/0  a 0, "é"'
    assert len(lines) == 4


def test_syntax_error_shows_line_column_and_place(small: Embedded) -> None:
    with pytest.raises(UsageError) as caught:
        small.query("SELECT ?s\nWHERE { ?s ?p }")

    message = str(caught.value)
    assert "line 2, column 16" in message
    assert message.splitlines()[-2:] == ["  WHERE { ?s ?p }", "                 ^"]


def test_unknown_prefix_is_a_clear_error(small: Embedded) -> None:
    with pytest.raises(UsageError, match=r"SPARQL syntax error.*refix"):
        small.query("SELECT * { ?s nope:p ?o }")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:c> 1 }",
        "PREFIX x: <a:> DELETE WHERE { ?s ?p ?o }",
        "DROP ALL",
        "# SELECT\nCLEAR ALL",
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(small: Embedded, text: str) -> None:
    with pytest.raises(UsageError, match="only reads"):
        small.query(text)


def test_service_is_refused_but_the_word_may_stand_in_text(small: Embedded) -> None:
    with pytest.raises(UsageError, match="SERVICE"):
        small.query("SELECT * { service <http://127.0.0.1/> { ?s ?p ?o } }")

    fine = 'SELECT ?service { ?service dcat:service "SERVICE" } # SERVICE <x:y>'
    assert small.query(fine, "csv") == "service\r\n"


def test_turtle_of_a_select_is_refused(small: Embedded) -> None:
    with pytest.raises(UsageError, match="CONSTRUCT"):
        small.query("SELECT * { ?s ?p ?o }", "turtle")


def test_runaway_query_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    store = Embedded(tmp_path / "store")
    store.load({G + "a": graph("a", 200)})
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
    before = time.monotonic()

    with pytest.raises(StoreError, match="stopped"):
        store.query(cross, timeout=0.7)

    assert time.monotonic() - before < 5
    assert store.query("ASK { ?s ?p ?o }", timeout=20) == "true\n"
    with pytest.raises(UsageError, match="line 1"):
        store.query("SELECT nonsense", timeout=20)


# A real Oxigraph server


def test_server_is_filled_by_graph_store_protocol_and_counted(remote: Remote) -> None:
    loaded = remote.load({G + "a": graph("a"), G + "b": graph("b", 3)}, release="r1")

    assert [(x.how, x.statements) for x in loaded] == [("whole", 20), ("whole", 6)]
    assert remote._way == "put"
    counts = remote.counts()
    assert counts[G + "a"] == 20
    assert counts[G + "b"] == 6
    assert remote.release() == "r1"
    assert rows(remote.query("SELECT (COUNT(*) AS ?n) { ?s dct:title ?o }", "csv")) == ["13"]


def test_unchanged_graph_is_not_sent_again(remote: Remote) -> None:
    remote.load({G + "a": graph("a")}, release="r1")

    again = remote.load({G + "a": graph("a")}, release="r2")

    assert [x.how for x in again] == ["unchanged"]
    assert remote.release() == "r2"


def test_small_change_goes_as_a_delta(remote: Remote) -> None:
    old = graph("a", 500)
    new = Graph([*old.lines[7:], '<https://x.test/new> <http://purl.org/dc/terms/title> "n" .'])
    remote.load({G + "a": old}, release="r1")

    (loaded,) = remote.load({G + "a": new}, release="r2", previous={G + "a": old})

    assert (loaded.how, loaded.added, loaded.removed) == ("delta", 1, 7)
    assert remote.counts()[G + "a"] == len(new)


def test_graph_that_somebody_else_changed_is_replaced_whole(remote: Remote, server: str) -> None:
    old = graph("a", 500)
    remote.load({G + "a": old}, release="r1")
    update = f"INSERT DATA {{ GRAPH <{G}a> {{ <a:b> <a:c> <a:d> }} }}"
    requests.post(f"{server}/update", data={"update": update}, timeout=30).raise_for_status()

    (loaded,) = remote.load({G + "a": old}, release="r1", previous={G + "a": old})

    assert loaded.how == "whole"
    assert remote.counts()[G + "a"] == len(old)


def test_literals_that_the_server_unites_do_not_break_the_count(remote: Remote) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    twins = Graph([f'<a:s> <a:p> "{v}"^^<{xsd}integer> .' for v in ("1", "01", "2")])

    (loaded,) = remote.load({G + "a": twins})

    assert (loaded.how, loaded.statements) == ("whole", 2)


def test_pruning_drops_graphs_of_ours_and_no_others(remote: Remote, server: str) -> None:
    remote.load({G + "a": graph("a"), G + "b": graph("b")})
    update = f"INSERT DATA {{ GRAPH <{G}foreign> {{ <a:b> <a:c> <a:d> }} }}"
    requests.post(f"{server}/update", data={"update": update}, timeout=30).raise_for_status()

    loaded = remote.load({G + "a": graph("a")}, prune=True)

    assert [x.how for x in loaded] == ["unchanged", "dropped"]
    assert G + "b" not in remote.counts()
    assert G + "foreign" in remote.counts()


def test_broken_upload_leaves_the_old_graph_and_the_next_graph_its_turn(remote: Remote) -> None:
    remote.load({G + "a": graph("a")}, release="r1")
    bad = Graph(["<https://x.test/ok> <a:p> <a:o> .", "<https://x.test/broken> nonsense ."])

    loaded = remote.load({G + "a": bad, G + "b": graph("b")}, release="r2")

    assert [x.how for x in loaded] == ["failed", "whole"]
    assert "400" in loaded[0].error
    assert remote.counts()[G + "a"] == 20


def test_upload_cut_in_the_middle_leaves_the_old_graph(remote: Remote, server: str) -> None:
    remote.load({G + "a": graph("a")})
    body = graph("b", 2000).nt()
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = f"PUT /store?graph={G}a HTTP/1.1\r\nHost: {host}\r\n"
        head += f"Content-Type: application/n-triples\r\nContent-Length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body[: len(body) // 2])

    assert remote.counts()[G + "a"] == 20


def test_loader_killed_in_the_middle_leaves_the_old_graph_or_the_new(
    remote: Remote, server: str
) -> None:
    old, size = graph("old", 50), 20000
    script = (
        "import sys; sys.path.insert(0, sys.argv[2]); import test_store as t;"
        "print('ready', flush=True);"
        "r = t.Remote(t.endpoint_of(sys.argv[1], {}), t.Http());"
        f"r.load({{t.G + 'a': t.graph('new', {size})}})"
    )
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(p).resolve()) for p in sys.path)}
    for lines in (1, 2):
        remote.load({G + "a": old})
        command = [sys.executable, "-c", script, server, str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=path) as loader:
            assert loader.stdout is not None
            loader.stdout.readline()
            for _ in range(lines * 3):  # some requests of ours while it is at work
                remote.count(G + "a")
            loader.kill()

        counts = {remote.count(G + "a") for _ in range(5)}

        assert counts <= {len(old), 2 * size}
    assert remote.load({G + "a": old})[0].statements == len(old)


def test_reader_never_sees_a_mixture(remote: Remote) -> None:
    versions = {name: graph(name, 3000) for name in ("v1", "v2", "v3")}
    remote.load({G + "a": versions["v1"]})
    seen: set[tuple[str, ...]] = set()
    done = threading.Event()

    def read() -> None:
        pattern = r"REPLACE(STR(?s), \"^https://x.test/(v[0-9])/.*$\", \"$1\")".replace('\\"', '"')
        text = f"SELECT ?v (COUNT(*) AS ?n) {{ GRAPH <{G}a> {{ ?s ?p ?o }} BIND({pattern} AS ?v) }}"
        while not done.is_set():
            seen.add(tuple(sorted(rows(remote.query(f"{text} GROUP BY ?v", "csv")))))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for name in ("v2", "v3"):
            remote.load({G + "a": versions[name]})
    finally:
        done.set()
        reader.join()

    assert seen
    assert seen <= {("v1,6000",), ("v2,6000",), ("v3,6000",)}


def test_update_in_chunks_where_the_graph_store_protocol_does_not_work(server: str) -> None:
    environment = {"DCAT_HARVEST_ENDPOINT_STORE": f"{server}/nowhere"}
    store = Remote(endpoint_of(server, environment), Http(sleep=lambda _: None), chunk=7)

    (loaded,) = store.load({G + "chunks": graph("c", 20)})

    assert store._way == "update"
    assert (loaded.how, loaded.statements) == ("whole", 40)
    assert not [iri for iri in store.counts() if iri.endswith("#loading")]


def test_query_error_of_a_server_shows_the_place(remote: Remote) -> None:
    with pytest.raises(UsageError, match="line 1, column"):
        remote.query("SELECT ?s WHERE { ?s ?p }")


def test_remote_query_refuses_updates(remote: Remote) -> None:
    with pytest.raises(UsageError, match="only reads"):
        remote.query("DROP ALL")


def test_remote_construct_and_ask(remote: Remote) -> None:
    remote.load({G + "a": graph("a", 1)})

    assert "dct:title" in remote.query("CONSTRUCT WHERE { ?s dct:title ?o }", "turtle")
    assert remote.query("ASK { ?s dct:title ?o }") == "true\n"


def test_server_that_is_not_there_is_named_after_some_tries() -> None:
    waits: list[float] = []
    url = f"http://user:secret@127.0.0.1:{free_port()}"
    store = Remote(endpoint_of(url, {}), Http(sleep=waits.append, tries=3))

    with pytest.raises(StoreError) as caught:
        store.load({G + "a": graph("a")})

    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert waits == [1.0, 2.0]


# Releases


def release(output: Path, name: str, size: int) -> None:
    folder = output / "releases" / name
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "duo.ttl").write_bytes(graph("duo", size).nt())
    (folder / "catalog.nt").write_bytes(graph("duo", size).nt())
    (folder / "provenance.ttl").write_bytes(graph("p", 1).nt())
    (output / "current").unlink(missing_ok=True)
    (output / "current").symlink_to(folder)


def test_release_after_release_goes_to_a_server_as_deltas(remote: Remote, tmp_path: Path) -> None:
    release(tmp_path, "r1", 500)
    first = load_release(tmp_path, "https://x.test/", store=remote)
    release(tmp_path, "r2", 503)

    second = load_release(tmp_path, "https://x.test/", store=remote)

    assert {x.graph: x.how for x in first} == {G + "duo": "whole", G + "provenance": "whole"}
    assert {x.graph: x.how for x in second} == {G + "duo": "delta", G + "provenance": "unchanged"}
    assert remote.release() == "r2"
    assert remote.counts()[G + "duo"] == 1006


def test_release_goes_into_the_embedded_store(tmp_path: Path) -> None:
    release(tmp_path, "r1", 5)

    load_release(tmp_path, "https://x.test/")

    assert Embedded(tmp_path / "store").counts() == {G + "duo": 10, G + "provenance": 2}


def test_release_that_is_refused_in_part_is_an_error_after_the_rest(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(tmp_path, "r1", 5)
    put = remote._put

    def refuse(iri: str, graph: Graph) -> None:
        if iri.endswith("duo"):
            raise StoreError("no")
        put(iri, graph)

    monkeypatch.setattr(remote, "_put", refuse)

    with pytest.raises(StoreError, match="1 of 2 graphs were not loaded"):
        load_release(tmp_path, "https://x.test/", store=remote)

    assert G + "provenance" in remote.counts()


def test_folder_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="dcat-harvest run"):
        load_release(tmp_path, "https://x.test/")


def test_file_and_endpoint_can_be_compared(remote: Remote, server: str, tmp_path: Path) -> None:
    release(tmp_path, "r1", 20)
    load_release(tmp_path, "https://x.test/", store=remote)
    (tmp_path / "other.nt").write_bytes(graph("duo", 19).nt())

    same = diff(str(tmp_path), server)
    other = diff(server, str(tmp_path / "other.nt"))

    assert same.is_empty
    assert len(other.removed) == 2
    assert other.added == ()


# A server that stumbles


def test_busy_server_is_asked_again_after_as_long_as_it_says(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/u").respond_with_data(
        "busy", status=429, headers={"Retry-After": "9"}
    )
    httpserver.expect_ordered_request("/u").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/u").respond_with_data("fine")
    waits: list[float] = []

    answer = Http(sleep=waits.append).send("GET", httpserver.url_for("/u"))

    assert answer.text == "fine"
    assert waits == [9.0, 2.0]


def test_full_store_is_told_per_graph_and_the_password_is_not(httpserver: HTTPServer) -> None:
    none = {"head": {"vars": ["n"]}, "results": {"bindings": []}}
    zero = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal",
            "value": "0"}}]}}  # fmt: skip
    kind = "application/sparql-results+json"

    def answer(request: Request) -> Response:
        if request.path != "/query":
            return Response("disk full", status=507)
        counts = "COUNT" in request.args.get("query", "")
        return Response(json.dumps(zero if counts else none), content_type=kind)

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(answer)
    who = Credentials(user="me", password="secret-word")
    store = Remote(endpoint_of(httpserver.url_for("/query"), {}), Http(who, sleep=lambda _: None))

    loaded = store.load({G + "a": graph("a"), G + "b": graph("b")})

    assert [x.how for x in loaded] == ["failed", "failed"]
    assert "507 disk full" in loaded[0].error
    assert "secret-word" not in repr(loaded) + repr(who)


def test_page_instead_of_results_is_a_clear_error(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/query").respond_with_data("<p>", content_type="text/html")
    store = Remote(endpoint_of(httpserver.url_for("/query"), {}), Http(sleep=lambda _: None))

    with pytest.raises(StoreError, match="text/html"):
        store.query("ASK {}")


@pytest.mark.parametrize(
    ("url", "query", "update", "store"),
    [
        ("http://h:7878", "/query", "/update", "/store"),
        ("http://h/query", "/query", "/update", "/store"),
        ("http://h/ds/sparql", "/ds/sparql", "/ds/update", "/ds/data"),
        ("http://h:8890/sparql", "/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),
        (
            "http://h/repositories/r",
            "/repositories/r",
            "/repositories/r/statements",
            "/repositories/r/rdf-graphs/service",
        ),
        ("http://h/ds", "/ds", "/ds", "/ds"),
    ],
)
def test_addresses_of_a_server_follow_from_one(
    url: str, query: str, update: str, store: str
) -> None:
    found = endpoint_of(url, {})

    paths = [x.partition("//h")[2].partition("/")[2] for x in (found.query, found.update)]
    assert ["/" + p for p in paths] == [query, update]
    assert found.store.endswith(store)


# Virtuoso: passwords by Digest, no atomic PUT, long requests refused


@pytest.mark.parametrize("protocol", ["sparql-graph-crud-auth", "nowhere"])
def test_virtuoso_is_filled_by_either_protocol_and_gets_deltas(
    virtuoso: str, protocol: str
) -> None:
    addresses = {"DCAT_HARVEST_ENDPOINT_STORE": f"{virtuoso}/{protocol}"}
    http = Http(Credentials(user="dba", password="dba"), sleep=lambda _: None)
    store = Remote(endpoint_of(f"{virtuoso}/sparql-auth", addresses), http)
    name, old = G + protocol, graph("a", 3000)
    new = Graph([*old.lines[3:], '<https://x.test/new> <http://purl.org/dc/terms/title> "n" .'])

    (whole,) = store.load({name: old}, release="r1")
    (delta,) = store.load({name: new}, release="r2", previous={name: old})

    assert (whole.how, whole.statements, whole.error) == ("whole", 6000, "")
    assert (delta.how, delta.added, delta.removed) == ("delta", 1, 3)
    assert store._way == ("update" if protocol == "nowhere" else "put-copy")
    assert not [iri for iri in store.counts() if iri.endswith("#loading")]
    assert "a 7" in store.query(f"SELECT ?o {{ GRAPH <{name}> {{ <https://x.test/a/7> ?p ?o }} }}")


def test_virtuoso_refuses_a_wrong_password_without_repeating_it(virtuoso: str) -> None:
    http = Http(Credentials(user="dba", password="wrong-word"), sleep=lambda _: None)
    store = Remote(endpoint_of(f"{virtuoso}/sparql-auth", {}), http)

    with pytest.raises(StoreError) as caught:
        store.load({G + "x": graph("x", 1)})

    assert "credentials" in str(caught.value)
    assert "wrong-word" not in str(caught.value)
