"""The way in and out, for everybody: one module for each thing that one does at the door."""
