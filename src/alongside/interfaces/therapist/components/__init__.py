"""Components that only the pages of a therapist need."""
