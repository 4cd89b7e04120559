"""Reading what is to be checked: every format, exactly; bad input gives one clear message."""

import gzip
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from dcat_harvest.check import inputs
from dcat_harvest.check.reading import Limits
from dcat_harvest.errors import InputError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LINE = '<urn:a> <urn:b> "012"^^<http://www.w3.org/2001/XMLSchema#integer> .'
XML = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:"><rdf:Description rdf:about="urn:a">'
    '<e:b rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">012</e:b>'
    "</rdf:Description></rdf:RDF>"
)
JSON = '{"@id":"urn:a","urn:b":{"@value":"012","@type":"http://www.w3.org/2001/XMLSchema#integer"}}'
SAME = {
    "a.ttl": LINE,
    "a.nt": LINE,
    "a.nq": LINE.replace(" .", " <urn:g> ."),
    "a.trig": f"<urn:g> {{ {LINE} }}",
    "a.rdf": XML,
    "a.jsonld": JSON,
    "turtle-without-suffix": LINE,
    "trig-without-suffix": f"<urn:g> {{ {LINE} }}",
    "quads-without-suffix": LINE.replace(" .", " <urn:g> ."),
    "xml-without-suffix": XML,
    "json-without-suffix": JSON,
}


def write(folder: Path, name: str, text: str | bytes) -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def refused(source: str, **options: object) -> str:
    with pytest.raises(InputError) as told:
        inputs.read(source, **options)  # type: ignore[arg-type]
    assert told.value.exit_code == 2
    return str(told.value)


@pytest.mark.parametrize("name", SAME)
def test_every_format_gives_the_same_exact_statement(tmp_path: Path, name: str) -> None:
    assert inputs.read(write(tmp_path, name, SAME[name])).graph.lines == [LINE]


@pytest.mark.parametrize("text", [LINE, XML, JSON])
def test_standard_input_is_known_by_its_content(text: str) -> None:
    assert inputs.read("-", stdin=io.BytesIO(text.encode())).graph.lines == [LINE]


def test_a_byte_order_mark_and_gzip_are_looked_through(tmp_path: Path) -> None:
    marked = b"\xef\xbb\xbf" + LINE.encode()

    assert inputs.read(write(tmp_path, "a.ttl", marked)).graph.lines == [LINE]
    packed = gzip.compress(marked, mtime=0)
    assert inputs.read(write(tmp_path, "b.nt.gz", packed)).graph.lines == [LINE]
    assert inputs.read("-", stdin=io.BytesIO(packed)).graph.lines == [LINE]


def test_a_folder_is_all_its_files_with_their_blank_nodes_apart(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path, "a.ttl", "_:x <urn:b> 1 .")
    write(tmp_path / "in", "b.nt", '_:x <urn:c> "2" .')
    write(tmp_path, "notes.txt", "no RDF")

    lines = inputs.read(str(tmp_path)).graph.lines

    assert len({x.split(" ")[0] for x in lines}) == 2


def test_blank_nodes_are_named_by_what_is_said_of_them(tmp_path: Path) -> None:
    one = "<urn:a> <urn:b> [ <urn:c> 1 ] , [ <urn:c> 2 ; <urn:d> [ <urn:e> 3 ] ] ."
    other = (
        "_:q <urn:e> 3 . _:z <urn:d> _:q . <urn:a> <urn:b> _:z , _:y . "
        "_:y <urn:c> 1 . _:z <urn:c> 2 ."
    )

    assert (
        inputs.read(write(tmp_path, "a.ttl", one)).graph.lines
        == inputs.read(write(tmp_path, "b.ttl", other)).graph.lines
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("cut.ttl", '<urn:a> <urn:b> "c', "line 1 between columns 17 and 19"),
        ("bad.ttl", "<urn:a> <urn:b>\n  <urn:c d> .", "line 2"),
        ("bad.nt", "<urn:a> <urn:b> <relative> .", "line 1"),
        ("bad.rdf", "<a>\n<b></a>", "line 2, column"),
        ("bad.jsonld", '{"@id": "urn:a",\n}', "line 2 column 1"),
        ("turtle.jsonld", LINE, "looks like Turtle"),
        ("turtle.rdf", LINE, "looks like Turtle"),
        ("json.ttl", JSON, "looks like JSON-LD"),
        ("page.ttl", "<!DOCTYPE html><html></html>", "web page"),
        ("binary", b"\x00\x01\x02" * 99, "binary"),
        ("utf16.ttl", LINE.encode("utf-16"), "UTF-8"),
        ("empty.ttl", "", "empty"),
        ("comment.ttl", "# nothing", "no statement"),
        ("star.ttl", "<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .", "RDF-star"),
        ("cut.nt.gz", gzip.compress(LINE.encode() * 99, mtime=0)[:40], "end-of-stream"),
        ("remote.jsonld", '{"@context": "https://x.example/c", "@id": "urn:a"}', "not bundled"),
        ("deep.jsonld", '{"urn:a":' * 500 + "1" + "}" * 500, "nested deeper"),
        ("deeper.jsonld", '{"urn:a":' * 50000 + "1" + "}" * 50000, "nested deeper"),
        (
            "deep.rdf",
            f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:">'
            + "<rdf:Description><e:p>" * 400
            + "</e:p></rdf:Description>" * 400
            + "</rdf:RDF>",
            "nested deeper",
        ),
    ],
)
def test_bad_input_gives_one_message_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, told: str
) -> None:
    message = refused(write(tmp_path, name, text))

    assert told in message
    assert message.startswith(str(tmp_path / name))
    assert "\n" not in message


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(str(tmp_path / "none.ttl"))
    assert "no RDF file" in refused(str(tmp_path))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.nt"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)  # a hole: takes no room on the disk

    assert "larger than" in refused(str(path))


