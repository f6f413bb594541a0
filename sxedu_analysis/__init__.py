"""Turns a Chinese county's education work report into tables whose every number is traceable."""
