"""The engine of Magpie: encoders, search, storage and jobs behind HTTP."""
