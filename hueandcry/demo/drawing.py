"""The pictures of the demonstration by name. `draw` gives the same bytes for the same name and seed. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable

from hueandcry.demo import belongings, scenes, things
from hueandcry.demo.brush import Sheet, mix, with_alpha
from hueandcry.demo.figures import Look, backdrop, bust, walker

SEED = 119

PEOPLE: dict[str, tuple[str, Look]] = {
    "otis": ("#9cc3c9", Look("#e9b896", "bald", "#d9dde0", "#6b4f3a", "#efe6d2", hat="flat", hat_colour="#5d6b57", glasses=True, old=True, scarf="#8c2f39")),
    "lantern-1": ("#e7b48a", Look("#c98a5e", "short", "#2a2320", "#2f6f7e", "#24545f", hat="hood", hat_colour="#2f6f7e")),
    "lantern-2": ("#c9d7b0", Look("#f0c7a4", "long", "#b5532c", "#d9a441", "#f4ead4")),
    "lantern-3": ("#d9b3c4", Look("#8a5a3c", "curly", "#231a17", "#7a3b69", "#e9d9e6", beard=True)),
    "lantern-4": ("#a9bfe0", Look("#e3ac84", "short", "#6b4a2e", "#b3473f", "#8c2f2a", hat="beanie", hat_colour="#33475b")),
    "meter-1": ("#f0d48a", Look("#f2cfb3", "parted", "#8a6a3f", "#2b4a6f", "#ffffff", hat="hard", hat_colour="#f2f2ee", vest=True, moustache=True)),
    "runner": ("#d6c5a3", Look("#b98058", "short", "#1f1a18", "#8c2f39", "#ead9c8", beard=True)),
    "scarf": ("#b5c7d9", Look("#f0cdb0", "long", "#3d2a1f", "#5b4a7a", "#efe8f4", scarf="#2f6f7e")),
    "walter": ("#c4d3b8", Look("#e6b591", "bald", "#cfd3d6", "#3d5a4c", "#f1ece0", glasses=True, old=True)),
    "meter-2": ("#b9cdb4", Look("#d8a27c", "short", "#3b2a24", "#3d5a4c", "#e8efe6", hat="cap", hat_colour="#2f6f7e", vest=True, glasses=True)),
}  # fmt: skip


def draw(name: str, *, seed: int = SEED) -> bytes:
    """The picture of this name as PNG, 1,280 by 960 pixels. Raises KeyError for a name that is not known."""
    chance = random.Random(f"{seed}/{name}")  # noqa: S311 - a drawing, not a secret
    sheet = Sheet()
    if name in PEOPLE:
        _person(sheet, name)
    else:
        SCENES[name](sheet, chance)
    return sheet.png()


def names() -> list[str]:
    """Every picture that can be drawn."""
    return [*PEOPLE, *SCENES]


def _person(sheet: Sheet, name: str) -> None:
    ground, look = PEOPLE[name]
    backdrop(sheet, ground)
    with sheet.at(640, 440):
        bust(sheet, look)


def _clothes(sheet: Sheet, _chance: random.Random) -> None:
    things.table(sheet, "#d9e3dc", "#c9d4cb")
    belongings.clothes(sheet)


def _otis_map(sheet: Sheet, chance: random.Random) -> None:
    scenes.map_sketch(
        sheet, chance,
        route=[(368, 300), (362, 450), (560, 452), (770, 446), (915, 442), (930, 560), (940, 640)],
        here=(940, 650),
        names={"Mill Lane": (620, 390), "Baker's Row": (210, 300), "River Walk": (1110, 600), "Ell river": (560, 800)},
    )  # fmt: skip


def _van(sheet: Sheet, chance: random.Random) -> None:
    scenes.street(sheet, chance)
    with sheet.at(640, 880, scale=1.25):
        things.van(sheet, "#f4f2ec", dent=True)


def _plate(sheet: Sheet, _chance: random.Random) -> None:
    sheet.fade("#dfe5e8", "#c3ccd1")
    sheet.box(0, 120, 1280, 720, "#f4f2ec")
    sheet.box(0, 120, 1280, 12, "#ffffff")
    sheet.box(0, 690, 1280, 120, "#3a4650", 20)
    for x in (70, 1090):
        sheet.box(x, 230, 120, 250, "#c8423a", 24)
        sheet.box(x + 14, 250, 92, 90, "#e88a5a", 16)
    sheet.line([(640, 132), (640, 330)], "#d5d5d0", 6)
    sheet.box(600, 290, 80, 24, "#8d9bab", 12)
    with sheet.at(640, 520, scale=1.1):
        things.plate(sheet, "HC24 PLE")
    for x in (430, 470, 850):
        sheet.blob([(x, 610), (x + 60, 596), (x + 90, 634), (x + 40, 660)], with_alpha("#7d6a4a", 150))


def _collision_map(sheet: Sheet, chance: random.Random) -> None:
    scenes.map_sketch(
        sheet, chance,
        route=[(80, 468), (360, 456), (640, 450), (905, 442), (900, 230), (896, 60)],
        here=(905, 446),
        names={"Mill Lane": (620, 390), "Quay Road": (1080, 540), "School": (640, 110), "Van came from here": (270, 540)},
    )  # fmt: skip


def _bicycles(colour: str, *, cargo: bool = False) -> Callable[[Sheet, random.Random], None]:
    def drawn(sheet: Sheet, _chance: random.Random) -> None:
        sheet.fade("#dbeae4", "#f2eee0", end=740)
        sheet.box(90, 150, 1100, 600, "#c98f63")
        for y in range(150, 750, 60):
            sheet.box(90, y, 1100, 4, "#b67c50")
            for x in range(90 + (y // 60 % 2) * 70, 1190, 140):
                sheet.box(x, y, 4, 60, "#b67c50")
        sheet.box(60, 110, 1160, 60, "#5a6b74", 8)
        sheet.fade("#b9b6ae", "#a5a299", begin=740)
        with sheet.at(560 if cargo else 640, 860, scale=1.28):
            things.bicycle(sheet, colour, basket=not cargo, cargo=cargo)

    return drawn


def _watch(sheet: Sheet, _chance: random.Random) -> None:
    sheet.fade("#cfdde0", "#b7c9ce")
    for n in range(9):
        x = n * 180
        sheet.poly([(x - 140, 960), (x - 100, 960), (x + 200, 0), (x + 160, 0)], with_alpha("#ffffff", 26))
    with sheet.at(640, 480, turn=24):
        belongings.watch(sheet)


def _dog(sheet: Sheet, chance: random.Random) -> None:
    sheet.fade("#bfe0ea", "#eef3e2", end=560)
    scenes.cloud(sheet, 250, 150, 1.0)
    scenes.cloud(sheet, 1040, 110, 0.8)
    for x in range(-10, 1290, 76):
        sheet.poly([(x, 660), (x, 400), (x + 32, 368), (x + 64, 400), (x + 64, 660)], "#f4efe2")
        sheet.poly([(x + 48, 660), (x + 48, 384), (x + 64, 400), (x + 64, 660)], "#ddd6c4")
    sheet.fade("#8fb866", "#6f9a4e", begin=640)
    for _n in range(90):
        x, y = chance.randint(0, 1280), chance.randint(660, 940)
        sheet.line([(x, y), (x + chance.randint(-6, 6), y - 18)], "#7ea857", 5)
    for _n in range(12):
        x, y = chance.choice((chance.randint(30, 330), chance.randint(1020, 1250))), chance.randint(690, 900)
        for dx, dy in ((0, -12), (12, 0), (0, 12), (-12, 0)):
            sheet.disc(x + dx, y + dy, 9, "#ffffff")
        sheet.disc(x, y, 7, "#f0c247")
    with sheet.at(640, 880, scale=1.42):
        belongings.dog(sheet, "#f7efe2", "#a8683a", "#2f6f7e")


def _card(sheet: Sheet, _chance: random.Random) -> None:
    sheet.fade("#efd9b8", "#e2c498")
    sheet.disc(640, 480, 420, with_alpha("#ffffff", 50))
    with sheet.at(640, 470, scale=1.12):
        belongings.card(sheet)


def _engine(sheet: Sheet, _chance: random.Random) -> None:
    sheet.fade("#bcd9df", "#8fb9c4")
    sheet.disc(640, 470, 420, with_alpha("#ffffff", 60))
    sheet.fade("#3f7f8f", "#2a6375", begin=830)
    for x in range(-20, 1300, 160):
        sheet.curve([(x, 830), (x + 40, 818), (x + 80, 830), (x + 120, 842), (x + 160, 830)], "#5a98a6", 8)
    with sheet.at(680, 510, scale=1.12):
        things.engine(sheet)


def _allotment_map(sheet: Sheet, chance: random.Random) -> None:
    scenes.map_sketch(
        sheet, chance,
        route=[(1180, 424), (950, 438), (700, 446), (366, 456), (370, 330), (376, 240)],
        here=(500, 320),
        names={"Allotments": (560, 116), "Eastfield Road": (660, 512), "Footpath": (230, 330), "Bus stop": (1110, 352)},
    )  # fmt: skip


def _walker(sheet: Sheet, chance: random.Random) -> None:
    scenes.tram_stop(sheet, chance)
    with sheet.at(330, 780, scale=1.5):
        walker(sheet, mix("#0d1624", "#22344d", 0.4), "#f0b23f", bag=True)


def _violin(sheet: Sheet, _chance: random.Random) -> None:
    sheet.fade("#d8cbb4", "#c5b394")
    for y in range(0, 960, 96):
        sheet.box(0, y, 1280, 4, "#bda988")
    with sheet.at(640, 480, turn=-9, scale=1.08):
        belongings.violin(sheet)


def _street_night(sheet: Sheet, chance: random.Random) -> None:
    scenes.street(sheet, chance, night=True)


def _blue_van(sheet: Sheet, chance: random.Random) -> None:
    scenes.street(sheet, chance)
    with sheet.at(640, 880, scale=1.25):
        things.van(sheet, "#3f6fa3")


def _station_map(sheet: Sheet, chance: random.Random) -> None:
    scenes.map_sketch(
        sheet, chance,
        route=[(200, 240), (420, 300), (640, 450), (900, 446), (1010, 560)],
        here=(1010, 560),
        names={"Saltgate": (330, 190), "Quay Road": (820, 390), "Ell river": (560, 800), "Tram": (1110, 620)},
    )  # fmt: skip


SCENES: dict[str, Callable[[Sheet, random.Random], None]] = {
    "otis-clothes": _clothes,
    "otis-map": _otis_map,
    "van": _van,
    "van-plate": _plate,
    "collision-map": _collision_map,
    "bicycle-red": _bicycles("#c8423a"),
    "bicycle-cargo": _bicycles("#2f6f7e", cargo=True),
    "watch": _watch,
    "dog": _dog,
    "meter-card": _card,
    "harbour": scenes.harbour,
    "engine": _engine,
    "allotments": scenes.allotments,
    "allotment-map": _allotment_map,
    "bmx-park": scenes.bmx_park,
    "tram-stop": _walker,
    "violin": _violin,
    "street-night": _street_night,
    "quay": scenes.harbour,
    "bicycle-green": _bicycles("#3f7d4a"),
    "bicycle-yellow": _bicycles("#d9a441"),
    "van-blue": _blue_van,
    "station-map": _station_map,
}
