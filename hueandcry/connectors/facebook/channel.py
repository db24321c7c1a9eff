"""A Facebook Page: what it can do for us. See the head of this package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
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
    Unreachable,
)
from hueandcry.connectors.facebook.calls import (
    VERSION,
    Absent,
    Duplicate,
    ask,
    bearer,
    before,
    call,
    listed,
    proof_of,
    unreadable,
)
from hueandcry.connectors.facebook.videos import (
    LARGEST,
    LONGEST,
    UPLOAD,
    VIDEO,
    change_video,
    count_video,
    drop_video,
    find_video,
    id_of_video,
    put_video,
    total_of,
)
from hueandcry.kernel import oauth
from hueandcry.kernel.form import File, write_form
from hueandcry.kernel.http import Http

SITE = "https://www.facebook.com"
SCOPES = "pages_show_list,pages_manage_posts,pages_read_engagement,pages_manage_metadata,read_insights"
POST_ID = re.compile(r"[0-9]{1,30}_[0-9]{1,30}")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
BEFORE = timedelta(minutes=10)  # clocks differ; our own other deliveries are told apart by `taken`
TRIED_FOR = timedelta(hours=25)  # the worker puts nothing up later than that after its first try
SHOWN = "id,message,created_time,permalink_url"
BACK = {"fields": "id,permalink_url"}  # “read after write”
COUNTED = "id,shares,reactions.summary(true).limit(0),comments.summary(true).limit(0)"
LIMITS = Limits(
    characters=63_206,
    counting=Counting.CODE_POINTS,
    images=10,  # no number is published; ten is what publishing services agree on
    image_bytes=4_000_000,
    image_types=("image/jpeg", "image/png"),
    alt_characters=1_000,  # none is published
    video_bytes=LARGEST,
    video_seconds=LONGEST,
    video_types=("video/mp4", "video/quicktime"),
    captions=True,
    card_by=CardBy.NETWORK,
    source="developers.facebook.com: Uploading photos (4 MB, types), Uploading videos (10 GB, 4 hours), Video Captions; "
    "the length of a text as Facebook announced it",
    read_on=date(2026, 11, 23),
)


class Facebook:
    """See the head of this package."""

    recovery = Recovery.LOOKUP
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(seconds=30)  # none is published
    limits = LIMITS
    secret_fields = ("token", "app_secret")
    profile_characters = 255  # of “about”; none is published, a refusal of Facebook is passed on

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Send the pictures unpublished, then the post; a video by itself. Raises one of the five failures."""
        body: dict[str, Any] = {"message": outgoing.text}
        if outgoing.pictures:
            photos = [before(lambda one=picture: _upload(line, one)) for picture in outgoing.pictures]  # type: ignore[misc]
            body["attached_media"] = [{"media_fbid": photo} for photo in photos]
        elif outgoing.card:
            body["link"] = outgoing.card.address
        elif outgoing.link and not outgoing.no_card:
            body["link"] = outgoing.link
        try:
            if outgoing.video:
                return put_video(line, outgoing)
            data = call(line, "POST", "/me/feed", body, query=BACK)
        except Duplicate as refusal:  # it says the same already: perhaps through us, a moment ago
            landed = self.find(line, outgoing, "")
            if landed is None:
                raise Refused(refusal.sentence) from None
            return landed
        return _receipt(data)

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """Our own post with this very text, that no other delivery of ours has; or by its id."""
        if outgoing.video:
            return find_video(line, outgoing, handle)
        if handle:
            try:
                return _receipt(call(line, "GET", f"/{_post_id(handle)}", query={"fields": SHOWN}))
            except Absent:
                return None
        for post in _published(line, outgoing):
            if _same(post.get("message"), outgoing.text) and not line.taken(str(post.get("id"))):
                return _receipt(post)
        return None

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Replace the text; pictures and the card of a link stay. Facebook lets people see that it was edited."""
        if VIDEO.fullmatch(remote_id):
            return change_video(line, outgoing, remote_id)
        data = call(line, "POST", f"/{_post_id(remote_id)}", {"message": outgoing.text}, query=BACK)
        if data.get("id") != remote_id and data.get("success") is not True:
            raise unreadable()
        return _receipt({**data, "id": remote_id})

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Delete by id. “Not there” may also mean “not yours to see”: then the Page's own list must show it is gone."""
        if remote_id.startswith(UPLOAD) or VIDEO.fullmatch(remote_id):
            drop_video(line, outgoing, remote_id)
            return
        try:
            data = call(line, "DELETE", f"/{_post_id(remote_id)}")
        except Absent:
            around = _published(line, outgoing, until=outgoing.created_at + TRIED_FOR)
            if any(post.get("id") == remote_id for post in around):
                raise Unauthorised(_("Facebook does not let us delete this post. Delete it there.")) from None
            return
        if data.get("success") is not True:
            raise unreadable()

    def health(self, line: Line) -> Health:
        """Ask whose token this is; a person's token is no Page's."""
        data = call(line, "GET", "/me", query={"fields": "id,name,username,category"})
        if not str(data.get("id", "")).isdigit():
            raise unreadable()
        return Health(external_id=str(data["id"]), handle=str(data.get("username") or data.get("name", "")))

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """Reactions, comments, shares; views where the token may read them."""
        found = {}
        for remote_id in remote_ids:
            if remote_id.startswith("https://"):  # all that a person knew of it, and no name to ask by
                continue
            try:
                if VIDEO.fullmatch(remote_id):
                    found[remote_id] = count_video(line, remote_id)
                    continue
                data = call(line, "GET", f"/{_post_id(remote_id)}", query={"fields": COUNTED})
            except Absent:
                continue
            found[remote_id] = Measured(
                replies=total_of(data, "comments"),
                reposts=int(data.get("shares", {}).get("count", 0)),
                likes=total_of(data, "reactions"),
                views=_views(line, remote_id),
            )
        return found

    def id_in_address(self, address: str, *, server: str) -> str:  # noqa: ARG002 - an id is one on all its addresses
        """Of a video; the address of another post does not tell its id."""
        return id_of_video(address)

    def profile(self, line: Line) -> Profile:
        """Name, “about” and website of the Page; Facebook proves no link."""
        asked = "id,name,about,website,followers_count,picture{is_silhouette},cover{source}"
        data = call(line, "GET", "/me", query={"fields": asked})
        about, website = str(data.get("about", "")), str(data.get("website", ""))
        links = dict.fromkeys([*website.split(), *LINK.findall(about)])
        none = (data.get("picture") or {}).get("data", {}).get("is_silhouette")
        return Profile(
            name=str(data.get("name", "")),
            text=about,
            links=tuple(links),
            followers=data.get("followers_count"),
            picture=None if none is None else not none,
            banner=bool(data.get("cover")),  # Graph API leaves a field without a value out
        )

    def set_profile(self, line: Line, text: str) -> None:
        """Replace “about”; the token needs pages_manage_metadata."""
        call(line, "POST", "/me", {"about": text})

    def authorise_address(
        self,
        application: Application,
        *,
        back: str,
        state: str,
        challenge: str,  # noqa: ARG002 - Facebook has PKCE for OpenID Connect only; the app's secret protects the code
    ) -> str:
        """The dialog where a person ticks the Pages that we may speak for."""
        return oauth.address(
            application.server or SITE,
            f"{VERSION}/dialog/oauth",
            response_type="code",
            client_id=application.client_id,
            redirect_uri=back,
            scope=SCOPES,
            state=state,
        )

    def authorised(
        self,
        http: Http,
        application: Application,
        *,
        code: str,
        back: str,
        verifier: str,  # noqa: ARG002 - see above
    ) -> Secrets:
        """The lasting token of the one Page that was ticked. Raises a failure.

        The code gives a person's token of an hour, that one a person's token of sixty days, and only the Page's token
        that is read with it does not end.
        """
        client = {"client_id": application.client_id, "client_secret": application.client_secret}
        token = _person_token(http, {**client, "redirect_uri": back, "code": code})
        lasting = {"grant_type": "fb_exchange_token", "fb_exchange_token": token}
        token = _person_token(http, {**client, **lasting})
        query = {"fields": "id,name,access_token,tasks", **proof_of(token, application.client_secret)}
        data = ask(lambda: http.call("GET", f"{VERSION}/me/accounts", query=query, headers=bearer(token)))
        pages = [page for page in data.get("data", []) if "CREATE_CONTENT" in page.get("tasks", [])]
        if not pages:
            raise Unauthorised(_("No Page was ticked on which you may post. Connect again and tick it."))
        if len(pages) > 1:
            names = ", ".join(str(page.get("name")) for page in pages)[:120]
            raise Unauthorised(
                _("Several Pages were ticked ({names}). Connect again and tick one.").format(names=names)
            )
        return {"token": str(pages[0]["access_token"]), "app_secret": application.client_secret}


