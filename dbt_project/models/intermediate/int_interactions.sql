-- one row per contact that started by the run's now
with interactions as ({{ union_of('interactions') }})

select * from interactions
where started_at <= {{ as_of() }}
