"""What each page of a therapist says, as frozen values."""
