"""Lists: people who asked to be told, by e-mail, SMS or web push, and what was sent to each of them.

Words: a *list* is an agency's on one *medium*; a *subscriber* is one address on it, with the *levels*, *areas* and
*topics* they chose and their *quiet hours*; a *message* goes to a list; a *sending* is one message to one subscriber;
a *slip* is what the public asked for, sealed for the worker, on its way in.

Promises: nobody is on a list who did not say so twice (the browser's own question counts for push); an address is
sealed at rest and looked up by a keyed digest only; leaving is one step, at once and for good; nobody is sent the
same message twice, and what nobody can know is shown as not known; no link, picture or cookie follows a reader.
"""
