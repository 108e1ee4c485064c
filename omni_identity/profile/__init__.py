"""What is known of a customer: survivorship, lineage, consent, behaviour."""
