"""Work orders (工单) of every kind: one machine, one clock, one timeline; subjects keep their own facts beside them."""
