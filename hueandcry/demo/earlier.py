"""Fourteen appeals of the year before: most of them ended, two withdrawn, two that nobody could answer yet. Invented."""

from __future__ import annotations

from typing import Any

from hueandcry.demo.stories import Shot, Story

_WRITTEN = (("nora", "imogen"), ("astrid", "ife"), ("nora", "ife"), ("astrid", "imogen"))


def _story(  # noqa: PLR0917 - number, key, day, and the three texts
    number: int, key: str, days_ago: int, title: str, happened: str, ask: str, **more: Any
) -> Story:
    """An appeal of an ordinary week, with the reasons that such an appeal needs."""
    author, approver = _WRITTEN[number % len(_WRITTEN)]
    usual: dict[str, Any] = {
        "kind": "witness",
        "place": "Port Ellery",
        "from_": "19:00",
        "to": "21:30",
        "purpose": "To learn what happened and who saw it.",
        "necessity": "Nobody who was asked at the place could help, and there is no camera.",
        "proportionality": "Nothing is shown that points to one person; the appeal ends as soon as it is answered.",
        "review": 28,
        "end": "resolved",
        "ending": "answered",
    }
    return Story(
        key=key, number=number, author=author, approver=approver, days_ago=days_ago,
        title=title, happened=happened, ask=ask, **{**usual, **more},
    )  # fmt: skip


