"""Make pictures small enough for a repository: 256 colours of their own, which maps of flat colours lose nothing by.

python docs/figures/slim_pictures.py docs/pictures/*.png
"""

import argparse
from pathlib import Path

from PIL import Image

COLOURS = 256
LIMIT_BYTES = 600_000


def slim(path: Path) -> int:
    """Rewrite a picture with a palette; return its size in bytes.

    Raises
    ------
    ValueError
        When it is still too large.
    """
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > LIMIT_BYTES:
        raise ValueError(f"{path} still has {size:,} bytes, {LIMIT_BYTES:,} are allowed")
    return size


def main() -> None:
    """Slim what is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path, nargs="+")
    for path in parser.parse_args().pictures:
        print(f"{slim(path):>9,} {path}")


if __name__ == "__main__":
    main()
