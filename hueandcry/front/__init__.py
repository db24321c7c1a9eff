"""The embedded static server: the public site held in memory, one process, no Django and no database.

Words: a *release* is one versioned folder of files, switched by renaming the link `current`; a *site* is one host's
part of it; a *reply* is an answer made ready before anyone asks; the *relay* hands `/t/` to the public forms.

Promises: the site answers while every other process is dead; a withdrawn address answers 410 as soon as `reload`
is acknowledged; no log, reply or relayed request carries a visitor's address, user agent or words.

Imports the standard library, uvloop, httptools and `hueandcry.kernel`, nothing else (ADR 0010).
"""
