-- A correction names an event_id, or the document/line of an original of its own sort. Of
-- several corrections of one fact the highest (recorded_at, document, line) wins. What a winner
-- corrects does not stand, nor does a loser; so chains are followed, and a cycle leaves nothing.
WITH sorted AS (
    SELECT
        *,
        CASE
            WHEN kind IN ('counted', 'requested', 'inbound_expected') THEN kind
            WHEN startswith(kind, 'order_') THEN 'order'
            ELSE 'movement'
        END AS sort,
        concat(
            document, '/', line, CASE WHEN kind = 'inbound_expected' THEN '/inbound' ELSE '' END
        ) AS alias,
        struct(recorded_at, document, line, event_id) AS precedence
    FROM {known}
),
corrections AS (
    SELECT
        c.scope,
        c.item_id,
        c.site_id,
        c.event_id,
        any_value(c.precedence) AS precedence,
        coalesce(
            max(o.event_id) FILTER (WHERE o.event_id = c.corrects),
            min_by(o.event_id, struct(o.occurred_at, o.event_id)),
            any_value(c.corrects)
        ) AS target
    FROM sorted AS c
    LEFT JOIN sorted AS o
        ON o.scope = c.scope
        AND o.item_id = c.item_id
        AND o.site_id = c.site_id
        AND (
            o.event_id = c.corrects
            OR (o.corrects IS NULL AND o.sort = c.sort AND o.alias = c.corrects)
        )
    WHERE c.corrects IS NOT NULL
    GROUP BY c.scope, c.item_id, c.site_id, c.event_id
),
winners AS (
    SELECT scope, item_id, site_id, target, max_by(event_id, precedence) AS winner
    FROM corrections
    GROUP BY scope, item_id, site_id, target
)
SELECT f.*
FROM sorted AS f
LEFT JOIN winners AS replaced
    ON replaced.scope = f.scope
    AND replaced.item_id = f.item_id
    AND replaced.site_id = f.site_id
    AND replaced.target = f.event_id
LEFT JOIN winners AS won
    ON won.scope = f.scope
    AND won.item_id = f.item_id
    AND won.site_id = f.site_id
    AND won.winner = f.event_id
WHERE replaced.target IS NULL
  AND (f.corrects IS NULL OR won.winner IS NOT NULL)
