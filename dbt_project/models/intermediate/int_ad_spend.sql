-- one row per campaign and day up to the run's now
with ad_spend as ({{ union_of('ad_spend') }})

select * from ad_spend
where day <= {{ business_day(as_of()) }}
