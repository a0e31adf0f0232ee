"""The template tags of the front of house."""
