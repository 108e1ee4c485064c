{# No two rows have the same values in all of these columns: the keys that stand twice. #}
{% test key_is_unique(model, columns) %}
select {% for name in columns %}{{ adapter.quote(name) }}, {% endfor %}count(*) as row_count
from {{ model }}
group by {% for name in columns %}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %}
having count(*) > 1
{% endtest %}
