"""The vocabulary: pure values every room shares; no wires, no stores."""
