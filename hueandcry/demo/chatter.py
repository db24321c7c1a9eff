"""What a police force says on an ordinary day: texts of posts by theme, filled from a seed. Pure, all invented."""

from __future__ import annotations

import random

from hueandcry.demo.places import SPOTS, STATIONS, STREETS

GENERAL = (
    "Roadworks on {street} from {hour} until {later}. Buses stop at {spot} instead.",
    "Found near {spot}: {thing}. Is it yours? Describe it to us at {station} station and take it home.",
    "{street} is open again after this morning's burst pipe. Thank you for your patience.",
    "Door to door on {street} today: {people} of us, in uniform, with a card you may look at for as long as you like.",
    "If somebody rings and says they are us and need your bank card: hang up. We never ask for it. {count} calls reported this week.",
    "Lights off, lamp on: {count} cyclists got a free lamp at {spot} last night.",
    "Bicycle marking at {spot}, {street}, from {hour}. Bring the bicycle and something with your name on it.",
    "A quiet night in {station}: {few} calls, nobody hurt, one very confused owl near {spot}.",
    "{count} drivers stopped on {street}; {few} were on the telephone. It can wait.",
    "Our door at {station} station is closed for repairs on {day}. The bell at the side works.",
    "Thank you to the person who handed in {thing} at {spot}. Its owner cried, a little.",
    "School run on {street}: please do not stop on the crossing, not even for a minute.",
    "The market at {spot} is busy. Keep your bag in front of you and your telephone inside it.",
    "We are at {spot} until {later}. Come and talk about what bothers you on {street}.",
    "High water expected at {hour}. Move cars from the lower end of {street}.",
    "A lost child at {spot} was back with her family after {few} minutes. Teach yours our number: 555 0100.",
    "Join us: {count} places for new constables, evening talk at {station} station on {day}.",
    "Fog on {street}. Slow down, and leave the high beam off.",
    "We took {count} false parcels' messages down this week. If a link asks for a fee, ask us first.",
    "Noise at {spot}? Tell us on 555 0100, not here: this page is not watched around the clock.",
    "The horses walk along {street} at {hour}. Please give them room and no carrots.",
    "Today's lesson at {station} school: what an emergency is, and what it is not. {people} classes, {count} questions.",
    "Between {hour} and {later} we check speed on {street}, because you asked us to.",
    "{thing}, found at {spot}, has been with us for {few} weeks. It would like to go home.",
)  # fmt: skip

BY_THEME = {
    "Traffic": (
        "{street}: one lane closed at {spot} until {later}. Allow {count} minutes more.",
        "Collision on {street}, nobody badly hurt. The road is clear again.",
        "Traffic lights at {spot} are out. Treat it as a crossing where everybody waits.",
        "Dear driver on {street} at {hour}: a child seat is not a shopping basket. Talk with us.",
    ),
    "Dog Unit": (
        "Biscuit found {thing} under {spot} in {few} minutes. Biscuit was paid in cheese.",
        "Major's morning: {few} fields, one stream, one very surprised hedgehog near {street}.",
    ),
    "Marine Unit": (
        "Small craft off {street}: wind is rising from {hour}. Lifejackets are not for sitting on.",
        "We towed {few} boats home tonight. Check the fuel before you check the weather.",
    ),
    "Schools": ("Walking bus from {spot} starts at {hour}. {count} children, {people} whistles.",),
    "Cycling": ("Locked twice is stolen half as often. Free locks at {spot}, {count} left.",),
    "Lost and Found": ("On our shelf since {day}: {thing}, handed in at {spot}.",),
    "Museum": (
        "New in the glass case: the lantern of Constable Ferrow, {count} years old and still a little oily.",
    ),
}

THINGS = (
    "a green umbrella", "one hiking boot", "a box of watercolours", "a set of seven keys", "a blue school bag",
    "a wedding ring", "a violin bow", "a hearing aid", "a bag of knitting", "a model tram", "a grey cat carrier",
    "a silver whistle", "an accordion", "a folding ruler", "a red bicycle helmet", "a jar of buttons",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def post(chance: random.Random, theme: str) -> str:
    """One post; some of a unit's posts are about its own trade."""
    own = BY_THEME.get(theme, ())
    pattern = chance.choice(own) if own and chance.random() < 0.5 else chance.choice(GENERAL)  # noqa: PLR2004 - half
    hour = chance.randint(6, 20)
    text = pattern.format(
        street=chance.choice(STREETS),
        spot=chance.choice(SPOTS),
        station=chance.choice(STATIONS),
        thing=chance.choice(THINGS),
        day=chance.choice(DAYS),
        hour=f"{hour}:{chance.choice(('00', '15', '30', '45'))}",
        later=f"{hour + chance.randint(1, 3)}:00",
        people=chance.randint(2, 6),
        few=chance.randint(2, 9),
        count=chance.randint(11, 48),
    )
    return text[0].upper() + text[1:]
