"""Where a night's time goes is counted once, by step and by who asked."""

from __future__ import annotations

from benchmarks.scale.statements import Statements


class FakeEngine:
    def run(self, sql: str) -> str:
        return sql.upper()

    def fetch(self, sql: str) -> str:
        return self.run(f"{sql}\n   and more")


def test_outermost_statements_are_written_down_with_step_and_caller() -> None:
    statements = Statements()

    class Timed(FakeEngine):
        run = statements.timed(FakeEngine.run)
        fetch = statements.timed(FakeEngine.fetch)

    statements.hear("customers", 1, 2, None, "")
    assert Timed().fetch("select 1") == "SELECT 1\n   AND MORE"
    statements.hear("customers", 1, 2, None, "half of it")
    statements.hear("customers", 1, 2, 0.5, "")
    Timed().run("drop table x")
    found = [(step, caller, words) for step, caller, _, _, words in statements.rows]
    here = "test_statements.test_outermost_statements_are_written_down_with_step_and_caller"
    assert found == [("customers", here, "select 1"), ("after customers", here, "drop table x")]
    assert all(seconds >= 0 and cores >= 0 for _, _, seconds, cores, _ in statements.rows)
