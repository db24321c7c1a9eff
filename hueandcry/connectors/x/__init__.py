"""X, by its API v2: a LOOKUP channel.

Read 2026-11-22 at docs.x.com as of 2026-08-22: openapi.json 2.167, “Rate limits”, “Response codes & errors”, “Pricing”,
“OAuth 2.0 Authorization Code Flow with PKCE”, “Media best practices”, “Timelines”, the changelog.

* No key makes a repeat safe. After an unknown outcome our own timeline is searched for the frozen text, from a little
  before the first try on. X refuses a standing text (403): then we look, and never alter the text to get around it.
* A text comes back escaped for HTML, its links shortened, with one more link for its pictures.
* A refresh token works once. The new one is stored before it is used; one that is lost between X's answer and our
  storing it costs a new sign-in, and the steward is told so.
* A video is sent first and may take X a while: videos.py.
* No edit: X lets an account with X Premium change a post within the hour, under a new id (changelog, `edit_options`).
* It is paid by use: 0.015 USD a post, 0.200 with a link in it, 0.010 a deletion, 0.005 an alt text (Pricing). The
  evidence of each delivery says which of the two prices of a post was asked.
* The guides name `tweet.fields`, openapi.json 2.167 `post.fields`: we ask by the first, then by the second.
"""
