-- Changed findings: one row per finding that was not there last time, or is there no more.
--
-- Reads new_findings and derived.interaction_findings.
create or replace temp table changed_findings as
(select * from new_findings except select * from derived.interaction_findings)
union
(select * from derived.interaction_findings except select * from new_findings)
