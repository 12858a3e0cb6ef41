// Nothing to call: the module does its work by being loaded. See width.c.
