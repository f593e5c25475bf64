-- one row per refund made by the run's now
with refunds as ({{ union_of('refunds') }})

select * from refunds
where refunded_at <= {{ as_of() }}
