"""Maps of what an asker may see: alike items near each other, by raw pixels and by models.

Nothing is imported here: the process that makes maps needs neither databases nor services.
"""
