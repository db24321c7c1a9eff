"""What to click at each network before an account can be connected by signing in there. Data; no rule.

Read 2026-11-22: developers.facebook.com/docs (apps, Pages), docs.x.com (developer portal, OAuth 2.0), Google Cloud
console help (OAuth clients) and developers.google.com/youtube/v3; docs.joinmastodon.org. Networks rename their buttons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Steps:
    """once: to register an application, for the whole agency; there: what the network will ask; mind: what goes wrong."""

    once: Sequence[str | Promise] = ()
    portal: str = ""
    there: Sequence[str | Promise] = ()
    mind: Sequence[str | Promise] = ()


STEPS: dict[str, Steps] = {
    "mastodon": Steps(
        there=(
            _("Sign in to the agency's account on its server, if you are not."),
            _(
                "The server names what we ask for: reading and writing posts, pictures and the profile. Choose Authorize."
            ),
        ),
        mind=(_("Are you signed in there with an account of your own? Sign out first."),),
    ),
    "facebook": Steps(
        portal="https://developers.facebook.com/apps/",
        once=(
            _("Open the apps page of Facebook for developers and choose Create app, type Business."),
            _("Under Use cases add “Manage everything on your Page”."),
            _("Under Facebook Login, Settings, enter the address below as a valid OAuth redirect URI."),
            _("Under App settings, Basic, copy the App ID (client ID) and the App secret (client secret)."),
            _("Pages of other businesses need Facebook's review of the app; your own Page does not."),
        ),
        there=(
            _("Facebook asks as whom you go on: it must be a person with full control of the Page."),
            _("Choose “only current Pages” and tick one Page, the one to connect."),
            _("Leave every permission switched on, then choose Save."),
        ),
        mind=(
            _("A Page that is not ticked gives nothing, and Facebook does not ask again by itself."),
            _("A new password of that person ends the permission. Connect again then."),
        ),
    ),
    "x": Steps(
        portal="https://developer.x.com/en/portal/dashboard",
        once=(
            _(
                "Open the developer portal of X with the agency's account and make a project and an app in it."
            ),
            _("Under User authentication settings choose Read and write, and Web App (confidential client)."),
            _("Enter the address below as callback URI and the agency's site as website."),
            _(
                "Under Keys and tokens copy the OAuth 2.0 client ID and client secret. X shows the secret once."
            ),
            _("Writing costs money since 2026: see that the project has a budget."),
        ),
        there=(
            _("Sign in as the account to connect, not as your own."),
            _("X lists what we ask for. Choose Authorize app within a few minutes."),
        ),
        mind=(_("The permission is renewed by itself. If X refuses it one day, connect again."),),
    ),
    "youtube": Steps(
        portal="https://console.cloud.google.com/apis/credentials",
        once=(
            _(
                "In the Google Cloud console make a project for the agency and switch on “YouTube Data API v3”."
            ),
            _(
                "Under OAuth consent screen set the app to In production: in testing the permission ends after 7 days."
            ),
            _("Under Credentials make an OAuth client ID of the type Web application."),
            _(
                "Enter the address below as an authorised redirect URI, then copy client ID and client secret."
            ),
            _(
                "Until Google has verified the app, its videos stay private. Ask for the audit early; it takes weeks."
            ),
        ),
        there=(
            _("Choose the Google account, then the channel to connect."),
            _("Tick every permission: managing your YouTube videos and seeing your account."),
        ),
        mind=(_("A permission unused for six months ends. The worker uses it every hour."),),
    ),
}


def steps_of(channel: str) -> Steps:
    """The steps of a channel; none for one that has none."""
    return STEPS.get(channel, Steps())
