"""Days, and what a planner must know of each: weeks, holidays of country and states, bridges."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

CALENDAR_DAYS = "silver/calendar_day"

_NO_CALENDAR = "event_id string, observed_on date, region string, name string, category string"

# Whole years, and a quarter beyond the data: what a report of "this year" or a forecast joins.
# Some days more are reckoned with, so that the last ones have a next business day too.
_DAYS = """
WITH seen AS (
    SELECT min(date) AS first, max(date) + INTERVAL '92' DAY AS last FROM {inventory}
)
SELECT
    explode(sequence(
        make_date(year(first), 1, 1), make_date(year(last) + 1, 1, 15), INTERVAL '1' DAY
    )) AS date,
    year(last) AS last_year
FROM seen
WHERE first IS NOT NULL
"""

# A day is in the log again when it was published after cleaning had forgotten its id.
_NAMED = """
SELECT
    observed_on AS date,
    array_sort(collect_set(name) FILTER (WHERE region = 'BR')) AS names,
    coalesce(bool_or(category = 'public') FILTER (WHERE region = 'BR'), false) AS is_holiday,
    coalesce(bool_or(category = 'optional') FILTER (WHERE region = 'BR'), false) AS is_optional,
    coalesce(bool_or(category = 'public' OR name IN ('Carnaval', 'Corpus Christi'))
        FILTER (WHERE region = 'BR'), false) AS is_closed,
    coalesce(bool_or(name IN ('Carnaval', 'Quarta-feira de Cinzas')), false) AS is_carnival,
    array_sort(collect_set(region) FILTER (WHERE region <> 'BR' AND category = 'public')) AS states
FROM {calendar}
GROUP BY observed_on
"""

# Of a year without a calendar nothing is said: a day that is not known to be free is not known
# to be worked on either. Business days are those of the country's banks, as suppliers and carriers
# count them: Carnival and Corpus Christi are none, though optional by law; a state's holiday is.
_KNOWN = """
WITH years AS (
    SELECT DISTINCT year(observed_on) AS year FROM {calendar} WHERE region = 'BR'
)
SELECT
    d.date,
    d.last_year,
    IF(y.year IS NULL, NULL, coalesce(n.is_holiday, false)) AS is_national_holiday,
    IF(y.year IS NULL, NULL, coalesce(n.is_optional, false)) AS is_optional_day,
    IF(y.year IS NULL, NULL, coalesce(n.is_carnival, false)) AS is_carnival,
    IF(y.year IS NULL, NULL, coalesce(n.names, array())) AS holiday_names,
    IF(y.year IS NULL, NULL, coalesce(n.states, array())) AS states_on_holiday,
    IF(y.year IS NULL, NULL, weekday(d.date) < 5 AND NOT coalesce(n.is_closed, false))
        AS is_business_day
FROM {days} AS d
LEFT JOIN years AS y ON y.year = year(d.date)
LEFT JOIN {named} AS n ON n.date = d.date
"""

_TIME = """
SELECT
    date,
    last_year,
    year(date) AS year,
    quarter(date) AS quarter,
    month(date) AS month,
    day(date) AS day,
    extract(YEAROFWEEK FROM date) AS iso_year,
    weekofyear(date) AS week,
    weekday(date) + 1 AS weekday,
    weekday(date) >= 5 AS is_weekend,
    is_national_holiday,
    is_optional_day,
    is_carnival,
    holiday_names,
    states_on_holiday,
    is_business_day,
    is_business_day
        AND NOT lag(is_business_day) OVER in_order
        AND NOT lead(is_business_day) OVER in_order AS is_bridge_day,
    CASE WHEN is_business_day IS NOT NULL THEN
        min(date) FILTER (WHERE is_business_day) OVER (
            ORDER BY date ROWS BETWEEN 1 FOLLOWING AND 15 FOLLOWING
        )
    END AS next_business_day,
    CASE WHEN is_business_day IS NOT NULL THEN
        count_if(is_business_day) OVER (PARTITION BY year(date) ORDER BY date)
    END AS business_days_of_year
FROM {known}
WINDOW in_order AS (ORDER BY date)
"""


def days(inventory: DataFrame, calendar: DataFrame) -> DataFrame:
    """Return the days of the years of `fact_inventory`; Monday is weekday 1."""
    spark = inventory.sparkSession
    around = spark.sql(_DAYS, inventory=inventory)
    named = spark.sql(_NAMED, calendar=calendar)
    known = spark.sql(_KNOWN, days=around, calendar=calendar, named=named).coalesce(1)
    return spark.sql(_TIME, known=known).where("year <= last_year").drop("last_year")


def no_calendar(spark: SparkSession) -> DataFrame:
    """Return the calendar of a lake that was never given one."""
    return spark.createDataFrame([], _NO_CALENDAR)
