-- one row per call
{{ config(unique_key='interaction_id') }}

with source as (select * from {{ raw('call_center', 'calls') }})

select
    "Call Id" as interaction_id,
    "Call Id" as ticket_id,
    "Agent" as agent,
    'voice' as channel,
    {{ to_utc('("Date" + "Time"::time)', 'call_center', 'calls') }} as started_at,
    epoch("AvgTalkDuration"::interval)::bigint as handle_seconds,
    "Speed of answer in seconds" as wait_seconds,
    "Answered (Y/N)" = 'Y' as answered,
    {{ landed() }}
from source
