-- Carts left: one row per cart of a changed customer in its newest version that was not bought, with what is left in
-- it.
--
-- Reads item_history, derived.interactions, derived.interaction_lines and order_lines. An order that names the cart
-- buys it, the customer's in any channel or one of nobody known in the cart's. Any other later order that was not
-- cancelled ($cancelled) buys the products that both have lines of; where one of the two has no lines, all of the
-- cart. products are null where the cart has no lines; amount and item_count are those of what is left.
create or replace temp table carts_left as
with carts as (
    select golden_id, channel, interaction_id, coalesce(cart_id, channel || ':' || interaction_id) as matter_id,
        cart_id, occurred_at, thread_id, product_id, amount, currency, item_count
    from item_history where kind = 'cart'
    qualify row_number() over (
        partition by golden_id, coalesce(cart_id, channel || ':' || interaction_id)
        order by occurred_at desc, channel, interaction_id
    ) = 1
), orders as (
    select golden_id, channel, coalesce(order_id, interaction_id) as order_key, cart_id, occurred_at,
        coalesce(list_contains($cancelled::varchar[], lower(status)), false) as is_cancelled
    from item_history where kind = 'order'
), purchases as (
    select golden_id, channel, order_key, min(occurred_at) as placed_at, max(occurred_at) as said_at
    from orders where not is_cancelled group by golden_id, channel, order_key
), last_purchases as (
    select golden_id, max(said_at) as said_at from purchases group by golden_id
), last_without_lines as (
    select golden_id, max(said_at) as said_at from purchases p
    anti join order_lines l
        on l.golden_id = p.golden_id and l.channel = p.channel and l.order_key = p.order_key
    group by golden_id
), bought as (
    select distinct golden_id, cart_id from orders where cart_id is not null
    union
    select c.golden_id, c.cart_id from carts c join derived.interactions i
        on i.cart_id = c.cart_id and i.channel = c.channel
    where i.golden_id is null and i.kind = 'order'
), cart_lines as (
    select c.golden_id, c.matter_id, c.occurred_at, coalesce(l.product_id, l.product_name, '') as product,
        coalesce(max(l.product_name), max(l.product_id), '?') as label,
        sum(coalesce(l.quantity, 1)) as quantity,
        case when count(*) = count(l.price) then sum(l.price * coalesce(l.quantity, 1)) end as amount
    from carts c join derived.interaction_lines l
        on l.channel = c.channel and l.interaction_id = c.interaction_id
    group by c.golden_id, c.matter_id, c.occurred_at, coalesce(l.product_id, l.product_name, '')
), bought_products as (
    select p.golden_id, l.product, max(p.placed_at) as placed_at from purchases p
    join order_lines l on l.golden_id = p.golden_id and l.channel = p.channel and l.order_key = p.order_key
    group by p.golden_id, l.product
), weighed as (
    select c.*, case when b.placed_at >= c.occurred_at then 1 else 0 end as is_bought
    from cart_lines c
    left join bought_products b on b.golden_id = c.golden_id and b.product = c.product
), worded as (
    select golden_id, matter_id, is_bought, quantity, amount,
        case when quantity = 1 then label
            when quantity = floor(quantity) then quantity::bigint::varchar || ' × ' || label
            else quantity::varchar || ' × ' || label end as product
    from weighed
), contents as (
    select golden_id, matter_id, sum(is_bought) as bought_count, count(*) - sum(is_bought) as left_count,
        coalesce(list_sort(list(product) filter (where is_bought = 0)), []) as products,
        sum(quantity) filter (where is_bought = 0) as item_count,
        case when count(*) filter (where is_bought = 0 and amount is null) = 0
            then sum(amount) filter (where is_bought = 0) end as amount
    from worded group by golden_id, matter_id
)
select c.golden_id, c.channel, c.matter_id, c.thread_id, c.occurred_at, c.product_id, c.currency, d.products,
    case when d.bought_count > 0 then d.amount::DECIMAL(18,2) else c.amount end as amount,
    case when d.bought_count > 0 then round(d.item_count)::bigint else c.item_count end as item_count
from carts c
left join contents d on d.golden_id = c.golden_id and d.matter_id = c.matter_id
left join last_purchases p on p.golden_id = c.golden_id and p.said_at >= c.occurred_at
left join last_without_lines w on w.golden_id = c.golden_id and w.said_at >= c.occurred_at
left join bought b on b.golden_id = c.golden_id and b.cart_id = c.cart_id
where b.golden_id is null
    and case when d.golden_id is null then p.golden_id is null
        else w.golden_id is null and d.left_count > 0 end
    and coalesce(c.item_count, 1) > 0
