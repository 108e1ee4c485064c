-- Interactions beside the affected ones: one row per other interaction of a changed customer, as it is.
--
-- Reads derived.interactions and affected_interactions. Threads are found among all that a customer did.
insert into new_interactions by name
select * from derived.interactions i
anti join affected_interactions t
    on t.channel = i.channel and t.interaction_id = i.interaction_id
where golden_id in (select golden_id from changed.customers)
