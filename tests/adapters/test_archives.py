"""Archives that strangers send: what is unpacked, what is left out, what is refused."""

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import pytest

from backwright.adapters import archives
from backwright.adapters.archives import unpack
from backwright.model.errors import BadRequest

CODE = b"def orders():\n    return []\n"


def zipped(*entries, method=zipfile.ZIP_DEFLATED):
    """Return a zip of (name, content); a content of None makes a link to /etc/passwd."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            entry.external_attr = (0o120777 if content is None else 0o100644) << 16
            archive.writestr(entry, b"/etc/passwd" if content is None else content)
    return out.getvalue()


def tarred(*entries, mode="w:gz"):
    """Return a tar of (name, content); a content that is bytes of a type makes an entry of it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content, *kind in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            if kind:
                entry.type, entry.linkname, entry.size = kind[0], "/etc/passwd", 0
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def unpacked(data, folder):
    return unpack(io.BytesIO(data), len(data), folder)


def below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(zipped(("shop/app.py", CODE), ("shop/a/b.py", CODE)), id="zip"),
        pytest.param(
            zipped(("shop/app.py", CODE), ("shop/a/b.py", CODE), method=zipfile.ZIP_STORED),
            id="zip that packs nothing",
        ),
        pytest.param(tarred(("shop/app.py", CODE), ("shop/a/b.py", CODE)), id="tar.gz"),
        pytest.param(tarred(("shop/app.py", CODE), ("shop/a/b.py", CODE), mode="w"), id="tar"),
        pytest.param(
            tarred(("shop/app.py", CODE), ("shop/a/b.py", CODE), mode="w:bz2"), id="tar.bz2"
        ),
        pytest.param(tarred(("./shop/app.py", CODE), ("./shop/./a/b.py", CODE)), id="with dots"),
    ],
)
def test_each_kind_is_unpacked_and_its_one_folder_found(tmp_path, data):
    made = unpacked(data, tmp_path)
    assert ("shop", 2, 2 * len(CODE), []) == (made.top, made.files, made.size, made.left_out)
    assert ["shop/a/b.py", "shop/app.py"] == below(tmp_path)


LEADS_ELSEWHERE = "its name leads elsewhere"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(zipped(("../evil.py", CODE)), LEADS_ELSEWHERE, id="zip, upwards"),
        pytest.param(zipped(("a/../../evil.py", CODE)), LEADS_ELSEWHERE, id="zip, up after down"),
        pytest.param(zipped(("/tmp/evil.py", CODE)), LEADS_ELSEWHERE, id="zip, from the root"),
        pytest.param(zipped(("C:/evil.py", CODE)), LEADS_ELSEWHERE, id="zip, a drive"),
        pytest.param(zipped(("a\\..\\evil.py", CODE)), LEADS_ELSEWHERE, id="zip, backslashes"),
        pytest.param(zipped(("link.py", None)), "a link", id="zip, a link"),
        pytest.param(tarred(("../evil.py", CODE)), LEADS_ELSEWHERE, id="tar, upwards"),
        pytest.param(tarred(("/tmp/evil.py", CODE)), LEADS_ELSEWHERE, id="tar, from the root"),
        pytest.param(tarred(("l.py", b"", tarfile.SYMTYPE)), "a link", id="tar, a link"),
        pytest.param(tarred(("l.py", b"", tarfile.LNKTYPE)), "a link", id="tar, a hard link"),
        pytest.param(tarred(("d.py", b"", tarfile.CHRTYPE)), "no plain file", id="tar, a device"),
        pytest.param(tarred(("f.py", b"", tarfile.FIFOTYPE)), "no plain file", id="tar, a pipe"),
        pytest.param(tarred(("x" * 300 + ".py", CODE)), "its name is too long", id="a long name"),
        pytest.param(tarred(("d/" * 80 + "x.py", CODE)), "its name is too long", id="a deep one"),
        pytest.param(
            zipped(("big.py", b"x" * 3_000_000)), "larger than 2 MB", id="larger than is read"
        ),
    ],
)
def test_what_leads_elsewhere_is_left_out_and_named(tmp_path, data, why):
    folder = tmp_path / "into"
    folder.mkdir()
    with pytest.raises(BadRequest, match="holds no file") as found:
        unpacked(data, folder)
    assert why in found.value.detail
    assert [] == below(tmp_path)


def test_what_is_left_out_does_not_keep_the_rest_from_being_read(tmp_path):
    data = tarred(("l.py", b"", tarfile.SYMTYPE), ("../up.py", CODE), ("app.py", CODE))
    made = unpacked(data, tmp_path)
    assert [("l.py", "a link"), ("../up.py", LEADS_ELSEWHERE)] == made.left_out
    assert ["app.py"] == below(tmp_path)


