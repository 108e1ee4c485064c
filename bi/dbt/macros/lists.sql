{# What differs between DuckDB, where lists, structs and maps are types, and PostgreSQL, where they are jsonb. #}

{% macro is_nested(column) %}
  {%- set type = column.dtype | lower -%}
  {{ return('[]' in type or type.startswith('map') or type.startswith('struct') or type == 'jsonb') }}
{% endmacro %}

{# The columns of a relation that hold one value each, as it has them: those of your own attributes too. #}
{% macro flat_columns(relation) %}
  {%- if not execute -%}{{ return('*') }}{%- endif -%}
  {%- set names = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) if not omni_identity.is_nested(column) -%}
    {%- do names.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{ return(names | join(',\n    ')) }}
{% endmacro %}

{# The names of the columns that hold lists, without those left out. #}
{% macro list_columns(relation, leaving) %}
  {%- set names = [] -%}
  {%- if execute -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
      {%- set type = column.dtype | lower -%}
      {%- if ('[]' in type or type == 'jsonb') and column.name not in leaving -%}
        {%- do names.append(column.name) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(names) }}
{% endmacro %}

{# A table expression of a list of texts: one row an element, with its place from 1, beside the row l that has it. #}
{% macro elements(list) %}{{ return(adapter.dispatch('elements', 'omni_identity')(list)) }}{% endmacro %}

{% macro default__elements(list) -%}
  lateral jsonb_array_elements_text(l.{{ adapter.quote(list) }}) with ordinality as e (value, position)
{%- endmacro %}

{% macro duckdb__elements(list) -%}
  lateral (
    select unnest(l.{{ adapter.quote(list) }}) as value, generate_subscripts(l.{{ adapter.quote(list) }}, 1) as position
  ) as e
{%- endmacro %}

{# The same of a map from text to amount: one row an entry. #}
{% macro entries(map) %}{{ return(adapter.dispatch('entries', 'omni_identity')(map)) }}{% endmacro %}

{% macro default__entries(map) -%}
  lateral jsonb_each_text(l.{{ adapter.quote(map) }}) as e (key, value)
{%- endmacro %}

{% macro duckdb__entries(map) -%}
  lateral (
    select unnest(map_keys(l.{{ adapter.quote(map) }})) as key, unnest(map_values(l.{{ adapter.quote(map) }})) as value
  ) as e
{%- endmacro %}

{# The same of a list of structs, e.item one of them; its fields by the next macro. #}
{% macro structs(list) %}{{ return(adapter.dispatch('structs', 'omni_identity')(list)) }}{% endmacro %}

{% macro default__structs(list) -%}
  lateral jsonb_array_elements(l.{{ adapter.quote(list) }}) with ordinality as e (item, position)
{%- endmacro %}

{% macro duckdb__structs(list) -%}
  lateral (
    select unnest(l.{{ adapter.quote(list) }}) as item, generate_subscripts(l.{{ adapter.quote(list) }}, 1) as position
  ) as e
{%- endmacro %}

{% macro field(name) %}{{ return(adapter.dispatch('field', 'omni_identity')(name)) }}{% endmacro %}
{% macro default__field(name) -%} (e.item ->> '{{ name }}') {%- endmacro %}
{% macro duckdb__field(name) -%} e.item.{{ name }} {%- endmacro %}
