"""Gets networks out of a student's module: sandboxes, replies, and whose fault a death was."""
