"""Places of Port Ellery, in flat colours: harbour, street, tram stop, allotments, park, and sketches of maps. Pure."""

from __future__ import annotations

import random

from hueandcry.demo.brush import Point, Sheet, around, mix, points, smooth, with_alpha

INK = "#22303c"
WALLS = ("#e9c9a4", "#d98f6a", "#f0e2c8", "#9db8b4", "#c9705a", "#e5b85c", "#b7c4cf")


def houses(
    sheet: Sheet, chance: random.Random, *, ground: float, night: bool = False, height: float = 210
) -> None:
    """A row of narrow houses standing on `ground`, over the whole width."""
    x = -30.0
    while x < sheet.width:
        wide, high = chance.randint(96, 150), height + chance.randint(-60, 70)
        wall = chance.choice(WALLS)
        wall = mix(wall, "#17263c", 0.72) if night else wall
        top = ground - high
        sheet.box(x, top, wide, high, wall)
        roof = mix(wall, "#4a2a22", 0.5)
        if chance.random() < 0.6:  # noqa: PLR2004 - more gables than flat roofs
            sheet.poly([(x - 6, top), (x + wide / 2, top - 58), (x + wide + 6, top)], roof)
        else:
            sheet.box(x - 4, top - 14, wide + 8, 18, roof)
        for row in range(int(high // 74)):
            for column in range(2):
                lit = chance.random() < (0.4 if night else 0.0)
                glass = "#ffd98a" if lit else mix(wall, "#23384d", 0.55)
                sheet.box(x + wide * (0.2 + 0.38 * column), top + 24 + row * 72, wide * 0.22, 38, glass, 4)
        x += wide


def cloud(sheet: Sheet, x: float, y: float, scale: float) -> None:
    """A flat cloud."""
    with sheet.at(x, y, scale=scale):
        for dx, r in ((-70, 38), (-20, 56), (44, 46), (90, 30)):
            sheet.disc(dx, -r * 0.4, r, with_alpha("#ffffff", 225))
        sheet.box(-108, -20, 228, 40, with_alpha("#ffffff", 225), 20)


def boat(sheet: Sheet, hull: str, *, sail: str = "", engine: bool = False) -> None:
    """A small boat, 220 long, the water at y = 0."""
    sheet.poly(
        smooth([(-118, -50), (-100, -4), (-60, 18), (70, 18), (112, -12), (134, -58)], closed=False), hull
    )
    sheet.poly([(-118, -50), (134, -58), (130, -44), (-116, -38)], mix(hull, "#ffffff", 0.55))
    if sail:
        sheet.line([(6, -52), (6, -300)], "#6b4a30", 9)
        sheet.poly([(16, -296), (16, -74), (126, -74)], sail)
        sheet.poly([(-4, -276), (-4, -78), (-82, -78)], mix(sail, "#ffffff", 0.45))
    else:
        sheet.poly([(-40, -54), (-30, -112), (40, -112), (64, -56)], "#f4f1e8")
        sheet.poly([(-18, -66), (-12, -100), (16, -100), (16, -66)], "#5c7f96")
    if engine:
        sheet.box(-150, -96, 40, 46, "#f2f4f5", 10)
        sheet.box(-138, -54, 16, 66, "#2b3f55", 4)
    for n in range(3):
        sheet.line([(-90 + n * 74, 30), (-50 + n * 74, 30)], with_alpha("#ffffff", 120), 5)


def harbour(sheet: Sheet, chance: random.Random) -> None:
    """The marina by morning, with one empty berth."""
    sheet.fade("#f7d9b5", "#f9efe0", end=470)
    sheet.disc(980, 250, 84, "#fbe7a8")
    for x, y, s in ((220, 150, 1.0), (620, 100, 0.7), (1100, 130, 0.8)):
        cloud(sheet, x, y, s)
    sheet.blob(
        points("-80 470, 140 330, 380 390, 640 300, 900 400, 1380 330, 1400 520, -80 520"),
        "#a9bcae",
    )
    houses(sheet, chance, ground=486, height=130)
    with sheet.at(1090, 500):
        sheet.poly([(-34, 0), (-22, -250), (22, -250), (34, 0)], "#f6f1e6")
        for y in (-60, -160):
            sheet.poly(
                [
                    (-32 - y * 0.045, y),
                    (32 + y * 0.045, y),
                    (28 + y * 0.04, y - 50),
                    (-28 - y * 0.04, y - 50),
                ],
                "#c8423a",
            )
        sheet.box(-26, -292, 52, 44, "#ffd98a", 6)
        sheet.poly([(-34, -290), (0, -330), (34, -290)], "#8c2f2a")
    sheet.fade("#4f8f9b", "#1f566b", begin=486)
    for _n in range(46):
        x, y = chance.randint(0, 1270), chance.randint(510, 950)
        sheet.line([(x, y), (x + chance.randint(24, 80), y)], with_alpha("#ffffff", 44), 4)
    for x, y, hull, sail in (
        (180, 590, "#c8423a", "#fbf3df"),
        (430, 640, "#2b4a6f", ""),
        (1010, 620, "#e5b85c", "#f6dcd0"),
    ):
        with sheet.at(x, y):
            boat(sheet, hull, sail=sail, engine=not sail)
    with sheet.at(1000, 870, scale=1.35):
        boat(sheet, "#f4f1e8", engine=False)
    sheet.poly([(0, 800), (760, 700), (790, 730), (0, 860)], "#b98d5c")
    sheet.poly([(0, 860), (790, 730), (790, 750), (0, 890)], "#8a6338")
    for n in range(11):
        x = 30 + n * 70
        sheet.line([(x, 802 - n * 9.2), (x + 24, 852 - n * 11.4)], "#a27848", 4)
    for x in (110, 410, 700):
        y = 800 - x // 8
        sheet.box(x, y - 60, 34, 150, "#6b4a30", 12)
        sheet.box(x - 3, y - 66, 40, 22, "#f4f1e8", 10)
    sheet.curve([(418, 690), (500, 790), (640, 830), (740, 810)], "#e8d9b5", 8)


def street(sheet: Sheet, chance: random.Random, *, night: bool = False) -> None:
    """A street with houses behind, a pavement at y = 650 and the road below it."""
    if night:
        sheet.fade("#101d33", "#33486a", end=620)
        for _n in range(60):
            sheet.disc(chance.randint(0, 1280), chance.randint(0, 320), chance.choice((1.5, 2, 3)), "#dfe7f5")
        with sheet.within(around(1090, 130, 56, 56)):
            sheet.disc(1090, 130, 58, "#f4ecc8")
            sheet.disc(1116, 116, 50, "#142440")
    else:
        sheet.fade("#bfe0ea", "#f4efe0", end=620)
        for x, y, s in ((240, 130, 0.9), (760, 90, 1.1), (1120, 170, 0.7)):
            cloud(sheet, x, y, s)
    houses(sheet, chance, ground=640, night=night, height=300)
    stone, road = ("#3d4b60", "#28323f") if night else ("#d8d2c4", "#7d8790")
    sheet.box(0, 636, 1280, 44, stone)
    sheet.box(0, 676, 1280, 12, mix(stone, "#000000", 0.18))
    sheet.box(0, 688, 1280, 272, road)
    for x in range(-40, 1300, 180):
        sheet.box(x, 812, 96, 14, mix(road, "#ffffff", 0.62))


def lamp(sheet: Sheet, x: float, ground: float) -> None:
    """A lit street lamp."""
    sheet.poly(
        [(x - 26, ground - 350), (x + 26, ground - 350), (x + 150, ground + 10), (x - 150, ground + 10)],
        with_alpha("#ffe9a8", 40),
    )
    sheet.line([(x, ground), (x, ground - 350)], "#1b2634", 12)
    sheet.box(x - 28, ground - 384, 56, 36, "#ffe9a8", 10)
    sheet.poly([(x - 36, ground - 380), (x, ground - 412), (x + 36, ground - 380)], "#1b2634")


def tram_stop(sheet: Sheet, chance: random.Random) -> None:
    """A tram stop in the evening: shelter, sign, rails."""
    street(sheet, chance, night=True)
    for y in (870, 916):
        sheet.box(0, y, 1280, 9, "#8d9bab")
    sheet.box(420, 316, 470, 24, "#e5b85c", 8)
    sheet.box(440, 340, 430, 300, with_alpha("#a9cbd8", 60))
    for x in (440, 652, 860):
        sheet.box(x, 338, 14, 320, "#1b2634")
    sheet.box(480, 560, 260, 18, "#b98d5c", 6)
    for x in (500, 708):
        sheet.box(x, 576, 12, 74, "#1b2634")
    sheet.line([(970, 656), (970, 300)], "#1b2634", 12)
    sheet.disc(970, 270, 62, "#2f6f7e")
    sheet.disc(970, 270, 50, "#fbfaf5")
    sheet.text(970, 268, "T", 64, "#2f6f7e")
    sheet.box(894, 350, 152, 50, "#2f6f7e", 8)
    sheet.text(970, 374, "Northgate", 30, "#ffffff")
    lamp(sheet, 250, 660)


def allotments(sheet: Sheet, chance: random.Random) -> None:
    """Garden sheds at dusk, one of them burnt out."""
    sheet.fade("#3d3b63", "#f0a878", end=560)
    sheet.blob(points("-60 560, 200 440, 520 520, 840 430, 1340 520, 1340 640, -60 640"), "#4a4c66")
    sheet.fade("#6f7a4a", "#4c5a38", begin=560)
    for row in range(5):
        y = 620 + row * 76
        sheet.poly([(-40, y), (1320, y - 10), (1320, y + 22 + row * 3), (-40, y + 30 + row * 3)], "#5a4433")
        for n in range(22):
            x = n * 62 + chance.randint(-8, 8) + (row % 2) * 30
            for turn in (-14, 0, 14):
                sheet.curve(
                    [(x, y + 4), (x + turn * 0.6, y - 12), (x + turn, y - 20 - row * 4)],
                    chance.choice(("#8fae5a", "#78994a")),
                    6,
                )
    for x, colour, scale in ((170, "#7f9a8c", 1.0), (1080, "#b8714e", 1.05)):
        with sheet.at(x, 600, scale=scale):
            _shed(sheet, colour)
    with sheet.at(620, 640, scale=1.45):
        _shed(sheet, "#3a3230", burnt=True)
        sheet.blob(
            points(
                "-34 -190, -70 -260, -30 -310, -84 -370, -30 -440, 40 -450, 84 -390, 46 -320, 76 -260, 10 -200"
            ),
            with_alpha("#d8d2d8", 70),
        )
    sheet.line([(800, 830), (860, 700)], "#b98d5c", 12)
    sheet.box(842, 640, 50, 70, "#8d9bab", 12)


def _shed(sheet: Sheet, wall: str, *, burnt: bool = False) -> None:
    dark = mix(wall, "#000000", 0.3)
    sheet.box(-110, -150, 220, 150, wall)
    for x in range(-88, 110, 28):
        sheet.line([(x, -146), (x, -4)], dark, 4)
    if burnt:
        sheet.poly(
            points("-128 -146, -96 -214, -30 -196, -8 -160, 30 -216, 72 -206, 84 -168, 128 -146"),
            "#241f1f",
        )
        sheet.poly([(-84, 0), (-84, -100), (-52, -112), (-20, -92), (-16, 0)], "#171414")
        for x in (20, 62, 88):
            sheet.line([(x, -10), (x + 14, -140)], "#171414", 12)
        return
    sheet.poly([(-130, -146), (0, -226), (130, -146)], dark)
    sheet.box(-82, -106, 66, 106, mix(wall, "#ffffff", 0.25), 4)
    sheet.disc(-28, -52, 6, dark)
    sheet.box(20, -112, 62, 54, "#ffd98a", 4)
    sheet.line([(51, -112), (51, -58)], dark, 5)
    sheet.line([(20, -85), (82, -85)], dark, 5)


def bmx_park(sheet: Sheet, chance: random.Random) -> None:
    """A riding park by day, its big ramp broken."""
    sheet.fade("#9fd3e0", "#e9f3e6", end=640)
    for x, y, s in ((200, 140, 1.0), (700, 90, 0.8), (1080, 180, 1.1)):
        cloud(sheet, x, y, s)
    for _n in range(12):
        x = chance.randint(0, 1280)
        sheet.box(x - 7, 520, 14, 130, "#7a5a40")
        sheet.disc(x, 490, chance.randint(54, 84), chance.choice(("#7fa35a", "#93b56a", "#6c9150")))
    sheet.fade("#b9b6ae", "#9a988f", begin=620)
    sheet.box(-20, 474, 84, 306, "#b06a2f")
    sheet.poly([*around(360, 480, 300, 300, begin=90, end=178), (40, 780), (360, 780)], "#d98f4e")
    sheet.curve(around(360, 480, 300, 300, begin=92, end=176)[::6], "#b06a2f", 12)
    sheet.poly([(760, 790), (860, 640), (1080, 640), (1190, 790)], "#5c93a8")
    sheet.poly([(860, 640), (1080, 640), (1070, 660), (870, 660)], "#86b8c9")
    sheet.poly([(930, 800), (960, 690), (985, 742), (1012, 668), (1030, 800)], "#2f3a44")
    for x, y, turn in ((900, 850, 20), (1010, 880, -14), (1090, 842, 40)):
        with sheet.at(x, y, turn=turn):
            sheet.box(-56, -10, 112, 22, "#c79a5b", 4)
            sheet.line([(-40, 0), (36, 0)], "#a87c40", 3)
    for x in (600, 720):
        sheet.line([(x, 880), (x, 760)], "#4a5661", 10)
    sheet.poly([(594, 770), (726, 770), (726, 800), (594, 800)], "#f6d552")
    for x in range(600, 720, 40):
        sheet.poly([(x, 800), (x + 20, 770), (x + 36, 770), (x + 16, 800)], INK)
    with sheet.at(210, 330):
        sheet.box(-140, -60, 280, 92, "#c8423a", 14)
        sheet.text(0, -14, "SPIN CITY", 48, "#ffffff")
        for x in (-110, 96):
            sheet.box(x, 32, 14, 150, "#4a5661")


def map_sketch(
    sheet: Sheet, chance: random.Random, *, route: list[Point], here: Point, names: dict[str, Point]
) -> None:
    """A sketched map: blocks, a river, a way walked (dashed) and a place (pin). names: words and where they stand."""
    sheet.box(0, 0, sheet.width, sheet.height, "#efe9db")
    for column in range(-1, 8):
        for row in range(-1, 6):
            left, top = column * 190 + chance.randint(-6, 6), row * 186 + (column % 2) * 40
            sheet.box(
                left + 16, top + 16, 158, 152, chance.choice(("#e2d6bd", "#e6dcc7", "#ddd2ba", "#cfdcb6")), 14
            )
    river = smooth([(-40, 760), (200, 700), (420, 770), (700, 700), (960, 760), (1320, 660)], closed=False)
    sheet.line(river, "#8fc1d4", 96)
    sheet.line(river, "#a9d3e2", 70)
    for road in (
        [(-20, 470), (1300, 430)],
        [(380, -20), (350, 980)],
        [(900, -20), (960, 980)],
        [(-20, 180), (1300, 220)],
    ):
        sheet.line(road, "#cfc3a8", 46)
        sheet.line(road, "#fbf8f0", 36)
    line = smooth(route, closed=False)
    for n in range(0, len(line) - 3, 6):
        sheet.line(line[n : n + 4], "#c8423a", 11)
    sheet.disc(*route[0], 20, "#ffffff")
    sheet.disc(*route[0], 13, "#2b4a6f")
    for words, (x, y) in names.items():
        sheet.box(
            x - len(words) * 10.5 - 16, y - 26, len(words) * 21 + 32, 54, with_alpha("#fffdf6", 226), 12
        )
        sheet.text(x, y, words, 35, INK)
    x, y = here
    sheet.oval(x, y + 4, 30, 10, with_alpha("#000000", 60))
    sheet.poly([(x - 48, y - 96), (x, y), (x + 48, y - 96)], "#b3261e")
    sheet.disc(x, y - 106, 56, "#b3261e")
    sheet.disc(x, y - 106, 24, "#ffffff")
    with sheet.at(1180, 110):
        sheet.disc(0, 0, 62, with_alpha("#fffdf6", 226))
        sheet.poly([(0, -48), (18, 8), (0, -4), (-18, 8)], INK)
        sheet.text(0, 32, "N", 34, INK)
