{# Where none of these columns is null, a row of the other table has the same values: the rows that lead nowhere. #}
{% test leads_to(model, columns, to, other_columns) %}
select {% for name in columns %}l.{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %}
from {{ model }} as l
where {% for name in columns %}l.{{ adapter.quote(name) }} is not null and {% endfor %}not exists (
    select 1 from {{ to }} as r
    where {% for name in columns -%}
      r.{{ adapter.quote(other_columns[loop.index0]) }} = l.{{ adapter.quote(name) }}{{ ' and ' if not loop.last }}
    {%- endfor %}
)
{% endtest %}
