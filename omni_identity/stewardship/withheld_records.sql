-- Records of which something else is left aside than before: one row per record.
--
-- Reads derived.wrong_values, derived.judged_shared_values, new_wrong_values and new_shared_values.
create or replace temp table withheld_records as
with wrong as (
    (select record_no, attribute from derived.wrong_values except select record_no, attribute from new_wrong_values)
    union
    (select record_no, attribute from new_wrong_values except select record_no, attribute from derived.wrong_values)
), shared as (
    (select record_no_l, record_no_r, identifier, value from derived.judged_shared_values
        except select record_no_l, record_no_r, identifier, value from new_shared_values)
    union
    (select record_no_l, record_no_r, identifier, value from new_shared_values
        except select record_no_l, record_no_r, identifier, value from derived.judged_shared_values)
)
select record_no from wrong
union select record_no_l from shared
union select record_no_r from shared
