"""The agency's own pictures and videos, and copies fit to be shown.

Words: an *asset* is one picture of the agency; a *rendition* is a copy of it in one size and format.
Promises: a picture is decoded only in a process that has lost every power but to compute; a rendition
carries no metadata and a random public name; the original is never shown to the public. The public's
pictures are evidence, another room. A video is copied without its metadata in such a process too; its original goes then.
"""
