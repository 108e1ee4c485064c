-- Customers that verdicts of same bring together whole: one row per record of one, inside which nothing is forbidden.
--
-- Reads judged_members and contested_wholes. The number of a whole is that of one of its clusters.
create or replace temp table judged_customers as
select record_no, whole_no as cluster_no from judged_members anti join contested_wholes using (whole_no)
