"""clean.stock-fact in; state.stock-position, state.demand-estimate, decision.stock-decided out."""
