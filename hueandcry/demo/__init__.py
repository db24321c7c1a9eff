"""The demonstration: Port Ellery Police and Ellery Crime Stoppers, their people, appeals, pictures and tips.

Everything in it is invented: names, places, telephone numbers (555), pictures (drawn by brush.py and its
neighbours, nobody real and nobody photorealistic). It is made through the product's own actions, by the
people of the demonstration. Promises: the content is the same on every load, keys and codes never are; it is
only loaded where no agency stands; and everybody in it is marked, so that they are refused off this machine.
"""
