-- A correction names an event_id, or the document/line of its own sort: an original of that name
-- before a correction of that name. Of several corrections of one fact the highest (recorded_at,
-- document, line) wins. From each first fact the winners are followed to the last one, which
-- stands; what corrects a loser falls with it, and a cycle has no first fact. A correction that
-- would move its target (another transfer, or another end of it) corrects nothing and does not stand.
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
named AS (
    SELECT
        c.scope,
        c.item_id,
        c.site_id,
        c.event_id,
        c.precedence,
        c.corrects,
        o.event_id AS target,
        o.corrects IS NOT NULL AS target_corrects,
        o.event_id IS NOT NULL AND NOT (
            o.transfer_id <=> c.transfer_id AND o.counterpart_site_id <=> c.counterpart_site_id
        ) AS moves,
        struct(
            CASE WHEN o.event_id = c.corrects THEN 0 WHEN o.corrects IS NULL THEN 1 ELSE 2 END,
            o.occurred_at,
            o.event_id
        ) AS preference
    FROM sorted AS c
    LEFT JOIN sorted AS o
        ON o.scope = c.scope
        AND o.item_id = c.item_id
        AND o.site_id = c.site_id
        AND (
            o.event_id = c.corrects
            OR (o.sort = c.sort AND o.alias = c.corrects AND NOT o.corrects <=> c.corrects)
        )
    WHERE c.corrects IS NOT NULL
),
aimed AS (
    SELECT
        scope,
        item_id,
        site_id,
        event_id,
        any_value(precedence) AS precedence,
        coalesce(min_by(target, preference), any_value(corrects)) AS target,
        coalesce(min_by(target_corrects, preference), false) AS target_corrects,
        coalesce(min_by(moves, preference), false) AS moves
    FROM named
    GROUP BY scope, item_id, site_id, event_id
),
winners AS (
    SELECT
        scope,
        item_id,
        site_id,
        target,
        any_value(target_corrects) AS target_corrects,
        max_by(event_id, precedence) AS winner
    FROM aimed
    WHERE NOT moves
    GROUP BY scope, item_id, site_id, target
),
heirs AS (
    SELECT
        scope,
        item_id,
        site_id,
        map_from_entries(collect_list(struct(target, winner))) AS heir_of,
        collect_list(target) FILTER (WHERE NOT target_corrects) AS firsts
    FROM winners
    GROUP BY scope, item_id, site_id
),
outcomes AS (
    SELECT
        scope,
        item_id,
        site_id,
        map_keys(heir_of) AS replaced,
        transform(firsts, first -> aggregate(
            sequence(1, size(heir_of)),
            first,
            (last, _) -> coalesce(try_element_at(heir_of, last), last)
        )) AS lasts
    FROM heirs
)
SELECT f.*
FROM sorted AS f
LEFT JOIN outcomes AS o
    ON o.scope = f.scope AND o.item_id = f.item_id AND o.site_id = f.site_id
WHERE CASE
    WHEN f.corrects IS NULL THEN o.replaced IS NULL OR NOT array_contains(o.replaced, f.event_id)
    ELSE array_contains(o.lasts, f.event_id)
END
