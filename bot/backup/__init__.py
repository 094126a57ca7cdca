"""Backups: the record, the files, the cross-signing seeds and the settings; never a device's keys or a password."""
