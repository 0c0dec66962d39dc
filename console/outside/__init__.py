"""The seam to another agent desk, as a process: `python -m console.outside`."""
