"""The newest quality checkpoint of the lake in, its result and its pages out."""
