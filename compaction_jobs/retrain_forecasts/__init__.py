"""Silver's demand in; forecasts in gold/fact_forecasts and priors on raw.demand-prior out."""
