"""Things that are looked for, in flat colours: bicycles, a van and its plate, an outboard engine. Pure."""

from __future__ import annotations

import math

from hueandcry.demo.brush import Sheet, mix, points, smooth, with_alpha

INK = "#22303c"
STEEL = "#c8d0d6"


def table(sheet: Sheet, top: str, cloth: str) -> None:
    """A quiet ground for a single thing."""
    sheet.fade(mix(top, "#ffffff", 0.25), top)
    sheet.box(0, 700, sheet.width, 260, cloth)
    sheet.box(0, 700, sheet.width, 10, mix(cloth, "#000000", 0.08))


def bicycle(sheet: Sheet, frame: str, *, basket: bool = False, cargo: bool = False) -> None:
    """A bicycle, its wheels on y = 0 at x = -230 and x = 230; a cargo bicycle has its front wheel at 380."""
    front = 380 if cargo else 230
    sheet.oval(front / 2 - 115, 8, front / 2 + 260, 18, with_alpha("#000000", 40))
    for x in (-230, front):
        radius = 106 if cargo and x > 0 else 140
        _wheel(sheet, x, -radius, radius)
    hub, crank, seat, head = (-230, -140), (-30, -150), (-96, -340), (150, -330)
    thick = 17
    sheet.line([hub, crank], frame, thick - 4)
    sheet.line([hub, seat], frame, thick - 5)
    sheet.line([crank, seat], frame, thick)
    if cargo:
        sheet.line([crank, (180, -110)], frame, thick)
        sheet.line([(180, -110), (front, -106)], frame, thick)
        sheet.line([head, (140, -120)], frame, thick)
        sheet.line([seat, head], frame, thick)
        sheet.poly([(172, -290), (400, -290), (352, -130), (200, -130)], "#c79a5b")
        sheet.poly([(172, -290), (400, -290), (392, -266), (180, -266)], "#a87c40")
        for x in (232, 288, 344):
            sheet.line([(x, -256), (x - 6, -140)], "#a87c40", 5)
    else:
        sheet.line([crank, (160, -290)], frame, thick)
        sheet.line([(-90, -310), head], frame, thick)
        sheet.curve([head, (172, -260), (front, -140)], frame, thick - 3)
    sheet.line([seat, (-106, -376)], INK, 11)
    sheet.blob([(-172, -398), (-100, -404), (-48, -390), (-60, -376), (-110, -368), (-160, -374)], INK)
    sheet.line([head, (140, -386)], INK, 11)
    sheet.curve([(88, -402), (140, -394), (188, -416), (196, -392)], INK, 13)
    sheet.disc(*crank, 34, mix(frame, "#000000", 0.35))
    sheet.disc(*crank, 14, STEEL)
    sheet.line([(-30, -150), (8, -94)], INK, 10)
    sheet.box(-16, -98, 50, 14, INK, 7)
    sheet.line([(-230, -120), (-30, -118)], "#4a5661", 4)
    if basket:
        sheet.poly([(176, -380), (310, -380), (292, -280), (196, -280)], "#d7b377")
        for y in (-360, -336, -312):
            sheet.line([(182, y), (303, y)], "#b68f50", 5)


def _wheel(sheet: Sheet, x: float, y: float, radius: float) -> None:
    for turn in range(0, 180, 20):
        dx, dy = math.cos(math.radians(turn)) * radius, math.sin(math.radians(turn)) * radius
        sheet.line([(x - dx, y - dy), (x + dx, y + dy)], "#aab4bb", 2.4)
    sheet.ring(x, y, radius - 8, INK, 15)
    sheet.ring(x, y, radius - 22, STEEL, 5)
    sheet.disc(x, y, 14, INK)


