"""A simulated social network: a small program of its own for the demonstration and the tests.

It shows on a plain page what the public would see, and fails on request in every way that real networks
fail. It shares no table and no process with the rest of Hue & Cry, listens on loopback only, and is
no place for anything true. Run it: `python -m hueandcry.simnet --home var/simnet --listen 127.0.0.1:8002`.
"""
