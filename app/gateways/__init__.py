"""The world outside: drawing, signing, keeping and checking files, each behind a small interface."""
