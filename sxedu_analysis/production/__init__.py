"""Notebooks become reports: parameters, execution, pages."""
