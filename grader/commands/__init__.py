"""One module a command. Heavy libraries are imported inside functions, so that help is quick."""
