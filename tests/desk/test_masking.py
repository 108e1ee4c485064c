"""What a viewer's connection shows: no value of a class that is personal, and IDs as they are."""

from __future__ import annotations

from omni_identity.channels.configuration import load_configuration
from omni_identity.desk.masking import masked_columns
from omni_identity.desk.published_reader import PublishedReader
from omni_identity.model.home import Home
from omni_identity.model.tables import published_tables


def test_a_viewer_reads_every_table_and_nothing_personal(town: Home) -> None:
    configuration = load_configuration(town.configuration)
    reader = PublishedReader(town, lambda c, name: masked_columns(c, configuration, name))
    with reader.read(is_masked=False) as as_it_is, reader.read(is_masked=True) as for_viewers:
        plain, masked = as_it_is.connection, for_viewers.connection
        personal = 0
        for table in published_tables(configuration.vocabulary).values():
            columns = {c.name: c for c in table.columns}
            query = masked.execute(f"select * from {table.name}")
            names = [column[0] for column in query.description or []]
            rows = query.fetchall()
            count = plain.execute(f"select count(*) from {table.name}").fetchall()[0][0]
            assert len(rows) == count, table.name
            for name, values in zip(names, zip(*rows, strict=True), strict=False):
                column = columns[name]
                is_coarse = column.masking in ("year", "area")
                if column.pii in ("personal", "text") and not is_coarse:
                    assert set(values) == {None}, (table.name, name)
                    personal += 1
        assert personal > 5, "some that are filled"
        kept = "select golden_id, record_count from unified_profiles order by golden_id"
        assert masked.execute(kept).fetchall() == plain.execute(kept).fetchall()
        born = "select distinct month(birth_date), day(birth_date) from unified_profiles where birth_date is not null"
        assert masked.execute(born).fetchall() == [(1, 1)]
    reader.close()
