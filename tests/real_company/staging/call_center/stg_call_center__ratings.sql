-- one row per call; only rated ones count as surveys
{{ config(unique_key='survey_id') }}

with source as (
    select *, {{ to_utc('("Date" + "Time"::time)', 'call_center', 'ratings') }} as called_at
    from {{ raw('call_center', 'ratings') }}
)

select
    "Call Id" as survey_id,
    'csat' as kind,
    null::varchar as respondent_id,
    "Call Id" as ticket_id,
    'voice' as channel,
    called_at as sent_at,
    called_at as answered_at,
    "Satisfaction rating" as score,
    _batch,
    _version,
    "Satisfaction rating" is null as _deleted
from source
