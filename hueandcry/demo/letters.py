"""The thirty tips of the demonstration: short, varied, and about nobody. Details are the form's optional answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tip:
    """One tip.

    story: key of a story, "start" for none; turns: what follows, first the desk, then the tipster, and so on;
    by: the coordinator who took it, "" while it is new; closed: whether the case is closed.
    """

    story: str
    text: str
    details: dict[str, str] = field(default_factory=dict)
    turns: tuple[str, ...] = ()
    by: str = ""
    closed: bool = False


TIPS: tuple[Tip, ...] = (
    Tip(
        "bicycles",
        "There are four or five kids' bikes under a blue tarpaulin on a narrow boat near the old lock. They weren't"
        " there last week. One has a basket.",
        {"where": "Towpath, about 200 steps below the old lock", "when": "Noticed on Sunday"},
        turns=(
            "Thank you, this helps a lot. Is the boat still there, and does it have a name or a number we could look for?",
            "Still there this morning. Green with a white stripe. The name starts with an M but it's half scratched off.",
            "That is enough for us. Please don't go closer. We will write here what came of it.",
        ),
        by="samira",
    ),
    Tip("bicycles", "Somebody in our stairwell sells children's bikes for cash. Always in the evening, always a different one. Third floor, the door with the horseshoe.", {"where": "Quay Buildings, Riverside"}, by="benno"),
    Tip("bicycles", "A big wooden box like the one in the picture stands in the yard behind the tyre place. No bike, only the box.", {"where": "Yard behind the tyre place, Eastfield Road"}),
    Tip("watch", "I think this is my old teacher's watch. He always wore one like that and he takes that ferry. He taught music. I don't know where he lives now.", {"who": "A retired music teacher"}),
    Tip(
        "watch",
        "My aunt lost a watch on the ferry around that time. It says something about a garden on the back.",
        turns=(
            "Thank you. Could you ask your aunt for the exact words? You can write them here.",
            "She says it is not hers after all, hers has been in the biscuit tin all the time. Sorry!",
        ),
        by="benno",
        closed=True,
    ),
    Tip("dog", "A man two streets from us has a little white dog since Thursday. He never had one. He calls it by different names and it doesn't listen to any of them.", {"where": "Net Makers' Lane, Northgate"}, by="samira", closed=True),
    Tip("meters", "They were at my grandmother's too. She didn't report it because she feels ashamed. The older one had a plaster on his left thumb and asked for a glass of water first.", {"when": "Tuesday, about eleven"}, by="benno"),
    Tip(
        "meters",
        "I work in a copy shop. Two weeks ago a man had six cards like that laminated. Paid cash. I only thought of it when I saw your picture.",
        {"where": "Old Town, near the tram"},
        turns=(
            "Thank you for thinking of it. Does the shop keep the files that were printed, and is there a camera?",
            "Files are kept for thirty days. Camera yes, but the boss decides. I'd rather he doesn't know it was me.",
            "We understand. We will ask every copy shop in Old Town, so that nobody can tell. You need not do anything more.",
        ),
        by="samira",
    ),
    Tip("meters", "The one with the glasses looks like somebody who used to deliver parcels here. I am not sure at all. He was always friendly, so please be careful with this.", {"who": "Used to drive for a parcel firm"}),
    Tip("marina", "I sleep on my boat. On the second night I heard a saw for maybe five minutes, then a small electric motor going towards the breakwater. No lights.", {"when": "Between two and half past two"}),
    Tip(
        "marina",
        "Somebody rents the boat shed next to ours since last month and has never brought a boat. Two nights ago they unloaded something heavy with a trolley. Four or five times.",
        {"where": "Old yard, third shed from the slipway"},
        turns=(
            "Thank you. Do you know whether anybody is in the shed during the day?",
            "Never in the day. A grey pick-up comes after ten at night, stays half an hour.",
        ),
        by="samira",
    ),
    Tip("allotments", "I took the bus at ten past eight and there was a smell of paint thinner near the path. Two younger kids were running towards the bus, they looked frightened, not like they had fun.", {"when": "Ten past eight"}),
    Tip("mill-lane", "White van with a smashed front light parked behind the fish market since that evening. It's covered with a sheet but the wind lifts it.", {"where": "Behind the fish market, Harbour", "risk": "yes"}, by="benno"),
    Tip(
        "mill-lane",
        "My neighbour asked me if I know somebody who can do a wing and a lamp without paperwork. He drives a white van for work.",
        turns=(
            "Thank you for telling us. You don't have to name anybody you don't want to. Which firm does the van belong to?",
            "There is no name on it. He carries windows and doors. I don't want him to know this comes from next door.",
            "Then we will not use anything that only a neighbour could know. Thank you.",
        ),
        by="samira",
    ),
    Tip("mill-lane", "I was on the number 6 bus right behind. The van didn't indicate. Driver had a light-coloured cap. I filmed the bridge a minute later by chance and a white van is in it.", {"when": "17:52 says my phone"}),
    Tip("mill-lane", "It could be HC24 PLF. I wrote that on my hand because he cut me off earlier near the roundabout. I washed it off since, so not sure about the F.", {"where": "Roundabout at Northgate"}),
    Tip("mill-lane", "Please check the vans at the wholesale market. They leave at five and everybody drives like that to get to the bridge."),
    Tip("lanterns", "C is my colleague. He told us at work how he helped the old man up. He doesn't know you are looking for him. I will tell him to ring you.", {"who": "Person C"}, by="benno", closed=True),
    Tip("lanterns", "I think D works at the ferry kiosk some weekends. Not sure. He has that hat.", {"who": "Person D", "where": "Ferry kiosk, Harbour pier"}),
    Tip(
        "lanterns",
        "I am not in the pictures but I stood behind them. The one who pushed him wore something shiny, like a rain jacket, and ran up towards the church, not to the ferry.",
        turns=(
            "Thank you, this is new to us. Could you tell whether the person was alone, and how tall compared with somebody near?",
            "Alone I think. About as tall as the lantern posts' second ring. Ran badly, like a bad knee.",
        ),
        by="samira",
    ),
    Tip("lanterns", "Please take down the one with the beard. That's a good man, people in our street already talk.", {"who": "Person C"}),
    Tip("lanterns", "A money bag like the ones stall holders use was in the bin at the church steps the morning after. Empty. I didn't think of it then. It may still be at the depot.", {"where": "Church steps", "when": "Next morning, about seven"}),
    Tip("lanterns", "Person A gets off at my stop, Northgate, mornings around eight. Blue rucksack.", {"who": "Person A", "where": "Northgate tram stop"}),
    Tip("otis", "An elderly gentleman with a red scarf asked me for the way to “the yard” at about ten. I pointed him to the new yard because I didn't know there is an old one. I'm so sorry.", {"where": "Corner of Mill Lane and River Walk", "when": "About ten in the morning"}, by="samira"),
    Tip("otis", "The door of our boat shed is open a hand's width and I always close it. I haven't gone in.", {"where": "Old yard, second shed", "risk": "yes"}, by="benno"),
    Tip(
        "otis",
        "Our doorbell camera has a man with a stick at 9:41. He goes past, comes back, and goes past again towards the river.",
        {"where": "Mill Lane", "when": "9:41"},
        turns=(
            "Thank you, this is the latest picture we know of. Please keep the film. Can you say which way he held his stick, and if he carried a newspaper?",
            "Right hand. No newspaper. He stopped to look at the boats on our window sill, they are models. He smiled.",
        ),
        by="samira",
    ),
    Tip("otis", "I drive the number 6. A man like that sat on the bench at River Walk at half past ten when I passed, and he was gone when I came back at eleven.", {"when": "10:30 to 11:00"}),
    Tip("otis", "Maybe look at the old yard's canteen? My grandfather worked there too and when he got confused he always went to where the canteen was. It's a carpet shop now."),
    Tip("start", "Every Thursday night somebody tips barrels into the drain behind the dye works. It smells sweet and the river foams in the morning. I don't know if this is for you.", {"where": "Behind the dye works, Eastfield", "when": "Thursdays after eleven"}),
    Tip(
        "start",
        "A girl in my son's class is getting messages from a man who says he is seventeen. He is not. She is scared to tell at home. I have seen some of the messages.",
        {"risk": "yes"},
        turns=(
            "Thank you. You did right. If she is to meet him, call 999 now. Otherwise: does the school know, and which day is she most afraid of?",
            "School doesn't know. He wants to meet on Saturday at the pier. She won't go, but he knows where she lives.",
            "Please write the school's name here. We will speak with the people there who look after children, without saying how we know.",
        ),
        by="samira",
    ),
)  # fmt: skip
