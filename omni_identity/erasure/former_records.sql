-- Former records of a person: one row per record that belongs to no customer now and carries an identifier of the
-- person's own.
--
-- Reads carried_by_all, own_identifiers, others and person. Weak kinds of identifiers name nobody by themselves.
select distinct channel, source_record_id from carried_by_all
semi join own_identifiers using (kind, value)
anti join others using (channel, source_record_id)
anti join person using (channel, source_record_id)
where not list_contains($weak::varchar[], kind)
order by all
