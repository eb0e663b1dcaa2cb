"""Small drawings for the engine's tests, written in Python."""
