{% test invariants(model, rules) %}
    {#-
      Every row keeps every rule (name: condition); one that a NULL leaves open is kept. All rules are judged in one scan.
      One row per broken rule: rule, failed_rows.
    -#}
    {{ config(fail_calc = 'coalesce(sum(failed_rows), 0)') }}
    with counted as (
        select
            {%- for condition in rules.values() %}
            count(case when not ({{ condition }}) then 1 end) as rule_{{ loop.index }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ model }}
    )

    {%- for rule in rules %}
    select '{{ rule }}' as rule, rule_{{ loop.index }} as failed_rows from counted where rule_{{ loop.index }} > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endtest %}
