-- Members of the customers that verdicts of same bring together: one row per record, with the number of the whole.
--
-- Reads node_clusters, and judged_labels, which has the whole of each cluster in which a verdict's record is.
create or replace temp table judged_members as
select n.record_no, n.cluster_no, l.component_no as whole_no
from node_clusters n join judged_labels l on l.record_no = n.cluster_no
