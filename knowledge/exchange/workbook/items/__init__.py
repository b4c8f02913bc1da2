"""The bank as a sheet, a row an item: read, planned, written; entries are none of its."""
