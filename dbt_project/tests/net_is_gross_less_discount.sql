-- net = gross − discount, to half a cent (sources round each of them)
select * from {{ ref('int_orders') }}
where abs(gross_amount - discount_amount - net_amount) > 0.005
