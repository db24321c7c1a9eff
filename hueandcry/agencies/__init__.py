"""Agencies and their people: who there is, what role they hold, and how they prove who they are.

Words: an *agency* is a police force or a tip programme (an organisation of its own); a *person* is a
human who signs in; a *membership* gives a person one role in one agency; a *role* is a line in
roles.py. Promises: every action takes an actor; nobody holds every permission; an administrator
cannot read tips; wrong guesses by a stranger never keep the owner out.
"""
