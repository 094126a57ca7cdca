"""python -m bot: the zhibu command without its script."""

from bot.cli import main

main()
