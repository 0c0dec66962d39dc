"""What key accounts say of planned work: asked before it is fixed, answered until a day."""
