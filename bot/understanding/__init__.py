"""Words into values: dates, numbers, kinds of activity, slots, intent. Pure."""
