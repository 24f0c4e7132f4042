"""The time in, jobs run one after the other with their visible history out."""