def test_a_file_behind_a_link_does_not_follow_it(tmp_path):
    """The usual trick: a link to a folder outside, then a file "in" it."""
    folder, outside = tmp_path / "into", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        link = tarfile.TarInfo("src")
        link.type, link.linkname = tarfile.SYMTYPE, str(outside)
        archive.addfile(link)
        entry = tarfile.TarInfo("src/evil.py")
        entry.size = len(CODE)
        archive.addfile(entry, io.BytesIO(CODE))
    unpacked(out.getvalue(), folder)
    assert [] == below(outside)
    assert ["src/evil.py"] == below(folder)


def test_two_entries_of_one_name_do_not_overwrite_each_other(tmp_path):
    made = unpacked(tarred(("a.py", CODE), ("a.py", b"evil"), ("a.py/b.py", CODE)), tmp_path)
    assert CODE == (tmp_path / "a.py").read_bytes()
    assert ["its place is taken by another entry"] * 2 == [why for _, why in made.left_out]


def test_dependencies_stay_packed(tmp_path):
    made = unpacked(zipped(("app.js", CODE), ("node_modules/x/y.js", CODE)), tmp_path)
    assert (1, []) == (made.files, made.left_out)


def test_archives_within_are_not_opened(tmp_path):
    inner = zipped(("deep.py", CODE))
    unpacked(zipped(("a.py", CODE), ("inner.zip", inner)), tmp_path)
    assert inner == (tmp_path / "inner.zip").read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(zipped(*((f"{n}.py", b"\0" * 1_900_000) for n in range(40))), id="zip"),
        pytest.param(tarred(*((f"{n}.py", b"\0" * 1_900_000) for n in range(60))), id="tar.gz"),
        pytest.param(gzip.compress(b"ustar" + b"\0" * 100_000_000), id="zeros that are no tar"),
    ],
)
def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path, data):
    assert len(data) < 200_000
    with pytest.raises(BadRequest):
        unpacked(data, tmp_path)
    assert sum(p.stat().st_size for p in tmp_path.rglob("*")) <= archives.RATIO_FROM * 2


def test_a_bomb_in_what_is_left_out_is_refused_too(tmp_path):
    """A large member of a tar is skipped, which means that it is unpacked to nowhere."""
    data = tarred(("big.bin", b"\0" * 100_000_000), ("a.py", CODE))
    with pytest.raises(BadRequest, match="more than is taken"):
        unpacked(data, tmp_path)


def test_an_entry_that_lies_about_its_size_is_cut_off(tmp_path):
    data = bytearray(zipped(("a.py", b"x" * 3_000_000), ("b.py", CODE)))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    data[at + 24 : at + 28] = struct.pack("<I", 100)  # its unpacked size, in the list of contents
    with pytest.raises(BadRequest, match="damaged"):
        unpacked(bytes(data), tmp_path)
    assert all(p.stat().st_size < 2_200_000 for p in tmp_path.rglob("*"))


def test_more_files_than_are_taken_are_refused(tmp_path):
    data = zipped(*((f"{n}.py", CODE) for n in range(30)))
    with pytest.raises(BadRequest, match="more than 20 files"):
        unpack(io.BytesIO(data), len(data), tmp_path, files_max=20)


def test_a_list_of_contents_that_fills_the_memory_is_not_read(tmp_path):
    data = bytearray(zipped(("a.py", CODE)))
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<I", archives.DIRECTORY_MAX + 1)
    with pytest.raises(BadRequest, match="lists more than is taken"):
        unpacked(bytes(data), tmp_path)


def _encrypted():
    data = bytearray(zipped(("a.py", CODE)))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


GOOD_ZIP, GOOD_TAR = zipped(("a.py", CODE * 500)), tarred(("a.py", CODE * 500))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "no archive", id="nothing"),
        pytest.param(b"hello " * 200, "no archive", id="a text"),
        pytest.param(b"PK\x03\x04" + b"\0" * 50, "damaged", id="only the start of a zip"),
        pytest.param(GOOD_ZIP[:-30], "damaged", id="a zip cut off at its end"),
        pytest.param(
            GOOD_ZIP[:60] + b"\xff" * 40 + GOOD_ZIP[100:], "damaged", id="a zip with a hole"
        ),
        pytest.param(GOOD_TAR[: len(GOOD_TAR) // 2], "damaged", id="a tar.gz cut in half"),
        pytest.param(gzip.compress(b"no tar at all" * 100), "archive", id="gzip of something else"),
        pytest.param(bz2.compress(b"no tar at all" * 100), "archive", id="bzip2 of something else"),
        pytest.param(b"\x1f\x8b" + zlib.compress(b"x"), "damaged", id="a broken gzip"),
        pytest.param(_encrypted(), "encrypted", id="an encrypted zip"),
        pytest.param(zipped(), "holds no file", id="an empty zip"),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + b"\0" * 600, "no archive", id="another packer"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_with_the_reason(tmp_path, data, says):
    with pytest.raises(BadRequest, match=says):
        unpacked(data, tmp_path)


def test_names_that_are_no_utf8_are_left_out(tmp_path):
    data = tarred(("app.py", CODE), ("caf\udce9.py", CODE))
    made = unpacked(data, tmp_path)
    assert [("caf?.py", "its name is not UTF-8")] == made.left_out
    assert ["app.py"] == below(tmp_path)
