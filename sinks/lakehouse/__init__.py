"""Every topic in, the lake's bronze (bytes) and silver (decoded) tables out, each record once."""
