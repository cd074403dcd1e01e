"""The pages' files from memory: read and compressed once, named by their content.

A page's first picture waits for some forty small files and one large; compressing them anew for every reader took more
of the processor than everything else the service did for that picture. A file that changes on disk is read again (a
look at its date and size each time), so that whoever works on a page need not start the service anew.
"""

import mimetypes
import os
import threading
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.rendering import KeptAnswer, kept_response
from gis.errors import NotFound

JAVASCRIPT = "text/javascript"
TYPES = {
    ".js": JAVASCRIPT,
    ".mjs": JAVASCRIPT,
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
"""Told here, because what a machine has registered differs."""

Version = tuple[int, int]


class PackedFiles:
    """An ASGI application over the files of one folder and of those below it.

    Parameters
    ----------
    directory
        Read when something is asked for; nothing outside it is given.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._kept: dict[Path, tuple[Version, KeptAnswer]] = {}
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, with 304 when the client has it, or raise NotFound."""
        request = Request(scope)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        prefix = scope.get("root_path", "")
        await kept_response(request, self.read(scope["path"].removeprefix(prefix).lstrip("/")))(scope, receive, send)

    def read(self, name: str) -> KeptAnswer:
        """Return a file's finished bytes.

        Raises
        ------
        NotFound
            When there is no such file in the folder.
        """
        path, found = self._found(name)
        version = (found.st_mtime_ns, found.st_size)
        with self._lock:
            kept = self._kept.get(path)
            if kept is None or kept[0] != version:
                kept = (version, KeptAnswer.of(path.read_bytes(), media_type=_type_of(path)))
                self._kept[path] = kept
        return kept[1]

    def _found(self, name: str) -> tuple[Path, os.stat_result]:
        try:
            path = (self._directory / name).resolve()
            if path.is_relative_to(self._directory) and path.is_file():
                return path, path.stat()
        except (OSError, ValueError):
            pass  # a name that no file can have
        raise NotFound("there is no such file", where=name)


def _type_of(path: Path) -> str:
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
