"""What people hold dear or carry, in flat colours: a watch, a dog, clothes, a false card, a violin. Pure."""

from __future__ import annotations

import math

from hueandcry.demo.brush import Sheet, around, mix, points, smooth, with_alpha

INK = "#22303c"
STEEL = "#c8d0d6"


def watch(sheet: Sheet) -> None:
    """A wrist watch with a brown strap lying flat, 240 across, centred."""
    strap, stitch = "#7a4a2b", "#d9b48a"
    with sheet.at(12, 18):
        sheet.box(-70, -420, 140, 840, with_alpha("#000000", 36), 60)
        sheet.disc(0, 0, 186, with_alpha("#000000", 36))
    sheet.poly([(-78, -120), (-62, -400), (-40, -424), (40, -424), (62, -400), (78, -120)], strap)
    sheet.poly([(-78, 120), (-58, 380), (0, 436), (58, 380), (78, 120)], strap)
    for side in (-1, 1):
        for y in range(-396, -190, 26):
            sheet.line([(side * 50, y), (side * 52, y + 13)], stitch, 4)
        for y in range(196, 380, 26):
            sheet.line([(side * 53, y), (side * 51, y + 13)], stitch, 4)
    for y in (250, 300, 350):
        sheet.oval(0, y, 9, 12, "#4e2d18")
    sheet.box(-84, -446, 168, 64, "#d8ab4e", 18)
    sheet.box(-56, -432, 112, 36, strap, 6)
    sheet.line([(0, -420), (0, -366)], "#d8ab4e", 12)
    sheet.box(176, -26, 46, 52, "#c4973c", 12)
    sheet.disc(0, 0, 188, "#d8ab4e")
    sheet.disc(0, 0, 168, "#b98a30")
    sheet.disc(0, 0, 160, "#fbf6e8")
    for hour in range(12):
        turn = math.radians(hour * 30)
        inner = 116 if hour % 3 == 0 else 128
        sheet.line(
            [
                (math.sin(turn) * inner, -math.cos(turn) * inner),
                (math.sin(turn) * 142, -math.cos(turn) * 142),
            ],
            INK,
            11 if hour % 3 == 0 else 6,
        )
    sheet.text(0, -84, "MERIDIAN", 23, "#7d6a42")
    sheet.ring(0, 72, 34, "#c9b98e", 4)
    sheet.line([(0, 72), (12, 54)], "#c8423a", 4)
    sheet.line([(0, 0), (-84, -10)], INK, 14)
    sheet.line([(0, 0), (104, -62)], INK, 9)
    sheet.disc(0, 0, 14, "#d8ab4e")
    sheet.veil([(150, -60), (124, -104), (98, -130)], "#ffffff", 14, 170)
    sheet.veil([(-98, 86), (0, -128)], "#ffffff", 46, 36)


def dog(sheet: Sheet, coat: str, patch: str, collar: str) -> None:
    """A small sitting terrier facing the viewer, 520 high, its paws on y = 0."""
    dark = mix(coat, "#5a4632", 0.16)
    sheet.oval(10, 6, 210, 26, with_alpha("#000000", 44))
    sheet.curve([(150, -70), (214, -120), (226, -190), (204, -222)], patch, 40)
    sheet.blob(
        points("-120 -20, -152 -120, -110 -250, 0 -300, 110 -250, 152 -120, 130 -20, 0 -6"),
        coat,
    )
    sheet.blob([(30, -250), (112, -236), (150, -120), (120, -60), (60, -120)], patch)
    for side in (-1, 1):
        sheet.blob(
            [(side * 150, -6), (side * 172, -60), (side * 120, -110), (side * 76, -60), (side * 84, -4)], dark
        )
        sheet.poly(
            smooth(
                [(side * 20, -210), (side * 86, -200), (side * 80, -60), (side * 84, -6), (side * 22, -6)],
                closed=True,
            ),
            coat,
        )
        for x in (40, 62):
            sheet.line([(side * x, -28), (side * x, -10)], mix(coat, "#5a4632", 0.5), 5)
    sheet.line([(0, -190), (0, -20)], dark, 7)
    sheet.blob([(-104, -262), (0, -226), (104, -262), (96, -226), (0, -190), (-96, -226)], collar)
    sheet.disc(0, -190, 24, "#e3b94f")
    sheet.disc(0, -190, 15, "#c4973c")
    _dog_head(sheet, coat, patch)


