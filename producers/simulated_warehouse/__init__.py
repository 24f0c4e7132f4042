"""A requisition file's lines in, the warehouse that could have served them out: all simulated.

Masters, opening counts, issues, orders, receipts, transfers and counts, in the order of time;
pure and seeded, so the same lines and seed always give the same events.
"""

from producers.simulated_warehouse.simulation import Simulation, simulate
from producers.simulated_warehouse.stock_key import StockKey

__all__ = ["Simulation", "StockKey", "simulate"]
