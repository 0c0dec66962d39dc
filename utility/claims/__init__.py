"""Claims for household appliances damaged by the supply (家电损坏): what is owed for them, and how it is settled."""