def _dog_head(sheet: Sheet, coat: str, patch: str) -> None:
    for side in (-1, 1):
        with sheet.at(mirror=side < 0):
            sheet.blob(points("84 -480, 142 -540, 196 -500, 190 -410, 140 -396"), mix(patch, "#000000", 0.16))
            sheet.blob(points("96 -470, 146 -500, 184 -470, 176 -402, 130 -420"), patch)
    head = smooth(
        points("-146 -380, -120 -480, 0 -516, 120 -480, 146 -380, 110 -282, 0 -240, -110 -282"),
        closed=True,
    )
    sheet.poly(head, coat)
    with sheet.within(head):
        sheet.blob([(20, -520), (150, -520), (170, -340), (86, -320), (40, -400)], patch)
        sheet.blob([(-170, -440), (-120, -460), (-116, -360), (-170, -330)], patch)
    sheet.blob(
        points("-74 -330, -50 -376, 0 -388, 50 -376, 74 -330, 56 -276, 0 -256, -56 -276"),
        mix(coat, "#ffffff", 0.55),
    )
    for side in (-1, 1):
        sheet.disc(side * 64, -404, 21, "#2b211b")
        sheet.disc(side * 64 + 7, -412, 7, "#ffffff")
        sheet.curve([(side * 96, -440), (side * 66, -452), (side * 40, -440)], mix(patch, "#000000", 0.3), 7)
        sheet.curve([(0, -318), (side * 22, -296), (side * 50, -304)], "#4a3b30", 7)
    sheet.blob([(-32, -364), (0, -374), (32, -364), (20, -338), (0, -328), (-20, -338)], "#2b211b")
    sheet.oval(-9, -360, 9, 5, "#6b5d52")
    sheet.blob([(-20, -296), (0, -302), (20, -296), (16, -256), (0, -246), (-16, -256)], "#e2766f")
    sheet.line([(0, -294), (0, -262)], "#c65c58", 4)


def clothes(sheet: Sheet) -> None:
    """What an old gentleman wore, laid out: coat, cap, scarf and stick."""
    with sheet.at(16, 18):
        _coat(sheet, with_alpha("#000000", 30), flat=True)
    _coat(sheet, "#6b4f3a")
    with sheet.at(900, 300, scale=1.25):
        sheet.blob(points("-130 40, -120 -40, -40 -84, 70 -80, 136 -30, 150 40, 0 66"), "#5d6b57")
        sheet.blob(points("-136 34, -60 60, 60 66, 160 34, 120 78, 0 92, -110 74"), "#46523f")
        sheet.curve([(-80, -24), (0, -46), (80, -26)], "#76846f", 7)
    with sheet.at(910, 560):
        sheet.blob([(-190, -50), (0, -84), (190, -44), (196, 24), (0, 2), (-186, 32)], "#8c2f39")
        sheet.blob([(70, -40), (160, -36), (190, 190), (104, 204)], "#74232d")
        for y in (20, 70, 120, 160):
            sheet.line([(98 + y * 0.08, y), (166 + y * 0.1, y - 8)], "#d9aeb2", 9)
    sheet.line([(720, 868), (1180, 800)], "#8a5b34", 22)
    sheet.curve([(1180, 800), (1216, 772), (1204, 722), (1160, 724)], "#8a5b34", 22)
    sheet.line([(720, 868), (738, 865)], INK, 22)


def _coat(sheet: Sheet, colour: str | tuple[int, int, int, int], *, flat: bool = False) -> None:
    outline = smooth(
        points(
            "280 140, 210 190, 90 560, 170 600, 236 430, 230 860, 400 880, 570 860, 564 430, 630 600, 710 560, 590 190, 520 140, 400 176"
        ),
        closed=True,
    )
    sheet.poly(outline, colour)
    if flat or not isinstance(colour, str):
        return
    dark, light = mix(colour, "#000000", 0.2), mix(colour, "#ffffff", 0.14)
    sheet.poly([(330, 150), (400, 330), (470, 150), (400, 176)], "#e8dcc4")
    sheet.poly([(286, 140), (340, 148), (400, 340), (356, 372), (310, 300), (330, 262)], light)
    sheet.poly([(514, 140), (460, 148), (400, 340), (444, 372), (490, 300), (470, 262)], light)
    sheet.line([(400, 346), (400, 866)], dark, 6)
    for y in (430, 540, 650, 760):
        sheet.disc(428, y, 15, "#d9c39a")
        sheet.disc(428, y, 6, dark)
    for x in (262, 466):
        sheet.box(x, 600, 92, 22, dark, 8)


