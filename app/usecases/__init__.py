"""One function per deed; each opens the only transaction."""
