"""Port Ellery in words: stations, streets, units and the 121 accounts on which they speak. All invented. Pure."""

from __future__ import annotations

from dataclasses import dataclass

STATIONS = ("Harbour", "Old Town", "Northgate", "Mill Lane", "Eastfield", "Riverside", "Airport")

STREETS = (
    "Rope Walk", "Candle Yard", "Anchor Lane", "Quay Road", "Net Makers' Lane", "Baker's Row", "River Walk",
    "Eastfield Road", "Saltgate", "Cooper Street", "Lantern Steps", "Tallow Street", "Gull Terrace", "Weir Path",
    "Orchard Rise", "Signal Hill", "Ferry Approach", "Chapel Brow", "Lime Avenue", "Tanner's Yard", "Kiln Road",
    "Beacon Street", "Sluice Lane", "Hopfield Way", "Market Cross", "Pilot Street", "Wicker Lane", "Fallow Road",
)  # fmt: skip

SPOTS = (
    "the tram stop", "the old lock", "the fish market", "the car park behind the baths", "the footbridge",
    "the library steps", "the playground", "the taxi rank", "the launderette", "the allotment gate",
    "the petrol station", "the chapel wall", "the boat yard", "the bus shelter", "the skate bowl", "the kiosk",
    "the back of the cinema", "the underpass", "the recycling bins", "the garages", "the community garden",
)  # fmt: skip

THEMES = (
    "Station",
    "Neighbourhood Team",
    "Traffic",
    "Wardens",
    "Schools",
    "Night Shift",
    "Cycling",
    "Lost and Found",
)
UNITS = (
    "Marine Unit", "Dog Unit", "Air Unit", "Mounted Unit", "Control Room", "Forensics", "Missing Persons",
    "Fraud Team", "Rural Team", "Museum", "Recruiting", "Police Band", "Road Safety", "Victim Support Desk",
    "Wildlife Desk", "Harbour Lights", "Community Kitchen", "Youth Boxing", "Archive", "Open Days",
)  # fmt: skip
DISTRICTS = (
    "Saltgate", "Lantern Hill", "Weirside", "Gull Point", "Kiln End", "Orchard Rise", "Ferry Approach",
    "Signal Hill", "Hopfield", "Tanner's Yard", "Pilot's Reach", "Fallowmere",
)  # fmt: skip
OFFICERS = (
    "Sgt Bill Tennant", "Ruth Abara", "Cst. Luis Amaro", "Cst. Imre Holt", "Cst. Mina Falk", "Sgt Ottilie Crane",
    "Cst. Pavel Brandt", "Cst. Noor Haddon", "Sgt Tilda Wexley", "Cst. Amos Rill", "Cst. Leona Parvin",
    "Sgt Corin Vale", "Cst. Dunya Merrow", "Cst. Hal Oster", "Sgt Brigid Tarn", "Cst. Yusa Kellan",
    "Cst. Marek Thole", "Sgt Agnes Pell", "Cst. Rafe Dunmore", "Cst. Isolde Quill", "Sgt Bram Yarrow",
    "Cst. Selma Roke", "Cst. Otto Finch-Hale", "Sgt Wren Castor", "Cst. Jory Mallin", "Cst. Hedda Strand",
    "Sgt Piran Loe", "Cst. Vesna Hollis", "Cst. Tobin Ashlock", "Sgt Maud Ferrier", "Cst. Eskil Drum",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """One account: handle, name, kind as in channels.models.Account.Kind, and what it speaks about."""

    handle: str
    name: str
    kind: str
    theme: str


def voices(count: int) -> list[Voice]:
    """The first `count` accounts besides the two of the agency itself: stations first, then units, people, districts."""
    found = [Voice(_handle(f"pe {name}"), f"{name} Station", "unit", "Station") for name in STATIONS]
    found += [Voice(_handle(f"pe {name}"), f"Port Ellery {name}", "unit", name) for name in UNITS]
    found += [Voice(_handle(f"pes {name}"), name, "person", "Officer") for name in OFFICERS]
    found += [
        Voice(_handle(f"pe {station} {theme}"), f"{station} {theme}", "unit", theme)
        for theme in THEMES[1:]
        for station in STATIONS
    ]
    found += [
        Voice(_handle(f"pe {name} beat"), f"{name} Beat", "unit", "Neighbourhood Team") for name in DISTRICTS
    ]
    return found[:count]


def _handle(words: str) -> str:
    plain = "".join(letter for letter in words.lower() if letter.isalnum() or letter == " ")
    return "-".join(plain.split())
