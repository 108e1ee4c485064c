-- Columns of the attached candidate: one row per column of one table, in order, with the comments and the type
-- that the file has.
--
-- Reads DuckDB's catalogue.
select table_name, t.comment, column_name, data_type, c.comment, c.is_nullable
from duckdb_columns() c join (
    select database_name, table_name, comment from duckdb_tables()
) t using (database_name, table_name)
where database_name = 'candidate' order by table_name, column_index
