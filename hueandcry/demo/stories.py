"""The twelve appeals of the demonstration, as their authors would write them. Invented from beginning to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

End = Literal["published", "resolved", "withdrawn", "submitted", "draft"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name in drawing.py, what it shows in words, and what is printed under it."""

    name: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One appeal. days_ago, from_, to: when it happened, in the agency's zone ("HH:MM"); review: days from now.

    author and approver: keys of people.py; proceed: why it may go out in spite of what the check warns of; updates:
    lines added while it was public; ending: the outcome of a resolved one, the reason of a withdrawn one.
    """

    key: str
    number: int
    author: str
    approver: str
    kind: str
    title: str
    happened: str
    ask: str
    do: str = ""
    place: str
    days_ago: int
    from_: str
    to: str
    people: bool = False
    purpose: str
    necessity: str
    proportionality: str
    review: int = 28
    proceed: str = ""
    shots: tuple[Shot, ...] = ()
    updates: tuple[str, ...] = ()
    end: End = "published"
    ending: str = ""


STORIES: tuple[Story, ...] = (
    Story(
        key="bicycles",
        number=2402,
        author="nora",
        approver="ife",
        kind="property",
        title="Eleven bicycles taken from Riverside School",
        happened="During the night somebody cut the lock of the bicycle shed at Riverside School and took eleven"
        " bicycles. Nine of them belong to children between seven and eleven years old. One is a cargo bicycle with"
        " a wooden box, which a caretaker uses to bring two pupils to school who cannot walk far.\n\n"
        "The shed stands beside the towpath. A van or a trailer was probably needed to move so many at once.",
        ask="Have you been offered a child's bicycle without its papers, or seen several bicycles in a garden, a"
        " lock-up or on a boat where there were none before? Did you see a van on the towpath that night?\n\n"
        "The cargo bicycle is teal, with a box of light wood. One of the children's bicycles is red and has a wicker"
        " basket at the front.",
        do="If you have bought one of these bicycles, keep it and tell us. You are not in trouble for coming forward.",
        place="Riverside School, towpath side, Riverside",
        days_ago=9,
        from_="21:30",
        to="06:15",
        purpose="To find eleven stolen bicycles and learn how they were taken away.",
        necessity="The shed has no camera, and calls at eighteen neighbours gave no description of a vehicle.",
        proportionality="No person is shown or described. Two of the bicycles are shown because they are easy to know.",
        shots=(
            Shot("bicycle-cargo", "Drawing of a teal cargo bicycle in front of a brick wall; a box of light wood sits low between the saddle and a small front wheel.", "The cargo bicycle. The box has a dent at its left side."),
            Shot("bicycle-red", "Drawing of a red bicycle in front of a brick wall, with curved handlebars, a black saddle and a wicker basket at the front.", "One of the children's bicycles."),
        ),
        updates=("Three of the bicycles were found on the towpath near the old lock and are back with their owners. Eight are still missing.",),
    ),
    Story(
        key="watch",
        number=2405,
        author="nora",
        approver="imogen",
        kind="property",
        title="Whose watch is this? Found on the harbour ferry",
        happened="A deckhand found a gold-coloured wrist watch with a brown strap between two seats of the 18:40"
        " ferry from Old Town to the Harbour. It still runs. Words are engraved on the back; we do not print them, so"
        " that the owner can tell them to us.\n\n"
        "The words read like a present between two people who knew each other for a long time. We would like it to go home.",
        ask="Is this your watch, or do you know somebody who misses one like it? Tell us what is engraved on the back.",
        place="Harbour ferry, between Old Town and Harbour piers",
        days_ago=16,
        from_="18:40",
        to="19:05",
        purpose="To give a found watch back to its owner.",
        necessity="Nobody reported it lost, and the maker keeps no list of buyers.",
        proportionality="Only the front is shown. Nothing in the picture points to a person.",
        review=60,
        shots=(Shot("watch", "Drawing of a gold-coloured wrist watch with a cream dial, a small seconds dial and a stitched brown leather strap.", "The front of the watch. We keep the back to ourselves."),),
    ),
    Story(
        key="dog",
        number=2407,
        proceed="Pepper is a dog.",
        author="astrid",
        approver="ife",
        kind="property",
        title="Pepper, a young terrier, taken from a garden in Northgate",
        happened="Pepper, a two-year-old terrier, was taken from the front garden of a house in Chandler Street while"
        " her family unloaded the car. The gate was closed; somebody opened it. A neighbour heard a short bark and a"
        " car door.\n\nPepper is small, white with a brown patch over her left eye, and wears a teal collar with a"
        " brass tag. She is shy of men in boots and very fond of bread.",
        ask="Have you seen Pepper, or been offered a young terrier without papers? Has somebody near you a new dog and"
        " no good answer where it is from?",
        do="Please do not run after her if you see her. Sit down, and telephone us.",
        place="Chandler Street, Northgate",
        days_ago=12,
        from_="16:10",
        to="16:25",
        purpose="To find a stolen dog and whoever took her.",
        necessity="Vets and shelters were asked on the same day. The first days matter most.",
        proportionality="The family agreed to the picture and to the street being named. The house is not shown.",
        shots=(Shot("dog", "Drawing of a small white terrier with a brown patch over one eye, brown ears and a teal collar with a brass tag, sitting on grass before a white fence.", "Pepper."),),
        end="resolved",
        ending="found",
    ),
    Story(
        key="meters",
        number=2410,
        author="nora",
        approver="imogen",
        kind="identify",
        title="Two false meter readers in Old Town",
        happened="Two men in yellow vests rang at the doors of at least six people in Old Town who are over eighty and"
        " live alone. They said they had to check the meter after a fault in the street. While one talked in the"
        " kitchen, the other went upstairs. Money and jewellery are missing from four homes.\n\n"
        "The people they went to were polite and careful, and did nothing wrong. The men had practised this.\n\n"
        "The drawings were made from what three of the people told us. A drawing is never a photograph: a likeness"
        " alone is no reason to suspect anybody.",
        ask="Have two men like these been at your door, or at the door of somebody you look after? Do you know where"
        " the card “Meter Check” was printed, or who wears such a vest without working for the city?",
        do="Nobody from the city's works comes without a letter first. Keep the door closed and telephone us: 555 0100.",
        place="Rope Walk, Candle Yard and Anchor Lane, Old Town",
        days_ago=6,
        from_="10:00",
        to="13:30",
        people=True,
        purpose="To find two men who deceive old people at home, and to warn others at once.",
        necessity="Six visits in two days: others are at risk now. There is no camera in the three streets.",
        proportionality="Drawings, not photographs, and with the words that they are no proof. Reviewed after two weeks.",
        review=14,
        shots=(
            Shot("meter-1", "Drawing of a light-skinned man in middle age with a brown moustache, a white hard hat and a yellow vest over a blue jacket.", "The man who talks: about 45, speaks softly, carries a clipboard."),
            Shot("meter-2", "Drawing of a younger man with glasses, a teal cap and a yellow vest over a green jacket.", "The man who walks about: about 30, with glasses."),
            Shot("meter-card", "Drawing of an identity card on a teal lanyard: “Meter Check”, a grey portrait, a bar code and in red the words “Not genuine”.", "The card they show. It is not genuine."),
        ),
    ),
    Story(
        key="marina",
        number=2412,
        author="nora",
        approver="ife",
        kind="property",
        title="Seven outboard engines stolen at the marina",
        happened="Over two nights, seven outboard engines were taken from boats at the north pontoons of the marina."
        " The bolts were cut cleanly with a battery saw. Five of the boats belong to people who fish for a living and"
        " cannot go out without an engine.\n\nThe engines weigh about 70 kilograms each. Whoever took them needed two"
        " people, a boat or a trolley, and a place to put them.",
        ask="Did you hear a saw on the water, or see a boat without lights by the north pontoons? Have you been offered"
        " an engine whose number has been filed off? Do you rent out a shed where something heavy arrived?",
        place="Marina, north pontoons, Harbour",
        days_ago=4,
        from_="23:00",
        to="05:00",
        purpose="To find seven engines and the people who took them.",
        necessity="The harbour camera looks the other way. Two nights in a row suggest a third.",
        proportionality="No person is shown. The owners agreed that the pontoon is named.",
        shots=(
            Shot("harbour", "Drawing of the marina at sunrise: sailing boats and motor boats on calm water, a wooden pontoon with an empty berth, houses and a striped lighthouse behind.", "The north pontoons, looking towards Old Town."),
            Shot("engine", "Drawing of an outboard engine with a white cover, a red band with the words “Squall 40”, a dark shaft and a brass propeller.", "Four of the seven engines are of this kind."),
        ),
    ),
    Story(
        key="allotments",
        number=2414,
        author="astrid",
        approver="imogen",
        kind="witness",
        title="Fire at the Eastfield allotments: did you pass by?",
        happened="A shed at the Eastfield allotments burnt down in the evening. Nobody was hurt. The shed held the tools"
        " and the seeds of the school garden group, and a summer's work of thirty children.\n\n"
        "We do not know yet how the fire began. It may have been an accident, and somebody may be frightened of saying"
        " so. We would rather hear it than guess.",
        ask="Were you on the footpath, at the bus stop or in a garden between half past seven and nine? Did you see or"
        " smell anything, or take a picture in which the sheds can be seen?",
        place="Allotments between Eastfield Road and the footpath",
        days_ago=3,
        from_="19:30",
        to="21:00",
        purpose="To learn how the fire began.",
        necessity="The fire destroyed whatever it began with. Only people who passed by can help.",
        proportionality="No person is shown or described, and the appeal accuses nobody.",
        shots=(
            Shot("allotments", "Drawing of garden sheds at dusk among rows of vegetables; the one in the middle is black and burnt out, a little smoke rises from it.", "The middle shed, seen from the footpath."),
            Shot("allotment-map", "Sketch of a map: a dashed line leads from the bus stop along Eastfield Road and up the footpath; a red pin marks the allotments.", "The way from the bus stop to the allotments."),
        ),
    ),
    Story(
        key="mill-lane",
        number=2416,
        proceed="She agreed that her injuries are said, and the part of a plate is what people shall look for.",
        author="nora",
        approver="ife",
        kind="vehicle",
        title="Cyclist badly hurt on Mill Lane: looking for a white van",
        happened="A woman of 34 was riding home along Mill Lane with her lights on when a white van turned into Quay Road"
        " and struck her. The van stopped for a few seconds, then drove on towards the bridge. She has a broken leg and"
        " a broken shoulder, and she is awake and talking.\n\n"
        "A person waiting to cross read part of the plate: HC24 PLE, or close to it. The van has fresh damage at its"
        " front right side, and one of its lamps is broken.",
        ask="Do you know a white panel van with new damage at the front right? Has somebody asked you to repair one"
        " without questions? Do you have a dash camera that was on Mill Lane or Quay Road at that time?\n\n"
        "To the driver: she is alive and will get better. Come and talk to us. It will not be easier tomorrow.",
        place="Corner of Mill Lane and Quay Road, Mill Lane",
        days_ago=2,
        from_="17:35",
        to="18:00",
        purpose="To find the van and its driver after a collision in which a person was badly hurt.",
        necessity="The plate as read belongs to no vehicle. No camera covers the corner. Damage can be repaired within days.",
        proportionality="A kind of van and a plate are shown, no person. Dash camera films are asked for through the tip form only.",
        review=14,
        shots=(
            Shot("van", "Drawing of a white panel van seen from its right side in a street with coloured houses; the front wing is dented and scratched.", "A van of this kind, with damage at the front right."),
            Shot("van-plate", "Drawing of the back of a white van with the yellow plate HC24 PLE and red lamps on both sides.", "The plate as it was read. One letter or digit may be wrong."),
            Shot("collision-map", "Sketch of a map: a dashed line runs along Mill Lane from the left and turns up into Quay Road; a red pin marks the corner.", "The way of the van."),
        ),
        updates=("Thank you: two people sent us films from their cars. We now know that the van crossed the bridge at 17:52.",),
    ),
    Story(
        key="lanterns",
        number=2418,
        proceed="The stall holder agreed that his injury is said.",
        author="astrid",
        approver="ife",
        kind="identify",
        title="Lantern night at the harbour: who are these four people?",
        happened="On lantern night a stall holder was pushed to the ground at the harbour steps and his day's takings were"
        " taken. He is 61 and has sold sweets there for twenty years. He has a broken wrist.\n\n"
        "These four people stood at the steps when it happened. We think that each of them saw it. We do not say that"
        " any of them did it: two of them helped him up.\n\n"
        "The pictures are drawings made from a film of poor quality, so that nobody else in the crowd can be recognised.",
        ask="Are you one of these four people, or do you know one of them? Please tell us, or ask them to. If you were at"
        " the steps with a telephone in your hand, look at what you filmed.",
        do="Please do not guess at names in public. A wrong name hurts somebody who has done nothing.",
        place="Harbour steps, beside the sweet stall",
        days_ago=5,
        from_="21:40",
        to="21:55",
        people=True,
        purpose="To find four witnesses of a robbery.",
        necessity="The stall holder remembers little. Officers who know the quarter did not know any of the four.",
        proportionality="Drawings instead of film stills; the text says that they are witnesses; the appeal goes as soon as all four are known.",
        review=10,
        shots=(
            Shot("lantern-1", "Drawing of a young man with brown skin and short black hair in a teal hooded top, the hood up.", "Person A: stood on the second step."),
            Shot("lantern-2", "Drawing of a woman with light skin and long red hair in a mustard-yellow jacket with a pale collar.", "Person B: helped the stall holder up."),
            Shot("lantern-3", "Drawing of a man with dark skin, black curly hair and a full beard in a plum-coloured jacket.", "Person C: helped the stall holder up."),
            Shot("lantern-4", "Drawing of a young man with light skin and a dark blue woollen hat in a red jacket.", "Person D: walked towards the ferry."),
        ),
        updates=("A visitor sent us a film taken from the ferry. It shows that all four looked on from the steps. Thank you.",),
    ),
    Story(
        key="tram-stop",
        number=2419,
        author="astrid",
        approver="imogen",
        kind="identify",
        title="Northgate tram stop: who walked past at ten to midnight?",
        happened="A student's bag was taken from her at the Northgate tram stop shortly before midnight. A camera on a"
        " shop shows somebody walking past two minutes later, with a shoulder bag and a bright stripe on the jacket."
        " The face cannot be seen.",
        ask="Do you know this way of walking, or a dark jacket with a yellow stripe? Were you on the last tram from Northgate?",
        place="Northgate tram stop",
        days_ago=9,
        from_="23:40",
        to="23:55",
        people=True,
        purpose="To find a person who may have seen a robbery.",
        necessity="The student saw nobody. The driver of the last tram was asked.",
        proportionality="A silhouette without a face; no other person is in the picture.",
        review=10,
        shots=(Shot("tram-stop", "Drawing of a tram stop at night with a shelter and a lit lamp; a dark figure with a bright stripe on the jacket and a shoulder bag walks past.", "Drawn from the film of a shop's camera."),),
        end="withdrawn",
        ending="The person in the picture has come forward: a nurse on the way home, who saw nothing of the robbery. Nothing is left to ask.",
    ),
    Story(
        key="otis",
        number=2420,
        proceed="His family agreed: who meets him must know how to speak with him.",
        author="astrid",
        approver="imogen",
        kind="missing",
        title="Otis Farrow, 78, is missing from Mill Lane",
        happened="Otis Farrow left his home in Baker's Row after breakfast to buy a newspaper, as he does every day, and did"
        " not come back. He has dementia and may not know the way. He may think that he is on his way to work: he built"
        " boats at the old yard for forty years.\n\n"
        "He was last seen on Mill Lane, walking towards the river. He wears a brown coat, a green flat cap, a red scarf"
        " and round glasses, and uses a walking stick. His daughter asks us to say that he loves to be asked about boats.",
        ask="Have you seen Otis since that morning? Please look in sheds, garages, boats and stairways near you, also if"
        " you think he cannot have come that far. Do you have a doorbell camera on Mill Lane or River Walk?",
        do="If you see him, stay with him, talk to him kindly, and call 999. He is not in trouble.",
        place="Mill Lane and River Walk",
        days_ago=1,
        from_="08:15",
        to="09:30",
        people=True,
        purpose="To find a missing man who is at risk.",
        necessity="It is cold at night, he needs medicine twice a day, and the search along the river has not found him.",
        proportionality="His family agreed and chose the picture. It is taken down within the hour when he is found.",
        review=3,
        shots=(
            Shot("otis", "Drawing of an old man with a friendly face, round glasses, a green flat cap, white hair at his ears, a red scarf and a brown coat.", "Otis Farrow, 78."),
            Shot("otis-clothes", "Drawing of clothes laid out: a long brown coat with pale buttons, a green flat cap, a red scarf with stripes at its end and a wooden walking stick.", "What he wears. The stick has a black tip."),
            Shot("otis-map", "Sketch of a map: a dashed line leads from Baker's Row down to Mill Lane, along it, and towards the river; a red pin marks River Walk.", "The way he usually takes, and where he was last seen."),
        ),
        updates=("Searchers are now in the gardens between River Walk and the old yard. Please leave your shed doors as they are until they have been.",),
    ),
    Story(
        key="bmx-park",
        number=2421,
        author="nora",
        approver="imogen",
        kind="witness",
        title="Spin City: the big ramp was broken on purpose",
        happened="Somebody broke the big ramp at the Spin City riding park with heavy tools, a week before the first contest"
        " of the season. The park was built by young people of Riverside over two winters, with money they collected"
        " themselves.",
        ask="Were you near the park that night? Did you hear hammering, or see a light?",
        place="Spin City riding park, Riverside",
        days_ago=2,
        from_="22:00",
        to="07:00",
        purpose="To learn who broke the ramp.",
        necessity="There is no camera, and the park cannot be seen from a house.",
        proportionality="No person is shown. The young people who built it agreed to the appeal.",
        shots=(Shot("bmx-park", "Drawing of a riding park by day: a blue ramp that is broken through, loose boards and a yellow barrier before it, the sign “Spin City” at the left.", "The ramp in the morning."),),
        end="submitted",
    ),
    Story(
        key="violin",
        number=2422,
        author="nora",
        approver="ife",
        kind="property",
        title="A violin left in a taxi: who is its player?",
        happened="A taxi driver brought us a violin in a black case with red lining. A young person left it on the back seat"
        " after a ride from the airport to Old Town.",
        ask="Is it yours? Tell us what is written on the paper inside the case.",
        place="Taxi from the airport to Old Town",
        days_ago=1,
        from_="22:20",
        to="22:50",
        purpose="To give a violin back to its player.",
        necessity="",
        proportionality="",
        review=30,
        shots=(Shot("violin", "Drawing of a violin and a bow in an open black case with red lining, on a wooden floor.", ""),),
        end="draft",
    ),
)  # fmt: skip
