"""Appeals and pictures for tests, built through actions."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions, picture_actions, update_actions
from hueandcry.appeals.content import Content
from hueandcry.appeals.models import Appeal, AppealUpdate
from hueandcry.channels.actions import register_account
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from tests.factories import make_actor, make_agency, make_programme


@cache
def picture(
    width: int = 900, height: int = 600, *, colour: str = "#557799", kind: str = "JPEG", seed: int = 0
) -> bytes:
    """A drawn picture of nobody, with a camera's metadata where the format carries it."""
    image = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(image)
    pen.ellipse((width // 3, height // 8, width // 2, height // 2), fill="#ccaa88")
    pen.rectangle((width // 4, height // 2, width * 2 // 3, height), fill=(seed * 40 % 255, 60, 90))
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE-IN-METADATA"
    out = io.BytesIO()
    image.save(out, kind, **({"exif": exif} if kind in {"JPEG", "WEBP", "PNG", "AVIF"} else {}))
    return out.getvalue()


def content(**changes: Any) -> Content:
    """An appeal's text that is ready for approval."""
    usual: dict[str, Any] = {
        "kind": "identify",
        "title": "Do you know this person? Harbour Square",
        "what_happened": "On Saturday evening a bench was set on fire.\n\nNobody was hurt.",
        "we_ask": "Tell us who this is. Small things help.",
        "place": "Harbour Square",
        "happened_from": clock.now() - timedelta(hours=30),
        "happened_to": clock.now() - timedelta(hours=28),
        "purpose": "To find a witness.",
        "necessity": "Nobody in the force knows them.",
        "proportionality": "One picture, for two weeks.",
        "review_on": (clock.now() + timedelta(days=14)).date(),
    }
    return Content(**{**usual, **changes})


@dataclass
class Team:
    """An agency with a programme, an author and an approver."""

    agency: Agency = field(default_factory=make_agency)
    author: Actor = field(init=False)
    approver: Actor = field(init=False)

    def __post_init__(self) -> None:
        make_programme(agency=self.agency)
        self.author = make_actor(self.agency, Role.AUTHOR, name="Nora Vance")
        self.approver = make_actor(self.agency, Role.APPROVER, name="Ife Okafor")

    def account(self) -> Account:
        """An account of the agency on the simulated network."""
        return register_account(
            channel="simulated",
            handle="port-ellery",
            label="Main account",
            server_url="http://127.0.0.1:8002",
            secret={"secret": "invented"},
            by=make_actor(self.agency, Role.ADMINISTRATOR),
        )

    def draft(self, *, pictures: int = 0, reference: str = "", **changes: Any) -> Appeal:
        """A draft with pictures."""
        appeal = actions.draft_appeal(content=content(**changes), reference=reference, by=self.author)
        for number in range(pictures):
            picture_actions.add_picture(
                appeal_id=appeal.pk,
                data=picture(seed=number),
                file_name=f"camera {number}.jpg",
                alt=f"A drawn figure, number {number}",
                caption=f"Dock Street {number}",
                by=self.author,
            )
        appeal.refresh_from_db()
        return appeal

    def approved(self, **changes: Any) -> Appeal:
        """An appeal that the approver has approved."""
        appeal = self.draft(**changes)
        actions.submit_appeal(appeal_id=appeal.pk, by=self.author)
        return actions.approve_appeal(appeal_id=appeal.pk, by=self.approver)

    def published(self, **changes: Any) -> Appeal:
        """A public appeal; its files are not made."""
        return actions.publish_appeal(appeal_id=self.approved(**changes).pk, by=self.author)

    def update(self, appeal: Appeal, text: str, **changes: Any) -> AppealUpdate:
        """A line that the author wrote and the approver let out."""
        line = update_actions.propose_update(appeal_id=appeal.pk, text=text, by=self.author, **changes)
        return update_actions.approve_update(update_id=line.pk, by=self.approver)
