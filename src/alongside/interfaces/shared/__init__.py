"""The front of house: the design system on which the pages of every audience stand."""
