"""Mastodon (any server with its API): a key for an hour, our own timeline after that.

Facts read 2026-11-22: docs.joinmastodon.org (methods statuses, media, accounts, instance; rate limits; guidelines), and
the server's source: post_status_service.rb keeps the Idempotency-Key for 3,600 s, but only *after* the status is stored,
so a repeat is safe once the first call has ended, and never while it is under way (one delivery at a time for each
account, ADR 0007); update_status_service.rb takes off the media that an edit does not name; reblog_service.rb gives
the reblog that stands.

A link needs no card of its own: the server makes one from the link in the text. The token is made in the account's
own settings (Preferences → Development) or by signing in there; it does not end by itself, so nothing is renewed.
"""
