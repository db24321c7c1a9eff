"""Our accounts on other people's networks, who answers for each, and the interface to reach them.

Words: a *channel* is a network (Bluesky); an *account* is ours on one; its *steward* is the person
answerable for it; a *connector* speaks with one channel and implements `connector.py`. Promises: a
credential is stored sealed under a key file, is opened by the worker only, and is never shown again; no
connector is imported by name (catalogue.py); an account whose credential fails is marked, not hidden.
"""
