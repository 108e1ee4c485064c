-- stg_customer_identifiers: one row per golden customer and identifier value: e-mail address, phone number, handle.
-- Position 1 is the survivor. Identifiers that omni.yaml declares are here by themselves: they are lists.
{% set profiles = source('omni_identity', 'unified_profiles') %}
{% set identifiers = omni_identity.list_columns(profiles, leaving=['channels', 'order_amounts']) %}
{% for name in identifiers %}
select l.golden_id, '{{ name }}' as identifier, cast(e.position as integer) as position, e.value
from {{ profiles }} as l, {{ omni_identity.elements(name) }}
{{ 'union all' if not loop.last }}
{% endfor %}
