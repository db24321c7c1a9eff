"""Connectors: one file per channel, each implementing `channels/connector.py` and nothing else.

A connector holds no state and knows no table; what it needs is handed to it as a `Line`. Nobody imports one
by name: `channels/catalogue.py` lists them. How to add one: docs/connectors.md.

* bluesky.py    Bluesky and every AT Protocol PDS                 recovery: KEY
* simulated.py  the simulated network of the demonstration       recovery: LOOKUP
"""
