"""What everything stands on: errors, paths, intervals, counting units. Imports nothing of ours."""
