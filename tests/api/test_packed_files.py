"""The pages' files from memory: the bytes on disk, named by their content, and nothing from elsewhere."""

import os
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api import errors
from api.packed_files import PackedFiles
from api.routes.pages import ENTRY, MODULES, PAGES, modules_of
from gis.errors import NotFound


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """Files of a folder `shown`, beside one that is nobody's business."""
    shown = tmp_path / "shown"
    shown.mkdir()
    (shown / "page.js").write_text("export const word = '格';\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (shown / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    app = FastAPI()
    errors.install(app)
    app.mount("/files", PackedFiles(shown))
    return TestClient(app)


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_arrives_as_the_bytes_on_disk_however_it_is_packed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    os.utime(path, ns=(0, hash(content) & 0xFFFFFFFF))
    app = FastAPI()
    app.mount("/files", PackedFiles(tmp_path))
    for coding in ("gzip", "identity"):
        answer = TestClient(app).get("/files/any.bin", headers={"Accept-Encoding": coding})
        assert answer.content == content
        assert answer.headers.get("content-encoding", "identity") == coding


def test_who_has_a_file_is_told_so_until_it_changes(client: TestClient, tmp_path: Path) -> None:
    first = client.get("/files/page.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/files/page.js", headers=tag).status_code == 304
    (tmp_path / "shown" / "page.js").write_text("export const word = '网格';\n", encoding="utf-8")
    changed = client.get("/files/page.js", headers=tag)
    assert (changed.status_code, changed.text) == (200, "export const word = '网格';\n")


@pytest.mark.parametrize(
    "name", ["", "nothing.js", "way-out.txt", "../secret.txt", "%2e%2e/secret.txt", "//etc/passwd"]
)
def test_what_is_not_in_the_folder_is_not_given(client: TestClient, name: str) -> None:
    answer = client.get(f"/files/{name}")
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_files_are_only_read(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/files/page.js").status_code == 405
    with pytest.raises(NotFound):
        PackedFiles(tmp_path / "shown").read("../secret.txt")


def test_the_page_tells_ahead_every_module_that_its_entry_needs_and_none_that_can_wait() -> None:
    texts = {name: (PAGES / "static" / name).read_text(encoding="utf-8") for name in [ENTRY, *MODULES]}
    assert all((PAGES / "static" / name).is_file() for name in MODULES)
    assert "import(" in texts[ENTRY]
    assert {"map.js", "division.js"} <= set(MODULES)
    assert not {ENTRY, "furnishing.js", "print.js", "search.js"} & set(MODULES)
    assert set(modules_of("furnishing.js", PAGES / "static")) > {"panel.js", "map.js"}