def test_limits_hold_for_packed_files_streams_statements_and_time(tmp_path: Path) -> None:
    many = "".join(f'<urn:a> <urn:b> "{i}" .\n' for i in range(20_000))
    packed = write(tmp_path, "a.nt.gz", gzip.compress(many.encode(), mtime=0))
    plain = write(tmp_path, "a.nt", many)

    assert "larger than" in refused(packed, limits=Limits(size=1000))
    assert "larger than" in refused("-", stdin=io.BytesIO(many.encode()), limits=Limits(size=99))
    assert "more than 10 statements" in refused(plain, limits=Limits(statements=10))
    times = iter(range(0, 10_000, 100))
    assert "not read within" in refused(
        plain, clock=lambda: float(next(times)), limits=Limits(seconds=50)
    )


def test_what_json_ld_loses_is_told_and_counted(tmp_path: Path) -> None:
    text = """{"@context": {"part": {"@id": "urn:part", "@type": "@id"}, "name": "urn:name"},
      "@id": "urn:a", "name": "x", "titel": "y",
      "part": ["urn:ok", "urn:no good", "urn:no good"]}"""

    found = inputs.read(write(tmp_path, "a.jsonld", text))

    assert len(found.graph) == 2
    assert [(x.code, x.count) for x in found.findings] == [("json-ld-loss", 2), ("json-ld-loss", 1)]
    assert "'part'" in found.findings[0].message_nl
    assert "'titel'" in found.findings[1].message_en


def test_json_ld_that_loses_nothing_gives_no_finding(tmp_path: Path) -> None:
    text = """{"@context": {"naam": {"@id": "urn:n", "@container": "@language"}, "e": "urn:e/"},
      "@graph": [{"@id": "e:a", "@type": "e:T", "naam": {"nl": "x", "en": ["y"]},
        "e:p": {"@id": "e:b"}}]}"""

    found = inputs.read(write(tmp_path, "a.jsonld", text))

    assert (len(found.graph), found.findings) == (4, ())


def test_a_large_file_of_lines_is_read_in_pieces_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(
        f'<urn:a> <urn:b> "{"x" * (i % 50)} {i}" . _:b <urn:c> _:b{i} .\n' for i in range(200)
    )
    lines = many.replace(" . _:b", " .\n_:b")
    plain = write(tmp_path, "a.nt", lines)
    whole = inputs.read(plain).graph.lines
    monkeypatch.setattr(inputs, "PIECE", 700)
    monkeypatch.setattr("dcat_harvest.check.inputs.spread", in_this_process)

    assert inputs.read(plain, workers=2).graph.lines == whole
    assert len(whole) == 400


def test_a_large_file_of_lines_tells_the_place_of_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.nt", f"{LINE}\n" * 300 + "<urn:a> <urn:b c> .\n" + f"{LINE}\n" * 99)
    monkeypatch.setattr(inputs, "PIECE", 700)
    monkeypatch.setattr("dcat_harvest.check.inputs.spread", in_this_process)

    assert "line 301" in refused(path, workers=2)


def in_this_process(
    function: Callable[..., tuple[bool, bytes]],
    tasks: Iterable[tuple[object, ...]],
    executor: object,
    workers: int,
) -> list[tuple[bool, bytes]]:
    assert workers == 2
    return [function(*task) for task in tasks]


def test_pieces_that_are_not_written_as_we_would_are_read_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = '# a comment\n\n<urn:a>   <urn:b> "\\u00e9"@NL .\r\n<urn:a> <urn:b> <urn:c>.\n'
    path = write(
        tmp_path, "a.nt", f"# only\n{'# comments here' * 9}\n" * 20 + odd + f"{LINE}\n" * 40
    )
    quads = write(tmp_path, "a.nq", "<urn:a> <urn:b> <urn:c> <urn:g> .\n" * 9 + f"{LINE}\n" * 60)
    whole = [inputs.read(x).graph.lines for x in (path, quads)]
    monkeypatch.setattr(inputs, "PIECE", 300)
    monkeypatch.setattr("dcat_harvest.check.inputs.spread", in_this_process)

    assert [inputs.read(x, workers=2).graph.lines for x in (path, quads)] == whole
    assert whole[0] == [LINE, '<urn:a> <urn:b> "é"@nl .', "<urn:a> <urn:b> <urn:c> ."]


def test_statements_about_statements_are_refused_in_pieces_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    star = "<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .\n"
    path = write(tmp_path, "a.nt", f"{LINE}\n" * 99 + star)
    monkeypatch.setattr(inputs, "PIECE", 300)
    monkeypatch.setattr("dcat_harvest.check.inputs.spread", in_this_process)

    assert "RDF-star" in refused(path, workers=2)
