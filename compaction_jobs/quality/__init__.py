"""Silver tables in, which expectations they keep (a result, and pages to read) out."""

STAGES = ("expectations", "data_docs")