def card(sheet: Sheet) -> None:
    """A false identity card on a lanyard, 520 wide, centred."""
    sheet.curve([(-150, -420), (-60, -330), (0, -270)], "#2f6f7e", 26)
    sheet.curve([(150, -420), (60, -330), (0, -270)], "#24545f", 26)
    sheet.box(-24, -290, 48, 60, STEEL, 12)
    sheet.box(-250, -222, 520, 580, with_alpha("#000000", 40), 34)
    sheet.box(-260, -236, 520, 580, "#fbfaf5", 34)
    sheet.box(-260, -236, 520, 130, "#2f6f7e", 34)
    sheet.box(-260, -140, 520, 34, "#2f6f7e")
    sheet.box(-60, -220, 120, 20, "#fbfaf5", 10)
    sheet.text(0, -158, "METER CHECK", 50, "#ffffff")
    sheet.box(-210, -70, 180, 220, "#d7e2e4", 14)
    sheet.disc(-120, 6, 44, "#8fa3a9")
    sheet.poly(around(-120, 150, 78, 92, begin=180, end=360), "#8fa3a9")
    for y, w in ((-54, 200), (-10, 160), (34, 190), (78, 120)):
        sheet.box(0, y, w, 20, "#c5cdd0", 10)
    for n, w in enumerate((10, 4, 14, 6, 4, 12, 6, 10, 4, 8, 14, 4, 10, 6)):
        sheet.box(-200 + n * 29, 210, w, 90, INK)
    with sheet.at(96, 156):
        sheet.text(0, 0, "NOT GENUINE", 38, "#b3261e")


def violin(sheet: Sheet) -> None:
    """A violin in its open case, lying, 1,000 wide, centred."""
    sheet.box(-520, -210, 1060, 470, with_alpha("#000000", 40), 120)
    sheet.box(-530, -230, 1060, 470, "#2a2d34", 120)
    sheet.box(-500, -200, 1000, 410, "#a63446", 100)
    sheet.box(-500, -200, 1000, 34, "#8c2839", 17)
    with sheet.at(-170, 10, turn=90):
        body = smooth(
            points(
                "0 300, 118 268, 140 190, 96 110, 86 40, 112 -40, 84 -120, 0 -142, -84 -120, -112 -40, -86 40, -96 110, -140 190, -118 268"
            ),
            closed=True,
        )
        sheet.poly(body, "#b4652a")
        with sheet.within(body):
            sheet.blob(
                points(
                    "0 280, 90 250, 112 190, 70 110, 62 40, 84 -40, 60 -100, 0 -120, -60 -100, -84 -40, -62 40, -70 110, -112 190, -90 250"
                ),
                "#c97a36",
            )
        sheet.box(-20, -560, 40, 440, "#3a2a20", 8)
        sheet.box(-17, -130, 34, 210, "#2b1f18", 6)
        sheet.blob([(-24, -560), (24, -560), (30, -640), (10, -676), (-22, -660)], "#8a4a1e")
        for side in (-1, 1):
            sheet.line([(side * 20, -590), (side * 56, -594)], "#2b1f18", 11)
            sheet.line([(side * 20, -626), (side * 56, -630)], "#2b1f18", 11)
            sheet.curve([(side * 50, 40), (side * 38, 70), (side * 62, 110), (side * 48, 142)], "#4a2410", 8)
        sheet.box(-50, 92, 100, 16, "#e8cfa0", 6)
        sheet.poly([(-26, 160), (26, 160), (14, 280), (-14, 280)], "#2b1f18")
        for x in (-9, -3, 3, 9):
            sheet.line([(x, -540), (x * 1.6, 200)], "#f3ead6", 2)
        sheet.disc(-70, 262, 34, "#2b1f18")
    sheet.line([(-430, -168), (430, -184)], "#7a4a22", 9)
    sheet.line([(-420, -158), (420, -174)], "#f3ead6", 5)
    sheet.box(396, -196, 44, 36, "#2b1f18", 8)
