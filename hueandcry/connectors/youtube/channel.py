"""The connector. Facts and sources: hueandcry/connectors/youtube/__init__.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Application,
    Health,
    Line,
    Measured,
    Outgoing,
    Pending,
    Profile,
    Receipt,
    Recovery,
    Refused,
    Secrets,
    Unauthorised,
)
from hueandcry.connectors.youtube.calls import (
    SIGN_IN,
    Absent,
    api,
    channel_of,
    reach,
    token_for,
    token_server,
)
from hueandcry.connectors.youtube.uploads import (
    ASK_AGAIN,
    LIMITS,
    SESSION,
    UPLOAD,
    asked,
    begin,
    listed,
    receipt_of,
    resume,
    search,
    send,
    session_query,
    snippet_of,
    state_of,
)
from hueandcry.kernel import clock, oauth
from hueandcry.kernel.http import Http

SCOPES = "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube.force-ssl"
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")

ADDRESS = re.compile(r"(?:/watch\?(?:\S*&)?v=|youtu\.be/|/shorts/|/live/)([A-Za-z0-9_-]{6,20})(?:[&?#/]|\Z)")
KEPT = ("tags", "categoryId", "defaultAudioLanguage")  # of a video's snippet


class YouTube:
    """See the head of this file."""

    recovery = Recovery.SESSION
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(0)
    limits = LIMITS
    secret_fields = ("client_id", "client_secret", "refresh_token")
    profile_characters = 1000  # channels, brandingSettings.channel.description

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Send the video, from where an earlier try ended. Pending while YouTube works on it."""
        video = outgoing.video
        if video is None:
            raise Refused(_("YouTube takes videos only. Add a video, or leave YouTube out."))
        if video.size > LIMITS.video_bytes or video.mime not in LIMITS.video_types:
            raise Refused(_("YouTube does not take a video of this kind or size."))
        session, start = resume(line, video.size)
        if not session:
            session, start = begin(line, outgoing), 0
        done = start if isinstance(start, dict) else send(line, outgoing, session, start)
        return Pending(str(done.get("id", "")), clock.now() + ASK_AGAIN)

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """Ask the session or the video by its handle; without one, search our own uploads for title and text."""
        if handle.startswith(SESSION):
            found = asked(line, handle, outgoing.video.size if outgoing.video else 0)
            handle = str(found["id"]) if isinstance(found, dict) else ""
            if not handle and found is not None:
                return None  # the session lives and is not whole
        handle = handle or search(line, outgoing)
        return state_of(line, outgoing, handle) if handle else None

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Delete the video, or break off its upload; quiet if it is not there."""
        if remote_id.startswith(SESSION):
            found = asked(line, remote_id, outgoing.video.size if outgoing.video else 0)
            if not isinstance(found, dict):
                reach(lambda: line.http.call("DELETE", f"{UPLOAD}/videos", query=session_query(remote_id)))
                return
            remote_id = str(found["id"])
        try:
            api(line, "DELETE", "videos", cost="change", id=remote_id)
        except Absent:
            return

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Change title and description; the video itself cannot be changed. YouTube does not show that it was.

        What a person set there (tags, category) is sent back as it is, or it would be lost.
        """
        items = listed(api(line, "GET", "videos", part="snippet", id=remote_id))
        if not items:
            raise Refused(_("YouTube knows no such video."))
        theirs = {name: items[0]["snippet"][name] for name in KEPT if name in items[0].get("snippet", {})}
        body = {"id": remote_id, "snippet": {**snippet_of(outgoing), **theirs}}
        data = api(line, "PUT", "videos", cost="change", json=body, part="snippet")
        return receipt_of(line, data)

    def health(self, line: Line) -> Health:
        """Ask which channel this credential speaks for."""
        channel = channel_of(line, "snippet")
        ends = line.secret.get("ends_at", "")
        name = channel["snippet"]
        return Health(
            external_id=str(channel["id"]),
            handle=str(name.get("customUrl") or name.get("title", "")),
            ends_at=datetime.fromisoformat(ends) if ends else None,
        )

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """Views, likes and comments; a channel may hide some."""
        found = {}
        for start in range(0, len(remote_ids), 50):  # videos.list takes so many ids
            ids = ",".join(remote_ids[start : start + 50])
            for item in api(line, "GET", "videos", part="statistics", id=ids).get("items", []):
                counted = {
                    name: int(value) for name, value in item.get("statistics", {}).items() if value.isdigit()
                }
                found[str(item["id"])] = Measured(
                    replies=counted.get("commentCount"),
                    likes=counted.get("likeCount"),
                    views=counted.get("viewCount"),
                )
        return found

    def id_in_address(self, address: str, *, server: str) -> str:  # noqa: ARG002 - an id is one on all its addresses
        """Of a video."""
        found = ADDRESS.search(address)
        return found[1] if found else ""

    def profile(self, line: Line) -> Profile:
        """The channel's own page."""
        channel = channel_of(line, "snippet,statistics,brandingSettings")
        branding = channel.get("brandingSettings", {})
        text = str(branding.get("channel", {}).get("description", ""))
        counted = channel.get("statistics", {})
        followers = None if counted.get("hiddenSubscriberCount") else int(counted.get("subscriberCount", 0))
        return Profile(
            name=str(channel["snippet"].get("title", "")),
            text=text,
            links=tuple(LINK.findall(text)),
            followers=followers,
            banner=bool(
                branding.get("image", {}).get("bannerExternalUrl")
            ),  # each has some picture, if only a letter
        )

    def set_profile(self, line: Line, text: str) -> None:
        """Change the channel's description and send its other settings back as they are, or they would be lost."""
        channel = channel_of(line, "brandingSettings")
        settings = channel.get("brandingSettings", {})
        settings["channel"] = {**settings.get("channel", {}), "description": text}
        body = {"id": channel["id"], "brandingSettings": settings}
        api(line, "PUT", "channels", cost="change", json=body, part="brandingSettings")

    def authorise_address(self, application: Application, *, back: str, state: str, challenge: str) -> str:
        """Google's consent page. `prompt=consent`: without it a second connection gets no refresh token."""
        return oauth.address(
            application.server or SIGN_IN,
            "/o/oauth2/v2/auth",
            client_id=application.client_id,
            redirect_uri=back,
            response_type="code",
            scope=SCOPES,
            access_type="offline",
            prompt="consent",
            state=state,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    def authorised(
        self, http: Http, application: Application, *, code: str, back: str, verifier: str
    ) -> Secrets:
        """The refresh token for the code. Raises a failure."""
        client = {"client_id": application.client_id, "client_secret": application.client_secret}
        data = token_for(
            token_server(http, application.server),
            grant_type="authorization_code",
            code=code,
            redirect_uri=back,
            code_verifier=verifier,
            **client,
        )
        if not data.get("refresh_token"):
            raise Unauthorised(
                _("Google gave no lasting permission. Connect again and allow everything it asks.")
            )
        lasts = data.get("refresh_token_expires_in")
        ends = (clock.now() + timedelta(seconds=int(lasts))).isoformat() if lasts else ""
        secret = {**client, "refresh_token": str(data["refresh_token"])}
        more = {"ends_at": ends, "token_server": application.server}
        return secret | {name: value for name, value in more.items() if value}


CONNECTOR = YouTube()
