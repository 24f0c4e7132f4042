"""Positions, log ends and status files in; lag, flow, components and jobs as metrics out."""
