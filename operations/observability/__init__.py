"""The catalogue of metrics and the ports in; Prometheus', Grafana's and the docs' files out."""
