"""X: what it can do for us. See the head of this package."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Application,
    CardBy,
    Counting,
    Health,
    Limits,
    Line,
    Measured,
    Outgoing,
    OutgoingPicture,
    Pending,
    Profile,
    Receipt,
    Recovery,
    Refused,
    Secrets,
    Unauthorised,
)
from hueandcry.connectors.x.calls import (
    ID,
    Absent,
    Duplicate,
    ask_for_tokens,
    before,
    data_of,
    id_in,
    note,
    read,
    signed,
    unreadable,
    user_of,
)
from hueandcry.connectors.x.told import (
    ADDRESS,
    LINK,
    REPOST,
    SHORT,
    SITE,
    receipt,
    reference,
    same,
    timeline,
)
from hueandcry.connectors.x.videos import LARGEST, LONGEST, MEDIA, ready_video
from hueandcry.kernel import oauth
from hueandcry.kernel.form import File, write_form
from hueandcry.kernel.http import Http

MOST_MEASURED = 100  # posts in one call
NOBODY = "/default_profile_images/"  # in the address of the picture that X gives to who has none
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
LIMITS = Limits(
    characters=280,
    counting=Counting.WEIGHTED,
    images=4,
    image_bytes=5_000_000,
    image_types=("image/jpeg", "image/png", "image/webp"),
    alt_characters=1_000,
    video_bytes=LARGEST,
    video_seconds=LONGEST,
    video_types=("video/mp4", "video/quicktime"),
    captions=True,
    card_by=CardBy.NETWORK,
    source="docs.x.com: Counting characters; Media best practices (4 pictures, 5 MB; a video, 512 MB, 140 s); "
    "POST /2/media/metadata, /2/media/subtitles",
    read_on=date(2026, 11, 23),
)


class X:
    """See the head of this package."""

    recovery = Recovery.LOOKUP
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(seconds=30)  # none is published
    limits = LIMITS
    secret_fields = ("client_id", "client_secret", "refresh_token")
    profile_characters = 160
    threads = True
    reposts = True

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Send the pictures or the video, then the post. Raises one of the five failures."""
        user = before(lambda: user_of(line))
        if outgoing.repost_of:
            answer = signed(line, "POST", f"/2/users/{user}/retweets", {"tweet_id": outgoing.repost_of})
            if data_of(answer).get("retweeted") is not True:
                raise unreadable()
            return receipt(line, REPOST + outgoing.repost_of)
        body: dict[str, Any] = {"text": outgoing.text}
        captions = ""
        if outgoing.video:
            number, captions = before(lambda: ready_video(line, outgoing))
            body["media"] = {"media_ids": [number]}
        elif outgoing.pictures:
            numbers = [before(lambda one=picture: _upload(line, one)) for picture in outgoing.pictures]  # type: ignore[misc]
            body["media"] = {"media_ids": numbers}
        if outgoing.reply_to:
            body["reply"] = {"in_reply_to_tweet_id": outgoing.reply_to}
        try:
            answer = signed(line, "POST", "/2/tweets", body)
        except Duplicate as refusal:  # it says the same already: perhaps through us, a moment ago
            landed = self.find(line, outgoing, "")
            if landed is None:
                raise Refused(refusal.sentence) from None
            return landed
        note(line, answer)
        number = id_in(data_of(answer))
        paid = "post with a link" if LINK.search(outgoing.text) else "post"
        return receipt(line, number, paid_as=paid, captions=captions)

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """Our own post with this very text, that no other delivery of ours has; or by its id."""
        if ID.fullmatch(handle):
            try:
                return receipt(line, id_in(data_of(signed(line, "GET", f"/2/tweets/{handle}"))))
            except Absent:
                return None
        for post in timeline(line, outgoing):
            if outgoing.repost_of:
                if reference(post, "retweeted") == outgoing.repost_of:
                    return receipt(line, REPOST + outgoing.repost_of)
            elif same(post, outgoing) and not line.taken(id_in(post)):
                return receipt(line, id_in(post))
        return None

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Delete by id, or take a repost back; what is not there is gone. Of a video that was sent, no post may have come."""
        if remote_id.startswith(MEDIA):
            landed = self.find(line, outgoing, "")
            if not isinstance(landed, Receipt):
                return
            remote_id = landed.remote_id
        number = id_in({"id": remote_id.removeprefix(REPOST)})
        reposted = remote_id.startswith(REPOST)
        path = f"/2/users/{user_of(line)}/retweets/{number}" if reposted else f"/2/tweets/{number}"
        try:
            told = data_of(signed(line, "DELETE", path))
        except Absent:
            return
        if told != ({"retweeted": False} if reposted else {"deleted": True}):
            raise unreadable()

    def health(self, line: Line) -> Health:
        """Ask whose token this is."""
        data = data_of(signed(line, "GET", "/2/users/me"))
        return Health(external_id=id_in(data), handle=str(data.get("username", "")))

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """Replies, reposts, likes and views, a hundred posts at a time; a repost has none of its own."""
        found = {}
        numbers = [one for one in remote_ids if ID.fullmatch(one)]
        for start in range(0, len(numbers), MOST_MEASURED):
            ids = ",".join(numbers[start : start + MOST_MEASURED])
            try:
                posts = read(line, "/2/tweets", {"ids": ids}, "public_metrics").get("data", [])
            except Absent:
                continue
            for post in posts:
                told = post.get("public_metrics", {})
                found[str(post["id"])] = Measured(
                    replies=told.get("reply_count"),
                    reposts=told.get("retweet_count", told.get("repost_count")),
                    likes=told.get("like_count"),
                    views=told.get("impression_count"),
                )
        return found

    def id_in_address(self, address: str, *, server: str) -> str:  # noqa: ARG002 - an id is one on all its addresses
        """x.com/name/status/id."""
        found = ADDRESS.search(address)
        return found[1] if found else ""

    def profile(self, line: Line) -> Profile:
        """Name and text of the account's page, its links written out; the API cannot change them."""
        asked = "description,url,entities,public_metrics,profile_image_url,profile_banner_url"
        fields = {"user.fields": asked}
        data = data_of(signed(line, "GET", "/2/users/me", query=fields))
        named = data.get("entities", {})
        urls = [url for part in ("url", "description") for url in named.get(part, {}).get("urls", [])]
        whole = {str(url.get("url")): str(url["expanded_url"]) for url in urls if url.get("expanded_url")}
        text = html.unescape(str(data.get("description", "")))
        text = SHORT.sub(lambda match: whole.get(match[0], match[0]), text)
        followers = data.get("public_metrics", {}).get("followers_count")
        links = tuple(dict.fromkeys(whole.values()))
        shown = str(data.get("profile_image_url", ""))
        return Profile(
            name=str(data.get("name", "")),
            text=text,
            links=links,
            followers=followers,
            picture=NOBODY not in shown if shown else None,
            banner=True if data.get("profile_banner_url") else None,  # X does not say that there is none
        )

    def authorise_address(self, application: Application, *, back: str, state: str, challenge: str) -> str:
        """The consent page of X; without `offline.access` there is no refresh token."""
        return oauth.address(
            application.server or SITE,
            "/i/oauth2/authorize",
            response_type="code",
            client_id=application.client_id,
            redirect_uri=back,
            scope=SCOPES,
            state=state,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    def authorised(
        self, http: Http, application: Application, *, code: str, back: str, verifier: str
    ) -> Secrets:
        """The refresh token for the code, which X takes for 30 seconds only. Raises a failure."""
        client = {"client_id": application.client_id, "client_secret": application.client_secret}
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        data = before(lambda: ask_for_tokens(http, application.client_id, application.client_secret, form))
        if not data.get("refresh_token"):
            raise Unauthorised(_("X gave no lasting permission. Connect again and allow everything it asks."))
        return {**client, "refresh_token": str(data["refresh_token"])}


CONNECTOR = X()


def _upload(line: Line, picture: OutgoingPicture) -> str:
    """Send a picture and its alt text; nobody sees it until a post shows it."""
    data = line.picture(picture.digest)
    if len(data) > LIMITS.image_bytes:
        raise Refused(_("The picture is too large for X; it takes at most 5 MB."))
    form = write_form({"media_category": "tweet_image"}, {"media": File("picture", picture.mime, data)})
    number = id_in(data_of(signed(line, "POST", "/2/media/upload", form=form)))
    if picture.alt:
        described = {"alt_text": {"text": picture.alt[: LIMITS.alt_characters]}}
        signed(line, "POST", "/2/media/metadata", {"id": number, "metadata": described})
    return number
