"""What the bot says: pure functions that make a `Message` of what is known.

A message is short, warm and without jargon. It is read on a phone.
"""
