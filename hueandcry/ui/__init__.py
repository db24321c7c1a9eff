"""The shared look of both doors: style sheets, the frame of public pages, fields, times, refusals as pages.

Words: a *tag* is a status in one or two words; a *notice* is a sentence on a tint; a *field* is a form
field with its label, hint and error. Promises: no inline script or style, no third party, colour never
alone, and never the message of an exception on a page. Knows no trade and no table.
"""
