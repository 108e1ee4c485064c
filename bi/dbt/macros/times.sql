{# All that is published is UTC: without a zone in DuckDB, with one in PostgreSQL. #}

{# The day of a time, in UTC. #}
{% macro utc_day(time) %}{{ return(adapter.dispatch('utc_day', 'omni_identity')(time)) }}{% endmacro %}
{% macro default__utc_day(time) -%} cast({{ time }} at time zone 'UTC' as date) {%- endmacro %}
{% macro duckdb__utc_day(time) -%} cast({{ time }} as date) {%- endmacro %}

{# The first day of its month, in UTC. #}
{% macro utc_month(time) -%} cast(date_trunc('month', {{ omni_identity.utc_day(time) }}) as date) {%- endmacro %}

{# Seconds between two times. #}
{% macro seconds(earlier, later) -%}
  cast(extract(epoch from {{ later }}) - extract(epoch from {{ earlier }}) as double precision)
{%- endmacro %}
