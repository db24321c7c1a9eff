"""What people tell when nobody asks their name: texts of tips, questions and answers, filled from a seed. Pure.

All invented, about nobody. A text is put together from an opening, a matter, details and an ending, so that
ten thousand of them are ten thousand different ones.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from hueandcry.demo.places import SPOTS, STREETS

OPENINGS = (
    "", "", "I don't know if this matters. ", "Sorry, I type on the bus. ", "I saw your appeal. ", "Maybe it is nothing. ",
    "My neighbour told me to write. ", "I have thought about this for a week. ", "This is about {street}. ",
    "I would rather not call. ", "Please read this before the weekend. ", "Not sure who else to tell. ",
    "I wrote once before and lost the words. ", "It took me a while to dare. ",
)  # fmt: skip
MATTERS = (
    "There are always {few} bicycles too many in the yard at {number} {street}.",
    "A {colour} van stands near {spot} every {day}, engine on, from about {hour}.",
    "Somebody sells {goods} from a car boot by {spot}, cash only.",
    "The {colour} car with the dent is parked behind {number} {street} under a sheet.",
    "A man I know only as “{nick}” says he can get {goods} for half the price.",
    "At {number} {street} people come and go all night, each stays {few} minutes.",
    "I heard glass at {hour} near {spot} and then two people running towards {street}.",
    "The new tenant on the {floor} floor carries {goods} in at night, never out.",
    "A girl at school wears a jacket like the one in your picture. She got it from somebody at {spot}.",
    "Somebody offered my uncle {goods} at {spot}, the box still had another name on it.",
    "The cellar of {number} {street} was broken open, but the owner does not want to report it.",
    "They meet by {spot} on {day} at {hour}, always the same {few}, one has a {colour} cap.",
    "My landlord keeps {few} passports that are not his in a kitchen drawer.",
    "The person who left the dog at {spot} drives a {colour} estate car.",
    "An old lady at {number} {street} pays a “roofer” every week. Her roof is fine.",
    "Somebody cut the fence by {spot} again. They carried {goods} through it.",
    "The {colour} scooter goes the wrong way along {street} every evening around {hour}.",
    "A lock-up behind {spot} has a new padlock and smells of fuel.",
    "There is a page that sells {goods} and the pictures are taken at {spot}.",
    "I work near {street}. Since {day} a {colour} box van is unloaded there after {hour}.",
)  # fmt: skip
DETAILS = (
    "One of them limps a little.", "The plate ends with {letter}{letter2}, I am nearly sure.", "It began about {few} weeks ago.",
    "There is a camera on the house opposite.", "He has a tattoo of an anchor on the {side} hand.", "The light there is broken.",
    "They speak quietly when somebody passes.", "My {kin} saw it too.", "I have a picture but it is blurred.",
    "She always carries a {colour} bag.", "You can see it from the tram.", "It happened twice since {day}.",
    "He was picked up by a {colour} car.", "I heard the name “{nick}” once.", "They left in the direction of {street}.",
    "It is never on a Sunday.", "I counted {few} of them.", "The dog there barks at nobody else.",
)  # fmt: skip
ENDINGS = (
    "", "", " That is all I know.", " Please don't say where this comes from.", " I can look again if you need it.",
    " I don't want to get anybody into trouble.", " Please be careful, there are children in the house.",
    " I will come back here on {day}.", " I hope it helps.", " Do with it what you can.", " I'd rather not say more here.",
)  # fmt: skip
QUESTIONS = (  # each with the answers that fit it
    ("Thank you. What colour was it, as far as you could see?", ("{colour}, I think, but it was dark.", "Not {colour}, as I wrote. Rather {colour2}.")),
    ("Thank you for writing. On which days did you notice this?", ("Mostly {day}, once in the morning.", "{day} and {day2}, always after {hour}.")),
    ("This helps. Can you tell us how many people there were?", ("{few}, and one who waited outside.", "I counted {few}. There may be more inside.")),
    ("Thank you. Is it still there today?", ("Yes, I passed by today. Same place.", "No. It was gone when I looked at {hour}.")),
    ("Could you see a plate, or part of one? Please do not go closer for it.", ("Only the end: {letter}{letter2}.", "It was covered with mud, sorry.")),
    ("Thank you. Since when has this been going on?", ("About {few} weeks, maybe longer.", "Since the fair. So {few} weeks.")),
    ("Did anybody else see it? We do not need their names.", ("My {kin} was with me. We did not speak about it.", "Somebody at {spot} must have.")),
    ("Thank you. From where can one see the door without standing out?", ("From the steps near {spot}.", "From the bench opposite, people always sit there.")),
    ("Was anybody hurt or frightened?", ("No, nobody hurt. Only loud.", "A boy cried. His mother took him inside.")),
)  # fmt: skip
THANKS = (
    "Thank you, that is what we needed. You need not do anything more.", "Thank you. We have passed it on without anything that points to you.",
    "That helped. We will write here if we have another question.", "Thank you. Please do not look again for our sake; be safe.",
)  # fmt: skip
GOODS = ("copper pipes", "tools", "new telephones", "outboard parts", "perfume", "school tablets", "tyres", "cigarettes", "game consoles", "power drills", "bicycle frames", "tins of paint")  # fmt: skip
COLOURS = ("white", "grey", "dark blue", "red", "green", "silver", "black", "yellow", "brown")
NICKS = ("Poppy", "Lanky", "Old Tam", "the Captain", "Bricks", "Sparrow", "Mister K", "Dodo", "Tin", "Velvet")
KIN = ("sister", "brother", "neighbour", "colleague", "cousin", "flatmate", "grandfather")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Talk:
    """One tip and what followed: details as the form has them; turns: first the desk, then the tipster, and so on."""

    text: str
    details: dict[str, str]
    turns: tuple[str, ...]


def talk(chance: random.Random, *, turns: int, known: set[str]) -> Talk:
    """A tip whose text is not among `known`; its text is added there."""
    while (text := _text(chance)) in known:
        pass
    known.add(text)
    details: dict[str, str] = {}
    if chance.random() < 0.35:  # noqa: PLR2004 - a share
        details["where"] = f"{chance.randint(1, 98)} {chance.choice(STREETS)}"
    if chance.random() < 0.2:  # noqa: PLR2004 - a share
        details["when"] = f"{chance.choice(DAYS)}, about {_clock(chance)}"
    if chance.random() < 0.02:  # noqa: PLR2004 - a share
        details["risk"] = "yes"
    return Talk(text, details, tuple(_turns(chance, turns)))


def _turns(chance: random.Random, count: int) -> list[str]:
    """Question, answer that fits it, and so on; thanks if the last word is the desk's and not the first."""
    said: list[str] = []
    asked = chance.sample(QUESTIONS, (count + 1) // 2)
    for n in range(count):
        question, answers = asked[n // 2]
        pattern = chance.choice(answers) if n % 2 else question
        said.append(chance.choice(THANKS) if n and n % 2 == 0 and n == count - 1 else _fill(chance, pattern))
    return said


def _text(chance: random.Random) -> str:
    parts = [chance.choice(MATTERS), *chance.sample(DETAILS, chance.choice((0, 1, 1, 2, 2, 3)))]
    text = chance.choice(OPENINGS) + " ".join(parts) + chance.choice(ENDINGS)
    return _fill(chance, text)


def _fill(chance: random.Random, pattern: str) -> str:
    text = pattern.format(
        street=chance.choice(STREETS),
        spot=chance.choice(SPOTS),
        colour=chance.choice(COLOURS),
        colour2=chance.choice(COLOURS),
        goods=chance.choice(GOODS),
        nick=chance.choice(NICKS),
        kin=chance.choice(KIN),
        day=chance.choice(DAYS),
        day2=chance.choice(DAYS),
        hour=_clock(chance),
        few=chance.choice(("three", "four", "five", "six", "two", "seven")),
        floor=chance.choice(("first", "second", "third", "top")),
        side=chance.choice(("left", "right")),
        number=chance.randint(1, 98),
        letter=chance.choice(LETTERS),
        letter2=chance.choice(LETTERS),
    )
    return text[0].upper() + text[1:]


def _clock(chance: random.Random) -> str:
    return f"{chance.randint(5, 23)}:{chance.choice(('00', '10', '15', '20', '30', '40', '45', '50'))}"
