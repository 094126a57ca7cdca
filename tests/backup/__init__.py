"""Backups: whole or not there, and a bot out of one."""
