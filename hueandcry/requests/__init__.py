"""What units ask the desk to say: sent, taken, asked back about, made into a post, or declined with a reason (R29).

A request is seen by whoever sent it and by those who work on requests. Its words become a draft with one press, and the
sender reads in plain words how that post stands, with its address once it is out.
"""
