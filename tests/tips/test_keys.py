"""Tickets, keys and envelopes."""

from __future__ import annotations

import pytest

from hueandcry.kernel import sealing
from hueandcry.tips import codes, envelope, keys, passphrase
from hueandcry.tips.envelope import Letter

PEPPER = b"p" * 32
CHEAP = keys.Cost(memory_kib=64, passes=1)


def test_a_ticket_is_good_for_48_hours_and_not_one_more() -> None:
    ticket = keys.new_ticket(pepper=PEPPER, hour=1000)
    assert keys.read_ticket(ticket, pepper=PEPPER, hour=1048) == keys.read_ticket(
        ticket, pepper=PEPPER, hour=1000
    )
    for hour in (1049, 999):
        with pytest.raises(keys.TicketRefused):
            keys.read_ticket(ticket, pepper=PEPPER, hour=hour)


@pytest.mark.parametrize(
    "change", [lambda _t: "", lambda t: t[:-4], lambda t: "x" + t[1:], lambda t: t + "AAAA", lambda _t: "é"]
)
def test_a_ticket_of_another_maker_is_refused(change: object) -> None:
    ticket = keys.new_ticket(pepper=PEPPER, hour=1000)
    with pytest.raises(keys.TicketRefused):
        keys.read_ticket(change(ticket), pepper=PEPPER, hour=1000)  # type: ignore[operator]
    with pytest.raises(keys.TicketRefused):
        keys.read_ticket(ticket, pepper=b"q" * 32, hour=1000)


def test_number_and_code_follow_from_the_ticket_and_the_pepper() -> None:
    ticket = keys.read_ticket(keys.new_ticket(pepper=PEPPER, hour=7), pepper=PEPPER, hour=7)
    assert keys.code_of(ticket, pepper=PEPPER) == keys.code_of(ticket, pepper=PEPPER)
    assert keys.code_of(ticket, pepper=PEPPER) != keys.code_of(ticket, pepper=b"q" * 32)
    first, second = (keys.number_of(ticket, pepper=PEPPER, attempt=n) for n in (0, 1))
    assert first != second
    assert codes.parse_number(first) == first


def test_two_hundred_tickets_give_two_hundred_numbers_and_codes() -> None:
    tickets = [keys.new_ticket(pepper=PEPPER, hour=7).encode() for _ in range(200)]
    assert len({keys.code_of(t, pepper=PEPPER) for t in tickets}) == 200
    assert len({keys.number_of(t, pepper=PEPPER) for t in tickets}) == 200


def test_the_halves_depend_on_code_salt_and_pepper() -> None:
    def both(code: bytes = b"c" * 10, salt: bytes = b"s" * 16, pepper: bytes = PEPPER) -> tuple[bytes, bytes]:
        return keys.halves(code, salt=salt, pepper=pepper, cost=CHEAP)

    assert both() == both()
    assert len({both(), both(code=b"d" * 10), both(salt=b"t" * 16), both(pepper=b"q" * 32)}) == 4
    assert both()[0] != both()[1]


def test_the_slow_hash_of_production_costs_what_was_decided() -> None:
    assert keys.Cost() == keys.Cost(memory_kib=19 * 1024, passes=2)


def test_a_pass_opens_until_its_time_and_only_here() -> None:
    text = keys.talk_pass(tip_id="abc", wrap=b"w" * 32, form=b"f" * 16, until=100_000, pepper=PEPPER)
    held = keys.read_pass(text, now=100_000, pepper=PEPPER)
    assert (held.tip_id, held.wrap, held.form) == ("abc", b"w" * 32, b"f" * 16)
    for now, pepper, changed in (
        (100_001, PEPPER, text),
        (1, b"q" * 32, text),
        (1, PEPPER, text[:-4]),
        (1, PEPPER, ""),
    ):
        with pytest.raises(keys.TicketRefused):
            keys.read_pass(changed, now=now, pepper=pepper)


@pytest.mark.parametrize(
    ("length", "bucket"), [(0, 512), (508, 512), (509, 2048), (2044, 2048), (2045, 8192), (130_000, 131_072)]
)
def test_content_is_padded_to_its_bucket(length: int, bucket: int) -> None:
    padded = envelope.pad(b"x" * length)
    assert len(padded) == bucket
    assert envelope.unpad(padded) == b"x" * length


def test_the_longest_text_fits_in_every_script() -> None:
    for letter in ("a", "ж", "字", "😀", '"', "\x01"):
        content = Letter(letter * envelope.LONGEST, {"who": letter * 500})
        sealed = envelope.seal_letter(
            content, public=sealing.public_key(bytes(32)), tip_id="t", direction="from_tipster"
        )
        assert envelope.is_sealed_size(len(sealed))
        assert envelope.open_letter(sealed, seed=bytes(32), tip_id="t", direction="from_tipster") == content


def test_a_letter_opens_in_its_own_tip_and_direction_only() -> None:
    sealed = envelope.seal_letter(
        Letter("hm"), public=sealing.public_key(bytes(32)), tip_id="t", direction="from_desk"
    )
    for tip_id, direction in (("u", "from_desk"), ("t", "from_tipster")):
        with pytest.raises(sealing.CannotOpen):
            envelope.open_letter(sealed, seed=bytes(32), tip_id=tip_id, direction=direction)


def test_a_desk_key_opens_with_its_words_only() -> None:
    seed = sealing.new_seed()
    name = keys.fingerprint(sealing.public_key(seed))
    words = passphrase.new_passphrase()
    assert len(words.split()) == passphrase.WORDS
    wrapped = passphrase.close_desk_seed(seed, passphrase=words, rounds=10)
    assert len(wrapped) == passphrase.WRAPPED
    typed = words.upper().replace(" ", " - ")
    assert passphrase.open_desk_seed(wrapped, passphrase=typed, fingerprint=name) == seed
    for wrong, other in ((words + " x", name), (words, "0" * 32)):
        with pytest.raises(sealing.CannotOpen):
            passphrase.open_desk_seed(wrapped, passphrase=wrong, fingerprint=other)


def test_a_recovery_key_comes_back_from_paper() -> None:
    seed = sealing.new_seed()
    words = passphrase.paper_words(seed)
    assert len(words) == passphrase.PAPER_WORDS
    assert passphrase.seed_from_paper("\n".join(word[:4].upper() for word in words)) == seed
    slip = codes.words()[
        codes.words().index(words[-1]) ^ 1
    ]  # the last bit is of the check byte: never a chance hit
    with pytest.raises(codes.Typo):
        passphrase.seed_from_paper(" ".join([*words[:-1], slip]))
