"""What is due and when to speak: a pure plan, and the tick that carries it out."""
