"""What the dashboard shows: data only. Titles are Portuguese, as all that operators read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["timeseries", "stat"]


@dataclass(frozen=True, slots=True)
class Query:
    """One line of a panel, or one a value of its labels."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture; `unit` is Grafana's name of it."""

    title: str
    unit: str
    queries: tuple[Query, ...]
    kind: Kind = "timeseries"


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side."""

    title: str
    panels: tuple[Panel, ...]


def _quantile(share: float, metric: str, *by: str) -> str:
    labels = ", ".join(("le", *by))
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket[5m])))"


ROWS = (
    Row(
        "Agora",
        (
            Panel(
                "Componentes prontos",
                "bool_yes_no",
                (Query("nova_component_up", "{{component}}"),),
                "stat",
            ),
            Panel(
                "Alertas de estoque abertos",
                "short",
                (Query("nova_alerts_open", "{{reason}}"),),
                "stat",
            ),
            Panel(
                "Registros recusados, por motivo",
                "short",
                (Query("sum by (reason) (nova_dead_letters_total)", "{{reason}}"),),
                "stat",
            ),
            Panel(
                "Maior atraso",
                "s",
                (Query("max(nova_lag_seconds)", "atraso"),),
                "stat",
            ),
        ),
    ),
    Row(
        "Fluxo",
        (
            Panel(
                "Registros por segundo, por componente",
                "cps",
                (
                    Query(
                        "sum by (component) (rate(nova_position_records_total[1m]))",
                        "{{component}}",
                    ),
                ),
            ),
            Panel(
                "Registros por segundo, por tópico",
                "cps",
                (
                    Query(
                        'sum by (topic) (rate(nova_topic_records_total{topic!~".+dlq"}[1m]))',
                        "{{topic}}",
                    ),
                ),
            ),
            Panel(
                "Decisões por segundo",
                "cps",
                (Query("sum(rate(nova_decisions_total[1m]))", "decisões"),),
            ),
        ),
    ),
    Row(
        "Atraso",
        (
            Panel(
                "Atraso em segundos",
                "s",
                (Query("max by (component) (nova_lag_seconds)", "{{component}}"),),
            ),
            Panel(
                "Atraso em registros",
                "short",
                (Query("sum by (component) (nova_lag_records)", "{{component}}"),),
            ),
            Panel(
                "Idade do registro mais novo processado",
                "s",
                (Query("min by (component) (nova_freshness_seconds)", "{{component}}"),),
            ),
        ),
    ),
    Row(
        "Latência",
        (
            Panel(
                "Do registro à consulta (p50, p99)",
                "s",
                (
                    Query(_quantile(0.5, "nova_live_view_visible_seconds"), "p50"),
                    Query(_quantile(0.99, "nova_live_view_visible_seconds"), "p99"),
                ),
            ),
            Panel(
                "Lote de decisões (p99) e gravação no lago (p95)",
                "s",
                (
                    Query(_quantile(0.99, "nova_batch_seconds"), "lote"),
                    Query(_quantile(0.95, "nova_lakehouse_commit_seconds"), "gravação"),
                ),
            ),
            Panel(
                "Respostas da API (p95), por rota",
                "s",
                (Query(_quantile(0.95, "nova_api_request_seconds", "component"), "{{component}}"),),
            ),
        ),
    ),
    Row(
        "Alertas e entregas",
        (
            Panel(
                "Transições de alertas na última hora",
                "short",
                (
                    Query(
                        "sum by (reason) (increase(nova_alert_transitions_total[1h]))", "{{reason}}"
                    ),
                ),
            ),
            Panel(
                "Entregas de webhooks",
                "short",
                (
                    Query("sum(increase(nova_webhooks_delivered_total[5m]))", "entregues"),
                    Query(
                        "sum by (reason) (increase(nova_webhooks_failed_attempts_total[5m]))",
                        "falha: {{reason}}",
                    ),
                    Query("sum(nova_webhooks_pending_deliveries)", "pendentes"),
                    Query("sum(nova_webhooks_dead_deliveries)", "desistências"),
                ),
            ),
            Panel(
                "Do alerta à primeira tentativa (p99)",
                "s",
                (Query(_quantile(0.99, "nova_webhooks_first_attempt_seconds"), "p99"),),
            ),
        ),
    ),
    Row(
        "Tarefas",
        (
            Panel(
                "Próxima execução em",
                "s",
                (Query("nova_job_next_due_timestamp_seconds - time()", "{{component}}"),),
                "stat",
            ),
            Panel(
                "Duração da última execução",
                "s",
                (Query("nova_job_seconds", "{{component}}"),),
            ),
            Panel(
                "Falhas seguidas",
                "short",
                (Query("nova_job_consecutive_failures", "{{component}}"),),
                "stat",
            ),
            Panel(
                "Diferenças na última prova, expectativas não cumpridas",
                "short",
                (
                    Query("nova_reconciliation_differences_keys", "diferenças"),
                    Query("sum(nova_quality_failed_expectations)", "expectativas"),
                ),
                "stat",
            ),
        ),
    ),
    Row(
        "Máquina",
        (
            Panel(
                "Memória por componente",
                "bytes",
                (Query("nova_component_resident_bytes", "{{component}}"),),
            ),
            Panel(
                "Reinícios na última hora",
                "short",
                (Query("increase(nova_component_restarts_total[1h])", "{{component}}"),),
            ),
            Panel(
                "Checkpoints do Flink por minuto",
                "short",
                (
                    Query("sum(60 * rate(nova_flink_checkpoints_total[5m]))", "completos"),
                    Query("sum(60 * rate(nova_flink_checkpoint_failures_total[5m]))", "falhas"),
                ),
            ),
        ),
    ),
)
