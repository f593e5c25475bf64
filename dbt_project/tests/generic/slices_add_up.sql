{% test slices_add_up(model, columns) %}
    {#-
      Every row of a fact has one value of each slice, so on every day the values of a slice add up to the day's total.
      Money is exact; what is not may differ by rounding.
    -#}
    with totals as (select * from {{ model }} where slice = ''),

    sliced as (
        select day, slice{% for column in columns %}, sum({{ column }}) as {{ column }}, sum(abs({{ column }})) as size_{{ loop.index }}{% endfor %}
        from {{ model }}
        where slice <> ''
        group by day, slice
    ),

    expected as (
        select totals.*, slices.slice as by_slice
        from totals
        cross join (select distinct slice from sliced) as slices
    )

    select expected.day, expected.by_slice as slice
    from expected
    left join sliced on expected.day = sliced.day and expected.by_slice = sliced.slice
    where
        {%- for column in columns %}
        abs(coalesce(sliced.{{ column }}, 0) - coalesce(expected.{{ column }}, 0)) > 1e-9 * coalesce(sliced.size_{{ loop.index }}, 0)
        {%- if not loop.last %} or{% endif %}
        {%- endfor %}
{% endtest %}
