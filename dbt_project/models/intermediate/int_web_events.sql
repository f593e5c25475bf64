-- one row per web event that took place by the run's now
with web_events as ({{ union_of('web_events') }})

select * from web_events
where occurred_at <= {{ as_of() }}
