"""The subcommands of zhibu, one file each; bot/cli.py puts them together."""