CONNECTOR = Facebook()


def _person_token(http: Http, form: dict[str, str]) -> str:
    """The token of the person who signed in. Raises a failure."""
    token = ask(lambda: oauth.ask(http, f"{VERSION}/oauth/access_token", form)).get("access_token")
    if not token:
        raise Unauthorised(_("Facebook gave no access. Connect again."))
    return str(token)


def _upload(line: Line, picture: OutgoingPicture) -> str:
    """Send a picture that nobody sees yet; it is dropped by Facebook if no post takes it."""
    data = line.picture(picture.digest)
    if len(data) > LIMITS.image_bytes:
        raise Refused(_("The picture is too large for Facebook; it takes at most 4 MB."))
    fields = {"published": "false", "alt_text_custom": picture.alt[: LIMITS.alt_characters]}
    kind, body = write_form(fields, {"source": File("picture", picture.mime, data)})
    number = str(call(line, "POST", "/me/photos", form=(kind, body)).get("id", ""))
    if not number.isdigit():
        raise Unreachable(_("Facebook did not take the picture."))
    return number


def _published(line: Line, outgoing: Outgoing, until: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The Page's posts since this one was first tried, newest first."""
    since = outgoing.created_at - BEFORE
    query = {"since": str(int(since.timestamp())), "fields": SHOWN}
    if until:
        query["until"] = str(int(until.timestamp()))
    return listed(line, "/me/published_posts", query, since=since)


def _same(theirs: object, ours: str) -> bool:
    """The same text but for white space, which Facebook trims."""
    return str(theirs or "").split() == ours.split()


def _post_id(told: object) -> str:
    """The id of a post: of the Page and of the post. Raises OutcomeUnknown if it is none."""
    if not POST_ID.fullmatch(str(told or "")):
        raise unreadable()
    return str(told)


def _receipt(post: dict[str, Any]) -> Receipt:
    remote_id = _post_id(post.get("id"))
    return Receipt(
        remote_id=remote_id,
        remote_url=str(post.get("permalink_url") or f"https://www.facebook.com/{remote_id}"),
        evidence={"id": remote_id},
    )


def _views(line: Line, remote_id: str) -> int | None:
    """How often it was seen; None without the right read_insights, or where Facebook does not count it."""
    try:
        data = call(line, "GET", f"/{remote_id}/insights", query={"metric": "post_media_view"})
    except (Refused, Unauthorised):
        return None
    counted = [value.get("value") for row in data.get("data", []) for value in row.get("values", [])]
    return counted[0] if counted and isinstance(counted[0], int) else None
