"""What colleagues are told before the public, and how they are told (R128, R31).

The *staff feed* shows every post since it was let go, with what to say if asked, and *notes for colleagues*, which are
in a table of their own that nothing public can reach. A *staff notice* is one line to a chat, pager or mailbox of the
agency (by Apprise, in a limited process); it says that there is something to do or to read, and never holds anything up.
Nobody is counted reading.
"""
