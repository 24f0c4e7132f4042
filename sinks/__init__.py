"""Topics in; Delta tables, the API's read model and webhooks out.

Each sink keeps its own record of how far it has read, in the same transaction as what it wrote.
"""
