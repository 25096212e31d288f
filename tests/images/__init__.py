"""`make pictures`: takes the pictures of `docs/images` again, each by a scene in the demo."""
