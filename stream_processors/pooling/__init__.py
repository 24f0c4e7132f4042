"""decision.stock-decided in; alert.stockout out, with a transfer, a substitute or an order."""
