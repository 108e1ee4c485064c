"""The demo's omni.yaml: an example to copy from, with a word on every choice."""

from __future__ import annotations

from pathlib import Path

DEMO_CONFIGURATION = """\
# omni.yaml of the demo retailer. Paths are relative to this file's folder, the home.
version: 1
default_country: US            # for telephone numbers and addresses that name no country

channels:
  # The web shop: one row a customer account, guest orders included.
  - name: web
    trust: 2                   # lower is trusted more when channels disagree
    contacts:
      files: landing/web/contacts/*.csv
      record_id: user_id       # the channel's own key of a row
      updated_at: modified_at  # the newest version of a record wins
      deleted: is_deleted      # true: the shop closed the account
      feed: delta              # each file brings new and changed records only
      mapping:                 # our attribute: their column, or several of them
        first_name: given
        last_name: family
        email: [mail, second_mail]
        phone: [mobile, landline]
        birth_date: dob
        street: address_line
        city: town
        region: state
        postcode: zip
        country: country
        loyalty_id: loyalty_no
        account_id: account_no
        instagram: ig_handle
        device_id: cookie_id
        consent_email: newsletter
        consent_email_at: newsletter_at
        created_at: created
    interactions:
      files: landing/web/interactions/*.jsonl
      interaction_id: event_id
      contact: user_id         # empty for visitors who did not sign in ...
      kind: type
      occurred_at: ts
      kinds:                   # the shop's words for our kinds
        visit: session
        basket: cart
        purchase: order
        refund_request: return
      mapping:
        device_id: cookie_id   # ... whom their browser or their e-mail may still identify
        email: checkout_email
        order_id: order_no
        cart_id: basket_id
        reference_id: ref_event
        amount: total
        currency: currency
        item_count: items
        product_id: sku
        status: status
        duration_seconds: seconds
        campaign: utm_source
    lines:                     # what is in the baskets, purchases and refunds, in files of its own
      files: landing/web/lines/*.csv
      interaction_id: event_id # as in the feed of interactions
      mapping:
        line_id: position
        product_id: sku
        product_name: title
        quantity: qty
        price: unit_price
        promotion: coupon
        fulfilment: ship_mode

  # The app: JSON Lines, one display name, the telephone's own number and device.
  - name: app
    trust: 3
    contacts:
      files: landing/app/contacts/*.jsonl
      record_id: uid
      updated_at: updated_at
      deleted: deleted
      mapping:
        full_name: display_name
        email: email
        phone: msisdn
        birth_date: birthday
        gender: sex
        device_id: device
        account_id: account    # the web shop's account, where both are linked
        loyalty_id: member_no
        consent_push: push_consent
        consent_push_at: push_consent_at
        created_at: registered_at
    interactions:
      files: landing/app/interactions/*.jsonl
      interaction_id: id
      contact: uid
      kind: event
      occurred_at: at
      kinds:
        open: session
        add_to_cart: cart
        order_placed: order
        order_returned: return
      mapping:
        device_id: device
        email: receipt_to
        order_id: order
        cart_id: cart
        reference_id: answers
        amount: value
        currency: cur
        item_count: qty
        product_id: product
        status: state
        duration_seconds: dwell
    lines:
      files: landing/app/lines/*.csv.gz
      interaction_id: event
      mapping:
        product_id: product
        product_name: name
        quantity: count
        price: each
        promotion: badge
        fulfilment: delivery

  # The store tills: cashiers type one name field, in several styles, and hardly more.
  - name: till
    trust: 6
    contacts:
      files: landing/till/contacts/*.csv
      record_id: receipt_customer
      updated_at: last_change
      deleted: void
      date_order: mdy          # 11/16/2026 is in November
      timezone: America/New_York   # the clocks of the tills
      mapping:
        full_name: name
        phone: phone
        email: email
        loyalty_id: card_no
        postcode: zip
        created_at: first_receipt
    interactions:
      files: landing/till/interactions/*.csv
      interaction_id: receipt_id
      contact: receipt_customer
      kind: kind
      occurred_at: printed
      timezone: America/New_York
      kinds:
        SALE: order
        RETURN: return
        PICKUP: pickup
      mapping:
        loyalty_id: card_no
        phone: pickup_phone
        order_id: order_no     # of a pick-up: the order in the web shop or the app
        reference_id: original_receipt
        amount: amount
        currency: currency
        item_count: pieces
        store: store
    lines:
      files: landing/till/lines/*.csv
      interaction_id: receipt_id
      mapping:
        line_id: line
        product_id: article
        quantity: pieces
        price: price
        promotion: deal
        store: store

  # The support desk: an old program that exports semicolons and Windows letters.
  - name: support
    trust: 4
    contacts:
      files: landing/support/contacts/*.csv
      record_id: contact_id
      updated_at: changed
      deleted: closed_account
      encoding: cp1252
      delimiter: ";"
      date_order: dmy
      timezone: UTC
      mapping:
        full_name: full_name
        email: email_address
        phone: phone_number
        street: street
        city: city
        postcode: postal_code
        loyalty_id: customer_no
        created_at: opened
    interactions:
      files: landing/support/interactions/*.csv
      interaction_id: entry_id
      contact: contact_id
      kind: entry
      occurred_at: logged
      encoding: cp1252
      delimiter: ";"
      kinds:
        opened: ticket_opened
        closed: ticket_closed
        phone call: call
        e-mail: message
      mapping:
        phone: caller
        ticket_id: ticket
        conversation_id: thread   # every channel has its own
        reference_id: reply_to
        order_id: order_no
        subject: topic
        direction: direction
        duration_seconds: talk_seconds
        satisfaction: csat
        status: outcome
        text: body             # what was said: it goes into messages, nowhere else
        agent: handled_by

  # E-mail marketing: an address, consent, sometimes a first name.
  - name: email
    trust: 5
    contacts:
      files: landing/email/contacts/*.csv.gz
      record_id: subscriber_id
      updated_at: changed_at
      deleted: purged
      mapping:
        email: email_address
        first_name: first_name
        last_name: last_name
        postcode: zip
        consent_email: opt_in
        consent_email_at: opt_in_at
        created_at: subscribed_at
    interactions:
      files: landing/email/interactions/*.csv.gz
      interaction_id: event_id
      contact: subscriber_id
      kind: event
      occurred_at: event_at
      kinds:
        sent: email_sent
        open: email_opened
        click: email_clicked
      mapping:
        email: email_address
        campaign: campaign
        subject: subject_line
        direction: direction
        reference_id: sent_event

  # The loyalty programme sends its whole list; what a newer list lacks is gone.
  - name: loyalty
    trust: 1
    contacts:
      files: landing/loyalty/contacts/*.parquet
      record_id: rid
      updated_at: changed_at
      feed: snapshot
      date_order: dmy          # birth dates as on the form, day first
      mapping:
        loyalty_id: member_no
        first_name: first
        middle_name: middle
        last_name: last
        name_suffix: suffix
        gender: sex
        birth_date: dob
        email: email
        phone: phone
        street: street
        city: city
        region: region
        postcode: postcode
        consent_sms: sms_ok
        created_at: joined_on

  # WhatsApp: the number is the handle; the name is what people call themselves.
  - name: whatsapp
    trust: 7
    contacts:
      files: landing/whatsapp/contacts/*.jsonl
      record_id: contact_id
      updated_at: last_seen
      mapping:
        full_name: push_name
        whatsapp: wa_phone
    interactions:
      files: landing/whatsapp/interactions/*.jsonl
      interaction_id: message_id
      contact: contact_id
      kind: type
      occurred_at: sent_at
      kinds:
        text: message
      mapping:
        whatsapp: partner      # also of those who are in nobody's list yet
        direction: direction
        conversation_id: thread_id
        reference_id: in_reply_to
        text: body
        agent: answered_by
        bot: automated         # whether a program answered

  # Instagram: a handle, a display name, rarely an address in the profile.
  - name: instagram
    trust: 8
    contacts:
      files: landing/instagram/contacts/*.jsonl
      record_id: profile_id
      updated_at: refreshed_at
      mapping:
        full_name: display_name
        instagram: username
        email: bio_email
        phone: linked_phone
    interactions:
      files: landing/instagram/interactions/*.jsonl
      interaction_id: message_id
      contact: profile_id
      kind: kind
      occurred_at: created_at
      kinds:
        dm: message
      mapping:
        instagram: username
        direction: direction
        conversation_id: thread_id
        reference_id: in_reply_to
        text: message
        agent: operator

identifiers:
  loyalty_id:
    unique: true               # two different cards never share a customer
  email:
    placeholders: [noemail@store.com, none@none.com]   # besides the built-in ones

survivorship:                  # which value a profile shows; sensible defaults without it
  email: most_recent
  phone: most_recent
  birth_date: most_frequent

checks:                        # bounds beyond which nothing is published
  max_quarantined_share: 0.02

insight:                       # what figures and audiences go by
  time_zone: America/New_York  # a day begins at midnight there
  currency: USD                # all money is turned into it ...
  rates: {CAD: 0.73, EUR: 1.08}   # ... at these rates
  push_channels: [app]         # whose devices are apps; the web shop's are cookies, which no push reaches

catalogue:                     # what channels say of the products: where they disagree is published
  - channel: web
    files: landing/web/catalogue/*.csv   # the newest file is the whole list
    currency: USD              # of prices that name none
    mapping:
      product_id: sku
      price: price
      promotion: promo         # empty: there is none
      availability: state      # in stock, low stock, sold out
  - channel: app
    files: landing/app/catalogue/*.jsonl
    mapping:
      product_id: product
      price: price
      currency: cur
      promotion: badge
      availability: available
  - channel: till              # one list for all stores; rows that name a store are that store's own
    files: landing/till/catalogue/*.csv
    mapping:
      product_id: article
      store: store
      price: price
      currency: currency
      promotion: deal
  - channel: till              # another system counts the stock; feeds of a channel complete one another
    files: landing/till/stock/*.csv
    mapping:
      product_id: article
      store: store
      stock: pieces
  - channel: rival             # a competitor's prices, for price matches
    outsider: true             # they contradict no channel of ours
    files: landing/rival/prices/*.csv
    currency: USD
    mapping:
      product_id: our_article
      store: branch
      price: shelf_price

engine: duckdb
schedule: "0 3 * * *"          # every night at three
"""


def write_omni_yaml(home: Path) -> Path:
    """Writes the demo's configuration into a home and returns its path.

    A different one that is there already is kept beside it as omni.before-demo.yaml.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / "omni.yaml"
    if path.is_file() and path.read_text(encoding="utf-8") != DEMO_CONFIGURATION:
        path.replace(home / "omni.before-demo.yaml")
    path.write_text(DEMO_CONFIGURATION, encoding="utf-8")
    return path
