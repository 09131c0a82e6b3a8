"""The Discord front end of Magpie."""
