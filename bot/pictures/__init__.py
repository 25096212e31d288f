"""Drawing: an order's progress as an image, out of texts that somebody else has made."""
