"""Lookups by coordinate over HTTP against an empty route of the same application.

The service runs in one process, the load generator in another; each asks over `CONNECTIONS` connections that stay open,
one request at a time on each. Lookups and empty requests take turns in blocks, so that other work on the machine meets
both. Points are distinct, nine in ten in the city, the others around it. Both routes pass the same middleware, the
same permission and the same writer of JSON.
"""

import argparse
import asyncio
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gis.division.model import Division
from gis.store.address import DatabaseAddress

CONNECTIONS = 16
POINTS, BLOCKS = 100_000, 20
EMPTY = "/api/v1/nothing"
SEED = 440_700


def lookup_figures(address: DatabaseAddress, division: Division, *, points: int = POINTS) -> dict[str, float]:
    """Return requests a second of both, and the median ratio of neighbouring blocks.

    Parameters
    ----------
    address
        The city's database; it is asked only when the service starts.
    division
        Where the points lie.
    points
        How many lookups.
    """
    port = _free_port()
    service = subprocess.Popen([sys.executable, __file__, address.service_url, str(port)])
    try:
        _wait_for(port, service)
        paths = [
            f"/api/v1/lookup?lon={lon:.7f}&lat={lat:.7f}&crs=EPSG:4326"
            for lon, lat in _points(division, points).tolist()
        ]
        return asyncio.run(_measured(port, paths))
    finally:
        service.terminate()
        service.wait()


def _points(division: Division, count: int) -> Any:
    """Return (count, 2) distinct points, a tenth of them outside the city, shuffled."""
    rng = np.random.default_rng(SEED)
    west, south, east, north = shapely.bounds(division.outline)
    drawn = rng.uniform((west, south), (east, north), (8 * count, 2))
    inside = division.index.locate(drawn[:, 0], drawn[:, 1]) >= 0
    outside = count // 10
    chosen = np.concatenate([drawn[inside][: count - outside], drawn[~inside][:outside]])
    return rng.permutation(chosen)


async def _measured(port: int, paths: list[str]) -> dict[str, float]:
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    blocks = np.array_split(np.array(paths), BLOCKS)
    await _asked(lines, blocks[0].tolist()[:2000])
    lookups, empties = [], []
    for block in blocks:
        lookups.append(await _asked(lines, block.tolist()))
        empties.append(await _asked(lines, [EMPTY] * len(block)))
    for _, writer in lines:
        writer.close()
    return {
        "lookups_per_s": round(median(lookups)),
        "empty_per_s": round(median(empties)),
        "lookup_vs_empty_route": round(median(a / b for a, b in zip(lookups, empties, strict=True)), 3),
    }


async def _asked(lines: list[Any], paths: list[str]) -> float:
    """Ask for paths over all connections; return requests a second."""
    waiting = iter(paths)
    began = time.perf_counter()
    await asyncio.gather(*(_ask_on(reader, writer, waiting) for reader, writer in lines))
    return len(paths) / (time.perf_counter() - began)


async def _ask_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Any) -> None:
    for path in waiting:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path} was answered by {head!r}")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, service: "subprocess.Popen[bytes]") -> None:
    """Wait until the service listens."""
    for _ in range(600):
        if service.poll() is not None:
            raise SystemExit("the service of the benchmark ended")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the service of the benchmark does not listen")


def _serve(url: str, port: int) -> None:
    """Serve the city with one route more, which answers nothing."""
    import uvicorn  # noqa: PLC0415

    from api.app import create_app  # noqa: PLC0415
    from api.rendering import json_response  # noqa: PLC0415
    from api.security import Needs  # noqa: PLC0415
    from api.settings import Mode, Settings  # noqa: PLC0415
    from gis.policy import Need, Viewer  # noqa: PLC0415
    from gis.store.address import external  # noqa: PLC0415
    from gis.store.database import Database  # noqa: PLC0415

    app = create_app(Settings(mode=Mode.DEMO, port=port), Database(external(url)))

    async def nothing(_viewer: Annotated[Viewer, Needs(Need.DIVISION)]) -> Any:
        return json_response({})

    app.add_api_route(EMPTY, nothing)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", server_header=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="the service of the benchmark of lookups")
    parser.add_argument("url")
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    _serve(asked.url, asked.port)
