"""A Facebook Page, by the Graph API v26.0: a LOOKUP channel.

Read 2026-11-22 at developers.facebook.com: Pages API “Posts” (Apr 17, 2026), Page Photos, Page Published Posts, “Handle
errors”, “Rate limits”, “Secure Graph API calls”, “Manually Build a Login Flow” (Mar 10, 2026), “Deprecated Page Insights
Metrics”; parameters as in facebook_business 26.0.3; post_media_view as in github.com/trypostit/trypost pull 320.

* No key makes a repeat safe: after an unknown outcome the Page's own list is searched for the frozen text. Errors 1 and
  2 and every 5xx are unknown outcomes: posts have been seen to stand after them (github.com/arsduo/koala issue 699).
* Pictures are sent unpublished, which shows nothing, then attached. A card of the link is asked for only where there is
  no picture, so the link always stands in the text too. Facebook takes the title of a card from the page itself.
* A video is no post with an attachment but a thing of its own, with its own upload and id: videos.py.
* The token of a Page is not renewed: it lasts until somebody changes a password or takes the right away. A post can be
  changed only by the app that made it.
* The token goes in the Authorization header, the proof of the app's secret in the query: it opens nothing by itself.
"""
