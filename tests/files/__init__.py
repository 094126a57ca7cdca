"""Attachments: what is kept, what is refused, and what stays of them."""
