"""The gallery: every message that the bot can send, in every language, to read and to look at.

`samples` says what there is, `pages` writes `docs/messages/`, `pictures` photographs it on a phone.
"""
