"""What the simulated YouTube tells of videos and channels, as the discovery document shapes it."""

from __future__ import annotations

import time
from typing import Any


def video(post: dict[str, Any]) -> dict[str, Any]:
    """A video of ours as `videos` tells it."""
    return {
        "kind": "youtube#video",
        "id": post["key"],
        "snippet": snippet(post),
        "status": {
            "uploadStatus": "uploaded" if post["polls"] else "processed",
            "privacyStatus": post["privacy"],
        },
        "statistics": {"viewCount": "0", "likeCount": "0", "commentCount": "0"},
    }


def snippet(post: dict[str, Any]) -> dict[str, Any]:
    """What a video says."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(post["made_at"]))
    return {
        "title": post["title"],
        "description": post["text"],
        "publishedAt": moment,
        "categoryId": post["category"],
        **({"tags": post["tags"]} if post.get("tags") else {}),
    }


def channel(account: dict[str, Any]) -> dict[str, Any]:
    """The channel of an account."""
    return {
        "id": f"UC{account['id']:022d}",
        "snippet": {
            "title": account["name"],
            "customUrl": f"@{account['handle']}",
            "description": account["text"],
        },
        "contentDetails": {"relatedPlaylists": {"uploads": uploads(account)}},
        "statistics": {"subscriberCount": "0", "hiddenSubscriberCount": False},
        "brandingSettings": {
            "channel": {"title": account["name"], "description": account["text"], "country": "GB"},
            **({"image": {"bannerExternalUrl": "/_media/0"}} if account.get("banner", True) else {}),
        },
    }


def uploads(account: dict[str, Any]) -> str:
    """The list of an account's uploads."""
    return f"UU{account['id']:022d}"
