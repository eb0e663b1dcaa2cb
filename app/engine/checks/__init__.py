"""The rules by which a drawing is right or refused, one family a module."""
