"""Copy the pages' parts from ``node_modules`` to where the service finds them.

Set-up runs this after ``npm ci``; the service needs neither node nor the internet afterwards. Every file is
compared with ``parts.sha256``, so what is served is what was reviewed. Beside the files lie the licences of
each part and of what is bundled into it, and ``PARTS.json`` with versions and checksums.

    python api/pages/copy_parts.py            copy and check
    python api/pages/copy_parts.py --record   copy and write parts.sha256 anew, after a part was updated
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
TARGET = Path(__file__).resolve().parent / "parts"
CHECKSUMS = Path(__file__).resolve().parent / "parts.sha256"

FILES = {
    "maplibre-gl": ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
    "swagger-ui-dist": ("swagger-ui-bundle.js", "swagger-ui.css"),
}
"""What the pages load, by npm package. The worker must lie in the folder of the module that starts it."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_checksums(text: str) -> dict[str, str]:
    """Read the lines of ``sha256sum``: file name to digest.

    Examples
    --------
    >>> read_checksums("0a1b  map.css")
    {'map.css': '0a1b'}
    """
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name: digest for digest, name in pairs}


def differing(found: dict[str, str], recorded: dict[str, str]) -> list[str]:
    """Return the names of files that are missing, unexpected or changed, sorted.

    Examples
    --------
    >>> differing({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"})
    ['b', 'c']
    """
    return sorted(name for name in found.keys() | recorded.keys() if found.get(name) != recorded.get(name))


def copy_files(target: Path) -> dict[str, str]:
    """Copy what the pages load; return the digest of each file."""
    digests = {}
    for package, files in FILES.items():
        for file in files:
            copied = target / Path(file).name
            shutil.copyfile(NODE_MODULES / package / file, copied)
            digests[copied.name] = sha256_of(copied)
    return digests


def copy_licences(target: Path, installed: dict[str, Any]) -> list[dict[str, str]]:
    """Copy the licence of every installed package; return name, version and licence of each."""
    folder = target / "licences"
    folder.mkdir()
    told = []
    for path, facts in sorted(installed.items()):
        if not path:
            continue
        name = path.removeprefix("node_modules/")
        told.append({"name": name, "version": facts["version"], "licence": facts.get("license", "see its file")})
        for licence in sorted((ROOT / path).glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*")):
            if licence.is_file():
                shutil.copyfile(licence, folder / f"{name.replace('/', '__')}.txt")
                break
    return told


def main(arguments: list[str]) -> int:
    """Copy, check or record; return the exit status."""
    fresh = TARGET.with_name("parts.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    digests = copy_files(fresh)
    packages = copy_licences(fresh, json.loads(LOCK.read_text(encoding="utf-8"))["packages"])
    record = {"packages": packages, "sha256": digests}
    (fresh / "PARTS.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if arguments == ["--record"]:
        lines = [f"{digest}  {name}\n" for name, digest in sorted(digests.items())]
        CHECKSUMS.write_text("".join(lines), encoding="utf-8")
    faults = differing(digests, read_checksums(CHECKSUMS.read_text(encoding="utf-8")))
    if faults:
        print(
            f"These parts are not the reviewed ones: {', '.join(faults)} (see {CHECKSUMS.name}).",
            file=sys.stderr,
        )
        shutil.rmtree(fresh)
        return 1
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
