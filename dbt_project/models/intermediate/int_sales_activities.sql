-- one row per sales activity that took place by the run's now
with sales_activities as ({{ union_of('sales_activities') }})

select * from sales_activities
where occurred_at <= {{ as_of() }}
