"""One function for each deed; every deed opens the only transaction."""
