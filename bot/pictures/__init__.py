"""Draws an order's progress as an image. The texts come from `bot.texts`."""
