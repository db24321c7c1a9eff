"""Cartoon people: busts from the front, and silhouettes. They are made of a few choices and resemble nobody. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.demo.brush import Sheet, around, mix, points, smooth, with_alpha

INK = "#22303c"

# Hair by its name: the outline, and the line that shines on it.
HAIR = {
    "short": (
        "-146 -52, -152 -150, -80 -238, 20 -252, 112 -218, 152 -130, 146 -52, 124 -120, 70 -160, -20 -150, -100 -140",
        "-90 -196, -30 -222, 40 -222",
    ),
    "parted": (
        "-148 -40, -156 -150, -70 -246, 60 -252, 146 -180, 150 -40, 132 -110, 40 -150, -52 -176, -96 -120",
        "-44 -186, 40 -206, 104 -160",
    ),
    "bun": (
        "-148 -40, -150 -140, -84 -226, 0 -246, 84 -226, 150 -140, 148 -40, 120 -110, 0 -168, -120 -110",
        "-36 -270, 0 -292, 36 -276",
    ),
    "long": (
        "-152 20, -160 -120, -90 -232, 10 -254, 100 -226, 160 -120, 152 20, 132 -70, 60 -150, -10 -182, -80 -130, -128 -60",
        "-20 -196, 50 -180, 104 -120",
    ),
}
CURLS = "-110 -168, -56 -196, 4 -204, 62 -194, 112 -166, -142 -112, 142 -112"


@dataclass(frozen=True, slots=True)
class Look:
    """How a cartoon person looks. hair: short, bald, bun, long, curly, parted; hat: "", flat, beanie, hood, hard, cap."""

    skin: str
    hair: str
    hair_colour: str
    top: str
    trim: str
    hat: str = ""
    hat_colour: str = "#33475b"
    glasses: bool = False
    beard: bool = False
    moustache: bool = False
    scarf: str = ""
    old: bool = False
    vest: bool = False


def backdrop(sheet: Sheet, ground: str) -> None:
    """A plain ground with two large soft circles."""
    sheet.fade(mix(ground, "#ffffff", 0.28), ground)
    sheet.disc(640, 470, 400, with_alpha("#ffffff", 46))
    sheet.disc(640, 470, 310, with_alpha("#ffffff", 46))


def bust(sheet: Sheet, look: Look) -> None:
    """Head and shoulders, 560 wide, with the chin at (0, 130) and the shoulders cut at y = 480."""
    if look.hat == "hood":
        _hood_behind(sheet, look)
    _hair_behind(sheet, look)
    _body(sheet, look)
    _head(sheet, look)
    _features(sheet, look)
    _hair(sheet, look)
    if look.glasses:
        _glasses(sheet)
    _hat(sheet, look)


def _body(sheet: Sheet, look: Look) -> None:
    dark = mix(look.top, "#000000", 0.16)
    shoulders = points("-320 560, -300 330, -230 245, -110 200, 0 190, 110 200, 230 245, 300 330, 320 560")
    soft = [*smooth(shoulders, closed=False)]
    sheet.poly(soft, look.top)
    with sheet.within(soft):
        sheet.poly([(120, 160), (360, 160), (360, 600), (190, 600)], with_alpha("#000000", 22))
        if look.vest:
            _vest(sheet)
    sheet.poly([(-62, 60), (62, 60), (66, 215), (0, 262), (-66, 215)], mix(look.skin, "#5a2a1a", 0.18))
    if look.scarf:
        sheet.blob(
            points("-120 190, -60 168, 0 182, 60 168, 120 190, 112 248, 0 276, -112 248"),
            look.scarf,
        )
        sheet.blob([(20, 236), (84, 226), (112, 420), (52, 440)], mix(look.scarf, "#000000", 0.12))
        for y in (300, 350, 400):
            sheet.line([(44, y), (96, y - 6)], mix(look.scarf, "#ffffff", 0.45), 9)
        return
    sheet.poly([(-66, 196), (-108, 210), (-40, 330), (0, 262)], look.trim)
    sheet.poly([(66, 196), (108, 210), (40, 330), (0, 262)], mix(look.trim, "#000000", 0.08))
    sheet.line([(0, 330), (0, 560)], dark, 5)
    for y in (390, 470):
        sheet.disc(18, y, 8, dark)


def _vest(sheet: Sheet) -> None:
    sheet.poly([(-260, 200), (-96, 196), (-30, 560), (-290, 560)], "#d8e22e")
    sheet.poly([(260, 200), (96, 196), (30, 560), (290, 560)], "#c9d326")
    for x in (-1, 1):
        sheet.poly([(x * 196, 210), (x * 148, 206), (x * 118, 560), (x * 172, 560)], "#eef1f2")


def _head(sheet: Sheet, look: Look) -> None:
    shade = mix(look.skin, "#5a2a1a", 0.16)
    for side in (-1, 1):
        sheet.oval(side * 146, -12, 28, 42, look.skin)
        sheet.oval(side * 150, -10, 13, 24, shade)
    outline = smooth(
        points("-142 -70, -100 -196, 0 -232, 100 -196, 142 -70, 132 50, 78 136, 0 164, -78 136, -132 50"),
        closed=True,
    )
    sheet.poly(outline, look.skin)
    with sheet.within(outline):
        sheet.blob(
            [(96, -240), (190, -120), (190, 120), (60, 200), (100, 60), (112, -80)], with_alpha("#5a2a1a", 20)
        )
    for side in (-1, 1):
        sheet.disc(side * 84, 48, 30, with_alpha("#e2604a", 42))


def _features(sheet: Sheet, look: Look) -> None:
    shade = mix(look.skin, "#5a2a1a", 0.3)
    brow = mix(look.hair_colour, "#000000", 0.12)
    for side in (-1, 1):
        sheet.oval(side * 58, -18, 24, 17, "#fdfbf6")
        sheet.disc(side * 57, -17, 13, INK)
        sheet.disc(side * 57 + 5, -22, 4, "#ffffff")
        sheet.curve(
            [(side * 84, -24), (side * 58, -37), (side * 32, -24)], mix(look.skin, "#3a1a10", 0.55), 5
        )
        sheet.curve([(side * 92, -56), (side * 62, -70), (side * 30, -58)], brow, 12)
        if look.old:
            sheet.curve([(side * 40, 22), (side * 62, 30), (side * 84, 22)], shade, 4)
            sheet.curve([(side * 44, 62), (side * 66, 82), (side * 66, 104)], shade, 4)
    sheet.curve([(-6, -10), (-22, 36), (-6, 50), (18, 46)], shade, 7)
    if look.old:
        for y in (-118, -142):
            sheet.curve([(-52, y + 4), (0, y - 5), (52, y + 4)], shade, 4)
    if look.beard:
        sheet.poly(
            [
                *smooth(
                    points("-137 0, -126 70, -80 146, 0 182, 80 146, 126 70, 137 0"),
                    closed=False,
                ),
                *smooth([(112, 40), (70, 66), (0, 58), (-70, 66), (-112, 40)], closed=False),
            ],
            look.hair_colour,
        )
    mouth = [(-40, 92), (0, 108), (40, 92)]
    sheet.curve(mouth, mix(look.skin, "#7a1f1a", 0.62), 9)
    if look.moustache:
        sheet.blob(
            points("0 62, 40 66, 74 92, 40 88, 0 80, -40 88, -74 92, -40 66"),
            look.hair_colour,
        )


def _hair_behind(sheet: Sheet, look: Look) -> None:
    if look.hair == "long":
        sheet.blob(
            points(
                "0 -262, 140 -215, 182 -60, 190 120, 160 250, 0 230, -160 250, -190 120, -182 -60, -140 -215"
            ),
            mix(look.hair_colour, "#000000", 0.1),
        )
    if look.hair == "curly":
        for x, y, r in (
            (-130, -130, 76),
            (130, -130, 76),
            (-168, -40, 58),
            (168, -40, 58),
            (0, -215, 92),
            (-80, -200, 82),
            (80, -200, 82),
        ):
            sheet.disc(x, y, r, look.hair_colour)
    if look.hair == "bun":
        sheet.disc(0, -262, 66, look.hair_colour)


def _hair(sheet: Sheet, look: Look) -> None:
    colour, light = look.hair_colour, mix(look.hair_colour, "#ffffff", 0.14)
    if look.hair in HAIR:
        outline, shine = HAIR[look.hair]
        sheet.blob(points(outline), colour)
        sheet.curve(points(shine), light, 8)
    elif look.hair == "bald":
        for side in (-1, 1):
            with sheet.at(mirror=side < 0):
                sheet.blob(points("150 -60, 138 -120, 124 -60, 134 0, 146 -10"), colour)
        sheet.curve([(-52, -196), (0, -212), (30, -206)], mix(look.skin, "#ffffff", 0.35), 10)
    elif look.hair == "curly":
        for (x, y), r in zip(points(CURLS), (44, 46, 48, 46, 42, 32, 32), strict=True):
            sheet.disc(x, y, r, colour)
        for x, y in ((-70, -214), (10, -232), (80, -206)):
            sheet.curve([(x - 20, y + 8), (x, y - 8), (x + 20, y + 4)], light, 7)


def _glasses(sheet: Sheet) -> None:
    for side in (-1, 1):
        sheet.disc(side * 60, -16, 43, with_alpha("#ffffff", 60))
        sheet.ring(side * 60, -16, 43, INK, 8)
        sheet.line([(side * 103, -24), (side * 146, -32)], INK, 8)
    sheet.curve([(-19, -22), (0, -32), (19, -22)], INK, 8)


def _hood_behind(sheet: Sheet, look: Look) -> None:
    sheet.blob(
        points("0 -298, 150 -246, 220 -80, 226 120, 150 250, 0 280, -150 250, -226 120, -220 -80, -150 -246"),
        mix(look.hat_colour, "#000000", 0.22),
    )


def _hat(sheet: Sheet, look: Look) -> None:
    colour, dark = look.hat_colour, mix(look.hat_colour, "#000000", 0.2)
    if look.hat == "flat":
        sheet.blob(points("-176 -118, -166 -206, -60 -272, 80 -268, 176 -200, 182 -122, 0 -158"), colour)
        sheet.blob(points("-168 -112, -80 -158, 80 -158, 168 -112, 150 -88, 0 -124, -150 -88"), dark)
        sheet.curve([(-120, -206), (0, -236), (120, -208)], mix(colour, "#ffffff", 0.16), 8)
    elif look.hat == "beanie":
        sheet.blob(points("-156 -110, -146 -220, -60 -290, 60 -290, 146 -220, 156 -110, 0 -130"), colour)
        sheet.box(-164, -160, 328, 66, dark, 26)
        for x in range(-140, 150, 28):
            sheet.line([(x, -150), (x, -106)], mix(dark, "#ffffff", 0.14), 6)
    elif look.hat == "hood":
        outer = around(0, -30, 206, 262, begin=150, end=390)
        inner = around(0, -10, 150, 206, begin=390, end=150)
        sheet.poly([*outer, *inner], colour)
        sheet.poly(
            [*around(0, -14, 162, 216, begin=150, end=390), *around(0, -10, 148, 204, begin=390, end=150)],
            dark,
        )
    elif look.hat == "hard":
        sheet.poly(
            smooth(
                [(-158, -118), (-150, -220), (-70, -286), (70, -286), (150, -220), (158, -118)], closed=False
            ),
            colour,
        )
        sheet.box(-190, -136, 380, 30, dark, 15)
        sheet.box(-24, -296, 48, 160, mix(colour, "#ffffff", 0.25), 20)
    elif look.hat == "cap":
        sheet.poly(
            smooth(
                [(-154, -112), (-146, -214), (-64, -276), (64, -276), (146, -214), (154, -112)], closed=False
            ),
            colour,
        )
        sheet.blob(points("-120 -132, 0 -160, 120 -132, 176 -92, 60 -106, -60 -106, -176 -92"), dark)
        sheet.disc(0, -276, 12, dark)
        sheet.disc(0, -206, 30, mix(colour, "#ffffff", 0.7))


def walker(sheet: Sheet, colour: str, stripe: str = "", *, bag: bool = False) -> None:
    """A walking silhouette, 300 high, its feet at y = 0, going to the right."""
    sheet.oval(6, 4, 74, 12, with_alpha("#000000", 46))
    sheet.poly(points("-16 -150, 20 -150, 52 -74, 64 -4, 40 -4, 24 -66, -4 -116"), colour)
    sheet.poly([(-20, -150), (16, -150), (0, -80), (-44, -8), (-66, -16), (-32, -84)], colour)
    sheet.box(36, -14, 46, 14, colour, 7)
    sheet.poly([(-70, -18), (-44, -8), (-40, 0), (-74, -2)], colour)
    torso = smooth(
        points("-34 -140, -40 -200, -28 -244, 4 -256, 32 -244, 40 -196, 30 -140, 0 -134"),
        closed=True,
    )
    sheet.poly(torso, colour)
    if stripe:
        with sheet.within(torso):
            sheet.box(-60, -212, 120, 24, stripe)
    sheet.line([(-24, -232), (-56, -184), (-40, -142)], colour, 22)
    sheet.line([(26, -234), (54, -196), (80, -168)], colour, 22)
    sheet.disc(6, -282, 30, colour)
    sheet.blob([(-26, -286), (-6, -318), (28, -312), (38, -290), (10, -300)], colour)
    if bag:
        sheet.line([(30, -246), (-36, -160)], mix(colour, "#ffffff", 0.25), 7)
        sheet.box(-70, -176, 56, 62, mix(colour, "#ffffff", 0.18), 12)
