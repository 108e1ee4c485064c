"""How alike two records are: comparisons, the frozen model, scoring, evaluation."""
