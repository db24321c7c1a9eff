"""YouTube: videos by resumable upload. After a crash the upload session itself is asked whether it landed (SESSION).

Facts read 2026-11-22: discovery document youtube.v3 revision 20261104; developers.google.com/youtube/v3, guides
"Resumable Uploads" (308, `Range`, `bytes */N`) and "Quota Calculator" (100 uploads and 10,000 units a day, whole again
at midnight Pacific time; costs in COSTS), reference of videos, captions, channels and errors; Google's OAuth 2.0 guide
for web servers (the refresh token does not rotate; six months unused, or seven days while the application is in
testing, end it). An application that Google has not verified can only put up private videos.

An upload session with no byte in it shows nothing, so its address is kept before the first byte and may be lost without
harm. A session lives about a week; after that our own uploads are searched for the very title and text.
"""
