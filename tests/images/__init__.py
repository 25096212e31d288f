"""`make pictures`: takes the pictures of `docs/images` anew, each by a scene in the demo."""
