"""A person's web client in a real browser; make browser installs what these need and runs them."""
