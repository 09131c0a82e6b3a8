"""What people can do with Magpie in chat: one package per feature."""