EARLIER: tuple[Story, ...] = (
    _story(
        2341, "saltgate-bakery", 352, "Who broke the windows of the Saltgate bakery?",
        "Three windows of a bakery on Saltgate were broken within a minute. The baker was inside and was not hurt.",
        "Were you at the tram stop opposite, or did you hear glass and somebody running?",
        place="Saltgate, Old Town", shots=(Shot("street-night", "Drawing of a street at night with lit windows and a lamp.", "Saltgate at night."),),
        updates=("We have spoken with two people who waited for the tram. Thank you.",),
    ),
    _story(
        2346, "green-bicycle", 321, "A green bicycle stands in our yard: whose is it?",
        "A green bicycle was left at Northgate station a month ago. Its frame number is on no list.",
        "Is it yours, or do you know the person who rode it? Tell us what is scratched under the saddle.",
        kind="property", place="Northgate station", ending="found",
        shots=(Shot("bicycle-green", "Drawing of a green bicycle with a basket against a brick wall.", "The bicycle as it was left."),),
    ),
    _story(
        2351, "walter", 298, "Walter Plume, 81, is missing from Weirside",
        "Walter Plume went for his morning walk and did not come home. He is hard of hearing and knows every bench.",
        "Have you seen Walter, or sat beside him on a bench today?",
        kind="missing", people=True, place="Weir Path, Riverside", from_="07:10", to="08:00", ending="found", review=5,
        do="If you see him, speak slowly, stay with him, and call 999.",
        shots=(Shot("walter", "Drawing of an old bald man with round glasses and a green jacket.", "Walter Plume, 81."),),
        updates=("He was seen at the lock at nine.", "Walter is at home and has had his soup. Thank you, all of you."),
    ),
    _story(
        2355, "quay-fire", 270, "A boat burnt at the fish quay",
        "An empty wooden boat burnt at the fish quay. The wind carried sparks as far as the sheds.",
        "Did you film the quay that evening, even by chance?",
        place="Fish quay, Harbour", shots=(Shot("quay", "Drawing of the harbour with boats, a pontoon and a lighthouse.", "The quay, drawn from the pier."),),
        updates=("It began with a heater that was left on. Nobody did it on purpose.",),
    ),
    _story(
        2360, "blue-van", 243, "A blue van without lights on Beacon Street",
        "A blue van without lights passed a school crossing at speed. Two children jumped back in time.",
        "Do you know a blue van whose left lamp was replaced in these days?",
        kind="vehicle", place="Beacon Street, Eastfield", from_="07:45", to="08:05",
        shots=(Shot("van-blue", "Drawing of a blue panel van in a street with coloured houses.", "A van of this kind."),),
    ),
    _story(
        2364, "chapel-lead", 221, "Lead taken from the chapel roof",
        "During one week somebody took the lead from half of the roof of Chapel Brow. Rain came in on the organ.",
        "Were you offered roofing lead, or did you see a ladder at the chapel at night?",
        kind="property", place="Chapel Brow, Old Town", from_="22:00", to="05:00",
        updates=("A scrap dealer telephoned us. That was the right thing to do.",),
    ),
    _story(
        2369, "runner", 197, "Who is the runner who helped on Ferry Approach?",
        "A man fell down the steps at Ferry Approach. A runner stopped, held his head still and left when the ambulance came.",
        "Are you the runner? You are in no trouble. He would like to thank you, and a doctor has one question.",
        kind="identify", people=True, place="Ferry Approach, Harbour", from_="06:30", to="06:50", ending="found",
        shots=(Shot("runner", "Drawing of a man with brown skin, short black hair and a beard in a dark red top.", "The runner."),),
    ),
    _story(
        2373, "wrong-woman", 176, "Do you know this woman?",
        "A purse was taken at the market. A drawing was made from what two people remembered.",
        "Do you know who she is?",
        kind="identify", people=True, place="Market Cross, Old Town", from_="10:15", to="10:40", end="withdrawn",
        ending="The drawing resembled somebody who was elsewhere that day. It must not be seen again.",
        shots=(Shot("scarf", "Drawing of a woman with light skin, long brown hair and a teal scarf.", "Drawn from memory."),),
    ),
    _story(
        2378, "footbridge", 150, "Stones from the footbridge at Kiln End",
        "Stones were thrown from the footbridge at Kiln End. A windscreen broke; the driver could stop.",
        "Did you cross the bridge between five and six, or film from a car?",
        place="Footbridge, Kiln Road", from_="17:00", to="18:00",
        updates=("Two parents brought their sons to us. They will help to clear the bank.",),
    ),
    _story(
        2383, "yellow-bicycle", 128, "Yellow cargo bicycle of the library taken",
        "The yellow bicycle that brings books to people who cannot walk was taken from Lime Avenue, with the books.",
        "Have you seen it, or forty library books in an odd place?",
        kind="property", place="Lime Avenue, Mill Lane", from_="12:00", to="14:00", ending="found",
        shots=(Shot("bicycle-yellow", "Drawing of a yellow bicycle with a basket against a brick wall.", "It has a bell in the form of a book."),),
        updates=("The books came back first, in order.", "Now the bicycle too. The round goes on tomorrow."),
    ),
    _story(
        2388, "airport-bag", 101, "A bag that nobody fetched at the airport",
        "A bag with letters from the years before 1970 was left at the airport and fetched by nobody.",
        "Do you know a person who writes to “dear Lark”?",
        kind="property", place="Airport, arrivals", from_="09:00", to="23:00", ending="found",
    ),
    _story(
        2392, "sluice", 74, "Somebody opened the sluice at night",
        "The sluice at Sluice Lane was opened at night. Eleven gardens were under water in the morning.",
        "Did you see a light at the sluice, or hear the chain? It makes a sound like a tram.",
        place="Sluice Lane, Riverside", from_="01:00", to="04:00", end="published", review=30,
        shots=(Shot("station-map", "Sketch of a map with the river, Saltgate and Quay Road; a red pin marks the sluice.", "The red pin is the sluice."),),
        updates=("The chain was cut with a large tool. Has somebody borrowed yours?", "We are still asking."),
    ),
    _story(
        2396, "tram-letter", 52, "A letter found in the tram",
        "A letter that says goodbye was found in the tram. We would like to know that the person who wrote it is well.",
        "Do you know somebody who wrote such a letter? You need not tell us a name to tell us that they are safe.",
        kind="other", place="Tram line 2", from_="20:00", to="23:30", end="withdrawn",
        ending="The person is safe and asked that nothing more be said.",
    ),
    _story(
        2399, "lime-avenue", 33, "Nails on the cycle path of Lime Avenue",
        "Three times in two weeks nails lay on the cycle path. Fourteen tyres, one broken collarbone.",
        "Who sweeps, jogs or walks a dog there early? When was the path still clean?",
        place="Lime Avenue, Mill Lane", from_="05:00", to="07:00", end="published", review=20,
        proceed="Nobody can be recognised by the injury.",
        updates=("Correction of the time: the first nails lay there on a Tuesday, not on a Monday.",),
    ),
)  # fmt: skip
