"""How a text is sent as SMS: its alphabet and its parts (3GPP TS 23.038 and 23.040, read 2026-11-22)."""

from __future__ import annotations

from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each


@dataclass(frozen=True, slots=True)
class Segments:
    """An SMS as it is billed. used: septets or UTF-16 units; unicode: it left the GSM alphabet; parts: messages sent."""

    used: int
    unicode: bool
    parts: int


def segments(text: str) -> Segments:
    """How a text is sent as SMS: GSM-7 160 or 153 a part, else UCS-2 70 or 67 (UDH takes the difference)."""
    if all(letter in GSM or letter in GSM_EXTENDED for letter in text):
        used = sum(2 if letter in GSM_EXTENDED else 1 for letter in text)
        single, joined, wide = 160, 153, False
    else:
        used = len(text.encode("utf-16-le")) // 2
        single, joined, wide = 70, 67, True
    parts = 1 if used <= single else -(-used // joined)
    return Segments(used, wide, parts)
