-- Consents of a customer: one row per word of theirs on being contacted, about one address or as a whole.
-- Reads consents.
select consent, address, is_given, decided_at, channel, source_record_id, word
from consents where golden_id = $id order by consent, position
