"""What the bot says: pure functions from what is known to a `Message`.

A message is short, warm and without jargon. It stands on a phone.
"""
