"""Bytes of answers: who takes them compressed, and what a browser must ask about again."""

import pytest
from fastapi.testclient import TestClient

from api.rendering import accepts_gzip


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*", True),
        ("*;q=0", False),
        ("identity, *;q=0.1", True),
        ("gzip;q=0, *", False),
        ("deflate", False),
    ],
)
def test_gzip_is_taken_when_the_header_says_so(header: str, taken: bool) -> None:
    assert accepts_gzip(header) is taken


@pytest.mark.database
@pytest.mark.parametrize("path", ["/pages/static/main.js", "/pages/parts/PARTS.json"])
def test_a_pages_file_is_asked_about_again_after_an_update(admin: TestClient, path: str) -> None:
    first = admin.get(path)
    assert first.headers["cache-control"] == "no-cache"
    again = admin.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")
