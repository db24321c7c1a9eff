"""What was written at the scene, on a phone that may have had no network: taken in once, then it goes the way of every post.

A note carries a key made on the phone. The same key taken in again, at the same time or later, is the same note with the
same post; so the phone may send until it has heard an answer (R38).
"""
