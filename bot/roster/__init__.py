"""The units file as a table, .xlsx or .csv: given out to fill in, read, and written from the record."""
