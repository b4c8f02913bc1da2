"""Write the vectors of the shipped content beside it: `python -m bench.vectors`, or `make vectors`.

They spare the first start of a checkout the encoding. What they lack is encoded when it is published; a test tells when
they are out of date.
"""

from __future__ import annotations

import numpy as np

from bench.questions import CONTENT
from bot.releases.encoder import NAME, Encoder
from bot.releases.vectors import SHIPPED
from knowledge.matching.index.meaning import digest_of, rounded
from knowledge.release.build import build


def main() -> None:
    """Encode every text of the shipped content and write the file."""
    texts = list(dict.fromkeys(text for _, text in build(CONTENT).texts()))
    vectors = rounded(Encoder(n_threads=2).sentences(texts))
    digests = np.frombuffer(b"".join(map(digest_of, texts)), np.uint8)
    with SHIPPED.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, encoder=NAME, digests=digests, vectors=vectors)
    print(f"{len(texts)} texts, {SHIPPED.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
