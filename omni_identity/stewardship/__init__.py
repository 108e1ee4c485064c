"""What stewards say and see: judgements, their effects, the review queue, the explanation of a pair."""
