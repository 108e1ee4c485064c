-- stg_customer_products: one row per golden customer and line of what is in their carts, waits or was ordered last.
{% set lists = {'open_cart_products': 'open cart', 'waiting_products': 'waiting', 'last_order_products': 'last order'} %}
{% for name, place in lists.items() %}
select l.golden_id, '{{ place }}' as place, cast(e.position as integer) as position, e.value as product
from {{ source('omni_identity', 'customer_context') }} as l, {{ omni_identity.elements(name) }}
{{ 'union all' if not loop.last }}
{% endfor %}
