-- New lines: one row per line of an affected interaction, the first of them 1.
--
-- Reads landed.landings, landed.files, landed.lines, landed.interactions, landed.interaction_lines,
-- affected_interactions and newest_interactions. Of lines that come in files of their own, the newest file that has
-- any of the interaction has all of them, and those that came with the interaction say nothing.
create or replace table derived.new_interaction_lines as
with places as (
    select channel, content_hash, arg_max(path, (path, version)) as path,
        arg_max(version, (path, version)) as version
    from landed.landings where feed = 'lines' group by channel, content_hash
), positions as (
    select f.file_no, row_number() over (order by p.path, p.version, f.file_no) as position
    from landed.files f join places p using (channel, content_hash)
    where f.feed = 'lines'
), delivered as (
    select l.*, p.position from landed.lines l
    semi join affected_interactions t
        on t.channel = l.channel and t.interaction_id = l.interaction_id
    join positions p on p.file_no = l.file_no
), newest_files as (
    select channel, interaction_id, max(position) as position
    from delivered group by channel, interaction_id
), own as (
    select d.channel, d.interaction_id, row_number() over (
            partition by d.channel, d.interaction_id order by d.row_number
        ) as line_number, d.line_id, d.product_id, d.product_name, d.promotion, d.fulfilment, d.store,
        d.quantity, d.price
    from delivered d
    join newest_files n on n.channel = d.channel and n.interaction_id = d.interaction_id
        and n.position = d.position
), together as (
    select i.channel, i.interaction_id, l.line_number, l.line_id, l.product_id, l.product_name, l.promotion,
        l.fulfilment, l.store, l.quantity, l.price
    from newest_interactions n
    join landed.interactions i on i.file_no = n.file_no and i.row_number = n.row_number
    join landed.interaction_lines l on l.file_no = n.file_no and l.interaction_row = n.row_number
    anti join newest_files o on o.channel = i.channel and o.interaction_id = i.interaction_id
), lines as (
    select * from together
    union all
    select * from own o
    semi join landed.interactions i on i.channel = o.channel and i.interaction_id = o.interaction_id
)
select channel, interaction_id, line_number, line_id, product_id, product_name, promotion, fulfilment, store,
    quantity::DECIMAL(18,3) as quantity, price::DECIMAL(18,2) as price
from lines