def van(sheet: Sheet, body: str, *, dent: bool = False) -> None:
    """A panel van seen from its right side, 760 long, its wheels on y = 0, its front to the right."""
    dark, light = mix(body, "#1b2b3a", 0.2), mix(body, "#ffffff", 0.5)
    sheet.oval(0, 6, 430, 24, with_alpha("#000000", 50))
    sheet.poly(
        smooth(
            points(
                "-380 -60, -384 -300, -360 -346, -300 -356, 60 -356, 150 -342, 232 -226, 330 -196, 376 -150, 384 -60"
            ),
            closed=False,
        ),
        body,
    )
    sheet.box(-384, -92, 768, 42, dark, 16)
    sheet.poly([(96, -318), (142, -310), (212, -218), (96, -218)], "#33506a")
    sheet.poly([(112, -318), (136, -312), (150, -218), (116, -218)], "#587a96")
    sheet.line([(74, -340), (74, -96)], dark, 5)
    sheet.line([(-130, -348), (-130, -96)], dark, 4)
    sheet.line([(-360, -214), (60, -214)], mix(body, "#1b2b3a", 0.1), 6)
    sheet.box(86, -196, 46, 12, dark, 6)
    sheet.box(346, -168, 34, 34, "#ffd98a", 12)
    sheet.box(-386, -214, 16, 60, "#c8423a", 6)
    sheet.box(352, -96, 42, 46, "#3a4650", 10)
    sheet.line([(190, -238), (216, -250)], INK, 8)
    sheet.box(206, -282, 22, 44, INK, 8)
    sheet.line([(-340, -330), (40, -330)], light, 6)
    if dent:
        sheet.blob(
            [(250, -170), (286, -182), (322, -160), (318, -124), (270, -116), (246, -140)],
            mix(body, "#1b2b3a", 0.34),
        )
        for a, b in (((262, -160), (300, -132)), ((276, -172), (312, -146)), ((258, -138), (284, -122))):
            sheet.line([a, b], mix(body, "#1b2b3a", 0.6), 4)
    for x in (-236, 232):
        sheet.disc(x, -62, 76, mix(body, "#000000", 0.62))
        sheet.disc(x, -62, 64, "#20262c")
        sheet.disc(x, -62, 34, STEEL)
        sheet.disc(x, -62, 12, "#6c7881")


def plate(sheet: Sheet, words: str) -> None:
    """A number plate of an invented form, 620 wide, centred."""
    sheet.box(-316, -82, 640, 176, with_alpha("#000000", 40), 22)
    sheet.box(-320, -90, 640, 176, INK, 22)
    sheet.box(-310, -80, 620, 156, "#f6d552", 16)
    sheet.text(0, -4, words, 116, INK)


def engine(sheet: Sheet) -> None:
    """An outboard engine, 620 high, upright, centred."""
    cowl, dark = "#f2f4f5", "#2b3f55"
    sheet.blob(
        points("-150 -300, -90 -352, 80 -352, 168 -290, 170 -170, 120 -130, -120 -130, -164 -190"),
        cowl,
    )
    sheet.poly([(-160, -216), (170, -216), (168, -160), (-150, -160)], "#d2483f")
    sheet.text(4, -188, "SQUALL 40", 42, "#ffffff")
    sheet.box(-128, -142, 250, 44, dark, 14)
    sheet.poly([(-66, -100), (84, -100), (62, 150), (-40, 150)], mix(dark, "#ffffff", 0.12))
    sheet.poly([(-66, -100), (-10, -100), (-10, 150), (-40, 150)], dark)
    sheet.poly([(-96, 138), (112, 138), (128, 162), (-104, 162)], dark)
    sheet.poly([(-32, 160), (56, 160), (40, 296), (-8, 318)], mix(dark, "#ffffff", 0.12))
    sheet.blob([(-84, 200), (60, 196), (84, 224), (60, 252), (-70, 250)], dark)
    for dy in (-1, 1):
        sheet.blob(
            [
                (88, 224),
                (116, 224 + dy * 24),
                (128, 224 + dy * 74),
                (100, 224 + dy * 80),
                (82, 224 + dy * 40),
            ],
            "#d8ab4e",
        )
    sheet.disc(92, 224, 17, "#b98a30")
    sheet.line([(-150, -70), (-250, -110)], dark, 24)
    sheet.line([(-250, -110), (-318, -136)], "#22262b", 34)
    sheet.box(-166, -92, 92, 130, mix(dark, "#000000", 0.2), 14)
    sheet.line([(-160, 20), (-196, 20)], STEEL, 14)
    sheet.curve([(-100, -318), (-20, -334), (70, -326)], "#ffffff", 12)
