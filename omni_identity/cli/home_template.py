"""The omni.yaml that ``omni init`` writes: one channel to adapt, everything else to uncomment."""

from __future__ import annotations

TEMPLATE = """\
# omni.yaml: what your channels deliver, and how it becomes one customer list.
# Paths are relative to this file's folder, the home. Every key: docs/configuration.md
# In judgements/ beside it stand the verdicts of stewards, by `omni review`, `omni judge` or other tools.
version: 1
default_country: US            # ISO 3166 code, for phone numbers and addresses that name none

channels:
  - name: web                  # lower-case letters, digits, underscores
    trust: 1                   # lower is trusted more when channels disagree
    contacts:
      files: landing/web/contacts/*.csv    # .csv .jsonl .parquet, also with .gz after it
      #                        # or s3://bucket/..., or a database's table by `source`: docs/sources.md
      record_id: user_id       # the channel's own key of a customer record
      updated_at: modified_at  # optional: the newest version of a record wins
      # deleted: is_deleted    # optional flag column: the channel dropped the record
      # feed: snapshot         # each file is the whole list; what a newer one lacks is dropped
      # encoding: cp1252       # default utf-8
      # delimiter: ";"         # found from the file when absent
      # date_order: dmy        # dmy, mdy or ymd; found from the data when absent
      # timezone: Europe/Paris # of times that name none; default UTC
      mapping:                 # our attribute: your column, or a list of columns
        first_name: first_name
        last_name: last_name
        email: [email]         # identifiers may have several columns
        phone: [phone]
        # full_name: name      # instead of first_name and last_name
        # birth_date: dob
        # street: street
        # city: city
        # region: state
        # postcode: zip
        # country: country
        # loyalty_id: card_no
        # instagram: ig_handle # also whatsapp, telegram, facebook, account_id, device_id
        # consent_email: newsletter
        # consent_email_at: newsletter_at
        # created_at: created
    # interactions:            # orders, visits, tickets, messages ... with the same customers
    #   files: landing/web/interactions/*.jsonl
    #   interaction_id: event_id
    #   contact: user_id       # the channel's record id; or map an identifier below
    #   kind: type
    #   occurred_at: ts
    #   kinds: {purchase: order, visit: session}   # your word: ours
    #   mapping:
    #     order_id: order_no
    #     amount: total
    #     currency: currency

  # - name: till               # a second channel
  #   trust: 5
  #   contacts:
  #     files: landing/till/contacts/*.csv
  #     record_id: customer_no
  #     mapping:
  #       full_name: name
  #       phone: phone
  #       loyalty_id: card_no

# identifiers:
#   loyalty_id: {unique: true}            # two different values never share a customer
#   email: {placeholders: [shop@shop.com]}  # values that mean nobody, besides the built-in ones

# attributes:                             # evidence beyond name, birth date and address
#   occupation: {compare: exact}          # exact, fuzzy, date or country; then map it like the others

# survivorship:                           # which value a profile shows
#   email: most_recent                    # or trusted_channel, most_frequent, most_complete

# checks:                                 # beyond these bounds nothing is published
#   max_quarantined_share: 0.05
#   max_customer_change_share: 0.2
#   max_customer_records: 200
#   max_age_days: 3
#   max_deleted_share: 0.3                # of a channel's records, gone at once; more: docs/configuration.md
#   severity: {every_feed_is_fresh: withhold}   # a check that fails: warn or withhold

# publish: {readable_by: group}           # or owner, all: who may read published/

# retention:                              # rows, and what runs leave behind, are kept so long
#   interactions: {days: 1095}            # and what hangs on them; channels: {name: days} for others
#   messages: {days: 365}                 # what was said in them
#   reports: 365                          # days
#   dagster_runs: 90                      # days, of Dagster's runs with their events
#   publications: 1                       # how many, the current one among them

# notify:                                 # who is told of a run that failed or was withheld, or is late
#   webhook_env: OPS_WEBHOOK              # the environment variable with its address

# insight:                                # what figures and audiences go by
#   time_zone: America/New_York           # in which a day begins
#   currency: USD                         # that amounts are turned into
#   rates: {EUR: 1.08}                    # what one unit of another is worth in it
#   win_back_days: 90                     # and other windows: docs/configuration.md

# schedule: "0 3 * * *"                   # cron, for the Dagster schedule
"""
