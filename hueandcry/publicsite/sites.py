"""What a release holds, as values: the files of each agency's site, and which addresses are gone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from hueandcry.kernel.canon import digest

UNSTEADY = ("record/", ".well-known/security.txt")  # change with time, not with an act


@dataclass(frozen=True, slots=True)
class Site:
    """One agency's site. folder: its name in the release; host: without port.

    texts: file name in the folder → content, stored with .br and .gz beside it; media: file name below
    media/ → digest of the blob; gone: addresses that answer 410; over: references of which no kept
    release may still tell more than the present one.
    """

    folder: str
    host: str
    texts: dict[str, bytes]
    media: dict[str, str]
    gone: tuple[str, ...]
    over: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raises ValueError if a name would leave its folder: names come from the database, files do not."""
        for name in (self.folder, *self.texts, *self.media, *self.gone):
            stay_inside(name)


def stay_inside(name: str) -> str:
    """The name, if no part of it leads elsewhere. Raises ValueError."""
    if not name or "\0" in name or {".", ".."} & set(name.split("/")):
        raise ValueError("a name of the public site would leave its folder")
    return name


def state_of(sites: list[Site]) -> str:
    """A digest of everything in the sites that an act of somebody made: equal digests, equal sites."""
    return digest(
        [
            {
                "folder": site.folder,
                "host": site.host,
                "texts": {
                    name: hashlib.sha256(data).hexdigest()
                    for name, data in site.texts.items()
                    if not name.startswith(UNSTEADY)
                },
                "media": site.media,
                "gone": list(site.gone),
            }
            for site in sites
        ]
    )


def file_of(address: str) -> str:
    """The file that answers an address: "/appeals/PE-1/" is "appeals/PE-1/index.html"."""
    name = stay_inside(address).lstrip("/")
    return f"{name}index.html" if address.endswith("/") else name


def marker_of(address: str) -> str:
    """The empty file that says an address is gone: "/media/x.avif" is ".gone/media/x.avifgone"."""
    return f".gone{stay_inside(address)}gone"
